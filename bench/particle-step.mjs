// Time of one training step against chunked NumPy on the same numbers, as ratios in one run (one thread each).
//   node bench/particle-step.mjs        needs `npm run build`; NumPy rows are left out where python3 has no numpy
// Also the growth of the step's time with N·M, and nanoseconds per normal.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { data, evolve, gaussian, gradientFlow, langevin, neuron, particles, problem } from "muflow";

const PEER = fileURLToPath(new URL("peer_numpy.py", import.meta.url));

const sample = (d, M) => {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
  const x = Array.from({ length: M }, () => Array.from({ length: d }, () => 1.7 * next()));
  return data.fromArrays(
    x,
    x.map(([first]) => Math.sin(2 * first)),
  );
};

/** Milliseconds a step: the difference between a long and a short run, so that start and end drop out. */
async function stepTime({ d, M, N, activation, temperature = 0 }) {
  const task = problem({ data: sample(d, M), neuron: neuron({ activation, inputs: d }), temperature });
  const motion = temperature > 0 ? langevin() : gradientFlow();
  const mean = new Array(d + 2).fill(0);
  const initial = gaussian({ mean, std: mean.map(() => 1) });
  const timed = async (steps) => {
    const started = performance.now();
    await evolve(task, motion, particles({ width: N }), {
      initial,
      until: steps * 0.01,
      step: 0.01,
      record: 1,
    });
    return performance.now() - started;
  };
  const more = Math.max(2, Math.min(200, Math.round(2e8 / (N * M))));
  await timed(1);
  const samples = [];
  for (let round = 0; round < 5; round++) samples.push(((await timed(1 + more)) - (await timed(1))) / more);
  return samples.sort((a, b) => a - b)[2];
}

function numpyTime({ d, M, N, activation }) {
  const { status, stdout } = spawnSync("python3", [PEER, d, M, N, activation].map(String), {
    encoding: "utf8",
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" },
  });
  return status === 0 ? Number(stdout) : Number.NaN;
}

console.log("step against chunked NumPy (f64, one thread), without noise");
console.log("d\tM\tN\tactivation\tmuflow ms\tNumPy ms\tmuflow/NumPy");
for (const row of [
  { d: 1, M: 200, N: 100_000, activation: "tanh" },
  { d: 1, M: 200, N: 100_000, activation: "relu" },
  { d: 2, M: 500, N: 10_000, activation: "tanh" },
  { d: 10, M: 1000, N: 10_000, activation: "tanh" },
]) {
  const ours = await stepTime(row);
  const theirs = numpyTime(row);
  const cells = [
    row.d,
    row.M,
    row.N,
    row.activation,
    ours.toFixed(1),
    theirs.toFixed(1),
    (ours / theirs).toFixed(2),
  ];
  console.log(cells.join("\t"));
}

console.log("\ngrowth with N·M (tanh, d = 1)");
console.log("N\tM\tms a step\tns per N·M");
for (const [N, M] of [
  [10_000, 20],
  [10_000, 200],
  [100_000, 200],
  [10_000, 2000],
]) {
  const ms = await stepTime({ d: 1, M, N, activation: "tanh" });
  console.log([N, M, ms.toFixed(2), ((ms * 1e6) / (N * M)).toFixed(2)].join("\t"));
}

const quiet = { d: 1, M: 20, N: 100_000, activation: "tanh" };
const noise = (await stepTime({ ...quiet, temperature: 0.01 })) - (await stepTime(quiet));
console.log(`\nnoise: ${((noise * 1e6) / (3 * quiet.N)).toFixed(1)} ns per normal`);
