// The heavy ball's density converges to the global optimum as gradient flow's does, and its networks reach it
// already at small width, as the authors saw in simulations: a rate of success against width, beside gradient
// flow from the same neurons, after as many gradients.

import { cited, claim } from "../claims/claim.ts";
import { data, evolve, gaussian, gradientFlow, kinetic, neuron, particles, problem } from "../index.ts";
import { dots } from "./support/curves.ts";
import { differenceInterval, successInterval } from "./support/proportions.ts";

const TEACHER = 3;
/** The width of the claim, and those that the figure shows besides. */
const WIDTH = 5;
const WIDTHS = [2, 3, 10, 20];
const FRICTION = 0.5;
const UNTIL = 50;
const STEP = 0.1;
/** R ≤ this share of the risk of f = 0 counts as success: the teacher's own risk is 0. */
const SUCCESS = 0.01;

const task = problem({
  data: data.teacher({ neurons: TEACHER, dim: 2, samples: 40, seed: 1 }),
  neuron: neuron({ activation: "tanh", inputs: 2 }),
});

const threshold = SUCCESS * task.data.y.reduce((sum, y, i) => sum + 0.5 * task.data.weight[i] * y * y, 0);

/** Whether networks of that width have succeeded at t = 50, from the neurons of that replica (seed 1). */
async function trial(width: number, replica: number) {
  const course = {
    initial: gaussian({ mean: [0, 0, 0, 0], std: [1, 1, 1, 1] }),
    until: UNTIL,
    step: STEP,
    record: 1,
  };
  const options = { width, seed: 1, replica };
  const succeeded = ({ rows }: { rows: readonly { observables: Record<string, number> }[] }) =>
    rows[rows.length - 1].observables.risk <= threshold;
  const ball = particles({ ...options, integrator: "baoab" });
  const flow = particles({ ...options, integrator: "euler" });
  return {
    ball: succeeded(await evolve(task, kinetic({ friction: FRICTION }), ball, course)),
    flow: succeeded(await evolve(task, gradientFlow(), flow, course)),
  };
}

export const heavyBallSmallWidth = claim({
  id: "heavy-ball-small-width",
  statement: `Observed on one tanh teacher of ${TEACHER} neurons: networks of ${WIDTH} learn it by the heavy ball at least as often as by gradient flow, from the same neurons in the same time.`,
  source: cited("krichene2020"),
  equation: `θ̈ + θ̇/2 = −∇Φ[μ_N](θ) from rest, against θ̇ = −∇Φ[μ_N](θ); success: R(f_N) ≤ R(0)/${Math.round(1 / SUCCESS)} at t = ${UNTIL}.`,
  experiment: `Teacher of ${TEACHER} neurons a tanh(w·x + b), x ∈ ℝ², at 40 points (seed 1); N = ${WIDTH}, θ ~ N(0, 1); BAOAB and Euler, h = ${STEP}, 500 gradients each; 250 replicas (2000 in the full variant), seed 1.`,
  statistic:
    "Rate of success of the heavy ball less that of gradient flow, replica by replica; Clopper and Pearson's intervals of what only one achieved.",
  validates:
    "that, of this teacher, momentum finds the optimum already at small width, where the theory of wide networks does not reach",
  predicted: { atLeast: 0 },
  within: 0.1,
  async measure({ full, progress }) {
    const replicas = full ? 2000 : 250;
    const beside = full ? 200 : 30;
    const sizes = [WIDTH, ...WIDTHS];
    const counts = sizes.map((width) => (width === WIDTH ? replicas : beside));
    const total = counts.reduce((sum, count, i) => sum + count * sizes[i], 0);
    const results: { width: number; ball: boolean[]; flow: boolean[] }[] = [];
    let done = 0;
    for (const [i, width] of sizes.entries()) {
      const [ball, flow]: boolean[][] = [[], []];
      for (let replica = 0; replica < counts[i]; replica++) {
        const won = await trial(width, replica);
        ball.push(won.ball);
        flow.push(won.flow);
        done += width;
        progress(done / total);
      }
      results.push({ width, ball, flow });
    }
    const [{ ball, flow }] = results;
    const rate = (won: readonly boolean[]) => won.filter(Boolean).length / won.length;
    const curve = (label: string, which: "ball" | "flow") =>
      dots(
        label,
        [...results].sort((a, b) => a.width - b.width),
        (each) => {
          const won = each[which];
          const [low, high] = successInterval(won.filter(Boolean).length, won.length, 0.95);
          return [each.width, rate(won), low, high];
        },
      );
    return {
      measured: rate(ball) - rate(flow),
      interval: (level) => differenceInterval(ball, flow, level),
      figure: {
        x: { label: "N", log: true },
        y: { label: "rate of success" },
        curves: [curve("heavy ball", "ball"), curve("gradient flow", "flow")],
        caption:
          "Both learn the teacher almost surely once the network is wide; the heavy ball also where it is hardly wider than the teacher.",
      },
      notes: [
        `N = ${WIDTH}: the heavy ball ${(100 * rate(ball)).toFixed(1)} %, gradient flow ${(100 * rate(flow)).toFixed(1)} % of ${replicas}.`,
      ],
    };
  },
});
