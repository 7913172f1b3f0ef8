// The machine that a result was computed on.

import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { backend as inUse } from "../kernels/backend/backend.ts";

/** The machine in words, for summary.json and the report's last line, and what of it this process computes by. */
export function machine(): Record<string, string | number> {
  const { backend, level } = inUse();
  return {
    ...hardware(),
    backend,
    ...(level === null ? {} : { level }),
  };
}

/** The machine alone. */
export function hardware(): Record<string, string | number> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${platform()} ${release()} ${arch()}`,
  };
}
