// In the place of crew.ts and scratch.ts: kernels whose parts are done one by one, the last first, as if by three threads in turn. A part finds nothing in
// its thread's room but what it puts there, and leaves the rooms of the others as they are: what a race of threads would break now and then breaks each time.
// Files of tests share modules: one that puts this in the place of others begins and ends with vi.resetModules(), and asks whether it was called.

import type { Block, Engine, KernelName } from "./backend/kernels.ts";

const THREADS = 3;
/** Doubles between rooms, in which nothing may be written either. */
const GAP = 64;

export const crewSize = () => THREADS;

export function useCrew(): void {}

let done = 0;
/** Parts so far. */
export const partsDone = () => done;

interface Room {
  readonly engine: Engine;
  readonly block: Block;
  readonly apart: number;
}

const rooms: Room[] = [];
/** What the next kernel is given. */
let given: Room | undefined;

export function scratch(engine: Engine, doubles: number): { address: number; apart: number } {
  const apart = Math.ceil(doubles / 8) * 8 + GAP;
  given = rooms.find((one) => one.engine === engine && one.apart === apart);
  if (given === undefined) {
    given = { engine, apart, block: engine.allocate(THREADS * apart) };
    rooms.push(given);
    given.block.numbers.fill(Number.NaN);
  }
  return { address: given.block.address, apart };
}

export function runParts(engine: Engine, kernel: KernelName, block: Block, count: number): void {
  for (let part = count - 1; part >= 0; part--) {
    const rank = part % THREADS;
    engine.kernels[kernel](block.address, part, part + 1, rank);
    done += 1;
    if (given !== undefined) leave(given, rank, kernel);
  }
}

/** Empties the room of one thread. Errors: something is in that of another, or between them. */
function leave({ block: { numbers }, apart }: Room, rank: number, kernel: KernelName): void {
  const from = rank * apart;
  numbers.fill(Number.NaN, from, from + apart - GAP);
  for (let at = 0; at < THREADS * apart; at++) {
    if (!Number.isNaN(numbers[at]!)) throw new Error(`${kernel}: thread ${rank} wrote outside its room`);
  }
}
