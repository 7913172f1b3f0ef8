// How this muflow is called, for scripts that call it from elsewhere.

import { realpathSync } from "node:fs";
import type { Program } from "../study/shards/slurm.ts";

/** Absolute: a batch system has a PATH of its own. */
export function program(): Program {
  return [process.execPath, realpathSync(process.argv[1]!)];
}
