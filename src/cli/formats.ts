// What a finished folder is written as besides, where asked for: figures as PNG and PDF, snapshots as a MAT-file and as CSV.
//   figures/*.png · figures/*.pdf · neurons.mat, density.mat · neurons.csv

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { writeAtomically } from "../results/files.ts";
import { encodeMat } from "../results/formats/mat.ts";
import { neuronsCsv } from "../results/formats/neurons-csv.ts";
import { isAtRest, isNetwork, isOnGrid } from "../run/runs.ts";
import type { Run } from "../run/solvers/list.ts";
import { decodeNpz } from "../tables/npz.ts";
import type { Format } from "./format-names.ts";

/** What a folder will hold snapshots of. */
export interface Held {
  readonly networks: boolean;
  readonly densities: boolean;
  readonly study?: boolean;
}

/** A study keeps the snapshots of its points in state/. */
export const NO_SNAPSHOTS: Held = { networks: false, densities: false, study: true };

/** What a finished folder holds; neurons.npz is there without any, as it has the data. */
export function heldBy(folder: string): Held {
  const has = (name: string, array: RegExp) =>
    existsSync(join(folder, `${name}.npz`)) &&
    Object.keys(arraysIn(folder, name)).some((key) => array.test(key));
  return { networks: has("neurons", /^run\d+_theta$/), densities: has("density", /^run\d+_density$/) };
}

/** What a folder of these runs will hold: an equilibrium is kept at any times. */
export function heldAfter(runs: readonly Run[]): Held {
  const withSnapshots = runs.filter((run) => isAtRest(run) || run.schedule.snapshots.length > 0);
  return {
    networks: withSnapshots.some(isNetwork),
    densities: withSnapshots.some(isOnGrid),
  };
}

/** Refuses, before anything is computed, what the folder will have nothing for; `held` is asked where it matters. Errors: input. */
export function requireFormats(folder: string, formats: readonly Format[], held: () => Held): void {
  for (const format of formats) {
    const lack = lackOf(folder, format, held);
    if (lack !== null) throw inputError(`--format ${format}`, lack);
  }
}

/** Writes each of them; what draws is loaded when it is needed. What a run that failed has left nothing for is told of. */
export async function writeFormats(
  folder: string,
  formats: readonly Format[],
  tell: (message: string) => void,
): Promise<void> {
  for (const format of new Set(formats)) {
    const lack = lackOf(folder, format, () => heldBy(folder));
    if (lack === null) await WRITERS[format](folder);
    else tell(`--format ${format}: ${lack}`);
  }
}

const WRITERS: Readonly<Record<Format, (folder: string) => Promise<void>>> = {
  async png(folder) {
    (await import("../report/formats/png.ts")).writePngs(folder);
  },
  async pdf(folder) {
    await (await import("../report/formats/pdf.ts")).writePdfs(folder);
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

/** Why there is nothing to write in that format; null where there is. */
function lackOf(folder: string, format: Format, held: () => Held): string | null {
  if (format !== "csv" && format !== "mat") return null;
  const { networks, densities, study = false } = held();
  if (networks || (format === "mat" && densities)) return null;
  const [what, allowed] = densities
    ? ["snapshots of densities alone", "png, pdf, mat"]
    : [
        "no snapshots",
        `png, pdf; ${study ? "a study keeps those of its points in state/" : "time.snapshots says when they are kept"}`,
      ];
  return `${folder} holds ${what}; allowed there: ${allowed}`;
}
