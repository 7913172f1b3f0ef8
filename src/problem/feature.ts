// What a neuron is to the rest of muflow: a feature ψ(θ; x), θ ∈ R^p its parameter, x ∈ R^d an input (docs/theory.md §1.1), with its gradient in θ. It also
// says what more is known of ψ (an outer weight, a ridge, a bound), so that nobody has to ask for its kind.

import type { Activation } from "./activation.ts";

/** Which part of the network a coordinate of θ belongs to: output weight, input weight, bias, or a user's own. */
export type Block = "a" | "w" | "b" | "custom";

/** A of ψ = A(θ₀) s, s a function of the other coordinates and x. */
export interface OuterWeight {
  /** Whether A(θ₀) = θ₀. */
  readonly linear: boolean;
  at(theta0: number): number;
  /** A′, where A has that value. */
  slope(weight: number): number;
}

/** Writes ψ(θ_j; x), without its A, into out[at …]: from ≤ j < from + count. */
export type Tabulate = (x: Float64Array, from: number, count: number, out: Float64Array, at: number) => void;

/** Writes ∂ψ/∂θ_k of ψ(θ_j; x) into out[k][at …], k < p: from ≤ j < from + count. */
export type TabulateGradient = (
  x: Float64Array,
  from: number,
  count: number,
  out: readonly Float64Array[],
  at: number,
) => void;

export interface Feature {
  /** p, the length of θ. */
  readonly dimension: number;
  /** d, the length of x. */
  readonly inputs: number;
  /** A name per coordinate of θ. */
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
  /** ψ(θ; x) */
  value(theta: Float64Array, x: Float64Array): number;
  /** ∂ψ/∂θ (length p), written into `out`. */
  gradient(theta: Float64Array, x: Float64Array, out: Float64Array): void;
  /** ψ in words; absent where a user's functions state it. */
  readonly formula?: string;
  /** A, where ψ has such a factor. */
  readonly outer?: OuterWeight | undefined;
  /** ψ of many neurons, whose coordinates (without that of A) lie row by row: needed beside A, and faster than `value`. */
  tabulate?(rows: readonly Float64Array[]): Tabulate;
  /** Its gradients at many neurons, all of whose coordinates lie row by row: faster than `gradient`, with its bits. */
  tabulateGradient?(rows: readonly Float64Array[]): TabulateGradient;
  /** k if ψ ∈ C^k in θ and no better, and the part of ψ that decides it; absent where that is not known. */
  readonly smoothness?: { readonly of: string; readonly order: number };
  /** Whether ψ is bounded, and why; where it is known. */
  readonly bounded?: { readonly holds: boolean; readonly reason: string };
}

/** ψ = A(θ₀) σ(w·x + b), A ≡ 1 or an outer weight, b ≡ 0 without bias: θ lists what is trained, in the order θ₀, w₁ … w_d, b. */
export interface Ridge extends Feature {
  readonly activation: Activation;
  readonly bias: boolean;
}

export function isRidge<F extends Feature>(feature: F | null): feature is F & Ridge {
  return feature !== null && "activation" in feature;
}

/** A(θ₀): 1 where ψ has no such factor. */
export function outerWeight({ outer }: Pick<Feature, "outer">, theta0: number): number {
  // Loops over neurons ask for it: the usual weight, which is θ₀ itself, is spared a call.
  return outer === undefined ? 1 : outer.linear ? theta0 : outer.at(theta0);
}

/** The first coordinate of θ that is not A's. */
export function firstInner({ outer }: Pick<Feature, "outer">): 0 | 1 {
  return outer === undefined ? 0 : 1;
}

/** k if ψ ∈ C^k: Infinity where there is no ψ, NaN where it is not known. */
export function smoothnessOf(feature: Feature | null): number {
  return feature === null ? Number.POSITIVE_INFINITY : (feature.smoothness?.order ?? Number.NaN);
}

/** `tabulate` of any ψ: by its values where it has none of its own. */
export function tabulated(feature: Feature, rows: readonly Float64Array[]): Tabulate {
  if (feature.tabulate !== undefined) return feature.tabulate(rows);
  const theta = new Float64Array(feature.dimension);
  return (x, from, count, out, at) => {
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < theta.length; k++) theta[k] = rows[k]![from + j]!;
      out[at + j] = feature.value(theta, x);
    }
  };
}

/** `tabulateGradient` of any ψ. */
export function gradientTabulated(feature: Feature, rows: readonly Float64Array[]): TabulateGradient {
  if (feature.tabulateGradient !== undefined) return feature.tabulateGradient(rows);
  const theta = new Float64Array(feature.dimension);
  const gradient = new Float64Array(feature.dimension);
  return (x, from, count, out, at) => {
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < theta.length; k++) theta[k] = rows[k]![from + j]!;
      feature.gradient(theta, x, gradient);
      for (let k = 0; k < theta.length; k++) out[k]![at + j] = gradient[k]!;
    }
  };
}
