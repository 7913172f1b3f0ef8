// The part of a cell's mass that lies in its right fraction α, from the averages of 2r + 1 cells around it:
//   F = Σ_c w_c(α) u_c,  w_c(α) = Σ_{faces f > c} (ℓ_f(½) − ℓ_f(½ − α)),  ℓ_f Lagrange's polynomials on the 2r + 2 faces
// (the interpolated primitive), then clamped to [0, u_0]. Two parts of a cell are so ≥ 0 and sum to it, and a remap that
// sends each part somewhere is positive and conservative. Away from the clamp a shift is Lagrange interpolation of
// degree 2r + 1 between its two middle points: order 2r + 1 for averages and for point values, stable in L² (Strang).
// Source: Filbet, Sonnendrücker, Bertrand, J. Comput. Phys. 172, 2001 (r = 1, with a limiter of slopes).

/** r */
export const REACH = 3;
/** Weights a cell, 2r + 1. */
export const WIDTH = 2 * REACH + 1;

const FACES = WIDTH + 1;

/** weights[at … at + WIDTH) = w_{−r}(α) … w_r(α), 0 ≤ α ≤ 1. */
export function rightWeights(alpha: number, weights: Float64Array, at: number): void {
  // In units of the spacing the cell's faces are REACH and REACH + 1; the cut lies at REACH + 1 − α.
  const cut = REACH + 1 - alpha;
  let beyond = 0;
  for (let f = FACES - 1; f > 0; f--) {
    let value = 1;
    for (let g = 0; g < FACES; g++) if (g !== f) value *= (cut - g) / (f - g);
    beyond += value;
    weights[at + f - 1] = (f - 1 <= REACH ? 1 : 0) - beyond;
  }
}

/** A line's averages with r cells beyond each end: 0 where the axis is bounded, around the period where it is not. */
export function pad(
  lines: Float64Array,
  from: number,
  cells: number,
  periodic: boolean,
  padded: Float64Array,
): void {
  for (let i = 0; i < cells; i++) padded[REACH + i] = lines[from + i];
  for (let i = 0; i < REACH; i++) {
    padded[i] = periodic ? lines[from + cells - REACH + i] : 0;
    padded[REACH + cells + i] = periodic ? lines[from + i] : 0;
  }
}

/** parts[i] = F of the cell at padded[REACH + i], i < cells; its weights begin at weights[at + i·apart]. */
export function rightParts(
  padded: Float64Array,
  cells: number,
  weights: Float64Array,
  at: number,
  apart: number,
  parts: Float64Array,
): void {
  for (let i = 0; i < cells; i++) {
    const w = at + i * apart;
    let part = weights[w] * padded[i];
    for (let c = 1; c < WIDTH; c++) part += weights[w + c] * padded[i + c];
    const whole = padded[i + REACH];
    parts[i] = part > 0 ? (part < whole ? part : whole) : 0;
  }
}
