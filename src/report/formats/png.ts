// Figures as PNG, for where SVG is not taken: figures/NAME.png beside figures/NAME.svg, in twice its size, text in DejaVu Sans.
// The bytes depend on the figure alone.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inputError } from "../../base/errors.ts";
import { writeAtomically } from "../../results/files.ts";
import { type Fonts, fontFiles } from "./fonts.ts";

interface Tools {
  readonly Renderer: typeof import("@resvg/resvg-js").Resvg;
  readonly fonts: Fonts;
}

const SCALE = 2;

/** Renders every figure of a folder; returns the paths written. Errors (input): no figures there, what draws them is not installed. */
export function writePngs(folder: string, load: () => Tools = loadTools): string[] {
  const directory = join(folder, "figures");
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".svg")) : [];
  if (names.length === 0)
    throw inputError(directory, "found no figures; muflow run and muflow study make them");
  const tools = loaded(load);
  return names.sort().map((name) => {
    const path = join(directory, name);
    const target = path.replace(/svg$/, "png");
    writeAtomically(target, png(tools, path));
    return target;
  });
}

/** Only when asked for: the renderer is optional, and has code of its own for every platform. */
function loadTools(): Tools {
  return { Renderer: createRequire(import.meta.url)("@resvg/resvg-js").Resvg, fonts: fontFiles() };
}

function loaded(load: () => Tools): Tools {
  try {
    return load();
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw inputError(
      "--png",
      `@resvg/resvg-js or dejavu-fonts-ttf, which draw PNG files, does not load (${why}); install them with npm install @resvg/resvg-js dejavu-fonts-ttf, or take figures/*.svg`,
    );
  }
}

function png({ Renderer, fonts }: Tools, path: string): Uint8Array {
  const font = {
    fontFiles: Object.values(fonts),
    loadSystemFonts: false,
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
  };
  try {
    return new Renderer(readFileSync(path, "utf8"), { font, fitTo: { mode: "zoom", value: SCALE } })
      .render()
      .asPng();
  } catch (error) {
    throw inputError(path, `cannot be drawn (${(error as Error).message}); muflow report makes it anew`);
  }
}
