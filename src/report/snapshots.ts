import type { ReportInput } from "./folder.ts";

/** The neurons of one run at one snapshot. */
export interface Snapshot {
  readonly t: number;
  readonly count: number;
  /** Coordinate k of neuron j. */
  at(j: number, k: number): number;
}

/** The snapshots of a run's neurons, in time, and the number of coordinates; undefined when none were kept. */
export function snapshotsOf(
  { neurons }: ReportInput,
  run: number,
): { p: number; snapshots: Snapshot[] } | undefined {
  const theta = neurons[`run${run}_theta`];
  const times = neurons[`run${run}_times`];
  if (!theta || !times || theta.data.length === 0) return undefined;
  const [, count, p] = theta.shape as [number, number, number];
  const snapshots = [...times.data].map((t, s) => ({
    t,
    count,
    at: (j: number, k: number) => theta.data[(s * count + j) * p + k]!,
  }));
  return { p, snapshots };
}

/** At most `most` of the items, evenly spread: every n-th, the first included. */
export function everyNth<T>(items: readonly T[], most: number): T[] {
  const stride = Math.ceil(items.length / most);
  return items.filter((_, index) => index % stride === 0);
}

/** A density over θ at one snapshot. */
export interface DensitySnapshot {
  /** Infinite for an equilibrium. */
  readonly t: number;
  /** Cell averages of unit mass, in C order; of a density in phase space its marginal in θ. */
  readonly values: Float64Array;
}

/** The density snapshots of a run, and the cells they are on. */
export interface DensitySnapshots {
  /** For each coordinate of θ the cell centres, evenly spaced. */
  readonly axes: readonly Float64Array[];
  readonly snapshots: readonly DensitySnapshot[];
}

/** The densities that a run kept, in time; undefined when none were. */
export function densitiesOf({ densities }: ReportInput, run: number): DensitySnapshots | undefined {
  const times = densities[`run${run}_times`];
  const density = densities[`run${run}_density`];
  const axes: Float64Array[] = [];
  for (let k = 0; densities[`run${run}_theta_${k}`]; k++) axes.push(densities[`run${run}_theta_${k}`]!.data);
  if (!times || !density || density.data.length === 0 || axes.length === 0) return undefined;
  const size = axes.reduce((product, { length }) => product * length, 1);
  const inner = density.data.length / (times.data.length * size);
  const volume = axes.reduce((product, axis) => product * spacing(axis), 1);
  const snapshots = [...times.data].map((t, s) => ({
    t,
    values: marginal(density.data.subarray(s * size * inner, (s + 1) * size * inner), inner, volume),
  }));
  return { axes, snapshots };
}

/** The distance of neighbouring cell centres. */
export function spacing(centres: Float64Array): number {
  return centres.length > 1 ? (centres.at(-1)! - centres[0]!) / (centres.length - 1) : 1;
}

/** Sums over runs of so many neighbouring cells, momenta being the last coordinates, and scales to unit mass. */
function marginal(values: Float64Array, inner: number, volume: number): Float64Array {
  const sums = new Float64Array(values.length / inner);
  for (const [i, value] of values.entries()) sums[Math.floor(i / inner)]! += value;
  const total = sums.reduce((sum, value) => sum + value, 0);
  return total > 0 ? sums.map((value) => value / (total * volume)) : sums;
}
