// A law on a line as n pieces of fixed masses m_j between edges X_0 < … < X_n, the density constant on each: m_j/(X_{j+1} − X_j).
// Levels s(j/n) with s = t³(10 − 15t + 6t²): the outermost pieces hold 10/n³, so that a Gaussian's tails are seen and moments are
// of order 2 in 1/n. Equal masses 1/n see them to order 1 (measured: 0.8, and an error five times as large at n = 400).

import { breachError } from "../../base/breach.ts";
import { erf, exp } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { bisectedFully } from "../../base/search.ts";
import type { Axis } from "../../grid/axis.ts";
import { densityBreaches, type InitialLaw } from "../../problem/law.ts";

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const FEWEST_PIECES = 8;
/** Beyond, the outermost masses come within round-off of the distribution function's. */
const MOST_PIECES = 20000;

/** s(j/n), 0 ≤ j ≤ n: the mass below edge j. Exactly symmetric, s_j = 1 − s_{n−j}, only in the first half: see `masses`. */
function level(j: number, n: number): number {
  const t = j / n;
  return t * t * t * (10 + t * (6 * t - 15));
}

/** m_j, 0 ≤ j < n, symmetric, of sum 1 to round-off. Errors (input): fewer than 8 pieces, more than 20000. */
export function pieceMasses(n: number): Float64Array {
  if (!Number.isInteger(n) || n < FEWEST_PIECES || n > MOST_PIECES) {
    throw inputError("jko.pieces", `found ${n}; allowed: an integer from ${FEWEST_PIECES} to ${MOST_PIECES}`);
  }
  const masses = new Float64Array(n);
  // s(b) − s(a) with b − a = 1/n taken out, so that the smallest keep their digits.
  for (let j = 0; 2 * j < n; j++) {
    const a = j / n;
    const b = (j + 1) / n;
    const cubes = a * a + a * b + b * b;
    const fourths = (a + b) * (a * a + b * b);
    const fifths = a * a * a * a + a * a * a * b + a * a * b * b + a * b * b * b + b * b * b * b;
    masses[j] = (10 * cubes - 15 * fourths + 6 * fifths) / n;
    masses[n - 1 - j] = masses[j];
  }
  return masses;
}

/** A law on [low, high] as `edgesOf` asks for it. */
interface Quantiles {
  /** The point with mass s below it, 0 < s ≤ ½. */
  fromBelow(s: number): number;
  /** The point with mass s above it. */
  fromAbove(s: number): number;
  /** Mean of what lies below x, and above x. */
  meanBelow(x: number): number;
  meanAbove(x: number): number;
}

/** Inner edges at the law's quantiles; the two outermost so that the end pieces have the mean of what they stand for. */
function edgesOf({ low, high }: Axis, n: number, law: Quantiles): Float64Array {
  const edges = new Float64Array(n + 1);
  for (let j = 1; j < n; j++) {
    edges[j] = 2 * j <= n ? law.fromBelow(level(j, n)) : law.fromAbove(level(n - j, n));
  }
  edges[0] = Math.max(low, 2 * law.meanBelow(edges[1]) - edges[1]);
  edges[n] = Math.min(high, 2 * law.meanAbove(edges[n - 1]) - edges[n - 1]);
  for (let j = 0; j < n; j++) {
    if (!(edges[j] < edges[j + 1])) {
      throw inputError("jko.pieces", `${n} pieces cannot be told apart near ${edges[j]}; take fewer`);
    }
  }
  return edges;
}

/**
 * Edges of the law conditioned to the axis, from its quantiles, so that no grid limits their accuracy.
 * Errors (input): a law without a density on the axis (sphere, given neurons, std 0, a box outside).
 */
export function edgesOfLaw(axis: Axis, { position }: InitialLaw, n: number): Float64Array {
  if (position.kind === "gaussian" && position.std[0] > 0) {
    return edgesOf(axis, n, gaussianQuantiles(axis, position.mean[0], position.std[0]));
  }
  if (position.kind === "uniform") {
    const low = Math.max(axis.low, position.low[0]);
    const high = Math.min(axis.high, position.high[0]);
    if (!(low < high)) {
      throw inputError(
        "grid.extent",
        `[${axis.low}, ${axis.high}] does not meet the initial law's [${position.low[0]}, ${position.high[0]}]`,
      );
    }
    return edgesOf(axis, n, {
      fromBelow: (s) => low + s * (high - low),
      fromAbove: (s) => high - s * (high - low),
      meanBelow: (x) => 0.5 * (low + x),
      meanAbove: (x) => 0.5 * (x + high),
    });
  }
  throw breachError(densityBreaches(position, "jko")[0]!);
}

