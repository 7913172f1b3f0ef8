// A campaign: which tests reach what, then every mutant on those of its room that may see it, by workers that stay up. Sources are
// copied first, so that work can go on meanwhile; a result is kept as soon as it is there.

import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  drawn,
  filesOf,
  type Mutant,
  mutated,
  placesIn,
  ROOMS,
  readSource,
  roomOf,
  sourcesOf,
} from "./draw.ts";
import { testsFor } from "./reach.ts";
import { type Result, report } from "./report.ts";
import type { Measured, Order, Tried } from "./worker.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const RUN = fileURLToPath(new URL("run.mjs", import.meta.url));

/** What a mutant may take of a test file that takes s seconds: a slower one is taken for a loop without end. */
const limitOf = (s: number) => 5 + 3 * s;
/** Vitest remembers every run; a worker that has tried so many is replaced. */
const TRIES = 100;

export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      count: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: `${availableParallelism()}` },
      only: { type: "string", default: "src/" },
    },
  });
  const [count, seed, workers] = [values.count, values.seed, values.workers].map(Number);
  for (const [name, value] of Object.entries({ count, seed, workers })) {
    if (!Number.isInteger(value) || value < (name === "seed" ? 0 : 1)) {
      throw new Error(`--${name}: found ${value}; allowed: an integer ≥ ${name === "seed" ? 0 : 1}`);
    }
  }
  const { results, red } = await campaign(ROOT, {
    count,
    seed,
    workers,
    only: values.only,
    say: console.log,
  });
  for (const failure of red) console.log(`left out, fails as the program is: ${failure}`);
  const code = report(results, `seed ${seed}`);
  return red.length > 0 ? 1 : code;
}

export interface CampaignOptions {
  readonly count: number;
  readonly seed: number;
  readonly workers: number;
  /** Where the paths of files begin. */
  readonly only: string;
  /** Told of each step. */
  readonly say: (line: string) => void;
}

