// Threads that help one thread with its kernels. That one runs the program; a kernel whose work is of parts that need nothing of one another is
// done by all: each takes the next few parts as it comes to them, so that which does what depends on the machine, and no bit on that.
// A helper that has not begun yet, or that the system gives no core, takes none, and nobody waits for it.

import { Worker } from "node:worker_threads";
import { builtFile } from "../base/built.ts";
import {
  type Block,
  type Engine,
  KERNEL_NAMES,
  type Kernel,
  type KernelName,
  kernelList,
} from "./backend/kernels.ts";
import { COMMAND_BYTES, type Command, command, commandIn, type Duty } from "./crew-command.ts";

/** Work that is not worth to wake anybody for, and about what is taken at a time. */
const WORTH_NS = 100_000;
const PIECE_NS = 20_000;

let threads = 1;
let crew: Crew | null = null;

/** Has kernels of this thread done by so many threads from now on, itself among them. */
export function useCrew(size: number): void {
  threads = MEMBER === null ? 1 : size;
}

/** Most threads that do a kernel's work: as many parts of scratch memory as it needs. */
export function crewSize(): number {
  return threads;
}

/** Has that kernel do parts 0 … count − 1 of a block's work. `nanoseconds`: about what a part takes. */
export function runParts(
  engine: Engine,
  kernel: KernelName,
  block: Block,
  count: number,
  nanoseconds: number,
): void {
  if (threads === 1 || count * nanoseconds < WORTH_NS) {
    engine.kernels[kernel](block.address, 0, count, 0);
    return;
  }
  if (crew === null || crew.engine !== engine || crew.size !== threads) {
    crew?.dismiss();
    crew = new Crew(engine, threads);
  }
  crew.run(kernel, block.address, count, Math.max(1, Math.round(PIECE_NS / nanoseconds)));
}

/** Without it a kernel's work is one thread's. */
const MEMBER = builtFile("crew-member.js");

class Crew {
  private readonly command: Command;
  private readonly kernels: readonly Kernel[];
  private readonly members: readonly Worker[];

  constructor(
    readonly engine: Engine,
    readonly size: number,
  ) {
    const shared = new SharedArrayBuffer(COMMAND_BYTES);
    this.command = commandIn(shared);
    this.kernels = kernelList(engine.kernels);
    this.members = Array.from({ length: size - 1 }, (_, k) => {
      const workerData: Duty = { shared, enlisted: engine.enlist(), rank: k + 1 };
      const member = new Worker(MEMBER!, { workerData });
      // The process ends without asking them.
      member.unref();
      return member;
    });
  }

  run(kernel: KernelName, address: number, count: number, grain: number): void {
    command(this.command, this.kernels, KERNEL_NAMES.indexOf(kernel), address, count, grain);
  }

  dismiss(): void {
    for (const member of this.members) void member.terminate();
  }
}
