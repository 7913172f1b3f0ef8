// Implicit Langevin steps of a density, p = 2, 256² cells, M = 24, against SciPy/NumPy on the same grid, one thread each.
//   node bench/grid-step.mjs            needs `npm run build`; the peer is left out where python3 has no numpy
// The peer takes Φ at the old time: one linear substep per axis and no Newton iteration, a cheaper and weaker scheme.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { data, evolve, gaussian, grid, langevin, neuron, problem } from "muflow";

const PEER = fileURLToPath(new URL("peer_grid.py", import.meta.url));
const CELLS = 256;

/** Milliseconds a step: the difference between a long and a short run, so that start and end drop out. */
async function stepTime({ output, step }) {
  const task = problem({
    data: data.fromFunction({ function: "sin", interval: [-3, 3], samples: 24 }),
    neuron: neuron({ activation: "tanh", inputs: 1, output, bias: output === "fixed" }),
    regulariser: { l2: 0.05 },
    temperature: 0.05,
  });
  const solver = grid({
    cells: [CELLS, CELLS],
    extent: [
      [-8, 8],
      [-8, 8],
    ],
  });
  const timed = async (steps) => {
    const started = performance.now();
    await evolve(task, langevin(), solver, {
      initial: gaussian({ mean: [0.5, 0], std: [0.8, 0.8] }),
      until: steps * step,
      step,
      record: 1,
      snapshots: [],
    });
    return performance.now() - started;
  };
  const more = 20;
  await timed(2);
  const samples = [];
  for (let round = 0; round < 3; round++) samples.push(((await timed(1 + more)) - (await timed(1))) / more);
  return samples.sort((a, b) => a - b)[1];
}

function peerTime(step) {
  const { status, stdout } = spawnSync("python3", [PEER, CELLS, 24, step].map(String), {
    encoding: "utf8",
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" },
  });
  return status === 0 ? Number(stdout) : Number.NaN;
}

console.log("θ\th\tmuflow ms\tsteps/s\tpeer ms\tmuflow/peer");
for (const output of ["trained", "fixed"]) {
  for (const step of [0.05, 1]) {
    const own = await stepTime({ output, step });
    const peer = peerTime(step);
    const name = output === "trained" ? "(a, w)" : "(w, b)";
    console.log(
      [name, step, own.toFixed(1), (1000 / own).toFixed(1), peer.toFixed(1), (own / peer).toFixed(2)].join(
        "\t",
      ),
    );
  }
}
