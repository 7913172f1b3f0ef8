// Where kernels run: natively, on WebAssembly, or in plain JavaScript, which have the same bits, so that the choice is of speed alone. On a GPU the sums
// over neurons and data have others; all else is then done by the fastest of those.

import { availableParallelism } from "node:os";
import { isMainThread } from "node:worker_threads";
import { inputError } from "../../base/errors.ts";
import { requireCount, requireKeys, requireWord } from "../../base/keys.ts";
import type { Gpu, GpuFacts } from "../gpu/device.ts";
import { nodeGpu } from "../gpu/node.ts";
import { addressRoom } from "./addresses.ts";
import type { Engine } from "./kernels.ts";
import { BACKENDS, type Backend, EXACT_BACKENDS } from "./names.ts";
import { nativeEngine } from "./native.ts";
import { WASM_LEVEL, wasmEngine, wasmLack } from "./wasm.ts";

/** What computes: its name, and what machine code it is. */
export interface BackendInUse {
  readonly backend: Exclude<Backend, "auto">;
  /** avx512, avx2, sse2, generic, simd128; null in plain JavaScript. With gpu: of all else. */
  readonly level: string | null;
  /** With gpu: the device, and what the kernels go by. */
  readonly gpu?: GpuFacts;
}

/** The same with what runs it. */
interface Chosen extends Omit<BackendInUse, "gpu"> {
  /** Null in plain JavaScript. Errors (input): no memory for it. */
  readonly engine: Engine | null;
  /** What sums over neurons and data, where that is a GPU. Errors (input): it is not there. */
  readonly gpu: Gpu | null;
  /** What kept auto from a faster one that should be there, and what to do; else null. */
  readonly notice: string | null;
}

let chosen: Chosen | null = null;

/** What this thread uses; the fastest there is where nobody has asked for another. */
export function backend(): Chosen {
  chosen ??= choose("auto", 1, "backend");
  return chosen;
}

/** What there is to know of the backend that this thread has used so far: a sentence, or none. */
export function backendNotices(): string[] {
  const notice = chosen?.notice ?? null;
  return notice === null ? [] : [notice];
}

/** What there is to say of an error of sums in single precision; null: none was looked for. */
export function errorNotices(error: number | null): string[] {
  const gpu = chosen?.gpu ?? null;
  if (gpu === null || error === null) return [];
  const { adapter, mode } = gpu.facts;
  return [
    `sums on ${adapter} (${mode}) are in single precision: at the first step they differ from those in double precision by at most ${error.toPrecision(2)} of the largest, on a sample`,
  ];
}

/** More would wait for one another at the GPU, on which each has a device. */
const AT_A_GPU = 4;

/** Threads that compute where nobody says how many. */
export function usualThreads(): number {
  return chosen?.gpu ? Math.min(AT_A_GPU, availableParallelism()) : availableParallelism();
}

/** A thread that is one of many has no others, and where addresses are limited no other can be sure of its own. */
const allThreads = () => (isMainThread && addressRoom() === Number.POSITIVE_INFINITY ? usualThreads() : 1);

let threadsAsked: number | null = null;

/** Threads that a call of the library may compute on. */
export function threadsInUse(): number {
  return threadsAsked ?? allThreads();
}

/**
 * Has this thread compute by that backend from now on; `auto`, which is what it does unasked, takes the fastest that is there. `threads`: how many
 * a wide network or a large density may be computed on, default the cores, with `gpu` four of them. Results are the same bits by each backend but `gpu`,
 * which sums over neurons and data in single precision, and any number of threads. Returns which backend it is, and what machine code or GPU. Errors
 * (input): an unknown name, a backend that is not there, fewer threads than one.
 *
 * @example
 * ```ts
 * import { useBackend } from "muflow";
 *
 * console.log(useBackend("js")); // { backend: 'js', level: null }
 * console.log(["native", "wasm"].includes(useBackend("auto").backend)); // true
 * ```
 */
export function useBackend(name: Backend, options: { threads?: number } = {}): BackendInUse {
  requireKeys("backend", options, ["threads"]);
  const { threads } = options;
  if (threads !== undefined) requireCount("backend.threads", threads);
  const { backend, level, gpu } = chooseBackend(name);
  threadsAsked = threads ?? null;
  return { backend, level, ...(gpu !== null && { gpu: gpu.facts }) };
}

/** The same, where so many threads are to compute by it; `where` it was asked for. */
export function chooseBackend(name: Backend, threads = 1, where = "backend"): Chosen {
  requireWord(where, name, BACKENDS);
  chosen = choose(name, threads, where);
  return chosen;
}

/** What a worker is told, so that all threads compute by one backend. */
export interface Means {
  readonly backend: BackendInUse["backend"];
  /** That compute in this process. */
  readonly threads: number;
}

/** Those of this thread, for so many workers. */
export function meansOf(threads: number): Means {
  return { backend: backend().backend, threads };
}

/** Has this thread compute by them. Errors (input): what the main thread found is gone. */
export function takeMeans({ backend, threads }: Means): void {
  if (chosen?.backend === backend) return;
  // Whether there is room for all was asked before they began, and each has taken of it since.
  chosen = backend === "wasm" ? onWasm(threads, []) : choose(backend, threads, "backend");
}

const JS: Chosen = { backend: "js", level: null, engine: null, gpu: null, notice: null };

function choose(name: Backend, threads: number, where: string): Chosen {
  if (name === "js") return JS;
  if (name === "gpu") return onGpu(threads, where);
  const notices: string[] = [];
  const lacks = (found: string, lack: string) => {
    const others = EXACT_BACKENDS.filter((other) => other !== found).join(", ");
    if (name === found) throw inputError(where, `found ${found}, but ${lack}; allowed: ${others}`);
  };
  if (name !== "wasm") {
    const native = nativeEngine();
    if ("engine" in native) {
      const { engine } = native;
      return { backend: "native", level: engine.level, engine, gpu: null, notice: null };
    }
    lacks("native", native.lack);
    if (native.broken) notices.push(native.lack);
  }
  const lack = wasmLack(threads);
  if (lack === null) return onWasm(threads, notices);
  lacks("wasm", lack);
  return { ...JS, notice: noticeOf([...notices, lack], "js") };
}

function onWasm(threads: number, lacks: readonly string[]): Chosen {
  return {
    backend: "wasm",
    level: WASM_LEVEL,
    // It takes its memory when it is first used: a thread that never computes must not keep addresses from others.
    get engine() {
      return wasmEngine(threads);
    },
    gpu: null,
    notice: noticeOf(lacks, "wasm"),
  };
}

/** Never another one in its place. */
function onGpu(threads: number, where: string): Chosen {
  const found = nodeGpu();
  if ("lack" in found) {
    throw inputError(where, `found gpu, but ${found.lack}; allowed: ${EXACT_BACKENDS.join(", ")}`);
  }
  const { gpu } = found;
  const rest = choose("auto", threads, where);
  const { adapter, software } = gpu.facts;
  const slow = software ? [`${adapter} is no GPU but plays one on the processor: auto is faster`] : [];
  const notices = [...(rest.notice === null ? [] : [rest.notice]), ...slow];
  return {
    backend: "gpu",
    level: rest.level,
    get engine() {
      return rest.engine;
    },
    gpu,
    notice: notices.length === 0 ? null : notices.join("; "),
  };
}

function noticeOf(lacks: readonly string[], instead: string): string | null {
  return lacks.length === 0 ? null : `${lacks.join("; ")}. The backend is ${instead}`;
}
