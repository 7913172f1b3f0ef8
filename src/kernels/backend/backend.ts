// Where kernels run: natively, on WebAssembly, or in plain JavaScript. All have the same bits, so that the choice is of speed alone.

import { inputError } from "../../base/errors.ts";
import { requireWord } from "../../base/keys.ts";
import type { Engine } from "./kernels.ts";
import { nativeEngine } from "./native.ts";
import { wasmEngine } from "./wasm.ts";

/** auto: the fastest that is there. */
export const BACKENDS = ["auto", "native", "wasm", "js"] as const;
export type Backend = (typeof BACKENDS)[number];

/** What was chosen: its name, and what machine code it is. */
export interface BackendInUse {
  readonly backend: Exclude<Backend, "auto">;
  /** avx512, avx2, sse2, generic, simd128; null in plain JavaScript. */
  readonly level: string | null;
  readonly engine: Engine | null;
}

let inUse: BackendInUse | null = null;

/** What this thread uses; the fastest there is where nobody has asked for another. */
export function backend(): BackendInUse {
  inUse ??= choose("auto");
  return inUse;
}

/** To be asked for before there are kernels. Errors (input): one that is not there, or does not load. */
export function useBackend(name: Backend): BackendInUse {
  requireWord("backend", name, BACKENDS);
  inUse = choose(name);
  return inUse;
}

function choose(name: Backend): BackendInUse {
  if (name === "js") return { backend: "js", level: null, engine: null };
  if (name !== "wasm") {
    const native = nativeEngine();
    if ("engine" in native) return { backend: "native", level: native.engine.level, engine: native.engine };
    const advice = "`npx muflow native` builds it, with a C compiler";
    if (name === "native") {
      throw inputError("backend", `found native, but ${native.lack}; allowed: auto, wasm, js; ${advice}`);
    }
  }
  const engine = wasmEngine();
  return { backend: "wasm", level: engine.level, engine };
}
