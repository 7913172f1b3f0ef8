// The thread that has the GPU (gpu/node.ts): gpu.js in its WebGPU mode, on Dawn. It does one order after the other.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { GpuFacts } from "./gpu/device.ts";
import { Answer, type Order } from "./gpu/mailbox.ts";
import type { GpuDuty } from "./gpu/node.ts";
import { type GpuJsInUse, type Held, inUse, RidgeProgram } from "./gpu/program.ts";

const { packages, answer: shared } = workerData as GpuDuty;
const answer = new Answer(shared);
const MODE = "webgpu";

/** What gpu.js and Dawn said since the last order: errors that nothing throws. */
const said: string[] = [];
console.error = (...words: unknown[]) => said.push(words.join(" "));
console.warn = console.error;

interface Made {
  readonly program: RidgeProgram;
  readonly arrays: Readonly<Record<Held, Float32Array>>;
}
const made = new Map<number, Made>();

interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** gpu.js, and the device that it computes on. */
async function begin(): Promise<{ gpu: GpuJsInUse; facts: GpuFacts }> {
  const { create, globals } = await import(pathToFileURL(packages.webgpu).href);
  Object.assign(globalThis, globals);
  // Where gpu.js looks for it. The object must not be collected while a device of it is used.
  const navigator = { gpu: create([]) };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  if ((await navigator.gpu.requestAdapter()) === null) {
    throw new Error(
      "no GPU is found; its driver has to offer Vulkan (on Linux with libvulkan.so.1), Metal or Direct3D 12",
    );
  }
  const library = createRequire(import.meta.url)(packages.gpuJs);
  const { adapter } = await library.WebGPUContext.acquire();
  const { vendor, architecture, device, description, isFallbackAdapter }: AdapterInfo = adapter.info;
  const facts: GpuFacts = {
    adapter: description || device || [vendor, architecture].filter(Boolean).join(" ") || "unknown",
    software: isFallbackAdapter === true || architecture === "swiftshader",
    mode: MODE,
    library: packages.library,
  };
  return { gpu: inUse(library, MODE), facts };
}

async function perform(gpu: GpuJsInUse, order: Order): Promise<void> {
  if ("make" in order) {
    const arrays = Object.fromEntries(
      Object.entries(order.arrays).map(([held, buffer]) => [held, new Float32Array(buffer)]),
    ) as Record<Held, Float32Array>;
    made.set(order.make, { program: new RidgeProgram(gpu, order.sizes), arrays });
    return;
  }
  if ("drop" in order) {
    made.get(order.drop)?.program.release();
    made.delete(order.drop);
    return;
  }
  const { program, arrays } = made.get(order.sum)!;
  for (const held of order.changed) await program.keep(held, arrays[held]);
  const found = new Float32Array(order.found);
  let at = 0;
  const sums = order.sums.map((sum) => program.sum(sum, order.first, order.count));
  for (const row of (await Promise.all(sums)).flat()) {
    found.set(row, at);
    at += row.length;
  }
}

/** Answers with what `work` says; all that it, or anybody meanwhile, threw or said is a failure. */
async function answered(work: () => Promise<string>): Promise<void> {
  try {
    const text = await work();
    if (said.length > 0) answer.fail(said.join("\n"));
    else answer.done(text);
  } catch (error) {
    answer.fail([...said, error instanceof Error ? error.message : String(error)].join("\n"));
  }
  said.length = 0;
}

await answered(async () => {
  const { gpu, facts } = await begin();
  let last = Promise.resolve();
  parentPort!.on("message", (order: Order) => {
    last = last.then(() =>
      answered(async () => {
        await perform(gpu, order);
        return "";
      }),
    );
  });
  return JSON.stringify(facts);
});
