// What a finished folder is written as besides, where asked for: figures as PNG and PDF, snapshots as a MAT-file and as CSV.
//   figures/*.png · figures/*.pdf · neurons.mat, density.mat · neurons.csv

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { writeAtomically } from "../experiment/files.ts";
import { encodeMat } from "../experiment/formats/mat.ts";
import { neuronsCsv } from "../experiment/formats/neurons-csv.ts";
import { decodeNpz } from "../tables/npz.ts";
import type { Format } from "./format-names.ts";

/** Writes each of them; what draws is loaded when it is needed. */
export async function writeFormats(folder: string, formats: readonly Format[]): Promise<void> {
  for (const format of new Set(formats)) await WRITERS[format](folder);
}

const WRITERS: Readonly<Record<Format, (folder: string) => Promise<void>>> = {
  async png(folder) {
    (await import("../report/png.ts")).writePngs(folder);
  },
  async pdf(folder) {
    await (await import("../report/pdf.ts")).writePdfs(folder);
  },
  async mat(folder) {
    const held = ["neurons", "density"].filter((name) => existsSync(join(folder, `${name}.npz`)));
    if (held.length === 0) throw withoutSnapshots(folder, "mat");
    for (const name of held) writeAtomically(join(folder, `${name}.mat`), encodeMat(arraysIn(folder, name)));
  },
  async csv(folder) {
    if (!existsSync(join(folder, "neurons.npz"))) throw withoutSnapshots(folder, "csv");
    writeAtomically(join(folder, "neurons.csv"), neuronsCsv(arraysIn(folder, "neurons")));
  },
};

function arraysIn(folder: string, name: string) {
  return decodeNpz(readFileSync(join(folder, `${name}.npz`)));
}

function withoutSnapshots(folder: string, format: Format) {
  return inputError(
    `--format ${format}`,
    `${folder} holds no snapshots; allowed: a folder of muflow run (a study keeps those of its points in state/)`,
  );
}
