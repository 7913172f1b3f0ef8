// The initial law as a density: the average over each cell of a Gaussian's or a box's density, coordinate by coordinate
// (on a periodic axis wrapped around), normalised to mass 1 on the domain.

import { refuse } from "../base/breach.ts";
import { onCircle } from "../base/circle.ts";
import { exp } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { rounded } from "../base/words.ts";
import { gaussLegendre } from "../problem/gauss-legendre.ts";
import { densityBreaches, type InitialLaw } from "../problem/law.ts";
import type { Axis } from "./axis.ts";
import { massOf } from "./density.ts";
import type { Grid } from "./grid.ts";

/** Beyond this many standard deviations a Gaussian holds less than 1e-22. */
const FAR = 10;
/** Beyond this many its density is 0 in doubles. */
const UNSEEN = 39;
/** Wrapped around a circle of 2π, a Gaussian of more than this std is even to round-off: its first mode is e^(−81/2). */
const EVEN = 9;
/** Turns of a circle that are counted one by one. */
const MOST_TURNS = 64;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/**
 * The law's density on that grid. `leak`: the most mass that the domain may cut off.
 * Errors (input): a law without a density (a sphere, given neurons, std 0), and a domain that cuts off too much.
 */
export function initialDensity(grid: Grid, law: InitialLaw, leak: number): Float64Array {
  const { position } = law;
  refuse(densityBreaches(position, "grid")[0]);
  if (position.kind === "sphere" || position.kind === "points") throw new Error("unreachable: no density");
  const factors = grid.axes.map((axis, k) =>
    position.kind === "gaussian"
      ? gaussianAverages(axis, k, position.mean[k], position.std[k])
      : boxAverages(axis, position.low[k], position.high[k]),
  );
  for (const [k, factor] of factors.entries()) {
    const inside = factor.reduce((total, value) => total + value, 0) * grid.axes[k].spacing;
    if (1 - inside > leak) throw tooNarrow(grid.axes[k], k, law, 1 - inside, leak);
  }
  const values = product(grid, factors);
  const mass = massOf(grid, values);
  for (let i = 0; i < values.length; i++) values[i] /= mass;
  return values;
}

/** Π_k factors[k] at every cell. */
export function product(grid: Grid, factors: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(grid.size).fill(1);
  for (const [k, factor] of factors.entries()) {
    const stride = grid.strides[k];
    for (let at = 0; at < grid.size; at++) values[at] *= factor[Math.floor(at / stride) % factor.length];
  }
  return values;
}

/** N(mean, std²) averaged over the cells of one axis; k: the coordinate, for the error. */
export function gaussianAverages(axis: Axis, k: number, mean: number, std: number): Float64Array {
  if (!(std > 0)) {
    throw inputError("initial.std", `found ${std} for coordinate ${k}; a density needs a width: std > 0`);
  }
  if (isEven(axis, std)) return new Float64Array(axis.cells).fill(1 / (axis.high - axis.low));
  const centre = broughtNear(axis, mean);
  // Eight Gauss–Legendre points on pieces of std/4: round-off to 12 std (differences of erf would lose the tails).
  const { nodes, weights } = gaussLegendre(8);
  const average = (from: number) => {
    const low = Math.max((from - centre) / std, -UNSEEN);
    const high = Math.min((from + axis.spacing - centre) / std, UNSEEN);
    if (!(low < high)) return 0;
    const pieces = Math.ceil(4 * (high - low));
    const half = (0.5 * (high - low)) / pieces;
    let total = 0;
    for (let piece = 0; piece < pieces; piece++) {
      const middle = low + (2 * piece + 1) * half;
      for (let i = 0; i < nodes.length; i++) {
        const u = middle + half * nodes[i];
        total += weights[i] * exp(-0.5 * u * u);
      }
    }
    return (total * half * INVERSE_SQRT_TWO_PI) / axis.spacing;
  };
  return wrapped(axis, centre - FAR * std, centre + FAR * std, average);
}

/** Whether a Gaussian of that std, wrapped around the axis, is even to round-off. */
export function isEven({ low, high, periodic }: Axis, std: number): boolean {
  return periodic && (2 * Math.PI * std) / (high - low) > EVEN;
}

/** A place on a periodic axis: where it lies many turns away its image, as images of the law are counted as multiples of a turn from there. */
export function broughtNear({ low, high, periodic }: Axis, place: number): number {
  const period = high - low;
  if (!periodic || Math.abs(place) <= MOST_TURNS * period) return place;
  return onCircle(place, low, period);
}

/** The uniform density on [low, high] averaged over the cells of one axis. */
export function boxAverages(axis: Axis, low: number, high: number): Float64Array {
  const width = high - low;
  const period = axis.high - axis.low;
  // Of many turns the whole ones cover the circle evenly, and no image of theirs is counted.
  const turns = axis.periodic && width > MOST_TURNS * period ? Math.floor(width / period) : 0;
  const from = broughtNear(axis, low);
  const to = turns > 0 || from !== low ? from + (turns > 0 ? width % period : width) : high;
  const overlap = (at: number) =>
    Math.max(0, Math.min(to, at + axis.spacing) - Math.max(from, at)) / (width * axis.spacing);
  const rest = wrapped(axis, from, to, overlap);
  return turns === 0 ? rest : rest.map((value) => value + turns / width);
}

/** The averages of a density that lives on [low, high], its images summed where the axis is periodic. */
export function wrapped(
  axis: Axis,
  low: number,
  high: number,
  average: (from: number) => number,
): Float64Array {
  const period = axis.high - axis.low;
  const first = axis.periodic ? Math.floor((low - axis.high) / period) : 0;
  const last = axis.periodic ? Math.ceil((high - axis.low) / period) : 0;
  return Float64Array.from({ length: axis.cells }, (_, i) => {
    let total = 0;
    for (let turn = first; turn <= last; turn++)
      total += average(axis.low + i * axis.spacing + turn * period);
    return total;
  });
}

/** The error for an axis, number `at` of its grid, that cuts off coordinate k of the law. */
export function tooNarrow(
  axis: Axis,
  k: number,
  { position }: InitialLaw,
  lost: number,
  leak: number,
  at = k,
) {
  // 1.2 allows for faces that are also monitored: they must stay empty, not only hold little.
  const reach = position.kind === "gaussian" ? 1.2 * Math.sqrt(-2 * Math.log(Math.min(leak, 0.1))) : 0;
  const [low, high] =
    position.kind === "gaussian"
      ? [position.mean[k] - reach * position.std[k], position.mean[k] + reach * position.std[k]]
      : position.kind === "uniform"
        ? [position.low[k], position.high[k]]
        : [axis.low, axis.high];
  // Outwards, to a hundredth of the law's own width: rounding must not cut it again.
  const unit = 10 ** Math.floor(Math.log10(high - low) - 1);
  const wish = [
    Math.min(axis.low, unit * Math.floor(low / unit)),
    Math.max(axis.high, unit * Math.ceil(high / unit)),
  ].map((x) => rounded(x, 12));
  const advice = wish.every(Number.isFinite) ? `Try [${wish.join(", ")}]` : "Try a narrower initial law";
  return inputError(
    "grid.extent",
    `[${axis.low}, ${axis.high}] on axis ${at} cuts off ${lost.toExponential(1)} of the initial law; allowed: ${leak}. ${advice}`,
  );
}
