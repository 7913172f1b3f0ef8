// The machine that a result was computed on.

import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";

/** The machine in words, for summary.json and the report's last line. */
export function machine(): Record<string, string | number> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${platform()} ${release()} ${arch()}`,
  };
}
