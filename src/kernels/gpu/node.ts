// A GPU in Node: a thread has the device (gpu-member.ts), and the one that computes asks it and sleeps until the numbers are there.

import { Worker } from "node:worker_threads";
import { builtFile } from "../../base/built.ts";
import { type Gpu, type GpuFacts, gpuFailure, type RidgeGpu } from "./device.ts";
import { type GpuPackages, gpuPackages } from "./find.ts";
import { ANSWER_BYTES, Answer, type Order } from "./mailbox.ts";
import { extentOf, HELD, type Held, type RidgeSizes, resultOf, type Sum } from "./program.ts";

/** What the thread begins with. */
export interface GpuDuty {
  readonly packages: GpuPackages;
  readonly answer: SharedArrayBuffer;
}

/** A driver that is slow to begin, and a call that hangs. */
const BEGIN_MS = 60_000;
const CALL_MS = 120_000;

type Found = { readonly gpu: Gpu } | { readonly lack: string };

let found: Found | null = null;

/** That of this thread, or in words why there is none. */
export function nodeGpu(): Found {
  found ??= search();
  return found;
}

function search(): Found {
  const packages = gpuPackages();
  if ("lack" in packages) return packages;
  const file = builtFile("gpu-member.js");
  if (file === null) return { lack: "only a built muflow has it" };
  const answer = new Answer(new SharedArrayBuffer(ANSWER_BYTES));
  const workerData: GpuDuty = { packages, answer: answer.shared };
  const member = new Worker(file, { workerData });
  // The process ends without asking it.
  member.unref();
  try {
    const facts = JSON.parse(answer.wait(BEGIN_MS)) as GpuFacts;
    return { gpu: new NodeGpu(facts, member, answer) };
  } catch (error) {
    void member.terminate();
    const [said] = (error as Error).message.split("\n");
    return { lack: `${packages.library}: ${said}` };
  }
}

class NodeGpu implements Gpu {
  private made = 0;

  constructor(
    readonly facts: GpuFacts,
    private readonly member: Worker,
    private readonly answer: Answer,
  ) {}

  ridge(sizes: RidgeSizes): RidgeGpu {
    const made = this.made++;
    const shared = Object.fromEntries(
      HELD.map((held) => {
        const [columns, rows] = extentOf(held, sizes);
        return [held, new SharedArrayBuffer(columns * rows * Float32Array.BYTES_PER_ELEMENT)];
      }),
    ) as Record<Held, SharedArrayBuffer>;
    this.order({ make: made, sizes, arrays: shared });
    return new NodeRidge(sizes, shared, {
      rows: (order) => this.order({ sum: made, ...order }),
      release: () => this.order({ drop: made }),
    });
  }

  private order(order: Order): void {
    const { member, answer } = this;
    answer.expect();
    member.postMessage(order);
    try {
      answer.wait(CALL_MS);
    } catch (error) {
      throw gpuFailure((error as Error).message);
    }
  }
}

interface Asked {
  rows(order: Omit<Extract<Order, { sum: number }>, "sum">): void;
  release(): void;
}

class NodeRidge implements RidgeGpu {
  readonly arrays: Readonly<Record<Held, Float32Array>>;
  /** All that was never put there. */
  private readonly dirty = new Set<Held>(HELD);
  private found: Float32Array = new Float32Array(0);

  constructor(
    private readonly sizes: RidgeSizes,
    shared: Readonly<Record<Held, SharedArrayBuffer>>,
    private readonly asked: Asked,
  ) {
    const arrays = HELD.map((held) => [held, new Float32Array(shared[held])]);
    this.arrays = Object.fromEntries(arrays);
  }

  changed(held: Held): void {
    this.dirty.add(held);
  }

  rows(sums: readonly Sum[], first: number, count: number): Float32Array {
    const length = lengthOf(sums, this.sizes, count);
    if (this.found.length < length) {
      this.found = new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
    }
    const found = this.found.buffer as unknown as SharedArrayBuffer;
    this.asked.rows({ changed: [...this.dirty], sums, first, count, found });
    this.dirty.clear();
    return this.found.subarray(0, length);
  }

  release(): void {
    this.asked.release();
  }
}

/** Numbers of all rows. */
function lengthOf(sums: readonly Sum[], sizes: RidgeSizes, count: number): number {
  return sums.reduce((total, sum) => {
    const [columns, rows] = resultOf(sum, sizes, count);
    return total + columns * rows;
  }, 0);
}
