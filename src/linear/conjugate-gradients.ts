// Conjugate gradients (Hestenes, Stiefel 1952) for Ax = b with A symmetric and positive, known by its products: for A = I + B with B
// of a few large eigenvalues about as many products as those. Iterates grow in norm and stay in the Krylov space of b, to which
// their residual is orthogonal: however early the iteration ends, b·(b − Ax) = 0 and b·x > 0. Cost: a product and O(n) each.

import { checkpoint } from "../base/interrupt.ts";
import { dot } from "./vector.ts";

/**
 * x ≈ A⁻¹b to |b − Ax| ≤ tolerance·|x|, or as near as `most` products bring it. Relative to x, not b: where b lies along large
 * eigenvalues x is far smaller than b. `multiply(v, out)`: out = Av. Returns the products used.
 */
export function conjugateGradients(
  multiply: (v: Float64Array, out: Float64Array) => void,
  b: Float64Array,
  x: Float64Array,
  tolerance: number,
  most: number,
): number {
  const rest = b.slice();
  const direction = b.slice();
  const product = new Float64Array(b.length);
  x.fill(0);
  let square = dot(rest, rest);
  let products = 0;
  for (; products < most && square > 0; products++) {
    if (square <= tolerance * tolerance * dot(x, x)) break;
    checkpoint();
    multiply(direction, product);
    const step = square / dot(direction, product);
    for (let i = 0; i < b.length; i++) {
      x[i] += step * direction[i];
      rest[i] -= step * product[i];
    }
    const next = dot(rest, rest);
    const turn = next / square;
    square = next;
    for (let i = 0; i < b.length; i++) direction[i] = rest[i] + turn * direction[i];
  }
  return products;
}
