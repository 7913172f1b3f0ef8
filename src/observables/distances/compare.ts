// The solvers of one experiment against each other: f_N against f in L²(q) over the data, μ_N against μ in W₁, W₂ and the
// energy distance (sliced above p = 1), networks as a mean over replicas with its 95 % interval, which holds no negative distance. A stationary law
// is the limit t → ∞: it is compared at the last time only. Kinetic densities are compared by their marginal in θ.

import { inputError } from "../../base/errors.ts";
import { largestOf } from "../../base/extremes.ts";
import { grouped } from "../../base/grouped.ts";
import { isSameTime } from "../../base/same-time.ts";
import { type Grid, grid as productOf } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { meanWithScatter } from "../../statistics/interval.ts";
import {
  type Distances,
  distancesOfPoints,
  distancesOfSlices,
  rmsDifference,
  type Slices,
  type Space,
  slicesOf,
  spaceOf,
} from "./distances.ts";

/** What a reader needs to tell one side of a comparison from another: the solver, its width or cells, and what else differs. */
export interface SolverLabel {
  readonly solver: string;
  readonly width?: number;
  readonly cells?: readonly number[];
  readonly [detail: string]: string | number | readonly number[] | undefined;
}

/** One network; runs whose labels agree are replicas. */
export interface NetworkRun {
  readonly label: SolverLabel;
  readonly snapshots: readonly {
    readonly t: number;
    /** N × p */
    readonly theta: Float64Array;
    /** f_N at the data points, empty without data */
    readonly outputs: Float64Array;
  }[];
}

/** One run of a solver that holds a density, over θ or over (θ, ω). */
export interface DensityRun {
  readonly label: SolverLabel;
  readonly grid: Grid;
  /** Whether it is the limit t → ∞, whose one snapshot has no time of its own. */
  readonly stationary: boolean;
  readonly snapshots: readonly {
    readonly t: number;
    readonly density: Float64Array;
    /** f at the data points, empty without data */
    readonly outputs: Float64Array;
  }[];
}

const OF_LAWS = "between the laws of a neuron";

/** The distances between solvers, in the order of display: how they are written, in the report's notation, and of what they are. */
export const DISTANCES = {
  f_rms: { symbol: "‖*f*_N − *f*‖", meaning: "over the data (root mean square)" },
  w1: { symbol: "*W*_1", meaning: OF_LAWS },
  w2: { symbol: "*W*_2", meaning: OF_LAWS },
  sliced_w1: { symbol: "sliced *W*_1", meaning: OF_LAWS },
  sliced_w2: { symbol: "sliced *W*_2", meaning: OF_LAWS },
  energy_distance: { symbol: "energy distance", meaning: OF_LAWS },
} as const;

export type Quantity = keyof typeof DISTANCES;

/** Whether that is the name of a distance between solvers, not of an observable of one. */
export function isDistance(name: string): name is Quantity {
  return Object.hasOwn(DISTANCES, name);
}

/** The distances that laws of a neuron of that problem have. */
export function distancesFor({ data, dimension, domain }: Problem): readonly Quantity[] {
  const left: readonly Quantity[] = [
    ...(data.size > 0 ? [] : ["f_rms" as const]),
    ...(dimension > 1 ? (["w1", "w2"] as const) : (["sliced_w1", "sliced_w2"] as const)),
    // On a torus of several dimensions slices have no energy distance.
    ...(dimension > 1 && domain === "torus" ? ["energy_distance" as const] : []),
  ];
  return (Object.keys(DISTANCES) as Quantity[]).filter((name) => !left.includes(name));
}

/** One entry of `comparisons` in summary.json. */
export interface Comparison {
  readonly a: SolverLabel;
  readonly b: SolverLabel;
  /** null where both sides are limits. */
  readonly t: number | null;
  readonly quantity: Quantity;
  /** Over the replicas of a; f_rms and the distances are averaged themselves, not their squares. */
  readonly mean: number;
  /** 95 %; null for fewer than three values. */
  readonly interval: readonly [number, number] | null;
  /** The smaller and the larger of two values. */
  readonly extremes?: readonly [number, number];
  readonly replicas: number;
}

/** What a comparison is made of: one value a replica of a, in their order; a single one where a is a density. */
export interface ComparedValues extends Pick<Comparison, "a" | "b" | "t" | "quantity"> {
  readonly values: readonly number[];
}

export interface SolverRuns {
  /** p */
  readonly dimension: number;
  /** q_i, empty without data */
  readonly weight: Float64Array;
  readonly networks: readonly NetworkRun[];
  readonly densities: readonly DensityRun[];
}

/** A density at a time, ready to be compared. */
interface Image {
  /** null: the limit. */
  readonly t: number | null;
  readonly slices: Slices;
  readonly outputs: Float64Array;
}

interface DensityImages {
  readonly label: SolverLabel;
  readonly images: readonly Image[];
}

type Values = readonly (readonly [Quantity, number])[];

/**
 * Every group of networks against every density, in the order given, then the densities in pairs; for each pair by time, at the
 * times that both have: a run that ended early is compared as far as it got. Cost: one slicing per snapshot, one sweep per pair.
 */
export function compareSolvers(runs: SolverRuns): Comparison[] {
  return comparedValues(runs).map(asComparison);
}

