// Inner products and norms, summed in order.

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
