// Figures as PDF, for papers: figures/NAME.pdf beside figures/NAME.svg, in its size, text as text in DejaVu Sans, of which what is used is
// embedded. The bytes depend on the figure alone.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inputError } from "../../base/errors.ts";
import { listen } from "../../base/interrupt.ts";
import { writeAtomically } from "../../results/files.ts";
import { loaded, svgPaths } from "./drawn.ts";
import { type Fonts, fontFiles } from "./fonts.ts";

/** What is used of pdfkit. */
interface Document {
  registerFont(name: string, path: string): void;
  on(event: "data", take: (chunk: Uint8Array) => void): void;
  on(event: "end", then: () => void): void;
  end(): void;
}
type NewDocument = new (options: object) => Document;
type DrawSvg = (document: Document, svg: string, x: number, y: number, options: object) => void;

interface Tools {
  readonly Document: NewDocument;
  readonly drawSvg: DrawSvg;
  readonly fonts: Fonts;
}

/** Points of a pixel. */
const POINTS = 0.75;

/** Draws every figure of a folder; returns the paths written. Errors (input): no figures there, what draws them is not installed. */
export async function writePdfs(folder: string, load: () => Tools = loadTools): Promise<string[]> {
  const figures = svgPaths(folder);
  const tools = loaded(load, "--format pdf", "PDF", ["pdfkit", "svg-to-pdfkit", "dejavu-fonts-ttf"]);
  const paths: string[] = [];
  for (const path of figures) {
    const target = path.replace(/svg$/, "pdf");
    writeAtomically(target, await pdf(tools, readFileSync(path, "utf8"), path));
    paths.push(target);
    await listen();
  }
  return paths;
}

/** Only when asked for: these are optional, and take a third of a second to load. */
function loadTools(): Tools {
  const require = createRequire(import.meta.url);
  return { Document: require("pdfkit"), drawSvg: require("svg-to-pdfkit"), fonts: fontFiles() };
}

async function pdf({ Document, drawSvg, fonts }: Tools, svg: string, path: string): Promise<Uint8Array> {
  const size = /^<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg);
  if (size === null) throw inputError(path, "is no figure of muflow; muflow report makes it anew");
  const [width, height] = size.slice(1).map((pixels) => POINTS * Number(pixels)) as [number, number];
  // A date would make every file another.
  const info = { CreationDate: new Date(0), ModDate: new Date(0) };
  const document = new Document({ size: [width, height], margin: 0, info });
  for (const [name, file] of Object.entries(fonts)) document.registerFont(name, file);
  const chunks: Uint8Array[] = [];
  document.on("data", (chunk) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on("end", resolve));
  const fontCallback = (_family: string, bold: boolean, italic: boolean) =>
    bold ? "bold" : italic ? "italic" : "plain";
  drawSvg(document, svg, 0, 0, { width, height, fontCallback });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