/** The mean of compared values, with its interval. */
export function asComparison({ values, ...what }: ComparedValues): Comparison {
  return { ...what, ...meanWithScatter(values, true) };
}

/** The values behind the comparisons. */
export function comparedValues({ dimension, weight, networks, ...solvers }: SolverRuns): ComparedValues[] {
  const densities = solvers.densities.filter(({ snapshots }) => snapshots.length > 0);
  if (densities.length === 0) return [];
  const times = [
    ...networks.flatMap((run) => run.snapshots),
    ...densities.filter((run) => !run.stationary).flatMap((run) => run.snapshots),
  ].map(({ t }) => t);
  const last = times.length > 0 ? largestOf(times) : null;
  const slicedDensities = densities.map((run) => imagesOfDensity(run, dimension));
  const { space } = slicedDensities[0].images[0].slices;
  const comparisons: ComparedValues[] = [];
  for (const runs of grouped(networks, ({ label }) => JSON.stringify(label))) {
    comparisons.push(...compareGroup(runs, slicedDensities, space, weight, last));
  }
  for (const [i, first] of slicedDensities.entries()) {
    for (const second of slicedDensities.slice(i + 1)) {
      for (const left of first.images) {
        for (const right of second.images) {
          const t = commonTime(left.t, right.t, last);
          if (t === undefined) continue;
          const distances = distancesOfSlices(left.slices, right.slices);
          const outputs = [left.outputs, right.outputs] as const;
          for (const [quantity, value] of valuesOf(distances, outputs, weight, space)) {
            comparisons.push({ a: first.label, b: second.label, t, quantity, values: [value] });
          }
        }
      }
    }
  }
  return comparisons;
}

function imagesOfDensity({ label, grid, stationary, snapshots }: DensityRun, p: number): DensityImages {
  const images = snapshots.map(({ t, density, outputs }) => {
    const marginal = thetaMarginal(grid, density, p);
    const slices = slicesOf(marginal, spaceOf(marginal.grid));
    return { t: stationary ? null : t, slices, outputs };
  });
  return { label, images };
}

/** The density of θ, the first p coordinates of that grid. */
export function thetaMarginal(
  phase: Grid,
  values: Float64Array,
  p: number,
): { grid: Grid; values: Float64Array } {
  if (phase.axes.length === p) return { grid: phase, values };
  if (phase.axes.length < p) {
    throw inputError("density", `found ${phase.axes.length} coordinates; θ has ${p}`);
  }
  const grid = productOf(phase.axes.slice(0, p));
  // The momenta run fastest, so each cell of θ owns one contiguous run of values.
  const run = phase.strides[p - 1];
  const scale = phase.volume / grid.volume;
  const marginal = new Float64Array(grid.size);
  for (let i = 0; i < grid.size; i++) {
    let total = 0;
    for (let j = i * run; j < (i + 1) * run; j++) total += values[j];
    marginal[i] = scale * total;
  }
  return { grid, values: marginal };
}

/** One group of replicas against every density: each network is sliced once, however many densities there are, one slice held at a time. */
function compareGroup(
  runs: readonly NetworkRun[],
  densities: readonly DensityImages[],
  space: Space,
  weight: Float64Array,
  last: number | null,
): ComparedValues[] {
  const byTime = densities.map(() => new Map<number, Map<Quantity, number[]>>());
  for (const { snapshots } of runs) {
    for (const { t, theta, outputs } of snapshots) {
      const partners = densities.flatMap(({ images }, d) => {
        const image = images.find((seen) => commonTime(t, seen.t, last) !== undefined);
        return image === undefined ? [] : [{ d, image }];
      });
      if (partners.length === 0) continue;
      const slices = partners.map(({ image }) => image.slices);
      const distances = distancesOfPoints(theta, slices, space);
      for (const [k, { d, image }] of partners.entries()) {
        const samples = byTime[d].get(t) ?? new Map<Quantity, number[]>();
        byTime[d].set(t, samples);
        for (const [quantity, value] of valuesOf(distances[k], [outputs, image.outputs], weight, space)) {
          samples.set(quantity, [...(samples.get(quantity) ?? []), value]);
        }
      }
    }
  }
  return densities.flatMap(({ label }, d) =>
    [...byTime[d]]
      .sort(([s], [t]) => s - t)
      .flatMap(([t, samples]) =>
        [...samples].map(([quantity, values]) => ({ a: runs[0].label, b: label, t, quantity, values })),
      ),
  );
}

/** The time at which both are known, undefined where there is none; null is the limit, which goes with the last time. */
function commonTime(s: number | null, t: number | null, last: number | null): number | null | undefined {
  if (s === null || t === null) {
    const known = s ?? t;
    return known === null || known === last ? known : undefined;
  }
  return isSameTime(s, t) ? s : undefined;
}

function valuesOf(
  { w1, w2, energy }: Distances,
  [f, g]: readonly [Float64Array, Float64Array],
  weight: Float64Array,
  { dimension }: Space,
): Values {
  const sliced = dimension > 1;
  const values: [Quantity, number][] = [];
  if (weight.length > 0) values.push(["f_rms", rmsDifference(f, g, weight)]);
  values.push([sliced ? "sliced_w1" : "w1", w1], [sliced ? "sliced_w2" : "w2", w2]);
  if (energy !== null) values.push(["energy_distance", energy]);
  return values;
}
