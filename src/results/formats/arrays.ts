// The arrays of neurons.npz and density.npz.

import type { DataSet } from "../../problem/data.ts";
import type { BuiltExperiment } from "../../run/build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress } from "../../run/progress.ts";
import { gridOf, isNetwork, isOnGrid } from "../../run/runs.ts";
import type { NumericArray } from "../../tables/npz.ts";

/** The arrays of neurons.npz: snapshots by run, and the data. */
export function neuronArrays(
  built: BuiltExperiment,
  results: readonly (Progress | null)[],
): Record<string, NumericArray> {
  const { data, dimension } = built.problem;
  const arrays: Record<string, NumericArray> = {};
  for (const [run, result] of results.entries()) {
    const one = built.runs[run];
    if (result === null || result.snapshots.length === 0 || !isNetwork(one)) continue;
    const snapshots = result.snapshots as readonly NetworkSnapshot[];
    const count = snapshots.length;
    const { width } = one;
    arrays[`run${run}_times`] = { shape: [count], data: Float64Array.from(snapshots, ({ t }) => t) };
    arrays[`run${run}_theta`] = {
      shape: [count, width, dimension],
      data: concatenated(snapshots.map(({ theta }) => theta)),
    };
    if (built.dynamics.order === "second") {
      arrays[`run${run}_omega`] = {
        shape: [count, width, dimension],
        data: concatenated(snapshots.map(({ omega }) => omega)),
      };
    }
    if (data.size > 0) {
      arrays[`run${run}_outputs`] = {
        shape: [count, data.size],
        data: concatenated(snapshots.map(({ outputs }) => outputs)),
      };
    }
  }
  return { ...arrays, ...dataArrays(data) };
}

/** The arrays of density.npz, of runs on a grid: the cell centres of each axis, snapshots of cell averages, and the data. */
export function densityArrays(
  built: BuiltExperiment,
  results: readonly (Progress | null)[],
): Record<string, NumericArray> {
  const { data, dimension } = built.problem;
  const arrays: Record<string, NumericArray> = {};
  for (const [run, result] of results.entries()) {
    const one = built.runs[run];
    if (result === null || result.snapshots.length === 0 || !isOnGrid(one)) continue;
    const snapshots = result.snapshots as readonly DensitySnapshot[];
    const count = snapshots.length;
    for (const [k, { centres }] of gridOf(one).axes.entries()) {
      const coordinate = k < dimension ? `theta_${k}` : `omega_${k - dimension}`;
      arrays[`run${run}_${coordinate}`] = { shape: [centres.length], data: centres };
    }
    arrays[`run${run}_times`] = { shape: [count], data: Float64Array.from(snapshots, ({ t }) => t) };
    arrays[`run${run}_density`] = {
      shape: [count, ...one.cells],
      data: concatenated(snapshots.map(({ density }) => density)),
    };
    if (data.size > 0) {
      arrays[`run${run}_outputs`] = {
        shape: [count, data.size],
        data: concatenated(snapshots.map(({ outputs }) => outputs)),
      };
    }
  }
  return Object.keys(arrays).length === 0 ? {} : { ...arrays, ...dataArrays(data) };
}

function dataArrays(data: DataSet): Record<string, NumericArray> {
  if (data.size === 0) return {};
  const rows = new Float64Array(data.size * data.inputs);
  for (let i = 0; i < data.size; i++) {
    for (let k = 0; k < data.inputs; k++) rows[i * data.inputs + k] = data.x[k * data.size + i];
  }
  return {
    data_x: { shape: [data.size, data.inputs], data: rows },
    data_y: { shape: [data.size], data: data.y },
    data_weight: { shape: [data.size], data: data.weight },
  };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
