// Standard normals, one thread: ns a normal. Ours are those of a Langevin step, N neurons of p coordinates: its time at τ > 0 minus
// its time at τ = 0, over N·p. The peers fill a buffer in cache by NumPy's generators; ours are functions of (seed, replica, neuron, step, lane).
// No two generators agree number by number: both sides' samples must have the mean, variance and kurtosis of normals, within 5 standard errors.

import { stepRow } from "../harness/step-row.mjs";

const STEP = 0.01;

export const normals = stepRow({
  name: "normals",
  about: "ns a standard normal, one thread",
  options: { N: 40_960, p: 8, M: 4 },
  cases: [{}],
  threads: 1,
  peers: {
    "numpy-pcg64": { program: "normals_numpy.py", needs: ["numpy"], options: { generator: "PCG64" } },
    "numpy-sfc64": { program: "normals_numpy.py", needs: ["numpy"], options: { generator: "SFC64" } },
    "numpy-philox": { program: "normals_numpy.py", needs: ["numpy"], options: { generator: "Philox" } },
  },
  title: () => "standard normals, one thread",
  complete: (options) => ({ ...options, normals: options.N * options.p }),
  unit: ({ normals: count }) => ({ name: "ns", perMs: 1e6 / count }),

  async agreement({ here, shown }) {
    const { ours, peer } = await here(shown);
    const [own, theirs] = [deviation(ours("normals")), deviation(peer("normals"))];
    return {
      holds: own <= 5 && theirs <= 5,
      text: `moments to ${Math.max(own, theirs).toFixed(1)} standard errors`,
    };
  },

  ours({ data, evolve, langevin, gaussian, neuron, particles, problem }, { N, p, M }) {
    const inputs = p - 1;
    const x = Array.from({ length: M }, (_, i) => Array.from({ length: inputs }, (_, k) => Math.sin(i + k)));
    const set = data.fromArrays(x, new Array(M).fill(0));
    const task = (temperature) =>
      problem({ data: set, neuron: neuron({ activation: "tanh", inputs, bias: false }), temperature });
    // a = w = 0: no force, so that a step is its noise.
    const initial = gaussian({ mean: 0, std: 0 });
    const solver = particles({ width: N, seed: 1, dual: "off" });
    const evolved = (temperature, steps, snapshots) =>
      evolve(task(temperature), langevin(), solver, {
        initial,
        until: steps * STEP,
        step: STEP,
        record: 1,
        snapshots,
      });
    return {
      inputs: () => ({}),
      async after() {
        const { snapshots } = await evolved(0.5 / STEP, 1, [STEP]);
        return { normals: snapshots[0].theta };
      },
      run: (steps) => evolved(0.01, steps, []),
      without: (steps) => evolved(0, steps, []),
    };
  },
});

/** How far mean, variance and kurtosis are from those of normals, in standard errors; the largest. */
function deviation(values) {
  const count = values.length;
  const moment = (k) => values.reduce((total, value) => total + value ** k, 0) / count;
  const errors = [
    [moment(1), 0, 1],
    [moment(2), 1, 2],
    [moment(4), 3, 96],
  ];
  return Math.max(
    ...errors.map(([found, expected, variance]) => Math.abs(found - expected) / Math.sqrt(variance / count)),
  );
}
