// The sides of a row as processes of this process group: ours (bench/ours.mjs on some build of muflow) and its peers (bench/peers). Each
// stays alive and warm, and answers lines of JSON: "show" the results after n steps from the start, "run" n steps and say how long.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The build of this checkout. */
export const THIS_BUILD = here("../..");

/** OPENBLAS_CORETYPE unset: BLAS takes the kernel of the processor it finds. `blas`: its threads, where Python's own are many. */
function pythonEnvironment(threads, blas = threads) {
  const { OPENBLAS_CORETYPE: _, ...environment } = process.env;
  const count = String(threads);
  return {
    ...environment,
    OPENBLAS_NUM_THREADS: String(blas),
    OMP_NUM_THREADS: count,
    NUMBA_NUM_THREADS: count,
    // Threads of a side that has answered sleep at once: the other side has the cores.
    OMP_WAIT_POLICY: "PASSIVE",
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

class Side {
  constructor(name, command, args, env) {
    this.name = name;
    this.stderr = "";
    this.child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    this.child.stdin.on("error", () => {});
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** What it tells of itself once it is ready. */
  async ready() {
    this.about = await this.next();
    return this;
  }

  ask(message) {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
    return this.next();
  }

  async next() {
    const { value, done } = await this.lines.next();
    if (!done) return JSON.parse(value);
    const { exitCode, signalCode } = this.child;
    const last = this.stderr.trim().split("\n").at(-1);
    throw new Error(`${this.name} ended: ${last || (signalCode ?? `exit code ${exitCode}`)}`);
  }

  async close() {
    const ended = this.child.exitCode === null && this.child.signalCode === null && once(this.child, "exit");
    this.child.stdin.end();
    await ended;
  }
}

/** muflow of that folder on that row; `flags`: Node's. */
export function muflowSide({ row, options, build, folder, backend, flags = [] }) {
  const settings = JSON.stringify({ row, options, build, folder, backend });
  const args = [...flags, here("../ours.mjs"), settings];
  const name = build === THIS_BUILD ? "muflow" : `muflow of ${build}`;
  return new Side(name, process.execPath, args, process.env).ready();
}

/** A program of bench/peers on the inputs in that folder. */
export function peerSide({ program, options, folder, threads, blas, python }) {
  const settings = JSON.stringify({ options, folder, threads });
  const args = [here(`../peers/${program}`), settings];
  return new Side(program, python, args, pythonEnvironment(threads, blas)).ready();
}

/** What that Python has for the peers; null where there is no such Python. */
export function pythonAt(command, threads) {
  const { status, stdout } = spawnSync(command, [here("../peers/machine.py")], {
    encoding: "utf8",
    env: pythonEnvironment(threads),
  });
  return status === 0 && stdout.startsWith("{") ? { command, ...JSON.parse(stdout) } : null;
}

/** The output of a muflow command of that build, and its seconds. Errors: it failed. */
export function muflowCommand(build, args, allowed = [0]) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${build}/dist/cli.js`, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const ms = performance.now() - began;
  if (allowed.includes(status)) return { ms, stdout };
  throw new Error(`muflow ${args.join(" ")} of ${build}: exit code ${status}\n${stderr.trim()}`);
}
