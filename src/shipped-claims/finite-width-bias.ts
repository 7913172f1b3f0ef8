// N(E F(μ_N) − F(μ)) = ½ s v + ½ λ d for every N: v̇ = −2(s+λ)v + 2τ, v(0) = A₀; ḋ = −2λd − 2sv, d(0) = 0. It changes sign. Taken against
// copies θ̄_j of the same start and noise, driven by μ itself: E F̄(copies) = F(μ) exactly, and F − F̄ varies with ⟨θ⟩ alone, which follows
// ⟨θ̄⟩. Of that N⟨θ̄⟩² less the unbiased variance of the copies is taken off in part: they are independent, so its mean is 0.

import { cited, claim } from "../claims/claim.ts";
import { gaussian, langevin, problem } from "../index.ts";
import { meanWithInterval } from "../statistics/interval.ts";
import { dashed, dots, span } from "./support/curves.ts";
import { networkNeurons } from "./support/networks.ts";
import { linearProblem } from "./support/neurons.ts";

const S = 1;
const LAMBDA = 0.5;
const TAU = 0.05;
const START = 1;
const WIDTH = 4;
const UNTIL = 2;
/** Where networks are looked at; the claim is about the one in the middle, where the number is near its least. */
const TIMES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const AT = 4;
/** The weight of the control variate: any leaves the mean as it is, this one (by the covariances of the linear equations) the least scatter at t = 1. */
const CONTROL = 0.09;

/** ½ s v + ½ λ d at time t, from the solutions of the two linear equations (d = v − A, A = Var θ under μ). */
function bias(t: number): number {
  const v = relaxed(2 * (S + LAMBDA), t);
  return 0.5 * S * v + 0.5 * LAMBDA * (v - relaxed(2 * LAMBDA, t));
}

/** The solution of ẏ = −ry + 2τ, y(0) = A₀. */
function relaxed(r: number, t: number): number {
  return START * Math.exp(-r * t) + ((2 * TAU) / r) * (1 - Math.exp(-r * t));
}

/** The same of Euler–Maruyama's steps, whose recursions y⁺ = (1 − κh)²y + 2τh are as closed. */
function biasOfSteps(t: number, h: number): number {
  let [v, A] = [START, START];
  for (let n = 0; n < Math.round(t / h); n++) {
    v = (1 - (S + LAMBDA) * h) ** 2 * v + 2 * TAU * h;
    A = (1 - LAMBDA * h) ** 2 * A + 2 * TAU * h;
  }
  return 0.5 * S * v + 0.5 * LAMBDA * (v - A);
}

const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const square = (values: Float64Array) => average(values.map((value) => value * value));

/** N(F(μ_N) − ½λ⟨θ̄²⟩) + c(N⟨θ̄⟩² − the unbiased variance of θ̄) */
function sampleOf(theta: Float64Array, copies: Float64Array): number {
  const [mean, alone] = [average(theta) ** 2, average(copies) ** 2];
  const bias = WIDTH * (0.5 * S * mean + 0.5 * LAMBDA * (square(theta) - square(copies)));
  const variance = (WIDTH / (WIDTH - 1)) * (square(copies) - alone);
  return bias + CONTROL * (WIDTH * alone - variance);
}

export const finiteWidthBias = claim({
  id: "finite-width-bias",
  statement:
    "For N linear neurons under Langevin dynamics (s = 1, λ = ½, τ = 0.05), started i.i.d. with variance 1, N(E F(μ_N) − F(μ)) = −0.0467 at t = 1, for N = 4 as for every N.",
  source: cited("suzuki2023"),
  equation:
    "dθ = −(s⟨θ⟩ + λθ)dt + √(2τ)dW, F = ½s⟨θ⟩² + ½λ⟨θ²⟩: N(E F(μ_N) − F(μ)) = ½sv + ½λd, v̇ = −2(s+λ)v + 2τ, v(0) = A₀, ḋ = −2λd − 2sv, d(0) = 0.",
  experiment:
    "s = 1, λ = ½, τ = 0.05, A₀ = 1, N = 4, Euler–Maruyama with h = 1/64; 4096 replicas (h = 1/256 and 16384 in the full variant), seed 1; beside each its copies: no data, same start and noise.",
  statistic:
    "Mean over replicas of N(F(μ_N) − ½λ⟨θ̄²⟩), θ̄ the copies, at t = 1, with a control variate of the copies, of mean 0, and Student's interval, widened by what steps of that length change in closed form.",
  validates: "the bias of networks of finite width, its constant and its sign",
  predicted: { equals: bias(1) },
  within: 0.005,
  async measure({ full, progress }) {
    const coupled = linearProblem([1], [0], { lambda: LAMBDA, tau: TAU });
    // m = 0 at all times, so that the mean field of μ is λθ²/2 alone.
    const free = problem({ regulariser: { l2: LAMBDA }, temperature: TAU });
    const h = full ? 1 / 256 : 1 / 64;
    const replicas = full ? 16_384 : 4096;
    const initial = gaussian({ mean: [0], std: [Math.sqrt(START)] });
    const run = {
      dynamics: langevin(),
      initial,
      integrator: "euler-maruyama",
      step: h,
      times: TIMES,
      width: WIDTH,
    } as const;
    const samples = TIMES.map(() => [] as number[]);
    for (let replica = 0; replica < replicas; replica++) {
      const network = networkNeurons({ ...run, task: coupled, replica });
      const copies = networkNeurons({ ...run, task: free, replica });
      for (const [k, theta] of network.entries()) samples[k].push(sampleOf(theta, copies[k]));
      progress((replica + 1) / replicas);
    }
    const stepBias = TIMES.map((t) => Math.abs(biasOfSteps(t, h) - bias(t)));
    const interval = (k: number, level: number): [number, number] => {
      const [low, high] = meanWithInterval(samples[k], level).interval!;
      return [low - stepBias[k], high + stepBias[k]];
    };
    const { mean } = meanWithInterval(samples[AT]);
    return {
      measured: mean,
      interval: (level) => interval(AT, level),
      figure: {
        x: { label: "t" },
        y: { label: "N(E F(μ_N) − F(μ))" },
        curves: [
          dots(`N = ${WIDTH}, ${replicas} replicas`, TIMES, (t, k) => [
            t,
            meanWithInterval(samples[k]).mean,
            ...interval(k, 0.95),
          ]),
          dashed("½sv + ½λd", span(0, UNTIL, 101), (t) => [t, bias(t)]),
        ],
        caption:
          "A small network first has more energy than the limit of wide ones, then less: the average of many follows the exact curve.",
      },
      notes: [
        `Steps of ${h} change the number at t = 1 by ${stepBias[AT].toExponential(1)}, added to the interval.`,
      ],
    };
  },
});
