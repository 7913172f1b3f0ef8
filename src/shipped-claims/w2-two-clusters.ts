// A law in two clusters: N neurons put N/2 + O(√N) into each, and to move the excess over the gap costs W₂² ~ N^(−1/2), so that
// E W₂ ~ N^(−1/4), however well each cluster is matched. The negative control of every claim of N^(−1/2). The clusters must be
// narrow, and nothing may be on its way between them: what is moved is what lies nearest to the gap.

import { cited } from "../claims/claim.ts";
import { axis } from "../grid/axis.ts";
import { grid as productOf } from "../grid/grid.ts";
import { evolve, gaussian, grid, langevin, problem } from "../index.ts";
import { distancesOfSlices, slicesOf, spaceOf } from "../observables/distances/distances.ts";
import { networkNeurons } from "./support/networks.ts";
import { widthRate } from "./support/width-rate.ts";

const STRENGTH = 2;
const TAU = 0.005;
const UNTIL = 8;
const STEP = 0.05;
const CELLS = 800;
const REACH = 2.4;

export const w2TwoClusters = widthRate({
  id: "w2-two-clusters",
  statement:
    "W₂ from N independent neurons to their law is N^(−1/4) in the mean, not N^(−1/2), where the law lies in two separated clusters.",
  source: cited("fournier2015"),
  equation:
    "dθ = −V′(θ)dt + √(2τ)dW, V = θ⁴/2 − θ²: half of μ_t near −1, half near 1. W₂²(μ_N, μ_t) ≈ 4|N₊/N − ½|, N₊ ~ binomial(N, ½): E W₂ ~ N^(−1/4).",
  experiment: (design) =>
    `τ = ${TAU}, θ₀ ~ N(0, 0.4²), t = ${UNTIL}, Euler–Maruyama with h = ${STEP}; ${design()}; density: scheme implicit, ${CELLS} cells of [−${REACH}, ${REACH}].`,
  statistic: "Slope against N, both logarithmic, of the mean over replicas of W₂(μ_N, μ_t).",
  validates: "that a rate is measured and not assumed: the suite tells N^(−1/4) from N^(−1/2)",
  exponent: -0.25,
  law: "N^(−1/4)",
  of: "mean",
  scatter: "common",
  quick: { 100: 900, 1000: 110, 10000: 70 },
  full: { 100: 1000, 1000: 300, 10000: 100, 100000: 64 },
  y: "mean of W₂(μ_N, μ_t)",
  caption:
    "Two separated clusters never share their neurons quite evenly: the distance to the limit falls with the fourth root of the width only.",
  async prepare() {
    const task = problem({ potential: { kind: "double-well", strength: STRENGTH }, temperature: TAU });
    const initial = gaussian({ mean: [0], std: [0.4] });
    const course = { initial, until: UNTIL, step: STEP, record: 1, snapshots: [UNTIL] };
    const solver = grid({ cells: [CELLS], extent: [[-REACH, REACH]], scheme: "implicit" });
    const [{ density: values }] = (await evolve(task, langevin(), solver, course)).snapshots;
    const line = productOf([axis({ low: -REACH, high: REACH, cells: CELLS })]);
    const space = spaceOf(line);
    const limit = slicesOf({ grid: line, values }, space);
    const run = {
      task,
      dynamics: langevin(),
      initial,
      integrator: "euler-maruyama",
      step: STEP,
      times: [UNTIL],
    } as const;
    return {
      sample(width, replica) {
        const [theta] = networkNeurons({ ...run, width, replica });
        return distancesOfSlices(slicesOf({ points: theta }, space), limit).w2;
      },
    };
  },
});
