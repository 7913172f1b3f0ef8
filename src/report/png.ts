// Figures as PNG, for where SVG is not taken: figures/NAME.png beside figures/NAME.svg, in twice its size.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { writeAtomically } from "../experiment/files.ts";

type Renderer = typeof import("@resvg/resvg-js").Resvg;

const SCALE = 2;

/**
 * Renders every figure of a folder; returns the paths written. Errors (input): no figures there, the renderer is not
 * installed, the computer has no font.
 */
export function writePngs(folder: string, load: () => Renderer = loadRenderer): string[] {
  const directory = join(folder, "figures");
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".svg")) : [];
  if (names.length === 0)
    throw inputError(directory, "found no figures; muflow run and muflow study make them");
  const render = loaded(load);
  return names.sort().map((name) => {
    const path = join(directory, name);
    const target = path.replace(/svg$/, "png");
    writeAtomically(target, png(render, path));
    return target;
  });
}

/** Only when asked for: the renderer is optional, and has code of its own for every platform. */
function loadRenderer(): Renderer {
  return createRequire(import.meta.url)("@resvg/resvg-js").Resvg;
}

function loaded(load: () => Renderer): Renderer {
  let render: Renderer;
  try {
    render = load();
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw inputError(
      "--png",
      `@resvg/resvg-js, which draws PNG files, does not load (${why}); install it with npm install @resvg/resvg-js, or take figures/*.svg`,
    );
  }
  // Without any font the renderer leaves out all text, and says nothing.
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="5" y="15">N</text></svg>`;
  if (new render(text).getBBox() === undefined) {
    throw inputError("--png", "found no font; install one, such as fonts-dejavu-core, or take figures/*.svg");
  }
  return render;
}

function png(render: Renderer, path: string): Uint8Array {
  try {
    return new render(readFileSync(path, "utf8"), { fitTo: { mode: "zoom", value: SCALE } }).render().asPng();
  } catch (error) {
    throw inputError(path, `cannot be drawn (${(error as Error).message}); muflow report makes it anew`);
  }
}
