// Sums over the neurons of one tile, in order.

/** Σ values[at + i], i < count. */
export function sum(values: Float64Array, at: number, count: number): number {
  let total = 0;
  for (let i = at; i < at + count; i++) total += values[i];
  return total;
}

/** Σ (values[at + i] − mean)(values[otherAt + i] − otherMean), i < count. */
export function centredProduct(
  values: Float64Array,
  at: number,
  mean: number,
  otherAt: number,
  otherMean: number,
  count: number,
): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += (values[at + i] - mean) * (values[otherAt + i] - otherMean);
  return total;
}
