// The law of a scheme without sampling. On N linear neurons a scheme is linear in its start and in its
// Gaussian noises, so its mean is one run in silence, and its covariance the sum over unit impulses of
// squared responses. The N neurons are exchangeable: an impulse on one stands for those on all; and the
// scheme does not depend on t: one impulse at step 0 stands for those at all steps.

import { hasMomenta } from "../../dynamics/motion.ts";
import type { Dynamics, IntegratorName, Problem } from "../../index.ts";
import { kineticAt, type LinearNeuron, langevinAt, type PhaseGaussian } from "../../limits/gaussian.ts";
import { makeIntegrator } from "../../particles/integrators.ts";
import type { NoiseSource } from "../../particles/noise.ts";
import { solo } from "../../particles/solo.ts";
import { points } from "../../problem/law.ts";

/** N: one tile of neurons. */
export const MOMENTS_WIDTH = 8;

/** (θθ, θω, ωω) */
type Covariance = readonly [number, number, number];

/** Of N exchangeable neurons, which have all moments of order 1 and 2. */
export interface Moments {
  /** E (θ, ω) */
  readonly mean: readonly [number, number];
  /** N Cov⟨(θ, ω)⟩, of the network's mean: the mode that feels the data. */
  readonly output: Covariance;
  /** E of the mean square deviation from it: the mode that feels V alone. */
  readonly spread: Covariance;
}

/** The moments after 0, 1, …, count steps. Momenta are 0 for first-order dynamics. */
export function schemeMoments(
  task: Problem,
  dynamics: Dynamics,
  integrator: IntegratorName,
  { h, count, start }: { h: number; count: number; start: PhaseGaussian },
): Moments[] {
  const momentum = hasMomenta(dynamics);
  const N = MOMENTS_WIDTH;
  /**
   * States of every step; the first neuron starts off by `theta` and `omega`, and feels 1 of noise at step 0
   * on `lane`.
   */
  const run = ({ theta = 0, omega = 0, lane = -1 }): Float64Array[] => {
    const rows = Array.from({ length: N }, (_, j) => {
      const neuron = [start.theta + (j === 0 ? theta : 0), start.omega + (j === 0 ? omega : 0)];
      return momentum ? neuron : neuron.slice(0, 1);
    });
    const system = solo(task, dynamics, N, points(rows), {}, impulse(lane));
    const stepper = makeIntegrator(integrator, system, h);
    const states = [system.particles.state.slice()];
    for (let n = 0; n < count; n++) {
      stepper.step(n);
      states.push(system.particles.state.slice());
    }
    system.particles.pass.release();
    return states;
  };

  const silent = run({});
  const respond = (off: { theta?: number; omega?: number; lane?: number }) =>
    run(off).map((state, n) => squares(state, silent[n], momentum));
  const theta = respond({ theta: 1 });
  const omega = momentum ? respond({ omega: 1 }) : [];
  // A word has one part O or two, with a lane each; a lane that nothing reads responds with 0.
  const noises = [0, 1].map((lane) => respond({ lane }));

  const sums = [new Float64Array(3), new Float64Array(3)];
  return silent.map((state, n) => {
    // Noise of step m answers at n as that of step 0 does at n − m: one more term for each step.
    if (n > 0) {
      for (const noise of noises) for (const [i, sum] of sums.entries()) addTo(sum, noise[n][i], 1);
    }
    const [output, spread] = sums.map((sum, i) => {
      const total = sum.slice();
      addTo(total, theta[n][i], start.varTheta);
      if (momentum) addTo(total, omega[n][i], start.varOmega);
      return [total[0], total[1], total[2]] as const;
    });
    return { mean: [state[0], momentum ? state[N] : 0], output, spread };
  });
}

/** The same of the equation at time t. */
export function exactMoments(
  neuron: LinearNeuron,
  friction: number | null,
  start: PhaseGaussian,
  t: number,
): Moments {
  const { s, lambda, c, tau } = neuron;
  const law = (stiffness: number, drift: number): PhaseGaussian => {
    const mode = { s: 0, lambda: stiffness, c: drift, tau, constant: 0 };
    if (friction !== null) return kineticAt(mode, friction, start, t);
    const { mean, variance } = langevinAt(mode, { mean: start.theta, variance: start.varTheta }, t);
    return { theta: mean, omega: 0, varTheta: variance, covariance: 0, varOmega: 0 };
  };
  const covariance = (
    { varTheta, covariance: mixed, varOmega }: PhaseGaussian,
    share: number,
  ): Covariance => [share * varTheta, share * mixed, share * varOmega];
  const output = law(s + lambda, c);
  return {
    mean: [output.theta, output.omega],
    output: covariance(output, 1),
    // Of N independent numbers, their mean takes 1/N.
    spread: covariance(law(lambda, 0), 1 - 1 / MOMENTS_WIDTH),
  };
}

/** The Euclidean distance of all moments. */
export function momentsApart(left: Moments, right: Moments): number {
  const numbers = ({ mean, output, spread }: Moments) => [...mean, ...output, ...spread];
  const other = numbers(right);
  return Math.hypot(...numbers(left).map((value, i) => value - other[i]));
}

/** What one unit response adds to N Cov⟨·⟩, and to the mean square deviation, of all N neurons' like it. */
function squares(state: Float64Array, silent: Float64Array, momentum: boolean): readonly Float64Array[] {
  const N = MOMENTS_WIDTH;
  const off = (row: number) =>
    momentum || row === 0
      ? state.slice(row * N, (row + 1) * N).map((value, j) => value - silent[row * N + j])
      : new Float64Array(N);
  const [theta, omega] = [off(0), off(1)];
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / N;
  const [m, v] = [mean(theta), mean(omega)];
  const inner = (a: Float64Array, ma: number, b: Float64Array, mb: number) =>
    a.reduce((sum, value, j) => sum + (value - ma) * (b[j] - mb), 0);
  return [
    Float64Array.of(N * N * m * m, N * N * m * v, N * N * v * v),
    Float64Array.of(inner(theta, m, theta, m), inner(theta, m, omega, v), inner(omega, v, omega, v)),
  ];
}

function addTo(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * values[i];
}

/** 1 for the first neuron at step 0 on that lane, else 0. */
function impulse(onLane: number): NoiseSource {
  return {
    fill(out, at, tile, step, lane) {
      out.fill(0, at, at + MOMENTS_WIDTH);
      if (tile === 0 && step === 0 && lane === onLane) out[at] = 1;
    },
  };
}
