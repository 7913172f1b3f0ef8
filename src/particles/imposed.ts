// ∇Φ[μ_t](θ̄_j): the drift of copies, which move in the field of a given course of measures instead of their own. The measures
// are known at t = nh only, so integrators that take every gradient there are fit: Euler's, BAOAB, OBABO, not ABOBA.

import type { Drift } from "./drift.ts";
import type { FieldNumbers, MeanField } from "./field.ts";

export class ImposedDrift implements Drift {
  /** The time that `gradient` is of; −1: of none. */
  private current = -1;

  /** `course[n]`: the numbers of the measure at t = nh. Not with a Gaussian W, whose numbers are the neurons themselves. */
  constructor(
    private readonly field: MeanField,
    private readonly course: readonly FieldNumbers[],
  ) {}

  get gradient(): Float64Array {
    return this.field.gradient;
  }

  moved(): void {
    this.current = -1;
  }

  differentiate(n: number): void {
    if (this.current === n) return;
    this.field.differentiateIn(this.course[n]);
    this.current = n;
  }

  evaluateAt(): void {
    throw new Error("unreachable: integrators of copies take every gradient at t = nh");
  }
}
