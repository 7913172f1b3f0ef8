import type { ReportInput } from "../folder.ts";

/** The neurons of one run at one snapshot. */
export interface Snapshot {
  readonly t: number;
  readonly count: number;
  /** Coordinate k of neuron j. */
  at(j: number, k: number): number;
  /** Its momentum; undefined where there is none. */
  readonly momentum: ((j: number, k: number) => number) | undefined;
}

/** The snapshots of a run's neurons, in time, and the number of coordinates; undefined when none were kept. */
export function snapshotsOf(
  { neurons }: ReportInput,
  run: number,
): { p: number; snapshots: Snapshot[] } | undefined {
  const theta = neurons[`run${run}_theta`];
  const omega = neurons[`run${run}_omega`];
  const times = neurons[`run${run}_times`];
  if (!theta || !times || theta.data.length === 0) return undefined;
  const [, count, p] = theta.shape as [number, number, number];
  const snapshots = [...times.data].map((t, s) => ({
    t,
    count,
    at: (j: number, k: number) => theta.data[(s * count + j) * p + k]!,
    momentum: omega && ((j: number, k: number) => omega.data[(s * count + j) * p + k]!),
  }));
  return { p, snapshots };
}

/** Coordinate k of all neurons, where it is finite. */
export function finiteColumn({ count, at }: Snapshot, k: number): Float64Array {
  return Float64Array.from({ length: count }, (_, j) => at(j, k)).filter(Number.isFinite);
}

/** Whether two times are one, rounding aside. */
export function sameTime(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}

/** At most `most` of so many indices, evenly spread: every n-th, the first included. */
export function everyIndex(count: number, most: number): number[] {
  const stride = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / stride) }, (_, n) => n * stride);
}

/** A density at one snapshot. */
export interface DensitySnapshot {
  /** Infinite for an equilibrium. */
  readonly t: number;
  /** Cell averages of unit mass, in C order. */
  readonly values: Float64Array;
}

/** The density snapshots of a run, and the cells they are on. */
export interface DensitySnapshots {
  /** For each coordinate the cell centres, evenly spaced. */
  readonly axes: readonly Float64Array[];
  readonly snapshots: readonly DensitySnapshot[];
}

/** The densities over θ that a run kept, in time, momenta integrated out; undefined when none were. */
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

/** The densities that a run kept over (θ, ω) in one dimension, in time; undefined where there are none. */
export function phaseDensitiesOf({ densities }: ReportInput, run: number): DensitySnapshots | undefined {
  const times = densities[`run${run}_times`];
  const density = densities[`run${run}_density`];
  const [theta, omega] = [densities[`run${run}_theta_0`], densities[`run${run}_omega_0`]];
  if (!times || !density || !theta || !omega || densities[`run${run}_theta_1`]) return undefined;
  const size = theta.data.length * omega.data.length;
  if (size === 0 || density.data.length !== times.data.length * size) return undefined;
  const snapshots = [...times.data].map((t, s) => ({
    t,
    values: density.data.subarray(s * size, (s + 1) * size),
  }));
  return { axes: [theta.data, omega.data], snapshots };
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
