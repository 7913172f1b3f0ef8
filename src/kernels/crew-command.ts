// How a kernel's work is shared (crew.ts). A command stands in shared memory: a kernel, a block, and how many parts there are. Whoever is free
// takes the next few, until there are none left. `generation` is even while a command stands, odd while the next one is written; who is at
// work on one counts as active, and the next one is not written before nobody is.

import type { Enlisted, Kernel } from "./backend/kernels.ts";

/** What a member is told when it begins. */
export interface Duty {
  readonly shared: SharedArrayBuffer;
  readonly enlisted: Enlisted;
  readonly rank: number;
}

/** Shared by a crew. */
export interface Command {
  /** The address of the block. */
  readonly block: Float64Array;
  readonly control: Int32Array;
}

/** Entries of `control`. */
const GENERATION = 0;
const ACTIVE = 1;
/** The part to be taken next. */
const NEXT = 2;
/** Which one, by its place in the list of kernels. */
const KERNEL = 3;
const COUNT = 4;
/** Parts that are taken at a time. */
const GRAIN = 5;
const CONTROL_LENGTH = 6;

const BLOCK_BYTES = 8;
/** Bytes that a crew shares. */
export const COMMAND_BYTES = BLOCK_BYTES + 4 * CONTROL_LENGTH;

export function commandIn(shared: SharedArrayBuffer): Command {
  return { block: new Float64Array(shared, 0, 1), control: new Int32Array(shared, BLOCK_BYTES) };
}

/** Looks before a thread goes to sleep: about 50 µs, as kernels follow one another closely. */
const SPINS = 10_000;
/** Bounds a sleep, should a wake-up be missed. */
const SLEEP_MS = 200;

/** Returns the entry once it is another than those. */
function waitWhile(control: Int32Array, entry: number, waits: (value: number) => boolean): number {
  for (let spins = 0; ; spins++) {
    const value = Atomics.load(control, entry);
    if (!waits(value)) return value;
    if (spins >= SPINS) Atomics.wait(control, entry, value, SLEEP_MS);
  }
}

const isAnybody = (active: number) => active > 0;

/** Gives a command, takes part in it, and returns when all of it is done. */
export function command(
  given: Command,
  kernels: readonly Kernel[],
  kernel: number,
  address: number,
  count: number,
  grain: number,
): void {
  const { block, control } = given;
  Atomics.add(control, GENERATION, 1);
  waitWhile(control, ACTIVE, isAnybody);
  block[0] = address;
  control[KERNEL] = kernel;
  control[COUNT] = count;
  control[GRAIN] = grain;
  Atomics.store(control, NEXT, 0);
  Atomics.add(control, GENERATION, 1);
  Atomics.notify(control, GENERATION);
  takeParts(given, kernels, 0);
  waitWhile(control, ACTIVE, isAnybody);
}

/** Takes part in every command from now on. */
export function follow(given: Command, kernels: readonly Kernel[], rank: number): never {
  const { control } = given;
  let done = 0;
  for (;;) {
    const generation = waitWhile(control, GENERATION, (now) => now === done || now % 2 !== 0);
    Atomics.add(control, ACTIVE, 1);
    // Only now is it sure that the command stands until this thread has left it.
    if (Atomics.load(control, GENERATION) === generation) {
      takeParts(given, kernels, rank);
      done = generation;
    }
    if (Atomics.sub(control, ACTIVE, 1) === 1) Atomics.notify(control, ACTIVE);
  }
}

function takeParts({ block, control }: Command, kernels: readonly Kernel[], rank: number): void {
  const [address, count, grain] = [block[0]!, control[COUNT]!, control[GRAIN]!];
  const kernel = kernels[control[KERNEL]!]!;
  for (;;) {
    const first = Atomics.add(control, NEXT, grain);
    if (first >= count) return;
    kernel(address, first, Math.min(first + grain, count), rank);
  }
}
