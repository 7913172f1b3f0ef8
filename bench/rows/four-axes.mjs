// A step ABOBA of a density of phase space with two parameters a neuron, ψ = a tanh(wx): n⁴ cells of (a, w, ω_a, ω_w), scheme spectral.
// The peer is muflow 0.3.0 (commit 70519c5) on the same request. Agreement: μ and the outputs after 2 steps.

import { same } from "../harness/agreement.mjs";
import { stepRow } from "../harness/step-row.mjs";

export const fourAxes = stepRow({
  name: "four-axes",
  about: "a kinetic Fokker–Planck step on n⁴ cells",
  options: { cells: 48, M: 24, step: 0.1, friction: 1, l2: 0.1, temperature: 0.1, theta: 3.4, omega: 2.2 },
  cases: [{ cells: 48 }, { cells: 64 }],
  peers: { "muflow-0.3.0": { muflow: true } },
  rounds: 5,
  // 48⁴ cells resolve the density for some steps only.
  longest: 2,
  title: ({ cells }) => `kinetic Fokker–Planck step, ${cells}⁴, spectral`,
  shown: 2,
  agreement: same(["density", "outputs"]),

  ours({ data, evolve, gaussian, grid, kinetic, neuron, problem }, options) {
    const { cells, M, step, friction, l2, temperature, theta, omega } = options;
    const task = problem({
      data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: M }),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2 },
      temperature,
    });
    const [wide, narrow] = [
      [-theta, theta],
      [-omega, omega],
    ];
    const solver = grid({ cells: new Array(4).fill(cells), extent: [wide, wide, narrow, narrow] });
    // A number a coordinate: 0.3.0 does not know one for all.
    const both = (value) => [value, value];
    const momentum = { mean: both(0), std: both(0.4) };
    const initial = gaussian({ mean: both(0.2), std: both(0.55), momentum });
    const evolved = (steps, snapshots) =>
      evolve(task, kinetic({ friction }), solver, {
        initial,
        until: steps * step,
        step,
        record: 1,
        snapshots,
      });
    return {
      inputs: () => ({}),
      async after(steps) {
        const { density, outputs } = (await evolved(steps, [steps * step])).snapshots[0];
        return { density, outputs };
      },
      run: (steps) => evolved(steps, []),
    };
  },
});
