// How the rate of decay of a recorded quantity is measured: on which observable, and what that is known to. One place for muflow run and muflow study,
// so that one series has one rate.
// An excess E_τ − E_τ* drowns at 1e-15; its fall, d(E_τ − E_τ*)/dt = −dissipation, has the same rate, vanishes at rest without a reference,
// and is clean to 1e-20 and beyond. In phase space a splitting rests O(h²) beside the product Gibbs measure, where H's dissipation does not vanish:
// there the squared Fisher–Rao speed of the steps, ∫(∂_tμ)²/μ, is quadratic about the scheme's own rest state. At τ = 0 a density shrinks to a
// point, and that speed, which is relative to its width, does not vanish: F itself is all that there is.

import { temperatureOf } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { columnOf } from "../observables/list.ts";
import { kineticScheme } from "../pde/kinetic/schemes.ts";
import type { RateOptions } from "../statistics/rate.ts";
import { isAtRest, isNetwork, isPhaseSpace, isRandom, isReduced } from "./runs.ts";
import { type Run, recordOf } from "./solvers/list.ts";

/**
 * Shifts by Fourier sums leave tails of smooth rounding, 1e-13 of the density: a squared speed over steps of h is right to 1 % down to (3e-11/h)², which
 * is 1e4 times its least.
 */
const RINGING = 3e-13;
/** What a sum over cells or neurons is known to, over the sizes of what it is made of. */
const ROUNDING = 2 ** -48;

/** Whether that observable is quadratic about the optimum. */
export function isQuadratic(quantity: string): boolean {
  return columnOf(quantity)?.quadratic === true;
}

/** The observable whose exponential rate is that of `quantity` in this run, and can be followed further. */
export function judgedOn(run: Run, quantity: string): string {
  if (isNetwork(run) || isAtRest(run)) return quantity;
  // What momenta dissipate comes to rest in swings.
  if (isReduced(run) && hasMomenta(run.dynamics)) return quantity;
  const noisy = run.problem.temperature > 0;
  // A splitting rests beside the product Gibbs measure about which these are quadratic, a minimising movement where its own cells or quantiles do.
  if (recordOf(run).restsBeside) return noisy && isQuadratic(quantity) ? "fisher_rao" : quantity;
  // While τ changes the free energy falls by more than its dissipation.
  const falls = quantity === "free_energy" && temperatureOf(run.problem, run.dynamics).constant;
  return falls ? "dissipation" : quantity;
}

/** Whether that observable of the run tends to 0 by itself, and not to a level that only the run knows. */
export function vanishes(run: Run, quantity: string): boolean {
  if (isNetwork(run)) return quantity === "dissipation" && !isRandom(run);
  if (recordOf(run).restsBeside) return quantity === "fisher_rao";
  return leastOf(run, quantity) !== undefined;
}

/** What rounding leaves of a sum of squares, over its largest value; undefined of what is none, as the gap at τ = 0, ∫Φ dμ − min Φ. */
function leastOf(run: Run, quantity: string): number | undefined {
  return quantity === "gap" && run.problem.temperature === 0 ? undefined : columnOf(quantity)?.least;
}

/** How its rate is fitted; `scale`: the size of the numbers that the values are differences of. */
export function rateOptions(run: Run, quantity: string, scale: number): RateOptions {
  if (isNetwork(run)) {
    const random = isRandom(run);
    if (quantity === "dissipation" && !random) return { quadratic: true };
    return { floor: ROUNDING * scale, offset: !random };
  }
  // A limit that another grid gave, or none at all, is not needed: differences in time decay at the same rate.
  if (quantity === "fisher_rao" && isPhaseSpace(run) && kineticScheme(run.scheme).rings) {
    return { quadratic: true, floor: (RINGING / run.schedule.step) ** 2 };
  }
  const quadratic = leastOf(run, quantity);
  return quadratic === undefined ? { floor: ROUNDING * scale, offset: true } : { quadratic };
}
