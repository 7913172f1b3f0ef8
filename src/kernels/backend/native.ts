// The kernels as machine code for this processor, where a build of them is there: `muflow native` makes one, `npm ci` does in a clone.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Block, type Engine, KERNEL_NAMES, type Kernels } from "./kernels.ts";
import { nativePaths } from "./native-build.ts";

/** The widest vectors' alignment, in doubles. */
const ALIGNED = 8;

interface Addon extends Kernels {
  readonly level: string;
  /** Of the memory of an ArrayBuffer. */
  address(bytes: Uint8Array): number;
}

/** What was found: an engine, or in words why there is none. */
export type Found = { readonly engine: Engine } | { readonly lack: string; readonly broken: boolean };

let found: Found | null = null;

/** That of this thread. A build that is there and does not load is broken. */
export function nativeEngine(): Found {
  found ??= load();
  return found;
}

function load(): Found {
  const asked = process.env.MUFLOW_KERNELS_LEVEL || null;
  const there = nativePaths().filter(({ level, path }) => (asked ?? level) === level && existsSync(path));
  for (const { path } of there) {
    try {
      const addon: Addon = createRequire(import.meta.url)(path);
      // One for vectors that this processor does not have.
      if (addon.address === undefined) continue;
      const missing = KERNEL_NAMES.filter((name) => typeof addon[name] !== "function");
      if (missing.length > 0) return { lack: `${path} lacks ${missing.join(", ")}`, broken: true };
      return {
        engine: { level: addon.level, kernels: addon, allocate: (doubles) => allocate(addon, doubles) },
      };
    } catch (error) {
      const [said] = (error instanceof Error ? error.message : String(error)).split("\n");
      return { lack: `${path} does not load (${said})`, broken: true };
    }
  }
  const which = asked === null ? "" : ` for ${asked}, which MUFLOW_KERNELS_LEVEL asks for`;
  return { lack: `no native build${which} is there`, broken: false };
}

/** From that many doubles on a block is left to whoever comes next. */
const LARGE = 2 ** 17;

/** What a run that has ended worked on: it would wait for the collector while the next run has as much of its own. */
let spare: Block | null = null;

/** Before other work that takes memory. */
export function forgetNativeBlocks(): void {
  spare = null;
}

function allocate(addon: Addon, doubles: number): Block {
  if (spare !== null && doubles >= LARGE && spare.numbers.length >= doubles) {
    const left = spare;
    spare = null;
    return left;
  }
  return fresh(addon, doubles);
}

function fresh(addon: Addon, doubles: number): Block {
  const buffer = new ArrayBuffer((doubles + ALIGNED) * Float64Array.BYTES_PER_ELEMENT);
  const from = addon.address(new Uint8Array(buffer));
  const bytes = ALIGNED * Float64Array.BYTES_PER_ELEMENT;
  const shift = (bytes - (from % bytes)) % bytes;
  const block: Block = {
    address: from + shift,
    numbers: new Float64Array(buffer, shift, doubles),
    words: new Int32Array(buffer, shift, 2 * doubles),
    free() {
      if (doubles >= Math.max(LARGE, spare?.numbers.length ?? 0)) spare = block;
    },
  };
  return block;
}
