// Steps of a density of phase space, order 2, scheme spectral, and where their time goes: shifts A, kicks B, O. Kicks and O on one axis
// are done together in a step, and share transforms: their shares are of the step as it would be without.
//   node bench/kinetic-step.mjs [--full]     --full adds 64⁴ cells (a quarter of a minute, half a GiB)
// The peer is NumPy's FFT moving the same density along one axis of θ: one of the shifts in A.

import { spawnSync } from "node:child_process";
import { createJiti } from "jiti";

const jiti = createJiti(import.meta.url);
const load = (path) => jiti.import(`../src/${path}`);
const { axis } = await load("grid/axis.ts");
const { grid } = await load("grid/grid.ts");
const { kinetic } = await load("dynamics/kinetic.ts");
const { neuron } = await load("problem/neuron.ts");
const { problem } = await load("problem/problem.ts");
const { gaussian } = await load("problem/law.ts");
const { fromFunction } = await load("problem/synthetic.ts");
const { phaseDensity } = await load("pde/kinetic/phase-density.ts");
const { driftAmounts, kickAmounts } = await load("pde/kinetic/line-moves.ts");
const { kineticScheme } = await load("pde/kinetic/schemes.ts");
const { KineticStepper } = await load("pde/kinetic/step.ts");

const STEP = 0.1;
const TEMPERATURE = 0.1;

const median = (rounds, work) => {
  work();
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
};

function measure(p, cells, rounds) {
  const task = problem({
    data: fromFunction({ function: "sin", interval: [-2, 2], samples: 24 }),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false, output: p === 1 ? "fixed" : "trained" }),
    regulariser: { l2: 0.1 },
    temperature: TEMPERATURE,
  });
  const side = (reach) => axis({ low: -reach, high: reach, cells });
  const phase = grid([
    ...Array.from({ length: p }, () => side(5)),
    ...Array.from({ length: p }, () => side(3)),
  ]);
  const many = (value) => new Array(p).fill(value);
  const law = gaussian({ mean: many(0.5), std: many(0.6), momentum: { mean: many(0), std: many(0.5) } });
  const density = phaseDensity(phase, law, 1e-3, TEMPERATURE);
  const dynamics = kinetic({ friction: 1 });
  const options = { problem: task, dynamics, phase, density, step: STEP };
  const stepper = new KineticStepper({ ...options, scheme: "spectral", integrator: "aboba", order: 2 });
  let n = 0;
  const whole = median(rounds, () => stepper.step(n++));
  const values = density.slice();
  const { along } = kineticScheme("spectral");
  const drifts = many(0).map((_, k) => along(phase, k, driftAmounts(phase, k), TEMPERATURE));
  for (const [k, drift] of drifts.entries()) {
    drift.set(phase.axes[p + k].centres.map((omega) => (omega * STEP) / 2));
  }
  const momenta = many(0).map((_, k) => along(phase, p + k, kickAmounts(phase), TEMPERATURE));
  for (const moves of momenta) {
    moves.set(new Float64Array(cells ** p).fill(0.01));
    moves.damp(dynamics.friction.damping(0, STEP));
  }
  const all = (axes, move) => () => {
    for (const moves of axes) moves.apply(values, [move]);
  };
  // ABOBA: A and B twice, O once.
  const a = 2 * median(rounds, all(drifts, "shift"));
  const b = 2 * median(rounds, all(momenta, "shift"));
  const o = median(rounds, all(momenta, "relax"));
  const share = (part) => `${Math.round((100 * part) / (a + b + o))} %`;
  const shift = a / (2 * p);
  const peer = peerTime(2 * p, cells);
  const columns = [`${cells}^${2 * p}`, whole.toFixed(1), share(a), share(b), share(o), shift.toFixed(1)];
  console.log([...columns, peer.toFixed(1), (shift / peer).toFixed(2)].join("\t"));
}

/** Milliseconds of one spectral shift along the first axis in NumPy: rfft, phases, irfft. */
function peerTime(axes, cells) {
  const program = `
import time, numpy as np
mu = np.random.default_rng(1).random([${cells}] * ${axes})
k = np.arange(${cells} // 2 + 1).reshape([-1] + [1] * ${axes - 1})
w = np.exp(-1j * k * np.linspace(-0.1, 0.1, ${cells}).reshape([1] * ${axes - 1} + [-1]))
def shift():
    return np.fft.irfft(np.fft.rfft(mu, axis=0) * w, n=${cells}, axis=0)
shift()
times = []
for _ in range(5):
    s = time.perf_counter(); shift(); times.append(time.perf_counter() - s)
print(1000 * sorted(times)[2])
`;
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const { status, stdout } = spawnSync("python3", ["-c", program], { encoding: "utf8", env });
  return status === 0 ? Number(stdout) : Number.NaN;
}

console.log("cells\tms/step\tA\tB\tO\tone shift ms\tNumPy ms\tmuflow/NumPy");
measure(1, 128, 15);
measure(1, 384, 7);
measure(2, 32, 5);
if (process.argv.includes("--full")) measure(2, 64, 3);
