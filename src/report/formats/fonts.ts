// DejaVu Sans, whose letters hold the mathematics of our figures: of the package dejavu-fonts-ttf, so that a drawing does not depend on what
// fonts a computer has.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Fonts {
  readonly plain: string;
  readonly italic: string;
  readonly bold: string;
}

/** The paths of the fonts. Throws where the package is not installed, as it is optional. */
export function fontFiles(): Fonts {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
    "ttf",
  );
  return {
    plain: join(folder, "DejaVuSans.ttf"),
    italic: join(folder, "DejaVuSans-Oblique.ttf"),
    bold: join(folder, "DejaVuSans-Bold.ttf"),
  };
}