function gaussianQuantiles({ low, high }: Axis, mean: number, std: number): Quantiles {
  const [from, to] = [(low - mean) / std, (high - mean) / std];
  const below = lowerTail(from);
  const above = lowerTail(-to);
  const total = 1 - below - above;
  const bump = (z: number) => INVERSE_SQRT_TWO_PI * exp(-0.5 * z * z);
  const at = (p: number, q: number) => mean + std * (p <= q ? quantile(p) : -quantile(q));
  return {
    fromBelow: (s) => at(below + s * total, above + (1 - s) * total),
    fromAbove: (s) => at(below + (1 - s) * total, above + s * total),
    meanBelow: (x) => {
      const z = (x - mean) / std;
      return mean + (std * (bump(from) - bump(z))) / (lowerTail(z) - below);
    },
    meanAbove: (x) => {
      const z = (x - mean) / std;
      return mean + (std * (bump(z) - bump(to))) / (lowerTail(-z) - above);
    },
  };
}

/** P(Z < z), Z ~ N(0, 1), to 1e-16. */
function lowerTail(z: number): number {
  return 0.5 * (1 + erf(Math.SQRT1_2 * z));
}

/** The z ≤ 0 with lowerTail(z) = p, 0 < p ≤ ½, by bisection to the last bit. */
function quantile(p: number): number {
  return bisectedFully(-40, 0, (z) => lowerTail(z) < p)[1];
}

/** Edges of a density given by its cell averages (≥ 0, of any mass > 0), through its piecewise linear distribution function. */
export function edgesOfDensity(axis: Axis, density: Float64Array, n: number): Float64Array {
  const up = oneSided(axis.low, axis.spacing, density);
  const down = oneSided(-axis.high, axis.spacing, density.slice().reverse());
  return edgesOf(axis, n, {
    fromBelow: up.quantile,
    fromAbove: (s) => -down.quantile(s),
    meanBelow: up.mean,
    meanAbove: (x) => -down.mean(-x),
  });
}

/** Quantiles and tail means of cells of that density, counted from `low` upwards. */
function oneSided(low: number, spacing: number, density: Float64Array) {
  const mass = new Float64Array(density.length + 1);
  const moment = new Float64Array(density.length + 1);
  for (let i = 0; i < density.length; i++) {
    mass[i + 1] = mass[i] + density[i];
    moment[i + 1] = moment[i] + density[i] * (low + (i + 0.5) * spacing);
  }
  const total = mass[density.length];
  if (!(total > 0))
    throw inputError("jko.density", `found mass ${total}; allowed: cell averages ≥ 0 of mass > 0`);
  const cellOf = (wanted: number) => {
    let first = 0;
    let last = density.length - 1;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (mass[middle + 1] < wanted) first = middle + 1;
      else last = middle;
    }
    return first;
  };
  return {
    quantile: (s: number) => {
      const wanted = s * total;
      const i = cellOf(wanted);
      return low + spacing * (i + (wanted - mass[i]) / density[i]);
    },
    mean: (x: number) => {
      const i = Math.min(density.length - 1, Math.max(0, Math.floor((x - low) / spacing)));
      const part = ((x - low) / spacing - i) * density[i];
      const middle = 0.5 * (low + i * spacing + x);
      return (moment[i] + part * middle) / (mass[i] + part);
    },
  };
}

/** Cell averages of those pieces by exact overlap: each piece's mass goes to the cells it covers. Needs edges on the axis. */
export function restrict(axis: Axis, edges: Float64Array, masses: Float64Array): Float64Array {
  const { low, cells, spacing } = axis;
  const density = new Float64Array(cells);
  const cellAt = (x: number) => Math.min(cells - 1, Math.max(0, Math.floor((x - low) / spacing)));
  for (let j = 0; j < masses.length; j++) {
    const first = cellAt(edges[j]);
    const last = cellAt(edges[j + 1]);
    if (first === last) {
      density[first] += masses[j];
      continue;
    }
    const height = masses[j] / (edges[j + 1] - edges[j]);
    let left = masses[j];
    let from = edges[j];
    for (let i = first; i < last; i++) {
      const face = low + (i + 1) * spacing;
      const share = Math.min(left, Math.max(0, height * (face - from)));
      density[i] += share;
      left -= share;
      from = face;
    }
    density[last] += left;
  }
  for (let i = 0; i < cells; i++) density[i] /= spacing;
  return density;
}
