// The arithmetic of ψ-sums of ridges, s_i = σ(w·x_i + b), of a strip of tiles (8 neurons each) against all data, i = 1 … M:
//   forward: c_i += Σ_j a_j s_i in lanes      backward: Σ_i g_i s_i, Σ_i g_i σ′_i, Σ_i g_i σ′_i x_ik      weigh: Σ_i g_i s_i
// One order on every backend, so that all have the same bits: z = b, then + w_k x_k by k; a neuron's sums over data by i; c by tile, 8
// lanes apart; no fused multiply-add. Residuals, weights and what θ means come from outside.

import type { Activation } from "../problem/activation.ts";
import type { DataSet } from "../problem/data.ts";

/** What a kernel is made for. */
export interface RidgeShape {
  readonly activation: Activation;
  readonly data: DataSet;
  /** Tiles of the slice, whose activations a kernel may keep. */
  readonly tiles: number;
  /** Most tiles of a strip. */
  readonly strip: number;
  /** Whether s of every neuron of the slice is kept from `forward` for the others. */
  readonly keeps: boolean;
}

/** Memory, written by the caller before a call and read after it; the first neuron of a strip comes first. */
export interface RidgeKernel {
  /** a, one row a tile. */
  readonly weights: Float64Array;
  /** w_1 … w_d, b: d + 1 rows a tile. */
  readonly inner: Float64Array;
  /** g, M numbers. */
  readonly residual: Float64Array;
  /** Σ g s, Σ g σ′, Σ g σ′ x_1 … Σ g σ′ x_d: d + 2 rows a tile. */
  readonly sums: Float64Array;
  /** c, M numbers. */
  readonly outputs: Float64Array;
  /** Where works in C find it (c/ridge.h); null of one that is not in C. */
  readonly address: number | null;
  /** To be called where the data may have changed. */
  refresh(): void;
  /** c = 0. */
  begin(): void;
  /** Adds a strip of `tiles` tiles, whose first is tile `first` of the slice. */
  forward(first: number, tiles: number): void;
  /** Folds c's lanes into `outputs`. */
  fold(): void;
  /** Fills `sums`; where activations are kept, those of the last `forward` of the strip are used. */
  backward(first: number, tiles: number): void;
  /** Fills the first row of each tile's `sums`; as `backward`. */
  weigh(first: number, tiles: number): void;
  /** Leaves memory to whoever comes next. Nothing may be called after that. */
  release(): void;
}
