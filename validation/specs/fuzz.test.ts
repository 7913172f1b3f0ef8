// Specs that were damaged at random, by the seed: each is refused in clear lines or accepted, and what is accepted is the same when its complete form
// is read, and runs to an end that docs/errors.md knows. No trace, no hang, nothing written that should not be, no memory beyond what was told.
//   npx vitest run --config validation/vitest.config.ts validation/specs      MUFLOW_TEST_SEED=2 draws other damage

import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareExperiment } from "../../src/experiment/prepare.ts";
import { memoryOf } from "../../src/run/needs.ts";
import { loadExperiment } from "../../src/spec/load.ts";
import { ROOT } from "../../test/support.ts";
import { type Damaged, damaged } from "./damage.ts";
import { examine, faultsOfMessage, faultsOfText, patienceWith } from "./holds.ts";
import { layStock, stockSpecs } from "./stock.ts";

const SPECS = 10_000;
const PROCESSES = 500;

const directory = mkdtempSync(join(tmpdir(), "muflow-specs-"));
const stock = stockSpecs();
layStock(directory);
afterAll(() => rmSync(directory, { recursive: true }));

const count = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

// ---- In this process ----

/** Asked to stop after this long, a run ends; what goes on for longer, of whatever kind, ends this process, and the spec is shown. */
const STOPPED_MS = 20_000;
const HANGS_MS = 120_000;

/** A thread that sees whether `beat` goes on, as nothing else can while this one computes. */
function watch(stop: Int32Array, beat: Int32Array, path: string): Worker {
  const source = `
    const { workerData: { stop, beat, path, stopped, hangs } } = require("node:worker_threads");
    let [last, since] = [-1, 0];
    setInterval(() => {
      const now = Atomics.load(beat, 0);
      if (now !== last) [last, since] = [now, Date.now()];
      if (Date.now() - since > stopped) Atomics.store(stop, 0, 1);
      if (Date.now() - since < hangs) return;
      require("node:fs").writeSync(2, "a spec that hangs:\\n" + require("node:fs").readFileSync(path));
      process.kill(process.pid, "SIGKILL");
    }, 500);`;
  const worker = new Worker(source, {
    eval: true,
    workerData: { stop, beat, path, stopped: STOPPED_MS, hangs: HANGS_MS },
  });
  worker.unref();
  return worker;
}

describe("damaged specs", () => {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const current = join(directory, "current");
  const scratch = join(directory, "run");
  let watcher: Worker;
  beforeAll(() => {
    watcher = watch(stop, beat, current);
  });
  afterAll(() => watcher.terminate());

  const look = async ({ extension, bytes }: Pick<Damaged, "extension" | "bytes">) => {
    const path = join(directory, `spec${extension}`);
    writeFileSync(path, bytes);
    writeFileSync(current, bytes);
    Atomics.store(stop, 0, 0);
    Atomics.add(beat, 0, 1);
    return examine(path, Buffer.from(bytes).toString("utf8"), { scratch, stop });
  };

  it("are of sound ones", async () => {
    for (const { title, text } of stock) {
      const { outcome, message, faults } = await look({ extension: ".yaml", bytes: Buffer.from(text) });
      expect(outcome, `${title}: ${message}`).not.toBe("refused");
      expect(faults, title).toEqual([]);
    }
  });

  it(`${SPECS} of them are refused in clear lines, or hold what they say and run`, async () => {
    const counts: Record<string, number> = {};
    let seen = 0;
    // A spec takes long to be made smaller: what was found is told before.
    const first: string[] = [];
    await fc.assert(
      fc.asyncProperty(damaged(stock), async (spec) => {
        const { outcome, message, faults } = await look(spec);
        count(counts, outcome);
        if (++seen % 1000 === 0) console.log(`${seen} specs: ${JSON.stringify(counts)}`);
        if (faults.length > 0 && first.length === 0) {
          first.push(...faults);
          console.log(`the first fault, ${spec.story}: ${faults.join("; ")}`);
        }
        expect(faults, `${spec.story}: ${message}\n${Buffer.from(spec.bytes)}`).toEqual([]);
      }),
      { numRuns: SPECS },
    );
    expect(counts.refused).toBeGreaterThan(SPECS / 4);
    expect(counts.done).toBeGreaterThan(SPECS / 20);
  });
});

// ---- As commands ----

/** What every process is asked for besides: its processor seconds and its largest memory, at the end, on a channel of its own. */
const METER = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeSync } from "node:fs";
  import { isMainThread } from "node:worker_threads";
  if (isMainThread) process.on("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    // Not maxRSS, which a process takes over from the one that has started it.
    const bytes = 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]);
    writeSync(3, JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, bytes }));
  });`)}`;

