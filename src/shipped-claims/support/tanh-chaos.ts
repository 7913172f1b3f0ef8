// Networks with momenta on the problem of tanh-density.ts, and their density of phase space by the same word with the same step: for
// the claims about finite width, so that nothing but the width is between the two.

import { axis } from "../../grid/axis.ts";
import { evolve, gaussian, grid, kinetic, langevin, meanFieldLimit } from "../../index.ts";
import { TANH_DENSITY, tanhDensityTask } from "./tanh-density.ts";

/** h */
const MOMENTUM_STEP = 0.2;

const momentumMotion = kinetic({ friction: 0.9 });

/** θ far from where it will rest; ω ~ N(0, τ). */
export const chaosStart = gaussian({ mean: [1.5], std: [0.6] });

/** θ, then ω. */
const EXTENT = [
  [-6, 6],
  [-2.6, 2.6],
] as const;
const momentumGrid = grid({ cells: [192, 96], extent: EXTENT, integrator: "baoab" });

/** What claims say of it. */
export const MOMENTUM = `${TANH_DENSITY}; γ = 0.9, θ₀ ~ N(1.5, 0.6²), ω₀ ~ N(0, τ), BAOAB with h = ${MOMENTUM_STEP} for networks and density alike (spectral, 192 × 96 cells)`;

/** The density at those times, the last of which ends the run. */
export async function momentumDensities(times: readonly number[]) {
  const course = {
    initial: chaosStart,
    until: times.at(-1)!,
    step: MOMENTUM_STEP,
    record: 1,
    snapshots: times,
  };
  return (await evolve(tanhDensityTask, momentumMotion, momentumGrid, course)).snapshots;
}

/** The axes of θ and ω. */
export const momentumAxes = EXTENT.map(([low, high], k) => axis({ low, high, cells: momentumGrid.cells[k] }));

/** The field of that density, for neurons that move in it alone. */
export const momentumLimit = (until: number) =>
  meanFieldLimit(tanhDensityTask, momentumMotion, momentumGrid, {
    initial: chaosStart,
    until,
    step: MOMENTUM_STEP,
  });

/** Networks with momenta, for `networkOutputs`: seen at those times. */
export function momentumNetworks(times: readonly number[]) {
  return {
    task: tanhDensityTask,
    dynamics: momentumMotion,
    initial: chaosStart,
    integrator: "baoab",
    step: MOMENTUM_STEP,
    times,
  } as const;
}

/** Networks of that problem without momenta, for `networkOutputs`: seen at one time. */
export function langevinNetworks(step: number, until: number) {
  return {
    task: tanhDensityTask,
    dynamics: langevin(),
    initial: chaosStart,
    integrator: "euler-maruyama",
    step,
    times: [until],
  } as const;
}

/** Σ_i q_i (f_i − g_i)² */
export function squaredDistance(f: Float64Array, g: Float64Array, weight: Float64Array): number {
  return f.reduce((sum, value, i) => sum + weight[i] * (value - g[i]) ** 2, 0);
}
