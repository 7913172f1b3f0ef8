// A training step of a network of N neurons ψ = a σ(w·x + b) on M data in d dimensions, squared loss, l2, Euler–Maruyama:
//   f = (1/N) Σ_j ψ(θ_j; ·),  r = (f − y)/M,  θ_j ← θ_j − h(Σ_i r_i ∇ψ(θ_j; x_i) + λθ_j) + √(2τh) ξ_j,  σ = tanh or relu
// N·M·(d + 1) products forward, as many backward, N·M activations; with --noise τ > 0, and both sides draw N(d + 2) normals a step.
// Agreement: θ and f after 3 steps; with noise the peer takes ours for these steps, and draws its own when timed.

import { createJiti } from "jiti";
import { same } from "../harness/agreement.mjs";
import { stepRow } from "../harness/step-row.mjs";
import { uniforms } from "../harness/uniforms.mjs";

const SHAPES = [
  { d: 1, M: 200, N: 102_400 },
  { d: 2, M: 500, N: 10_240 },
  { d: 10, M: 1000, N: 10_240 },
  { d: 100, M: 1000, N: 10_240 },
  { d: 784, M: 600, N: 3072 },
];

const SEED = 1;

export const particleStep = stepRow({
  name: "particle-step",
  about: "a training step of N neurons on M data in d dimensions",
  options: { d: 1, M: 200, N: 102_400, activation: "tanh", noise: false, step: 0.1, l2: 1e-3 },
  cases: [false, true].flatMap((noise) =>
    SHAPES.flatMap((shape) => ["tanh", "relu"].map((activation) => ({ ...shape, activation, noise }))),
  ),
  peers: {
    "numpy-chunked": { program: "particle_numpy.py", needs: ["numpy"] },
    "numpy-threads": { program: "particle_numpy_threads.py", needs: ["numpy"], blas: 1 },
    torch: { program: "particle_torch.py", needs: ["numpy", "torch"] },
    numba: { program: "particle_numba.py", needs: ["numpy", "numba"], asked: true },
  },
  title: ({ d, M, N, activation, noise }) =>
    `step: ${activation}, d = ${d}, M = ${M}, N = ${N}${noise ? ", with noise" : ""}`,
  complete: (options) => ({ ...options, temperature: options.noise ? 1e-3 : 0 }),
  shown: 3,
  agreement: same(["theta", "outputs"]),

  async ours({ data, evolve, gaussian, langevin, neuron, particles, problem }, options) {
    const { d, M, N, activation, step, l2, temperature } = options;
    const next = uniforms(1);
    const x = Array.from({ length: M }, () => Array.from({ length: d }, () => 1.7 * next()));
    const y = x.map(([first]) => Math.sin(2 * first) + 0.1 * next());
    const task = problem({
      data: data.fromArrays(x, y),
      neuron: neuron({ activation, inputs: d }),
      regulariser: { l2 },
      temperature,
    });
    const std = [1, ...new Array(d).fill(2 / Math.sqrt(d)), 1];
    const initial = gaussian({ mean: new Array(d + 2).fill(0), std });
    const solver = particles({ width: N, seed: SEED, dual: "off" });
    const evolved = (steps, snapshots) =>
      evolve(task, langevin(), solver, { initial, until: steps * step, step, record: 1, snapshots });
    const snapshot = async (steps, at) => (await evolved(steps, [at * step])).snapshots[0];
    return {
      async inputs(steps) {
        const { theta: start } = await snapshot(1, 0);
        const noise = temperature > 0 ? { noise: await normalsOf(N, d + 2, steps) } : {};
        return { x: x.flat(), y, start, ...noise };
      },
      async after(steps) {
        const { theta, outputs } = await snapshot(steps, steps);
        return { theta, outputs };
      },
      run: (steps) => evolved(steps, []),
    };
  },
});

/** ξ of the first steps as the integrator draws them: steps × N × p. */
async function normalsOf(N, p, steps) {
  const { brownianNoise } = await createJiti(import.meta.url).import("../../src/particles/noise.ts");
  const noise = brownianNoise(SEED, 0);
  const tile = new Float64Array(8);
  const out = new Float64Array(steps * N * p);
  for (let n = 0; n < steps; n++) {
    for (let first = 0; first < N; first += 8) {
      for (let k = 0; k < p; k++) {
        noise.fill(tile, 0, first / 8, n, k);
        for (let lane = 0; lane < 8 && first + lane < N; lane++) {
          out[(n * N + first + lane) * p + k] = tile[lane];
        }
      }
    }
  }
  return out;
}
