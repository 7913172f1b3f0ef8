// The initial law on phase space: a product, θ by its law, ω by its momentum law (default N(0, τI)), normalised to mass 1.
// A Gaussian no narrower than a cell is taken at the centres: its sums over cells (mass, moments, mean field) are then
// right to 2e^(−2π²σ²/Δ²), 5e-9 at σ = Δ, whereas averages over cells would add Δ²/12 to its variance. A narrower
// Gaussian, or a box, is averaged over cells: its mass and mean are right however narrow it is.

import { exp } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import {
  boxAverages,
  broughtNear,
  gaussianAverages,
  isEven,
  product,
  tooNarrow,
  wrapped,
} from "../../grid/initial.ts";
import type { InitialLaw } from "../../problem/law.ts";

/** Beyond this many standard deviations a Gaussian holds less than 1e-22. */
const FAR = 10;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/**
 * The density at t = 0. `leak`: the most mass that any axis may cut off.
 * Errors (input): a law without a density (sphere, given neurons, std 0, τ = 0 without momentum), an axis that is too short.
 */
export function phaseDensity(phase: Grid, law: InitialLaw, leak: number, temperature: number): Float64Array {
  const p = phase.axes.length / 2;
  const { position, momentum } = law;
  if (position.kind === "sphere" || position.kind === "points") {
    throw inputError(
      "initial.kind",
      `a ${position.kind === "sphere" ? "sphere" : "file of neurons"} has no density; a grid needs gaussian or uniform`,
    );
  }
  if (momentum === undefined && temperature === 0) {
    throw inputError(
      "initial.momentum",
      "absent, and at temperature 0 its default has width √τ = 0; a grid needs a density: give momentum.std > 0",
    );
  }
  const factors = phase.axes.map((axis, at) => {
    const k = at % p;
    if (at >= p) {
      const std = momentum === undefined ? Math.sqrt(temperature) : momentum.std[k];
      if (!(std > 0)) {
        throw inputError(
          "initial.momentum.std",
          `found ${std} for coordinate ${k}; a density needs a width: std > 0`,
        );
      }
      return gaussianFactor(axis, k, momentum?.mean[k] ?? 0, std);
    }
    return position.kind === "gaussian"
      ? gaussianFactor(axis, k, position.mean[k], position.std[k])
      : boxAverages(axis, position.low[k], position.high[k]);
  });
  for (const [at, factor] of factors.entries()) {
    const axis = phase.axes[at];
    const kept = factor.reduce((total, value) => total + value, 0) * axis.spacing;
    if (1 - kept > leak) {
      const std = momentum?.std ?? new Array<number>(p).fill(Math.sqrt(temperature));
      const mean = momentum?.mean ?? new Array<number>(p).fill(0);
      const own: InitialLaw = at < p ? law : { position: { kind: "gaussian", mean, std } };
      throw tooNarrow(axis, at % p, own, 1 - kept, leak, at);
    }
    for (let i = 0; i < factor.length; i++) factor[i] /= kept;
  }
  return product(phase, factors);
}

function gaussianFactor(axis: Axis, k: number, mean: number, std: number): Float64Array {
  if (!(std >= axis.spacing)) return gaussianAverages(axis, k, mean, std);
  if (isEven(axis, std)) return new Float64Array(axis.cells).fill(1 / (axis.high - axis.low));
  const centre = broughtNear(axis, mean);
  const value = (from: number) => {
    const u = (from + 0.5 * axis.spacing - centre) / std;
    return (INVERSE_SQRT_TWO_PI * exp(-0.5 * u * u)) / std;
  };
  return wrapped(axis, centre - FAR * std, centre + FAR * std, value);
}
