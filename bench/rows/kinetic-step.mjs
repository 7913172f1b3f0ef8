// A step ABOBA of a density μ of phase space, p = 1, ψ = tanh(θx), on n × n cells of (θ, ω):
//   ∂_tμ + ω∂_θμ − ∂_θΦ[ρ] ∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ):  A and B shift lines, O is a product with an n × n matrix
// scheme spectral: shifts by FFT; positive: by a conservative remap of order 7, clamped. The peer has the same schemes, FFTs by SciPy, O by DGEMM.
// Agreement: μ and the outputs after 3 steps.

import { same } from "../harness/agreement.mjs";
import { stepRow } from "../harness/step-row.mjs";

export const kineticStep = stepRow({
  name: "kinetic-step",
  about: "a kinetic Fokker–Planck step on n × n cells of phase space",
  options: {
    cells: 512,
    scheme: "spectral",
    M: 24,
    step: 0.1,
    friction: 1,
    l2: 0.1,
    temperature: 0.1,
    theta: 5,
    omega: 3,
  },
  cases: [{ scheme: "spectral" }, { scheme: "positive" }],
  peers: {
    scipy: { program: "kinetic_scipy.py", needs: ["numpy", "scipy"] },
    "muflow-0.3.0": { muflow: true },
  },
  title: ({ cells, scheme }) => `kinetic Fokker–Planck step, ${cells}², ${scheme}`,
  shown: 3,
  agreement: same(["density", "outputs"]),

  ours({ data, evolve, gaussian, grid, kinetic, neuron, problem }, options) {
    const { cells, scheme, M, step, friction, l2, temperature, theta, omega } = options;
    const set = data.fromFunction({ function: "sin", interval: [-2, 2], samples: M });
    const task = problem({
      data: set,
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false, output: "fixed" }),
      regulariser: { l2 },
      temperature,
    });
    const solver = grid({
      cells: [cells, cells],
      extent: [
        [-theta, theta],
        [-omega, omega],
      ],
      scheme,
    });
    const initial = gaussian({ mean: [0.3], std: [0.5], momentum: { mean: [0], std: [0.35] } });
    const evolved = (steps, snapshots) =>
      evolve(task, kinetic({ friction }), solver, {
        initial,
        until: steps * step,
        step,
        record: 1,
        snapshots,
      });
    const snapshot = async (steps, at) => (await evolved(steps, [at * step])).snapshots[0];
    return {
      async inputs() {
        const { density: start } = await snapshot(1, 0);
        return { x: set.x, y: set.y, start };
      },
      async after(steps) {
        const { density, outputs } = await snapshot(steps, steps);
        return { density, outputs };
      },
      run: (steps) => evolved(steps, []),
    };
  },
});
