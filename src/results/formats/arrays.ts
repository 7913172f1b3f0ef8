// The arrays of neurons.npz and density.npz.

import { hasMomenta } from "../../dynamics/motion.ts";
import type { DataSet } from "../../problem/data.ts";
import type { BuiltExperiment } from "../../run/build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress, Snapshot } from "../../run/progress.ts";
import { gridOf, isNetwork, isOnGrid } from "../../run/runs.ts";
import type { NumericArray } from "../../tables/npz.ts";

type Arrays = Record<string, NumericArray>;

/** The arrays of neurons.npz: snapshots by run, and the data. */
export function neuronArrays(
  { problem: { data, dimension }, dynamics, runs }: BuiltExperiment,
  results: readonly (Progress | null)[],
): Arrays {
  const arrays = runs.flatMap((run, index) => {
    const snapshots = (results[index]?.snapshots ?? []) as readonly NetworkSnapshot[];
    if (!isNetwork(run) || snapshots.length === 0) return [];
    const shape = [run.width, dimension];
    const theta = stacked(snapshots, shape, (snapshot) => snapshot.theta);
    const momenta = hasMomenta(dynamics);
    return ofRun(index, {
      times: timesOf(snapshots),
      theta,
      ...(momenta && { omega: stacked(snapshots, shape, ({ omega }) => omega) }),
      ...outputsOf(snapshots, data),
    });
  });
  return { ...Object.fromEntries(arrays), ...dataArrays(data) };
}

/** The arrays of density.npz, of runs on a grid: the cell centres of each axis, snapshots of cell averages, and the data. */
export function densityArrays(
  { problem: { data, dimension }, runs }: BuiltExperiment,
  results: readonly (Progress | null)[],
): Arrays {
  const arrays = runs.flatMap((run, index) => {
    const snapshots = (results[index]?.snapshots ?? []) as readonly DensitySnapshot[];
    if (!isOnGrid(run) || snapshots.length === 0) return [];
    const axes = gridOf(run).axes.map(({ centres }, k) => {
      const coordinate = k < dimension ? `theta_${k}` : `omega_${k - dimension}`;
      return [coordinate, { shape: [centres.length], data: centres }] as const;
    });
    return ofRun(index, {
      ...Object.fromEntries(axes),
      times: timesOf(snapshots),
      density: stacked(snapshots, run.cells, ({ density }) => density),
      ...outputsOf(snapshots, data),
    });
  });
  return arrays.length === 0 ? {} : { ...Object.fromEntries(arrays), ...dataArrays(data) };
}

function ofRun(index: number, arrays: Arrays): [name: string, array: NumericArray][] {
  return Object.entries(arrays).map(([name, array]) => [`run${index}_${name}`, array]);
}

/** What `of` finds in each snapshot, of that shape, one after another. */
function stacked<Kept extends Snapshot>(
  snapshots: readonly Kept[],
  shape: readonly number[],
  of: (snapshot: Kept) => Float64Array,
): NumericArray {
  return { shape: [snapshots.length, ...shape], data: concatenated(snapshots.map(of)) };
}

const timesOf = (snapshots: readonly Snapshot[]) => stacked(snapshots, [], ({ t }) => Float64Array.of(t));

function outputsOf(snapshots: readonly Snapshot[], { size }: DataSet): Arrays {
  return size === 0 ? {} : { outputs: stacked(snapshots, [size], ({ outputs }) => outputs) };
}

function dataArrays(data: DataSet): Arrays {
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
