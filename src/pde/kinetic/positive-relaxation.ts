// Which O the positive scheme has at τ > 0: Mehler's kernel where its width √v, v = τ(1 − a²), is at least 1.1 Δω, else the exponential of Chang
// and Cooper's matrix.

import { log } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";
import { changCooper } from "./chang-cooper.ts";
import { mehler, RESOLVED } from "./mehler.ts";
import type { Propagator } from "./propagator.ts";

/** The matrix of O on an axis, τ > 0. */
export function writePropagator(
  axis: Axis,
  damping: number,
  temperature: number,
  propagator: Propagator,
): void {
  const { matrix } = propagator;
  if (isResolved(temperature, damping, axis.spacing)) {
    mehler(axis, damping, temperature * (1 - damping) * (1 + damping), matrix);
  } else changCooper(axis, -log(damping), temperature, matrix);
  propagator.findBand();
}

/** Whether cells of that width resolve the kernel of O. */
export function isResolved(temperature: number, damping: number, spacing: number): boolean {
  return Math.sqrt(temperature * (1 - damping) * (1 + damping)) / spacing >= RESOLVED;
}
