// sup_t N E‖f_N − f‖² < ∞ at τ > 0 with squared loss and confining V: errors do not pile up, as noise and regulariser forget them. In the end
// N neurons have the law e^{−N F(μ_N)/τ}, whose fluctuations √N(f_N − f) are Gaussian with covariance (C⁻¹ + Q/τ)⁻¹: C that of ψ under
// the equilibrium μ*, Q = diag(q) the curvature of R. So N E‖f_N − f‖² = tr QC(I + QC/τ)⁻¹ ever after.

import { Matrix, solve } from "ml-matrix";
import { cited, claim } from "../claims/claim.ts";
import { meanWithInterval } from "../statistics/interval.ts";
import { dots, level } from "./support/curves.ts";
import { networkOutputs } from "./support/networks.ts";
import { MOMENTUM, momentumDensities, momentumNetworks, squaredDistance } from "./support/tanh-chaos.ts";
import { TAU, tanhDensityTask, tanhGibbs } from "./support/tanh-density.ts";

const UNTIL = 40;
const TIMES = Array.from({ length: UNTIL + 1 }, (_, t) => t);
/** From then on the start is forgotten: its share in second moments is e^(−0.9 t) at most. */
const RESTED = 8;

const NODES = 2000;
const REACH = 10;

/** tr QC(I + QC/τ)⁻¹, C by the trapezoidal rule on the line. */
function equilibriumScatter(): number {
  const { x, weight, size } = tanhDensityTask.data;
  const { density } = tanhGibbs();
  const spacing = (2 * REACH) / NODES;
  const moment = (value: (theta: number) => number) => {
    let total = 0;
    for (let k = 0; k <= NODES; k++) {
      const theta = -REACH + k * spacing;
      total += spacing * density(theta) * value(theta);
    }
    return total;
  };
  const mean = Array.from(x, (input) => moment((theta) => Math.tanh(theta * input)));
  const product = Array.from(x, (left, i) =>
    Array.from(x, (right, k) => {
      const second = moment((theta) => Math.tanh(theta * left) * Math.tanh(theta * right));
      return weight[i] * (second - mean[i] * mean[k]);
    }),
  );
  const QC = new Matrix(product);
  return solve(Matrix.add(Matrix.eye(size), Matrix.div(QC, TAU)), QC).trace();
}

export const uniformInTime = claim({
  id: "uniform-in-time",
  statement:
    "Under kinetic mean-field Langevin dynamics at τ > 0 with squared loss, confining V and smooth, bounded ψ, N E‖f_N − f‖² does not grow with time: it comes to rest at tr QC(I + QC/τ)⁻¹, C the covariance of ψ under the Gibbs measure, Q that of the data's weights.",
  source: cited("chen2023"),
  equation:
    "Law of (θ₁ … θ_N) → e^{−N F(μ_N)/τ}; Cov √N(f_N − f) → (C⁻¹ + Q/τ)⁻¹, C = Cov_{μ*}(ψ(·; x_i), ψ(·; x_k)), Q = diag(q_i).",
  experiment: `${MOMENTUM}; t ≤ ${UNTIL}, N = 100, 1250 replicas (N = 300, 2000 replicas in the full variant), seed 1.`,
  statistic: `Mean over replicas and t = ${RESTED}, …, ${UNTIL} of N‖f_N − f‖² over its value at equilibrium.`,
  validates: "that networks stay beside their limit as long as one likes, and how far from it",
  predicted: { equals: 1 },
  within: 0.05,
  async measure({ full, progress }) {
    const [width, replicas] = full ? [300, 2000] : [100, 1250];
    const limit = await momentumDensities(TIMES);
    const { weight } = tanhDensityTask.data;
    const predicted = equilibriumScatter();
    const samples = Array.from({ length: replicas }, (_, replica) => {
      progress(replica / replicas);
      const course = networkOutputs({ ...momentumNetworks(TIMES), width, replica });
      return course.map((outputs, k) => width * squaredDistance(outputs, limit[k].outputs, weight));
    });
    const late = samples.map((course) => {
      const rested = course.slice(RESTED);
      return rested.reduce((sum, value) => sum + value, 0) / (rested.length * predicted);
    });
    return {
      measured: meanWithInterval(late).mean,
      interval: (level) => meanWithInterval(late, level).interval!,
      figure: {
        x: { label: "t" },
        y: { label: "N E‖f_N − f‖²" },
        curves: [
          dots(`N = ${width}, ${replicas} replicas`, TIMES, (t, k) => {
            const { mean, interval } = meanWithInterval(samples.map((course) => course[k]));
            return [t, mean, ...interval!];
          }),
          level("equilibrium", [0, UNTIL], predicted),
        ],
        caption:
          "How far networks are from their limit, squared and times their width: after a start of its own it stays where statistical mechanics puts it.",
      },
      notes: [`tr QC(I + QC/τ)⁻¹ = ${predicted.toPrecision(6)}.`],
    };
  },
});
