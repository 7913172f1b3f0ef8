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

/** What a folder will hold snapshots of. */
export interface Held {
  readonly networks: boolean;
  readonly densities: boolean;
}

/** A study keeps the snapshots of its points in state/. */
export const NO_SNAPSHOTS: Held = { networks: false, densities: false };

/** What a finished folder holds. */
export function heldBy(folder: string): Held {
  const has = (name: string) => existsSync(join(folder, `${name}.npz`));
  return { networks: has("neurons"), densities: has("density") };
}

/** Refuses, before anything is computed, what the folder will have nothing for. Errors: input. */
export function requireFormats(folder: string, formats: readonly Format[], held: Held): void {
  for (const format of formats) {
    const needed = format === "csv" ? held.networks : held.networks || held.densities;
    if ((format === "csv" || format === "mat") && !needed) throw withoutSnapshots(folder, format, held);
  }
}

/** Writes each of them, none without what requireFormats has asked for; what draws is loaded when it is needed. */
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
    const { networks, densities } = heldBy(folder);
    const names = [...(networks ? ["neurons"] : []), ...(densities ? ["density"] : [])];
    for (const name of names) writeAtomically(join(folder, `${name}.mat`), encodeMat(arraysIn(folder, name)));
  },
  async csv(folder) {
    writeAtomically(join(folder, "neurons.csv"), neuronsCsv(arraysIn(folder, "neurons")));
  },
};

function arraysIn(folder: string, name: string) {
  const path = join(folder, `${name}.npz`);
  return decodeNpz(readFileSync(path), path);
}

function withoutSnapshots(folder: string, format: Format, { densities }: Held) {
  const [what, allowed] = densities
    ? ["snapshots of densities alone", "png, pdf, mat"]
    : ["no snapshots", "png, pdf; a study keeps those of its points in state/"];
  return inputError(`--format ${format}`, `${folder} holds ${what}; allowed there: ${allowed}`);
}
