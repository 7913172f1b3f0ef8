// R networks of N neurons ψ = sin(θx), the smallest width of `npm start`: heavy ball with noise on its data (M = 144), one step ABOBA of all:
//   θ += hω/2;  ω −= hF/2, F = Σ_i r_i ∂ψ(θ; x_i) + λθ;  ω ← e^(−γh)ω + √(τ(1 − e^(−2γh)))ξ;  ω −= hF/2;  θ += hω/2
// Ours: R calls of evolve, replica by replica. The peer moves all replicas at once.
// Agreement: θ, ω and f of all replicas after 20 steps; with noise the peer takes ours for these steps, and draws its own when timed.

import { createJiti } from "jiti";
import { same } from "../harness/agreement.mjs";
import { stepRow } from "../harness/step-row.mjs";

const SEED = 1;
const DATA = new URL("../../examples/warming/temperature.csv", import.meta.url);

export const replicas = stepRow({
  name: "replicas",
  about: "a kinetic step of R small networks side by side",
  options: { replicas: 56, N: 32, activation: "sin", noise: false, step: 0.16, friction: 0.4, l2: 0.002 },
  cases: [{ noise: false }, { noise: true }],
  peers: { "numpy-batched": { program: "replicas_numpy.py", needs: ["numpy"], blas: 1 } },
  title: (options) =>
    `kinetic step of ${options.replicas} networks, N = ${options.N}, M = 144${options.noise ? ", with noise" : ""}`,
  complete: (options) => ({ ...options, temperature: options.noise ? 0.003 : 0 }),
  shown: 20,
  // Short runs are not worth threads, and a part of what is timed would be on one.
  sample: 1500,
  agreement: same(["theta", "omega", "outputs"]),

  async ours({ data, evolve, gaussian, kinetic, neuron, particles, problem }, options) {
    const { replicas: count, N, activation, step, friction, l2, temperature } = options;
    const set = data.fromCsv(DATA.pathname, { inputs: ["century"], target: "warming" });
    const task = problem({
      data: set,
      neuron: neuron({ activation, inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2 },
      temperature,
    });
    const initial = gaussian({ mean: 0, std: 2, momentum: { mean: 0, std: 0.05 } });
    const motion = kinetic({ friction });
    const evolved = (replica, steps, snapshots) => {
      const solver = particles({ width: N, seed: SEED, replica, integrator: "aboba", dual: "off" });
      return evolve(task, motion, solver, { initial, until: steps * step, step, record: 1, snapshots });
    };
    const all = (work) => Promise.all(Array.from({ length: count }, (_, replica) => work(replica)));
    const snapshots = (steps, at) =>
      all(async (replica) => (await evolved(replica, steps, [at * step])).snapshots[0]);
    return {
      async inputs(steps) {
        const networks = await snapshots(1, 0);
        const start = networks.flatMap(({ theta, omega }) =>
          Array.from(theta, (value, j) => [value, omega[j]]),
        );
        const noise = temperature > 0 ? { noise: await normalsOf(count, N, steps) } : {};
        return { x: set.x, y: set.y, start: start.flat(), ...noise };
      },
      async after(steps) {
        const networks = await snapshots(steps, steps);
        const joined = (name) => networks.flatMap((network) => Array.from(network[name]));
        return { theta: joined("theta"), omega: joined("omega"), outputs: joined("outputs") };
      },
      run: (steps) => all((replica) => evolved(replica, steps, [])),
    };
  },
});

/** ξ of the first steps as the integrator draws them: steps × R × N. */
async function normalsOf(count, N, steps) {
  const { brownianNoise } = await createJiti(import.meta.url).import("../../src/particles/noise.ts");
  const tile = new Float64Array(8);
  const out = new Float64Array(steps * count * N);
  for (let replica = 0; replica < count; replica++) {
    const noise = brownianNoise(SEED, replica);
    for (let n = 0; n < steps; n++) {
      for (let first = 0; first < N; first += 8) {
        noise.fill(tile, 0, first / 8, n, 0);
        out.set(tile.subarray(0, Math.min(8, N - first)), (n * count + replica) * N + first);
      }
    }
  }
  return out;
}
