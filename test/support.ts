// What the end-to-end tests share: the built binary run as a user runs it, and a folder's bytes to compare.

import { type ChildProcess, fork, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
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
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BINARY = join(ROOT, "dist", "cli.js");

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/** A directory that is gone after the test file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "muflow-test-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file, making its directories; returns its path. */
export function put(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Commands that start a thread for each core, where a test does not say how many: a sixth of a second each, and the same bits. */
const THREADED = ["run", "study", "validate"];

function onOneThread(args: readonly string[]): readonly string[] {
  const asks = !THREADED.includes(args[0]!) || args.includes("--threads") || args.includes("--on");
  return asks ? args : [...args, "--threads", "1"];
}

/** Variables of the environment that are set, or others than the tests'. */
export type Variables = Readonly<Record<string, string>>;

export function start(args: readonly string[], cwd: string = ROOT, variables: Variables = {}): Running {
  return launch(process.execPath, [BINARY, ...onOneThread(args)], cwd, variables);
}

/** Runs any other command to its end. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Variables = {},
): Promise<Outcome> {
  return launch(command, args, cwd, variables).ended;
}

function launch(command: string, args: readonly string[], cwd: string, variables: Variables): Running {
  const env = { ...process.env, ...variables };
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

export function muflow(
  args: readonly string[],
  cwd: string = ROOT,
  variables: Variables = {},
): Promise<Outcome> {
  return start(args, cwd, variables).ended;
}

/**
 * `muflow` by one process that stays until the file's tests are over: what a start costs, half a second, is paid once. For what commands compute
 * and refuse; that they start and end by themselves others see.
 */
export function resident(): typeof muflow {
  let commands: ChildProcess | null = null;
  afterAll(async () => {
    if (commands === null) return;
    commands.kill();
    await once(commands, "exit");
  });
  return (args, cwd = ROOT) => {
    commands ??= fork(join(ROOT, "test", "resident.mjs"), { execArgv: [] });
    const running = commands;
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`muflow ${args.join(" ")} ended the process of all commands`));
      running.once("exit", ended);
      running.once("message", (answer) => {
        running.off("exit", ended);
        resolve({ signal: null, ...(answer as Omit<Outcome, "signal">) });
      });
      running.send({ args: onOneThread(args), cwd });
    });
  };
}

/** Waits until `condition` holds; fails when the process ends first. */
export async function waitFor(running: Running, condition: () => boolean): Promise<void> {
  while (!condition()) {
    const { exitCode, signalCode } = running.child;
    if (exitCode !== null || signalCode !== null) {
      const { stderr } = await running.ended;
      throw new Error(`ended too early (${exitCode ?? signalCode}): ${stderr}`);
    }
    await sleep(10);
  }
}

/** SHA-256 of every file of a run's folder that must have the same bits, by name. */
export function fingerprint(folder: string): Record<string, string> {
  const within = (directory: string) =>
    readdirSync(join(folder, directory))
      .sort()
      .map((name) => join(directory, name));
  const names = [
    ...["series.csv", "series.parquet", "neurons.npz", "summary.json", "report.html"],
    ...["density.npz"].filter((name) => isFile(folder, name)),
    ...within("figures"),
    ...within("tables"),
  ];
  return Object.fromEntries(
    names.map((name) => [name, createHash("sha256").update(comparable(folder, name)).digest("hex")]),
  );
}

/** A file without what the contract excepts: the machine and the wall time. */
function comparable(folder: string, name: string): Buffer | string {
  const bytes = readFileSync(join(folder, name));
  if (name === "summary.json") {
    const { machine, wallTime, ...rest } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    if (machine === undefined || typeof wallTime !== "number") throw new Error(`${name} lacks the machine`);
    return JSON.stringify(rest);
  }
  if (name === "report.html") {
    const lines = bytes.toString("utf8").split("\n");
    const others = lines.filter((line) => !line.includes('id="machine"'));
    if (others.length !== lines.length - 1) throw new Error(`${name}: the machine has not one line`);
    return others.join("\n");
  }
  return bytes;
}

/** Everything of a study's folder that must have the same bits: study.json but the machine and the wall time, and the table. */
export function studyResults<Study>(folder: string): Study & { table: string } {
  const { machine, wallTime, ...rest } = JSON.parse(readFileSync(join(folder, "study.json"), "utf8"));
  if (machine === undefined || typeof wallTime !== "number") throw new Error(`${folder} lacks the machine`);
  return { ...rest, table: readFileSync(join(folder, "series.csv"), "utf8") };
}

/** What a run said besides its progress, which a slow machine gets to see every ten seconds, and besides lower bounds that it does without. */
export function remarks(stderr: string): string[] {
  const usual = /^muflow: (\d+ %, |N = \d+: dual is |networks have no dual)/;
  return stderr.split("\n").filter((line) => line !== "" && !usual.test(line));
}

export function readSummary(folder: string): { hash: string; outcome: string; runs: unknown[] } {
  return JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
}

export function isFile(...parts: string[]): boolean {
  return existsSync(join(...parts));
}
