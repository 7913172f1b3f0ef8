// The initial law on phase space: a product, θ by its law, ω by its momentum law (default N(0, τI)), normalised to mass 1.
// A Gaussian no narrower than a cell is taken at the centres: its sums over cells (mass, moments, mean field) are then
// right to 2e^(−2π²σ²/Δ²), 5e-9 at σ = Δ, whereas averages over cells would add Δ²/12 to its variance. A narrower
// Gaussian, or a box, is averaged over cells: its mass and mean are right however narrow it is.

import { type Breach, refuse } from "../../base/breach.ts";
import { exp } from "../../base/elementary.ts";
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
import { type Coordinates, densityBreaches, type InitialLaw } from "../../problem/law.ts";

/** Beyond this many standard deviations a Gaussian holds less than 1e-22. */
const FAR = 10;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** Why momenta have no density: at temperature 0 their default, of width √τ, has none. */
export function momentumBreaches(
  momentum: { readonly std?: Coordinates | undefined } | undefined,
  temperature: number,
): Breach[] {
  const std = momentum?.std;
  const wide = std === undefined ? temperature > 0 : [std].flat().every((value) => value > 0);
  if (wide) return [];
  const allowed = `numbers > 0 with grid${std === undefined ? " at temperature 0" : ""}: a density needs a width`;
  return [{ key: ["initial", "momentum", "std"], found: std, allowed }];
}

/**
 * The density at t = 0. `leak`: the most mass that any axis may cut off.
 * Errors (input): a law without a density (sphere, given neurons, std 0, τ = 0 without momentum), an axis that is too short.
 */
export function phaseDensity(phase: Grid, law: InitialLaw, leak: number, temperature: number): Float64Array {
  const p = phase.axes.length / 2;
  const { position, momentum: stated } = law;
  refuse([...densityBreaches(position, "grid"), ...momentumBreaches(stated, temperature)][0]);
  if (position.kind === "sphere" || position.kind === "points") throw new Error("unreachable: no density");
  const maxwellian = {
    mean: new Array<number>(p).fill(0),
    std: new Array<number>(p).fill(Math.sqrt(temperature)),
  };
  const { mean, std } = stated ?? maxwellian;
  const factors = phase.axes.map((axis, at) => {
    const k = at % p;
    if (at >= p) return gaussianFactor(axis, k, mean[k], std[k]);
    return position.kind === "gaussian"
      ? gaussianFactor(axis, k, position.mean[k], position.std[k])
      : boxAverages(axis, position.low[k], position.high[k]);
  });
  for (const [at, factor] of factors.entries()) {
    const axis = phase.axes[at];
    const mass = factor.reduce((total, value) => total + value, 0) * axis.spacing;
    if (1 - mass > leak) {
      const marginal: InitialLaw = at < p ? law : { position: { kind: "gaussian", mean, std } };
      throw tooNarrow(axis, at % p, marginal, 1 - mass, leak, at);
    }
    for (let i = 0; i < factor.length; i++) factor[i] /= mass;
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
