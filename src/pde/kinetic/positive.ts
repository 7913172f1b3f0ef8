// `positive`: shifts by a conservative remap, O by Mehler's kernel where its width √v, v = τ(1 − a²), is at least 1.1 Δω, else by the exponential of
// Chang and Cooper's matrix, at τ = 0 by a remap. μ ≥ 0 exactly; order 2 alone, as the combination of order 4 has a negative weight.

import { log } from "../../base/elementary.ts";
import { changCooper } from "./chang-cooper.ts";
import { mehler, RESOLVED } from "./mehler.ts";
import type { KineticRecord } from "./scheme.ts";
import { positiveShift } from "./shift-positive.ts";

export const POSITIVE: KineticRecord<"positive"> = {
  name: "positive",
  description: "",
  summary: "positive, conservative remap",
  sources: ["filbet2001", "chang1970"],
  rings: false,
  breaches: ({ order }) =>
    order === 4
      ? [{ key: ["order"], found: 4, allowed: "2 with positive: the combination of order 4 is not" }]
      : [],
  shift: (phase, axis, amounts) => positiveShift(phase, axis, amounts),
  remaps: (temperature) => temperature === 0,
  propagator(axis, damping, temperature, matrix) {
    if (isResolved(temperature, damping, axis.spacing)) {
      mehler(axis, damping, temperature * (1 - damping) * (1 + damping), matrix);
    } else changCooper(axis, -log(damping), temperature, matrix);
  },
};

/** Whether cells of that width resolve the kernel of O. */
export function isResolved(temperature: number, damping: number, spacing: number): boolean {
  return Math.sqrt(temperature * (1 - damping) * (1 + damping)) / spacing >= RESOLVED;
}
