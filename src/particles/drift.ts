// The drift as integrators take it: ∇Φ[μ_N](θ_j), or an estimate of it from the batch of data drawn for step n.
// A batch belongs to a time t = nh: every gradient taken there, by the end of one step or the start of the next, uses it.

export interface Drift {
  /** ∇Φ, or its estimate, at the state last asked for, p rows per tile. To ask for it is to have done all work that waits. */
  readonly gradient: Float64Array;
  /** To be called whenever θ of the ensemble changed. */
  moved(): void;
  /** Brings `gradient` up to date with the ensemble, for the batch of time n; free when it is. */
  differentiate(n: number): void;
  /** `gradient` at another state of the ensemble's shape; the ensemble's own is then out of date. */
  evaluateAt(state: Float64Array, n: number): void;
}
