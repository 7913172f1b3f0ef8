// Heavy ball with noise: (E‖f_N − f‖²)^{1/2} ~ N^(−1/2), networks of 10² … 10⁵ neurons against the density of phase space, by
// the same word with the same step on both sides, so that only the width is between them. Norm: L²(q) over the data.
// √N(f_N − f) has the same limit law for all N, so one relative error, pooled over the widths, is that of every mean square:
// errors taken width by width would give the low ones the most weight. Widths share no draws (they are other replicas).

import { expect, it } from "vitest";
import { kinetic } from "../src/dynamics/kinetic.ts";
import { evolve, grid, particles } from "../src/experiment/evolve.ts";
import { gaussian } from "../src/problem/law.ts";
import { neuron } from "../src/problem/neuron.ts";
import { problem } from "../src/problem/problem.ts";
import { fromFunction } from "../src/problem/synthetic.ts";

const WIDTHS = [100, 1000, 10_000, 100_000];
const REPLICAS = 32;
const TIMES = [1, 4];

const task = problem({
  data: fromFunction({ function: "tanh", interval: [-2, 2], samples: 24, quadrature: "uniform" }),
  neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.05 },
  temperature: 0.05,
});
const motion = kinetic({ friction: 0.5 });
const course = {
  initial: gaussian({ mean: [-1], std: [0.5], momentum: { mean: [0.5], std: [0.3] } }),
  until: 4,
  step: 0.1,
  record: 1,
  snapshots: TIMES,
};

function meanSquare(f: Float64Array, g: Float64Array): number {
  let total = 0;
  for (let i = 0; i < f.length; i++) total += task.data.weight[i] * (f[i] - g[i]) ** 2;
  return total;
}

it("the slope of log rms against log N is −1/2, known to ± 0.05, at t = 1 and 4", async () => {
  const density = grid({
    cells: [384, 128],
    extent: [
      [-7, 7],
      [-3, 3],
    ],
    integrator: "aboba",
  });
  const limit = await evolve(task, motion, density, course);
  const squares = TIMES.map(() => WIDTHS.map(() => [] as number[]));
  for (const [w, width] of WIDTHS.entries()) {
    for (let replica = 0; replica < REPLICAS; replica++) {
      const solver = particles({ width, replica: w * REPLICAS + replica, seed: 11, integrator: "aboba" });
      const { snapshots } = await evolve(task, motion, solver, course);
      for (const at of TIMES.keys()) {
        squares[at][w].push(meanSquare(snapshots[at].outputs, limit.snapshots[at].outputs));
      }
    }
  }
  for (const [at, t] of TIMES.entries()) {
    const means = squares[at].map((values) => values.reduce((sum, value) => sum + value / REPLICAS, 0));
    const pooled =
      squares[at].reduce(
        (sum, values, w) =>
          sum + values.reduce((part, value) => part + (value / means[w] - 1) ** 2 / (REPLICAS - 1), 0),
        0,
      ) / WIDTHS.length;
    const x = WIDTHS.map(Math.log);
    const middle = x.reduce((sum, value) => sum + value / x.length, 0);
    const spread = x.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    // d log √m = dm/2m
    const slope = means.reduce((sum, mean, w) => sum + (x[w] - middle) * 0.5 * Math.log(mean), 0) / spread;
    const half = (1.96 * 0.5 * Math.sqrt(pooled / REPLICAS)) / Math.sqrt(spread);
    console.log(`t = ${t}: slope ${slope.toFixed(4)} ± ${half.toFixed(4)}`);
    expect(half).toBeLessThan(0.05);
    // Inside the 95 % interval is what is claimed; the assertion allows 4 standard errors (false alarm 6e-5 a time).
    expect(Math.abs(slope + 0.5)).toBeLessThan((4 / 1.96) * half);
  }
});
