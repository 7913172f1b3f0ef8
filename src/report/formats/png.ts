// Figures as PNG, for where SVG is not taken: figures/NAME.png beside figures/NAME.svg, in twice its size, text in DejaVu Sans.
// The bytes depend on the figure alone.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inputError } from "../../base/errors.ts";
import { writeAtomically } from "../../results/files.ts";
import { loaded, svgPaths } from "./drawn.ts";
import { type Fonts, fontFiles } from "./fonts.ts";

interface Tools {
  readonly Renderer: typeof import("@resvg/resvg-js").Resvg;
  readonly fonts: Fonts;
}

const SCALE = 2;

/** Renders every figure of a folder; returns the paths written. Errors (input): no figures there, what draws them is not installed. */
export function writePngs(folder: string, load: () => Tools = loadTools): string[] {
  const paths = svgPaths(folder);
  const tools = loaded(load, "--png", "PNG", ["@resvg/resvg-js", "dejavu-fonts-ttf"]);
  return paths.map((path) => {
    const target = path.replace(/svg$/, "png");
    writeAtomically(target, png(tools, path));
    return target;
  });
}

/** Only when asked for: the renderer is optional, and has code of its own for every platform. */
function loadTools(): Tools {
  return { Renderer: createRequire(import.meta.url)("@resvg/resvg-js").Resvg, fonts: fontFiles() };
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