const THREADS = 2;
const MAX_TIME = 2;
const COMMANDS = ["check", "cite", "run", "run", "study"] as const;
const CODES: Readonly<Record<(typeof COMMANDS)[number], readonly number[]>> = {
  check: [0, 2],
  cite: [0, 2],
  run: [0, 2, 3, 75],
  study: [0, 2, 3, 75],
};

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly meter: { readonly seconds: number; readonly bytes: number } | null;
}

function command(args: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", METER, join(ROOT, "dist/cli.js"), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const texts = ["", "", ""];
  for (const [k, stream] of child.stdio.slice(1).entries()) {
    stream!.on("data", (chunk: Buffer) => {
      texts[k] += chunk.toString("utf8");
    });
  }
  const killer = setTimeout(() => child.kill("SIGKILL"), HANGS_MS);
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(killer);
      const [stdout = "", stderr = "", meter = ""] = texts;
      resolve({ code, signal, stdout, stderr, meter: meter === "" ? null : JSON.parse(meter) });
    });
  });
}

/** Progress, where nobody looks at a terminal. */
const PROGRESS = /^muflow: \d+ %, .*$/gm;

async function faultsOf(
  which: (typeof COMMANDS)[number],
  spec: Damaged,
  name: string,
): Promise<[string, string[]]> {
  const path = join(directory, `${name}${spec.extension}`);
  const cwd = join(directory, "cwd", name);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(path, spec.bytes);
  const written = Buffer.from(spec.bytes).toString("utf8");
  const computes = which === "run" || which === "study";
  const limits = computes ? ["--max-time", String(MAX_TIME), "--threads", String(THREADS)] : [];
  const { code, signal, stdout, stderr, meter } = await command([which, path, ...limits], cwd);
  const faults: string[] = [];
  const said = stderr.replaceAll(PROGRESS, "").trim();
  if (signal !== null) faults.push(`ended by ${signal}`);
  else if (!CODES[which].includes(code!)) faults.push(`exit code ${code}`);
  if (/\n\s+at |unexpected error|Warning: /.test(stderr)) faults.push("a trace");
  if (code === 2) {
    faults.push(...faultsOfMessage(said.replace(/^muflow: /, ""), written));
    if (readdirSync(cwd).length > 0) faults.push(`left ${readdirSync(cwd)} behind`);
  } else if (code !== null && said !== "") faults.push(...faultsOfText(said, `${written} NaN Infinity`));
  if (!computes && readdirSync(cwd).length > 0) faults.push(`wrote ${readdirSync(cwd)}`);
  faults.push(...faultsOfText(stdout, `${written} infinity`).map((fault) => `prints: ${fault}`));
  const patience = patienceWith(stderr);
  const allowed = patience + (computes ? THREADS * (MAX_TIME + patience) : 0);
  if (meter !== null && meter.seconds > allowed) faults.push(`took ${meter.seconds} s`);
  if (which === "run" && meter !== null && code !== null && code !== 2) {
    const told = memoryOf(prepareExperiment(await loadExperiment(path)).built, THREADS);
    if (meter.bytes > told) faults.push(`took ${meter.bytes} bytes, and told ${told}`);
  }
  for (const folder of computes && (code === 0 || code === 3) ? foldersIn(join(cwd, "runs")) : []) {
    const report = readFileSync(join(folder, "report.html"), "utf8");
    const strange = />[^<]*\b(undefined|NaN|\[object \w+\])[^<]*</.exec(report);
    if (strange !== null && !/undefined|nan/i.test(written))
      faults.push(`its report says ${strange[0].slice(0, 200)}`);
  }
  rmSync(cwd, { recursive: true });
  rmSync(path);
  return [`${which} ${code ?? signal}`, faults.map((fault) => `${fault}; ${stderr.slice(0, 3000)}`)];
}

const foldersIn = (path: string) =>
  existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];

describe("as commands", () => {
  beforeAll(async () => {
    expect((await command(["--version"], ROOT)).code, "npm run build comes first").toBe(0);
  });

  it(`${PROCESSES} of them end with the codes of docs/errors.md, in time, and leave nothing behind`, async () => {
    const counts: Record<string, number> = {};
    let number = 0;
    // Two at a time: a property of pairs.
    await fc.assert(
      fc.asyncProperty(fc.array(damaged(stock), { minLength: 2, maxLength: 2 }), async (pair) => {
        await Promise.all(
          pair.map(async (spec) => {
            const which = COMMANDS[number % COMMANDS.length]!;
            const [outcome, faults] = await faultsOf(which, spec, `s${number++}`);
            count(counts, outcome);
            expect(faults, `${which}: ${spec.story}\n${Buffer.from(spec.bytes)}`).toEqual([]);
          }),
        );
      }),
      { numRuns: PROCESSES / 2, endOnFailure: true },
    );
    console.log(`commands: ${JSON.stringify(counts)}`);
  });
});
