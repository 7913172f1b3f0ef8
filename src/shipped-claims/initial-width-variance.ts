// E|f_N(x) − f(x)|² = Var ψ(·; x)/N for i.i.d. neurons: the first step of every propagation of chaos.

import { cited, claim } from "../claims/claim.ts";
import { data, evolve, gaussian, gradientFlow, particles, problem } from "../index.ts";
import { dashed } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";
import { TANH } from "./support/neurons.ts";
import { fittedPower } from "./support/power-fit.ts";

const WIDTHS = [10, 100, 1000, 10_000];

export const initialWidthVariance = claim({
  id: "initial-width-variance",
  statement: "The network of N i.i.d. neurons lies N^(−1/2) from its limit in root mean square.",
  source: cited("mei2018"),
  equation: "E|f_N(x) − f(x)|² = Var ψ(·; x)/N at t = 0; ψ = tanh(θx), θ ~ N(0, 1), so f = 0 and y = 0.",
  experiment:
    "N = 10, 10², 10³, 10⁴; 192 replicas (768 in the full variant), seed 1, draws shared between widths.",
  statistic: "Slope of the root mean square over replicas of ‖f_N‖ in L²(q) against N, both logarithmic.",
  validates: "the sampling of networks and the law of large numbers behind the mean-field limit",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const task = problem({
      data: data.fromFunction({
        function: "sin",
        interval: [-2, 2],
        samples: 16,
        quadrature: "gauss-legendre",
      }),
      neuron: TANH,
    });
    const replicas = full ? 768 : 192;
    const levels = await inTurn(WIDTHS, progress, async (width) => {
      const samples: number[] = [];
      for (let replica = 0; replica < replicas; replica++) {
        const solver = particles({ width, seed: 1, replica });
        const course = { initial: gaussian({ mean: [0], std: [1] }), until: 1e-9, step: 1e-9 };
        const [{ outputs }] = (await evolve(task, gradientFlow(), solver, course)).snapshots;
        samples.push(Math.hypot(...outputs.map((f, i) => f * Math.sqrt(task.data.weight[i]))));
      }
      return { x: width, samples };
    });
    const fit = fittedPower(levels, { limit: "infinity", statistic: "root mean square", pairing: "paired" });
    return {
      measured: fit.slope,
      interval: fit.interval,
      figure: {
        x: { label: "N", log: true },
        y: { label: "root mean square of ‖f_N − f‖", log: true },
        curves: [
          fit.measured,
          dashed("N^(−1/2)", WIDTHS, (N) => [N, fit.levels[0].value * Math.sqrt(WIDTHS[0] / N)]),
        ],
        caption: "Networks of more neurons lie closer to their limit, by the square root of their number.",
      },
    };
  },
});
