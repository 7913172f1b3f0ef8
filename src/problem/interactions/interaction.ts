// W(θ − θ′) = Σ_k w(θ_k − θ′_k), w even with w′(0) = 0: what every kind of W answers.
//   F has ½∬W dμ dμ, Φ has W∗μ. Some kinds see μ through a few means ⟨φ_r⟩ of each coordinate; the others need every pair.

interface InteractionBase {
  readonly formula: string;
  /** True where W is positive semidefinite as a kernel on measures of equal mass, so that μ ↦ ½∬W is convex; of a user's own it cannot be known, and is taken for false. */
  readonly convex: boolean;
}

/** An interaction that sees μ through `count` numbers of each coordinate, ⟨φ_0⟩, ⟨φ_1⟩ …; cost O(N·count). */
export interface MomentBase extends InteractionBase {
  readonly type: "moments";
  readonly count: number;
  /** sums[to + r·apart + i] += φ_r(theta[at + i]), r < count, i < lanes. */
  accumulate(
    theta: Float64Array,
    at: number,
    lanes: number,
    sums: Float64Array,
    to: number,
    apart: number,
  ): void;
  /** The coordinate's part of ½∬W dμ dμ, where its numbers are numbers[from … from + count). */
  energy(numbers: Float64Array, from: number): number;
  /** The coordinate's part of (W∗μ)(theta). */
  value(theta: number, numbers: Float64Array, from: number): number;
  /** out[outAt + i] += ∂(W∗μ)/∂θ_k at theta[at + i], i < lanes. */
  addGradient(
    theta: Float64Array,
    at: number,
    lanes: number,
    numbers: Float64Array,
    from: number,
    out: Float64Array,
    outAt: number,
  ): void;
}

/** An interaction that needs every pair: cost O(N²) per coordinate. */
export interface PairBase extends InteractionBase {
  readonly type: "pairs";
  /** Σ_j w(z − theta[j]) over all entries. */
  sum(z: number, theta: Float64Array): number;
  /** Σ_j w′(z − theta[j]) over all entries. */
  sumSlope(z: number, theta: Float64Array): number;
}
