// Addresses that this process may still take: as many as there are, but under `ulimit -v`, which counts what is reserved and never used too. V8
// reserves much for each WebAssembly memory, so that what is out of bounds traps without being looked for.

import { readFileSync } from "node:fs";

/** Node's option that has V8 look, and reserve no more than a memory may grow to. */
export const NO_TRAPS = "--disable-wasm-trap-handler";

/** Bytes. */
export function addressRoom(): number {
  const limit = numberIn("/proc/self/limits", /^Max address space +(\d+)/m);
  if (limit === null) return Number.POSITIVE_INFINITY;
  return limit - 1024 * (numberIn("/proc/self/status", /^VmSize:\s+(\d+) kB/m) ?? 0);
}

/** Null where the system has no such file, or no such line in it. */
function numberIn(path: string, line: RegExp): number | null {
  try {
    const [, digits] = line.exec(readFileSync(path, "utf8")) ?? [];
    return digits === undefined ? null : Number(digits);
  } catch {
    return null;
  }
}
