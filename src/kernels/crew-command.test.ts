// A crew does every part of every command once, in any company, and none before the command or after it.

import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { afterEach, describe, expect, it, vi } from "vitest";
import { COMMAND_BYTES, command, commandIn, follow } from "./crew-command.ts";

/** The module imports types alone, so a thread can load it from its own text. */
const MODULE = ts.transpileModule(readFileSync(new URL("./crew-command.ts", import.meta.url), "utf8"), {
  compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
}).outputText;

/** Two kernels that count the parts done, kernel k of block b at counts[b·PARTS + part] by 1 + 1000k, and who did them. */
const KERNELS = `
  const kernel = (each) => (block, first, end, rank) => {
    for (let part = first; part < end; part++) {
      Atomics.add(counts, block * parts + part, 1 + 1000 * each);
      // Parts take their time, so that all come to some.
      for (let k = 0; k < 300; k++) Atomics.load(counts, 0);
    }
    Atomics.add(byRank, rank, 1);
  };
  const kernels = [kernel(0), kernel(1)];
`;
const PROGRAM = `
  const { workerData } = require("node:worker_threads");
  const { module, shared, counts, byRank, ready, parts, rank } = workerData;
  ${KERNELS}
  import("data:text/javascript," + encodeURIComponent(module)).then(({ follow, commandIn }) => {
    Atomics.add(ready, 0, 1);
    follow(commandIn(shared), kernels, rank);
  });
`;

const PARTS = 40;
const BLOCKS = 500;

async function counted(size: number) {
  const ints = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  const shared = new SharedArrayBuffer(COMMAND_BYTES);
  const [counts, byRank, ready] = [ints(BLOCKS * PARTS), ints(size), ints(1)];
  const kernels = new Function("counts", "byRank", "parts", `${KERNELS} return kernels;`)(
    counts,
    byRank,
    PARTS,
  );
  const members = Array.from({ length: size - 1 }, (_, k) => {
    const workerData = { module: MODULE, shared, counts, byRank, ready, parts: PARTS, rank: k + 1 };
    return new Worker(PROGRAM, { eval: true, workerData, execArgv: [] });
  });
  const late: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const count = 1 + ((block * 7) % PARTS);
    command(commandIn(shared), kernels, block % 2, block, count, 1 + (block % 5));
    const done = counts.subarray(block * PARTS, block * PARTS + count);
    if (!done.every((value) => value === 1 + 1000 * (block % 2))) late.push(block);
    // By then they have begun, and sleep.
    if (block === BLOCKS / 2) {
      while (ready[0] < size - 1) await setTimeout(10);
      await setTimeout(20);
    }
  }
  await Promise.all(members.map((member) => member.terminate()));
  return { counts, byRank, late };
}

describe("a crew of", () => {
  it.each([1, 2, 3, 5])("%i does what one thread alone does", async (size) => {
    const { counts, byRank, late } = await counted(size);
    expect(late).toEqual([]);
    const [alone] = [await counted(1)];
    expect(counts).toEqual(alone.counts);
    // Of 250 commands that find all of them awake or asleep, not one is left to the first.
    if (size > 1) expect(byRank.subarray(1).some((pieces) => pieces > 0)).toBe(true);
  });
});

it("a command is written once all have left the one before, and over once all have left it", async () => {
  const shared = new SharedArrayBuffer(COMMAND_BYTES);
  const { control } = commandIn(shared);
  /** Parts done, and commands over. */
  const seen = new Int32Array(new SharedArrayBuffer(8));
  // By their places in a command: how often it was begun or written, and who is at work on one.
  const [generation, active] = [0, 1];
  const program = `
    const { workerData: { module, shared, seen } } = require("node:worker_threads");
    import("data:text/javascript," + encodeURIComponent(module)).then(({ command, commandIn }) => {
      const given = commandIn(shared);
      const kernel = (block, first, end) => {
        // Somebody comes, and stays.
        if (first === 0) Atomics.add(given.control, ${active}, 1);
        Atomics.add(seen, 0, end - first);
      };
      for (let k = 0; k < 2; k++) {
        command(given, [kernel], 0, 0, 5, 1);
        Atomics.add(seen, 1, 1);
      }
    });
  `;
  const until = async (entries: Int32Array, entry: number, value: number) => {
    while (Atomics.load(entries, entry) < value) await setTimeout(2);
    // Whoever does not wait goes on.
    await setTimeout(50);
  };
  const leave = () => {
    Atomics.store(control, active, 0);
    Atomics.notify(control, active);
  };
  Atomics.store(control, active, 1);
  const giver = new Worker(program, {
    eval: true,
    workerData: { module: MODULE, shared, seen },
    execArgv: [],
  });
  await until(control, generation, 1);
  expect([...seen]).toEqual([0, 0]);
  for (const done of [5, 10]) {
    leave();
    await until(seen, 0, done);
    expect([...seen]).toEqual([done, done / 5 - 1]);
  }
  leave();
  await until(seen, 1, 2);
  expect([...seen]).toEqual([10, 2]);
  await giver.terminate();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("a command that goes while somebody comes is not taken part in", () => {
  const [generation, active] = [0, 1];
  /** Parts that a thread takes which finds command 2 of five parts, where `meanwhile` is done before it counts as active. */
  const taken = (meanwhile: (control: Int32Array) => void) => {
    const given = commandIn(new SharedArrayBuffer(COMMAND_BYTES));
    given.control.set([2, 0, 0, 0, 5, 1]);
    const { load, add, wait, notify } = Atomics;
    vi.stubGlobal("Atomics", {
      ...{ load, wait, notify },
      add(control: Int32Array, entry: number, value: number) {
        if (entry === active) meanwhile(control);
        return add(control, entry, value);
      },
      sub() {
        throw new Error("left");
      },
    });
    let parts = 0;
    const kernel = (_: number, first: number, end: number) => {
      parts += end - first;
    };
    expect(() => follow(given, [kernel], 1)).toThrow("left");
    return parts;
  };
  expect(taken(() => {})).toBe(5);
  // The next one is being written, or stands already.
  for (const now of [3, 4]) {
    const next = (control: Int32Array) => {
      control[generation] = now;
    };
    expect(taken(next)).toBe(0);
  }
});
