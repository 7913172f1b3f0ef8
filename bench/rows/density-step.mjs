// A step of backward Euler of a Langevin density, p = 2, on n × n cells, M data: ∂_tμ = ∇·(μ∇Φ[μ] + τ∇μ) with Scharfetter–Gummel fluxes.
// Ours takes Φ at the new time, Newton's iteration to the end: positive, and E_τ falls at every h. The peer takes Φ at the old time, one
// tridiagonal solve an axis: a cheaper and weaker scheme. θ = (a, w) (output trained) or (w, b) (fixed).
// Agreement: without data Φ stands still and both are the same scheme, μ after 3 steps to 1e-12; with data one step of each is
// O(h²) apart, four times less at half of h, to a tenth. Runs are of 20 steps, as Newton has less to do near rest.

import { distance, WITHIN } from "../harness/agreement.mjs";
import { stepRow } from "../harness/step-row.mjs";

/** Steps so short that h² is seen. */
const SHORT = [0.02, 0.01];

export const densityStep = stepRow({
  name: "density-step",
  about: "an implicit Fokker–Planck step on n × n cells",
  options: { cells: 256, M: 24, output: "trained", step: 0.05, l2: 0.05, temperature: 0.05, extent: 8 },
  cases: ["trained", "fixed"].flatMap((output) => [0.05, 1].map((step) => ({ output, step }))),
  longest: 20,
  peers: {
    "numpy-old-potential": { program: "density_numpy.py", needs: ["numpy", "scipy"] },
    "muflow-0.3.0": { muflow: true },
  },
  title: ({ cells, M, output, step }) =>
    `implicit Fokker–Planck step, ${cells}², M = ${M}, ${output === "trained" ? "(a, w)" : "(w, b)"}, h = ${step}`,

  async agreement({ elsewhere }) {
    const gap = ({ ours, peer }) => distance(ours("density"), peer("density"));
    const apart = await elsewhere({ M: 0 }, 3, gap);
    const gaps = [];
    for (const step of SHORT) gaps.push(await elsewhere({ step }, 1, gap));
    const same = gaps.every((gap) => gap <= WITHIN);
    const fall = same ? 4 : gaps[0] / gaps[1];
    return {
      holds: apart <= WITHIN && Math.abs(fall - 4) <= 0.4,
      text: same
        ? `to ${Math.max(apart, ...gaps).toExponential(0)}`
        : `Φ fixed: to ${apart.toExponential(0)}; one step O(h²) apart: ${fall.toFixed(1)} times less at h/2`,
    };
  },

  ours({ data, evolve, gaussian, grid, langevin, neuron, problem }, options) {
    const { cells, M, output, step, l2, temperature, extent } = options;
    const common = { regulariser: { l2 }, temperature };
    const set = M > 0 && data.fromFunction({ function: "sin", interval: [-3, 3], samples: M });
    const task = set
      ? problem({
          ...common,
          data: set,
          neuron: neuron({ activation: "tanh", inputs: 1, output, bias: output === "fixed" }),
        })
      : problem({ ...common, dimension: 2 });
    const box = [-extent, extent];
    const solver = grid({ cells: [cells, cells], extent: [box, box] });
    const initial = gaussian({ mean: [0.5, 0], std: [0.8, 0.8] });
    const evolved = (steps, snapshots) =>
      evolve(task, langevin(), solver, { initial, until: steps * step, step, record: 1, snapshots });
    const snapshot = async (steps, at) => (await evolved(steps, [at * step])).snapshots[0];
    return {
      async inputs() {
        const { density: start } = await snapshot(1, 0);
        return { x: set ? set.x : [], y: set ? set.y : [], start };
      },
      async after(steps) {
        const { density, outputs } = await snapshot(steps, steps);
        return { density, outputs };
      },
      run: (steps) => evolved(steps, []),
    };
  },
});
