// The minimising-movement scheme of Jordan, Kinderlehrer and Otto (1998): one step of length h of the gradient flow is
//   μ_{k+1} = argmin_μ W₂²(μ, μ_k)/2h + E_τ(μ),   E_τ(μ) = R(f_μ) + ∫V dμ + ½∬W dμ dμ + τ∫μ log μ,
// first order in h: on a line through quantiles (jko-quantile.ts), or on a grid by entropic scaling (jko-entropic.ts).

/** What the last step took. */
export interface JkoReport {
  /** Newton iterations (quantile) or scaling iterations (entropic). */
  readonly iterations: number;
  /** Entropic: the L1 distance between the coupling's second marginal and the new measure. */
  readonly marginalError?: number;
}

/** A minimising-movement scheme in progress. A step that fails throws and leaves the state as it was. */
export interface JkoStepper {
  /** One step h. */
  step(): void;
  /** Cell averages on the grid, mass 1. */
  density(): Float64Array;
  /** Everything the next steps depend on: restored, they give the same bits. */
  save(): Float64Array;
  restore(state: Float64Array): void;
  /** The density of a state that `save` gave. */
  densityOf(state: Float64Array): Float64Array;
  report(): JkoReport;
}