/** The mutants of that tree and what became of them; `red`: tests that fail as the program is, which can say nothing of mutants. */
export async function campaign(
  root: string,
  { count, seed, workers, only, say }: CampaignOptions,
): Promise<{ results: Result[]; red: string[] }> {
  const kept = join(root, "runs", "mutants");
  mkdirSync(kept, { recursive: true });
  const copy = copyOf(root);
  try {
    const mutants = drawn(placesIn(copy, sourcesOf(copy)), seed)
      .filter(({ file }) => file.startsWith(only))
      .slice(0, count);
    const rooms = new Set(mutants.map(({ room }) => room));
    const tests = testsOf(copy).filter((test) => rooms.has(roomOf(test)));
    const reach = await measureAll(copy, tests, join(kept, "reach.json"), { workers, say });
    const green = reach.filter(({ failure }) => failure === null);
    const results = await tryAll(copy, mutants, green, join(kept, `seed-${seed}.jsonl`), { workers, say });
    return { results, red: reach.flatMap(({ failure }) => failure ?? []) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const LEFT = new Set(["node_modules", ".git", "dist", "runs", "coverage"]);

/** A copy of the tree, to be removed; what is installed is linked. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "muflow-mutants-"));
  for (const name of readdirSync(root)) {
    if (!LEFT.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function testsOf(root: string): string[] {
  return filesOf(root).filter((file) => file.endsWith(".test.ts"));
}

/** A measurement with what it depends on. */
type Kept = Measured & { readonly hashes: Readonly<Record<string, string>> };

/** What each test file reaches, measured anew where it or what it loads is another than when last measured. */
type Means = Pick<CampaignOptions, "workers" | "say">;

async function measureAll(
  root: string,
  tests: readonly string[],
  path: string,
  { workers, say }: Means,
): Promise<Measured[]> {
  const before: Kept[] = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
  const hashes = new Map<string, string>();
  const hashOf = (file: string) => {
    if (!hashes.has(file)) hashes.set(file, existsSync(join(root, file)) ? hash(readSource(root, file)) : "");
    return hashes.get(file)!;
  };
  const kept = before.filter(({ hashes }) =>
    Object.entries(hashes).every(([file, found]) => hashOf(file) === found),
  );
  const missing = tests.filter((test) => !kept.some((one) => one.test === test));
  await inWorkers(root, "measure", workers, missing, async (test, ask) => {
    const measured = (await ask({ kind: "measure", test })) as Measured | null;
    if (measured === null) throw new Error(`${test}: its process ended before it`);
    const files = [test, ...Object.keys(measured.reached)];
    kept.push({ ...measured, hashes: Object.fromEntries(files.map((file) => [file, hashOf(file)])) });
    writeFileSync(path, JSON.stringify(kept));
    say(`measured ${test} ${measured.seconds.toFixed(1)} s`);
  });
  return kept.filter(({ test }) => tests.includes(test));
}

async function tryAll(
  root: string,
  mutants: readonly Mutant[],
  reach: readonly Measured[],
  path: string,
  { workers, say }: Means,
): Promise<Result[]> {
  const known = new Map<string, Result>();
  if (existsSync(path)) {
    for (const line of readFileSync(path, "utf8").trim().split("\n")) {
      const result: Result = JSON.parse(line);
      known.set(result.id, result);
    }
  }
  const all = testsOf(root);
  const testHashes = new Map(
    ROOMS.map((room) => [
      room as string,
      hash(
        all
          .filter((test) => roomOf(test) === room)
          .map((test) => readSource(root, test))
          .join("\n"),
      ),
    ]),
  );
  const results: Result[] = [];
  const open: Mutant[] = [];
  for (const mutant of mutants) {
    const before = known.get(mutant.id);
    const same = before?.code === hash(readSource(root, mutant.file)) && before.to === mutant.to;
    // What is killed stays so; what survived may fall to a new test.
    const settled = same && (before.outcome !== "survived" || before.tests === testHashes.get(mutant.room));
    if (settled) results.push({ ...before, line: mutant.line });
    else open.push(mutant);
  }
  const started = Date.now();
  let done = 0;
  await inWorkers(root, "try", workers, open, async (mutant, ask) => {
    const { id, room, file, line, text, from, to } = mutant;
    const source = readSource(root, file);
    const tests = testsFor(mutant, source, reach);
    const tried: Tried =
      tests.length === 0
        ? { outcome: "survived", by: null, seconds: 0 }
        : (((await ask({
            kind: "try",
            file,
            text: mutated(source, mutant),
            tests: tests.map(({ test, seconds }) => [test, limitOf(seconds)] as const),
          })) as Tried | null) ?? { outcome: "killed", by: "the process ended", seconds: 0 });
    const result: Result = {
      ...{ id, room, file, line, text, from, to },
      ...tried,
      code: hash(source),
      tests: testHashes.get(room)!,
    };
    appendFileSync(path, `${JSON.stringify(result)}\n`);
    results.push(result);
    done += 1;
    const each = (Date.now() - started) / 1000 / done;
    say(
      `${results.length}/${mutants.length} ${tried.outcome} ${file}:${line} ${from} → ${to} (${tests.length} tests, ${tried.seconds.toFixed(1)} s; ${each.toFixed(1)} s each)`,
    );
  });
  return results;
}

/** Asks a worker; null where its process ended without an answer. */
type Ask = (order: Order) => Promise<Measured | Tried | null>;

/** Does something with every item, in order, by that many workers. */
async function inWorkers<Item>(
  root: string,
  what: "measure" | "try",
  workers: number,
  items: readonly Item[],
  task: (item: Item, ask: Ask) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const children = new Set<ChildProcess>();
  const serve = async () => {
    let child: ChildProcess | null = null;
    let tries = 0;
    const ask: Ask = async (order) => {
      if (child === null || tries >= TRIES) {
        if (child !== null) end(child);
        child = await startWorker(root, what);
        children.add(child);
        tries = 0;
      }
      tries += 1;
      child.send(order);
      const answer = await answerOf(child);
      if (!child.connected || (answer as Tried | null)?.outcome === "timeout" || answer === null) {
        end(child);
        child = null;
      }
      return answer as Measured | Tried | null;
    };
    const end = (ended: ChildProcess) => {
      ended.kill("SIGKILL");
      children.delete(ended);
    };
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item, ask);
    if (child !== null) end(child);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, items.length) }, serve));
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

async function startWorker(root: string, what: string): Promise<ChildProcess> {
  const child = fork(RUN, ["worker", root, what], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ready = await answerOf(child);
  if (ready !== "ready") throw new Error("a worker did not start");
  return child;
}

/** Its next message; null where it ends first. */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (answer: unknown) => {
      child.off("message", settle);
      child.off("exit", ended);
      resolve(answer);
    };
    const ended = () => settle(null);
    child.on("message", settle);
    child.on("exit", ended);
  });
}
