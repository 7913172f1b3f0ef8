// Which data a step sees. Batch B_n of time t = nh has weights w with E Σ_{i ∈ B_n} w_i a_i = Σ_i q_i a_i for every a:
//   with-replacement: B independent draws i ~ q, w = 1/B · without-replacement: a uniform subset of B, w_i = M q_i/B
//   reshuffled: ⌊M/B⌋ consecutive pieces of a new random order every ⌊M/B⌋ steps, w_i = M q_i/B; what is left over rests.
// A batch is a function of (seed, replica, n) alone: no state to save, and the same data for every width and thread.
// Work: O(B), with-replacement O(B log M), reshuffled O(M) an epoch. Source: Knuth, TAOCP 2, §3.4.2 (shuffles).

import { below, fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { firstAbove } from "../base/search.ts";
import type { DataSet } from "../problem/data.ts";
import type { BatchPlan } from "./batch.ts";

export interface Sampler {
  /** w_i by datum, were it drawn. */
  readonly weight: Float64Array;
  /** Writes the indices of batch n. */
  draw(n: number, indices: Int32Array): void;
}

export function makeSampler(
  data: DataSet,
  { size, sampling }: Pick<BatchPlan, "size" | "sampling">,
  { seed, replica }: { seed: number; replica: number },
): Sampler {
  const key = deriveKey(seed, PURPOSE.batch, replica);
  if (sampling === "with-replacement") return withReplacement(data, size, key);
  const weight = data.weight.map((q) => (data.size * q) / size);
  const draw =
    sampling === "reshuffled" ? reshuffled(data.size, size, key) : withoutReplacement(data.size, size, key);
  return { weight, draw };
}

type Key = readonly [number, number];

/** By inversion: the first i with q_1 + … + q_i > u, so that data of weight 0 are never drawn. */
function withReplacement({ size: M, weight: q }: DataSet, size: number, key: Key): Sampler {
  const cumulative = new Float64Array(M);
  let total = 0;
  for (let i = 0; i < M; i++) {
    total += q[i];
    cumulative[i] = total;
  }
  const uniforms = uniformSource(size, key);
  return {
    weight: new Float64Array(M).fill(1 / size),
    draw(n, indices) {
      const u = uniforms(n);
      for (let b = 0; b < size; b++) indices[b] = firstAbove(cumulative, u[b] * total);
    },
  };
}

/** The first B steps of a shuffle of 0 … M − 1, taken back afterwards. */
function withoutReplacement(M: number, size: number, key: Key): Sampler["draw"] {
  const order = Int32Array.from({ length: M }, (_, i) => i);
  const uniforms = uniformSource(size, key);
  return (n, indices) => {
    const u = uniforms(n);
    for (let b = 0; b < size; b++) swap(order, b, b + below(M - b, u[b]));
    indices.set(order.subarray(0, size));
    for (let b = size - 1; b >= 0; b--) swap(order, b, b + below(M - b, u[b]));
  };
}

/** Keeps the order of the epoch in hand, a function of its number. */
function reshuffled(M: number, size: number, key: Key): Sampler["draw"] {
  const batches = Math.floor(M / size);
  const order = new Int32Array(M);
  const uniforms = uniformSource(M, key);
  let shuffled = -1;
  return (n, indices) => {
    const epoch = Math.floor(n / batches);
    if (epoch !== shuffled) {
      const u = uniforms(epoch);
      for (let i = 0; i < M; i++) order[i] = i;
      for (let i = 0; i < M; i++) swap(order, i, i + below(M - i, u[i]));
      shuffled = epoch;
    }
    const from = (n % batches) * size;
    indices.set(order.subarray(from, from + size));
  };
}

/** `count` uniforms in (0, 1) for each n. */
function uniformSource(count: number, [k0, k1]: Key): (n: number) => Float64Array {
  const u = new Float64Array(count + (count % 2));
  return (n) => {
    fillUniforms(u, 0, u.length, k0, k1, 0, n, 0);
    return u;
  };
}

function swap(order: Int32Array, i: number, j: number): void {
  const first = order[i];
  order[i] = order[j];
  order[j] = first;
}
