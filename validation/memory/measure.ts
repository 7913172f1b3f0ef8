// npm run foretold -- [--count 50] [--seed 1]: runs random experiments, a process each, and compares the most memory each held with what `muflow
// check` foretells of it. Exit code 0 where all of foretold over measured lie in [1, 1.5]. Linux alone; some minutes.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareExperiment } from "../../src/experiment/prepare.ts";
import { memoryOf } from "../../src/run/needs.ts";
import { loadExperiment } from "../../src/spec/load.ts";
import { putSpec } from "./specs.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

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
  const stated = putSpec(spec, seed);
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
    `${seed}: ${peak.toFixed(0)} MiB, foretold ${foretold.toFixed(0)}, ${(foretold / peak).toFixed(2)} (${kinds}; ${prepared.built.origin}, ${prepared.built.problem.data.size} data, p = ${prepared.built.problem.dimension})`,
  );
}
rmSync(directory, { recursive: true });
const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
console.log(
  `${ratios.length} experiments: foretold over measured from ${low.toFixed(2)} to ${high.toFixed(2)}`,
);
process.exitCode = low >= 1 && high <= 1.5 ? 0 : 1;
