// Gauss–Legendre quadrature on [−1, 1]: the nodes are the roots of P_n, the weights 2 / ((1 − u²) P_n′(u)²).
// Newton's method from Tricomi's approximation cos(π (4i + 3)/(4n + 2)); P_n and P_n′ by the three-term recurrence.

import { cos } from "../base/elementary.ts";

/** Nodes (ascending) and weights (sum 2) of the n-point rule, exact for polynomials of degree 2n − 1. Cost O(n²). */
export function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let u = -cos((Math.PI * (4 * i + 3)) / (4 * n + 2));
    let slope = 1;
    // Newton converges quadratically from this start: six rounds reach round-off for every n.
    for (let round = 0; round < 6; round++) {
      let previous = 1;
      let current = u;
      for (let k = 2; k <= n; k++) {
        const next = ((2 * k - 1) * u * current - (k - 1) * previous) / k;
        previous = current;
        current = next;
      }
      slope = (n * (u * current - previous)) / (u * u - 1);
      u -= current / slope;
    }
    nodes[i] = u;
    weights[i] = 2 / ((1 - u * u) * slope * slope);
  }
  return { nodes, weights };
}
