// A time step of a density is a chain of stages, each a map μ ↦ S(μ; Φ, τ) with Φ and τ frozen, and each with its derivative:
// the nonlinear solve for Φ at a new time (implicit-field.ts) needs nothing else of them.

/** One frozen-potential substep. */
export interface Stage {
  /** For the potential and the temperature that `forward` and `derivative` use from now on. */
  prepare(phi: Float64Array, temperature: number): void;
  /** μ ← S(μ; Φ, τ), in place. Keeps what `derivative` needs. */
  forward(mu: Float64Array): void;
  /** dμ ← ∂_μS dμ + ∂_ΦS dΦ at the last `forward`, in place. */
  derivative(dmu: Float64Array, dphi: Float64Array): void;
  /** Negative mass, as a share of the whole, that the last `forward` set to 0; absent where there never is any. */
  readonly cut?: number;
}
