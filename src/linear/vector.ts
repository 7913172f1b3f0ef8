// Inner products, norms and combinations, summed in order.

/** Σ a_i b_i */
export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** |a| */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** Σ_k weights_k vectors_k */
export function combined(vectors: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(vectors[0].length);
  for (const [k, vector] of vectors.entries()) {
    for (let i = 0; i < out.length; i++) out[i] += weights[k] * vector[i];
  }
  return out;
}
