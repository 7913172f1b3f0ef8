// What is asked of a measurement, from the command line: threads, backend, rounds, the Python of the peers, an older muflow.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { muflowCommand, pythonAt, THIS_BUILD } from "./sides.mjs";

/** Options of every command here, for parseArgs. */
export const SHARED = {
  threads: { type: "string", default: "2" },
  backend: { type: "string", default: "auto" },
  rounds: { type: "string" },
  sample: { type: "string", default: "250" },
  python: { type: "string" },
  old: { type: "string" },
};

export const SHARED_HELP = `  --threads n       of both sides (2)
  --backend b       of muflow: ${["auto", "native", "wasm", "js"].join(", ")}; several with commas, one after another (auto)
  --rounds n        samples of each side, in turn (11, of slow rows fewer)
  --sample ms       how long one is (250)
  --python path     of the peers, with NumPy (MUFLOW_BENCH_PYTHON, else python3, else /usr/bin/python3)
  --old dir         a checkout of muflow 0.3.0 (commit 70519c5), built (MUFLOW_OLD)`;

export const tell = (text) => process.stderr.write(`bench: ${text}\n`);

/** A whole number from the command line. Errors: it is none. */
export function count(name, text, least = 1) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name}: found ${text}; allowed: a whole number ≥ ${least}`);
}

/** Errors: no such build, Python or backend. */
export function contextOf(values) {
  const threads = count("threads", values.threads);
  const backends = values.backend.split(",");
  requireBackends(backends);
  const stated = values.python ?? process.env.MUFLOW_BENCH_PYTHON;
  const python = pythonOf(stated, threads);
  if (stated !== undefined && python === null) throw new Error(`${stated}: no Python with NumPy`);
  const old = values.old ?? process.env.MUFLOW_OLD ?? null;
  if (old !== null && !existsSync(`${old}/dist/index.js`)) {
    throw new Error(`${old}: no built muflow; npm ci there builds it`);
  }
  return {
    threads,
    backends,
    python,
    old: old && resolve(old),
    sample: count("sample", values.sample),
    ...(values.rounds !== undefined && { rounds: count("rounds", values.rounds) }),
    tell,
  };
}

function pythonOf(stated, threads) {
  const found = (stated === undefined ? ["python3", "/usr/bin/python3"] : [stated]).map((command) =>
    pythonAt(command, threads),
  );
  return found.find((python) => python !== null && python.packages.numpy !== null) ?? null;
}

/** Errors: this checkout is not built, or lacks one of them; another is never taken in its place. */
function requireBackends(asked) {
  if (!existsSync(`${THIS_BUILD}/dist/cli.js`)) throw new Error("no dist here: npm run build");
  const { stdout } = muflowCommand(THIS_BUILD, ["doctor"]);
  const [, here] = /^backends\s+(.*)$/m.exec(stdout);
  const names = here.match(/\w+/g);
  const absent = asked.find((name) => name !== "auto" && !names.includes(name));
  if (absent !== undefined) throw new Error(`--backend: found ${absent}; muflow doctor says: ${here}`);
}
