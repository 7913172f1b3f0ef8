// √N(f_N(x) − f(x)) is Gaussian in the limit: its excess kurtosis is 0. That of N independent neurons is κ/N, κ the excess kurtosis of
// ψ(θ; x) itself: what single neurons show, over N, widens the interval.

import { cited, claim } from "../claims/claim.ts";
import { dashed, dots, span } from "./support/curves.ts";
import { excessKurtosis } from "./support/kurtosis.ts";
import { networkOutputs } from "./support/networks.ts";
import { langevinNetworks } from "./support/tanh-chaos.ts";
import { TANH_DENSITY } from "./support/tanh-density.ts";

const UNTIL = 1;
const STEP = 0.2;
/** Networks of one neuron. */
const SINGLE = 4000;
/** The largest data point. */
const AT = 11;
const BINS = 40;
const REACH = 4;

export const fluctuationsGaussian = claim({
  id: "fluctuations-gaussian",
  statement:
    "The fluctuations √N(f_N(x) − f(x)) of wide networks under mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, are Gaussian: their excess kurtosis is 0.",
  source: cited("sirignano2020"),
  equation: "E ζ⁴/(E ζ²)² − 3 → 0 as N → ∞, ζ = √N(f_N(x) − E f_N(x)).",
  experiment: `${TANH_DENSITY}; θ₀ ~ N(1.5, 0.6²), Euler–Maruyama with h = ${STEP}; N = 300, the largest x, t = ${UNTIL}; 32 000 replicas (N = 1000, 40 000 replicas in the full variant), seed 1.`,
  statistic:
    "Sample excess kurtosis of f_N(x) over replicas; interval by Anscombe's and Glynn's transformation, and a share 1/N of the excess kurtosis of single neurons.",
  validates:
    "the central limit theorem for networks, and the independence of neurons that draw from one seed",
  predicted: { equals: 0 },
  within: 0.15,
  async measure({ full, progress }) {
    const width = full ? 1000 : 300;
    const replicas = full ? 40_000 : 32_000;
    const run = langevinNetworks(STEP, UNTIL);
    const values = (N: number, count: number, first: number, share: number) =>
      Array.from({ length: count }, (_, r) => {
        progress(first + (share * r) / count);
        return networkOutputs({ ...run, width: N, replica: r })[0][AT];
      });
    const single = excessKurtosis(values(1, SINGLE, 0, 0.02));
    const samples = values(width, replicas, 0.02, 0.98);
    const { value, interval } = excessKurtosis(samples);
    const left = Math.abs(single.value) / width;
    return {
      measured: value,
      interval(level) {
        const [low, high] = interval(level);
        return [low - left, high + left];
      },
      figure: {
        x: { label: "(f_N(x) − mean)/standard deviation" },
        y: { label: "density over replicas" },
        curves: [
          dots(`N = ${width}, ${replicas} replicas`, histogram(samples)),
          dashed("standard normal", span(-REACH, REACH, 161), (u) => [
            u,
            Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI),
          ]),
        ],
        caption:
          "What networks that differ in their random numbers alone compute at one input, in units of its own scatter, over the bell curve.",
      },
      notes: [
        `Single neurons have excess kurtosis ${single.value.toPrecision(2)}; ${left.toPrecision(1)} of it is left.`,
      ],
    };
  },
});

/** Shares of the standardised samples by bin, over its length, with the reach of 95 %. */
function histogram(samples: readonly number[]): [number, number, number, number][] {
  const n = samples.length;
  const mean = samples.reduce((sum, value) => sum + value / n, 0);
  const deviation = Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0));
  const length = (2 * REACH) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of samples) {
    const bin = Math.floor(((value - mean) / deviation + REACH) / length);
    if (bin >= 0 && bin < BINS) counts[bin] += 1;
  }
  return counts.map((count, bin) => {
    const [value, bar] = [count, 1.96 * Math.sqrt(count)].map((number) => number / (n * length));
    return [-REACH + (bin + 0.5) * length, value, value - bar, value + bar];
  });
}
