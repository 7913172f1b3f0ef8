// The kernels as machine code for this processor, where a build of them is there: `muflow native` makes one, `npm ci` does in a clone.

import { createRequire } from "node:module";
import { type Block, type Engine, type Enlisted, KERNEL_NAMES, type Kernels } from "./kernels.ts";
import { isWhole, type NativeBuild, nativeBuilds } from "./native-build.ts";

/** The widest vectors' alignment, in doubles. */
const ALIGNED = 8;

interface Addon extends Kernels {
  readonly level: string;
  /** Of the memory of an ArrayBuffer. */
  address(bytes: Uint8Array): number;
}

/** What was found: an engine and the file it is of, or in words why there is none and what to do. */
export type Found =
  | { readonly engine: Engine; readonly path: string }
  | { readonly lack: string; readonly broken: boolean };

let found: Found | null = null;

/** That of this thread. A build that is there and does not load as a whole is broken. */
export function nativeEngine(): Found {
  found ??= search();
  return found;
}

/** What makes a build where there is none. */
export const NATIVE_ADVICE = "`npx muflow native` builds it, with a C compiler";

function search(): Found {
  const asked = process.env.MUFLOW_KERNELS_LEVEL || null;
  const builds = nativeBuilds().filter(({ level }) => (asked ?? level) === level);
  for (const build of builds) {
    const loaded = loadNative(build);
    if (loaded !== "foreign") return loaded;
  }
  const levels = builds.map(({ level }) => level).join(", ");
  const which = asked === null ? "" : ` for ${asked}, which MUFLOW_KERNELS_LEVEL asks for,`;
  const lack =
    builds.length > 0
      ? `the native build that is there (${levels}) is for other processors`
      : `no native build${which} is there`;
  return { lack: `${lack}; ${NATIVE_ADVICE}`, broken: false };
}

/** All of a build, or why it is broken; "foreign" where it is for vectors that this processor does not have. */
export function loadNative(build: NativeBuild): Found | "foreign" {
  const { path } = build;
  const broken = (why: string) => {
    const advice = `\`npx muflow native --force --level ${build.level}\` builds it again`;
    return { lack: `the native build ${path} is broken (${why}); ${advice}`, broken: true };
  };
  try {
    if (!isWhole(build)) return broken("its bytes are not those that were built");
    const addon = addonAt(path);
    if (addon.level !== build.level) return broken(`it is for ${addon.level ?? "nothing known"}`);
    if (addon.address === undefined) return "foreign";
    const missing = KERNEL_NAMES.filter((name) => typeof addon[name] !== "function");
    if (missing.length > 0) return broken(`it lacks ${missing.join(", ")}`);
    const allocateIn = (doubles: number) => allocate(addon, doubles);
    const engine: Engine = {
      level: addon.level,
      kernels: addon,
      allocate: allocateIn,
      addressOf: ({ buffer, byteOffset }) => addon.address(new Uint8Array(buffer)) + byteOffset,
      enlist: () => ({ path }),
    };
    return { engine, path };
  } catch (error) {
    const [said] = (error instanceof Error ? error.message : String(error)).split("\n");
    return broken(said!);
  }
}

function addonAt(path: string): Addon {
  return createRequire(import.meta.url)(path);
}

/** The kernels of that build, for a thread that helps one which has loaded it: all memory of a process is theirs too. */
export function enlistedAddon({ path }: Extract<Enlisted, { path: string }>): Kernels {
  return addonAt(path);
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
