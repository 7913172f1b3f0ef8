// E R(f_N) − R(f) = Σ q_i Var ψ(·; x_i)/(2N) for squared loss and i.i.d. neurons. ψ = erf(wx + b), (w, b) ~ N(0, σ²I), has a closed variance:
// E erf(u)² = (2/π) arcsin(2k/(1 + 2k)), k = Var u = σ²(x² + 1), and f = 0. What is linear in f_N has mean 0 and is taken off.

import { cited, claim } from "../claims/claim.ts";
import { data, gaussian, langevin, neuron, problem } from "../index.ts";
import { riskAt } from "../problem/problem.ts";
import { meanWithInterval } from "../statistics/interval.ts";
import { dashed, dots } from "./support/curves.ts";
import { networkOutputs } from "./support/networks.ts";

const WIDTHS = [1, 10, 100];
const SPREAD = 1.5;

export const initialRiskBias = claim({
  id: "initial-risk-bias",
  statement:
    "With squared loss N i.i.d. neurons have Σ q_i Var ψ(·; x_i)/(2N) more risk, on average, than the network of their law.",
  source: cited("williams1998"),
  equation:
    "2N(E R(f_N) − R(f)) = Σ_i q_i Var ψ(·; x_i) = Σ_i q_i (2/π) arcsin(2k_i/(1 + 2k_i)), k_i = σ²(x_i² + 1); ψ = erf(wx + b), (w, b) ~ N(0, σ²I).",
  experiment: `y = sin x at 16 Gauss–Legendre points of [−3, 3], σ = ${SPREAD}; N = 1, 10, 100, 4000 replicas each (40 000 in the full variant), seed 1, other draws for every width.`,
  statistic:
    "Mean over replicas and widths of 2N(R(f_N) − R(f) + Σ q_i y_i f_N(x_i)) over Σ q_i Var ψ(·; x_i); the last term of the bracket has mean 0, as f = 0.",
  validates: "the risk of networks at the start, and the factor ½ in it",
  predicted: { equals: 1 },
  within: 0.04,
  async measure({ full, progress }) {
    const replicas = full ? 40_000 : 4000;
    const task = problem({
      data: data.fromFunction({
        function: "sin",
        interval: [-3, 3],
        samples: 16,
        quadrature: "gauss-legendre",
      }),
      neuron: neuron({ activation: "erf", inputs: 1, output: "fixed" }),
    });
    const { x, y, weight, size } = task.data;
    const run = {
      task,
      dynamics: langevin(),
      initial: gaussian({ mean: [0, 0], std: [SPREAD, SPREAD] }),
      integrator: "euler-maruyama",
      step: 1,
      times: [0],
    } as const;
    const variance = weight.reduce((sum, q, i) => {
      const k = SPREAD * SPREAD * (x[i] * x[i] + 1);
      return sum + q * (2 / Math.PI) * Math.asin((2 * k) / (1 + 2 * k));
    }, 0);
    const nothing = riskAt(task, new Float64Array(size));
    const groups = WIDTHS.map((width, w) =>
      Array.from({ length: replicas }, (_, r) => {
        progress((w * replicas + r) / (WIDTHS.length * replicas));
        const [outputs] = networkOutputs({ ...run, width, replica: w * replicas + r });
        const linear = outputs.reduce((sum, f, i) => sum + weight[i] * y[i] * f, 0);
        return (2 * width * (riskAt(task, outputs) - nothing + linear)) / variance;
      }),
    );
    const samples = groups.flat();
    const { mean } = meanWithInterval(samples);
    return {
      measured: mean,
      interval: (level) => meanWithInterval(samples, level).interval!,
      figure: {
        x: { label: "N", log: true },
        y: { label: "E R(f_N) − R(f)", log: true },
        curves: [
          dots("measured", WIDTHS, (width, w) => {
            const estimate = meanWithInterval(groups[w]);
            const [value, low, high] = [estimate.mean, ...estimate.interval!].map(
              (ratio) => (ratio * variance) / (2 * width),
            );
            return [width, value, low, high];
          }),
          dashed("Σ q Var ψ/(2N)", WIDTHS, (width) => [width, variance / (2 * width)]),
        ],
        caption:
          "Networks of few random neurons have a larger risk than one of infinitely many, by what the spread of a single neuron predicts.",
      },
    };
  },
});
