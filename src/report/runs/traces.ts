// The traces that runs leave: the snapshots of their neurons, or of their densities.

import type { BuiltExperiment } from "../../run/build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress } from "../../run/progress.ts";
import { gridOf, isNetwork, isOnGrid } from "../../run/runs.ts";

/** The snapshots of N neurons, in time. */
export interface NetworkTrace {
  readonly holds: "network";
  /** Coordinates of θ. */
  readonly p: number;
  readonly snapshots: readonly NetworkSnapshot[];
}

/** The snapshots of a density, in time: that of an equilibrium is infinite. */
export interface DensityTrace {
  readonly holds: "density";
  readonly p: number;
  /** For each coordinate of θ, then of ω, the cell centres, evenly spaced. */
  readonly axes: readonly Float64Array[];
  readonly snapshots: readonly DensitySnapshot[];
}

export type Trace = NetworkTrace | DensityTrace;

/** In the order of the runs; null of those that left nothing. */
export function tracesOf(
  { runs, problem: { dimension: p } }: BuiltExperiment,
  results: readonly (Progress | null)[],
): (Trace | null)[] {
  return runs.map((run, k) => {
    const snapshots = results[k]?.snapshots ?? [];
    if (snapshots.length === 0) return null;
    if (isNetwork(run)) return { holds: "network", p, snapshots: snapshots as readonly NetworkSnapshot[] };
    if (!isOnGrid(run)) return null;
    const axes = gridOf(run).axes.map(({ centres }) => centres);
    return { holds: "density", p, axes, snapshots: snapshots as readonly DensitySnapshot[] };
  });
}

type HasTraces = { readonly traces: readonly (Trace | null)[] };

/** The neurons that a run left; undefined where there are none. */
export function neuronsOf({ traces }: HasTraces, run: number): NetworkTrace | undefined {
  const trace = traces[run];
  return trace?.holds === "network" ? trace : undefined;
}

/** Densities over some coordinates, in time. */
export interface DensitySnapshots {
  readonly axes: readonly Float64Array[];
  readonly snapshots: readonly { readonly t: number; readonly values: Float64Array }[];
}

/** The densities over θ that a run left, momenta integrated out, of unit mass; undefined where there are none. */
export function densitiesOf({ traces }: HasTraces, run: number): DensitySnapshots | undefined {
  const trace = traces[run];
  if (trace?.holds !== "density") return undefined;
  const axes = trace.axes.slice(0, trace.p);
  const inner = trace.axes.slice(trace.p).reduce((product, { length }) => product * length, 1);
  const volume = axes.reduce((product, axis) => product * spacing(axis), 1);
  const snapshots = trace.snapshots.map(({ t, density }) => ({
    t,
    values: marginal(density, inner, volume),
  }));
  return { axes, snapshots };
}

/** The densities over (θ, ω) that a run left in one dimension; undefined where there are none. */
export function phaseDensitiesOf({ traces }: HasTraces, run: number): DensitySnapshots | undefined {
  const trace = traces[run];
  if (trace?.holds !== "density" || trace.p !== 1 || trace.axes.length !== 2) return undefined;
  return { axes: trace.axes, snapshots: trace.snapshots.map(({ t, density }) => ({ t, values: density })) };
}

/** Sums over runs of so many neighbouring cells, momenta being the last coordinates, and scales to unit mass. */
function marginal(values: Float64Array, inner: number, volume: number): Float64Array {
  const sums = new Float64Array(values.length / inner);
  for (const [i, value] of values.entries()) sums[Math.floor(i / inner)]! += value;
  const total = sums.reduce((sum, value) => sum + value, 0);
  return total > 0 ? sums.map((value) => value / (total * volume)) : sums;
}

/** The distance of neighbouring cell centres. */
export function spacing(centres: Float64Array): number {
  return centres.length > 1 ? (centres.at(-1)! - centres[0]!) / (centres.length - 1) : 1;
}

/** Coordinate k of all neurons, where it is finite. */
export function finiteColumn({ theta }: NetworkSnapshot, p: number, k: number): Float64Array {
  return Float64Array.from({ length: theta.length / p }, (_, j) => theta[j * p + k]!).filter(Number.isFinite);
}
