// The machine that a result was computed on.

import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { backend as inUse } from "../kernels/backend/backend.ts";
import { largestError } from "../kernels/gpu/report.ts";

/** The machine in words, for summary.json and the report's last line, and what of it this process computes by; `asked` as the experiment says it. */
export function machine(asked?: "gpu"): Record<string, string | number> {
  const { backend, level, gpu } = inUse();
  // Who merges shards has no GPU.
  if (asked === "gpu" && gpu === null) return { ...hardware(), backend: asked };
  const error = largestError();
  return {
    ...hardware(),
    backend,
    ...(level === null ? {} : { level }),
    ...(gpu === null ? {} : { adapter: gpu.facts.adapter, mode: gpu.facts.mode, library: gpu.facts.library }),
    ...(error === null ? {} : { singlePrecisionError: error }),
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
