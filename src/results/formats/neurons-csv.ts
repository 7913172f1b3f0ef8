// The neurons of a run's snapshots as one table, for read.csv of R and readtable of MATLAB: a row for each neuron at each snapshot,
// `run, t, neuron`, then θ and, with momenta, ω.

import { inputError } from "../../base/errors.ts";
import { largestOf } from "../../base/extremes.ts";
import type { NumericArray } from "../../tables/npy.ts";
import { csvCell } from "./series.ts";

/** What still fits into one string. */
const MOST_NUMBERS = 2e7;

/** The table of the arrays of neurons.npz. Coordinates that a run does not have are blank. Errors (input): too large for a table. */
export function neuronsCsv(arrays: Readonly<Record<string, NumericArray>>): string {
  const runs = Object.keys(arrays).flatMap((name) => /^run(\d+)_theta$/.exec(name)?.[1] ?? []);
  const p = Math.max(0, largestOf(runs.map((run) => arrays[`run${run}_theta`].shape[2])));
  const numbers = runs.reduce((sum, run) => sum + 2 * arrays[`run${run}_theta`].data.length, 0);
  if (numbers > MOST_NUMBERS) {
    throw inputError(
      "--format csv",
      `found ${numbers} numbers; allowed ${MOST_NUMBERS}: take neurons.npz, or --format mat`,
    );
  }
  const momenta = runs.some((run) => Object.hasOwn(arrays, `run${run}_omega`));
  const names = (symbol: string) => Array.from({ length: p }, (_, k) => `${symbol}_${k}`);
  const lines = [["run", "t", "neuron", ...names("theta"), ...(momenta ? names("omega") : [])].join(",")];
  for (const run of runs) {
    const theta = arrays[`run${run}_theta`];
    const omega = arrays[`run${run}_omega`] as NumericArray | undefined;
    const [snapshots, width, coordinates] = theta.shape;
    const row = ({ data }: NumericArray, from: number) =>
      Array.from({ length: p }, (_, k) => (k < coordinates ? csvCell(data[from + k]) : ""));
    for (let s = 0; s < snapshots; s++) {
      const t = csvCell(arrays[`run${run}_times`].data[s]);
      for (let j = 0; j < width; j++) {
        const from = (s * width + j) * coordinates;
        const moving = momenta ? (omega === undefined ? row(theta, 0).fill("") : row(omega, from)) : [];
        lines.push([run, t, j, ...row(theta, from), ...moving].join(","));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
