// What a check of the experiment file is: what it finds wrong, in order.

import type { Breach } from "../base/breach.ts";
import type { Path } from "../base/errors.ts";
import type { DynamicsIn } from "./motion.ts";
import type { Shape } from "./shape.ts";

export type Check = (spec: Shape, dynamics: DynamicsIn) => readonly (Breach | null | false)[];

export function breach(key: Path, found: unknown, allowed: string): Breach {
  return { key, found, allowed };
}
