// npm run foretold -- [--count 50] [--seed 1]: runs random experiments, a process each, and compares the most memory each held with what `muflow
// check` foretells of it. Exit code 0 where all of foretold over measured lie in [1, 1.5]. Linux alone; some minutes.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { random } from "../../src/base/random-testing.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { memoryOf } from "../../src/experiment/needs.ts";
import { prepareExperiment } from "../../src/experiment/run.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** One to three solvers of any kind on one problem, of any size up to some hundred MiB. */
function specOf(seed: number) {
  const u = random(seed);
  const among = <T>(...values: readonly T[]): T => values[Math.floor(values.length * u())]!;
  const over = (low: number, high: number) => Math.round(low * (high / low) ** u());
  const kinetic = u() < 0.3;
  const [output, bias] = among(["fixed", false], ["fixed", true], ["trained", false], [
    "trained",
    true,
  ] as const);
  const p = 1 + (output === "trained" ? 1 : 0) + (bias ? 1 : 0);
  const tau = kinetic || u() < 0.7 ? 0.1 : 0;
  const particles = () => ({
    particles: { width: over(10, 2e6 / p), replicas: u() < 0.3 ? over(2, 6) : 1, dual: "off" as const },
  });
  const cellsOf = (most: number, axes: number) => 2 * Math.round(over(20, most) ** (1 / axes) / 2 + 8);
  const box = { extent: [[-9, 9]] };
  const grid = () =>
    kinetic
      ? {
          grid: {
            cells: [cellsOf(3e5, 2), cellsOf(3e5, 2)],
            extent: [
              [-9, 9],
              [-5, 5],
            ],
            scheme: among("spectral", "positive"),
          },
        }
      : {
          grid: { cells: cellsOf(p === 1 ? 1e5 : 5e5, p), ...box, scheme: among("implicit", "second-order") },
        };
  const solvers: object[] = [particles()];
  if (p === 1 || !kinetic) solvers.push(grid());
  if (tau > 0 && p < 4) solvers.push({ stationary: { cells: cellsOf(p === 1 ? 1e5 : 5e5, p), ...box } });
  if (!kinetic && tau > 0 && p < 3) {
    const method = p === 1 ? among("quantile", "entropic") : "entropic";
    solvers.push({ jko: { cells: p === 1 ? over(50, 3000) : over(16, 120), ...box, method } });
  }
  const count = 1 + Math.floor(Math.min(3, solvers.length) * u());
  const data =
    u() < 0.7
      ? { function: "sin", interval: [-2, 2], samples: over(4, u() < 0.2 ? 50000 : 200) }
      : { teacher: { neurons: 3, dim: 1, samples: over(10, u() < 0.2 ? 1e5 : 200), seed } };
  return {
    name: `memory-${seed}`,
    problem: {
      data,
      neuron: { activation: "tanh", inputs: 1, output, bias },
      regulariser: { l2: 0.3 },
      ...(tau > 0 ? { temperature: tau } : {}),
    },
    dynamics: kinetic ? { kind: "kinetic", friction: 1 } : { kind: tau > 0 ? "langevin" : "gradient-flow" },
    initial: {
      kind: "gaussian",
      mean: 0.1,
      std: 0.8,
      ...(kinetic ? { momentum: { mean: 0, std: 0.4 } } : {}),
    },
    time: { until: 0.1, step: 0.05, record: 2 },
    solvers: solvers.sort(() => u() - 0.5).slice(0, count),
    seed,
  };
}

/** MiB, and the exit code. */
function peakOf(args: readonly string[]): Promise<{ peak: number; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: "ignore" });
    let peak = 0;
    const poll = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // It has just ended: the peak stands.
      }
    }, 10);
    child.once("exit", (code) => {
      clearInterval(poll);
      resolve({ peak, code });
    });
  });
}

const { values } = parseArgs({
  options: { count: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
const directory = mkdtempSync(join(tmpdir(), "muflow-memory-"));
const ratios: number[] = [];
for (let seed = Number(values.seed); ratios.length < Number(values.count); seed++) {
  const spec = join(directory, "experiment.json");
  const stated = specOf(seed);
  writeFileSync(spec, JSON.stringify(stated));
  const threads = 1 + (seed % 2);
  const prepared = await loadExperiment(spec)
    .then(prepareExperiment)
    .catch(() => null);
  // Cells that cannot hold the problem, say.
  if (prepared === null) continue;
  const foretold = memoryOf(prepared.built, threads) / 2 ** 20;
  const { peak, code } = await peakOf([
    "run",
    spec,
    "--out",
    join(directory, `${seed}`),
    "--threads",
    `${threads}`,
  ]);
  if (code !== 0) continue;
  ratios.push(foretold / peak);
  const kinds = stated.solvers.map((solver) => Object.keys(solver)[0]).join(", ");
  console.log(
    `${seed}: ${peak.toFixed(0)} MiB, foretold ${foretold.toFixed(0)}, ${(foretold / peak).toFixed(2)} (${kinds}; ${prepared.built.problem.data.size} data, p = ${prepared.built.problem.dimension})`,
  );
}
rmSync(directory, { recursive: true });
const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
console.log(
  `${ratios.length} experiments: foretold over measured from ${low.toFixed(2)} to ${high.toFixed(2)}`,
);
process.exitCode = low >= 1 && high <= 1.5 ? 0 : 1;
