// Sums over neurons, lane by lane: sums[to + lane] += what the neuron in that lane of a tile contributes.

/** += values[at + lane]. */
export function addValues(sums: Float64Array, to: number, values: Float64Array, at: number, lanes: number) {
  for (let i = 0; i < lanes; i++) sums[to + i] += values[at + i];
}

/** += scale (values[at + lane] − mean)(values[otherAt + lane] − otherMean). */
export function addCentredProducts(
  sums: Float64Array,
  to: number,
  scale: number,
  values: Float64Array,
  at: number,
  mean: number,
  otherAt: number,
  otherMean: number,
  lanes: number,
): void {
  for (let i = 0; i < lanes; i++) {
    sums[to + i] += scale * (values[at + i] - mean) * (values[otherAt + i] - otherMean);
  }
}
