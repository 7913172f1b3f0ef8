// Order parameters on the torus: |⟨e^{imθ}⟩| of each angle for m = 1 … 4 (Kuramoto 1975; Mardia, Jupp, Directional Statistics, §2.2), the
// same whatever angle is called 0, as means and variances of angles in [−π, π) are not. 0: spread evenly; 1: all at one angle, or at m
// angles that divide the circle evenly, as clusters do.

import { cos, sin } from "../base/elementary.ts";
import { dotOf } from "../base/sum.ts";
import { marginalOf } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { TILE } from "../kernels/layout.ts";
import { average, type Ensemble } from "../particles/ensemble.ts";
import { everywhere, type Observer } from "./observer.ts";

const HARMONICS = [1, 2, 3, 4];
const MEANINGS = [
  "0 spread evenly, 1 all at one angle",
  "1 also at two opposite angles",
  "1 also at three angles 2π/3 apart",
  "1 also at four angles π/2 apart",
];

export const orders: Observer = {
  columns: HARMONICS.map((m, h) => ({
    name: `order_theta_#_${m}`,
    words: `order ${m} of *θ*_#`,
    meaning: `on the torus |⟨e^{${m === 1 ? "" : m}iθ}⟩| of angle k: ${MEANINGS[h]}`,
    of: everywhere(({ problem }) => problem.domain === "torus"),
  })),
  network: ({ system: { particles } }) => ordersOfEnsemble(particles),
  density: ({ grid, density, field }) => ordersOfDensity(grid, density, field.grid.axes.length),
};

/** Those of an ensemble. Cost: a sine and a cosine a coordinate and harmonic. */
export function ordersOfEnsemble(particles: Ensemble): Record<string, number> {
  const { dimension: p, state } = particles;
  const count = 2 * HARMONICS.length * p;
  const means = new Float64Array(count);
  average(particles, count, means, (base, lanes, sums) => {
    for (const [h, m] of HARMONICS.entries()) {
      for (let k = 0; k < p; k++) {
        const at = base + k * TILE;
        const to = 2 * (h * p + k) * TILE;
        for (let i = 0; i < lanes; i++) {
          sums[to + i] += cos(m * state[at + i]);
          sums[to + TILE + i] += sin(m * state[at + i]);
        }
      }
    }
  });
  return named(p, (h, k) => modulus(means[2 * (h * p + k)], means[2 * (h * p + k) + 1]));
}

/** Those of a density on cells, of its first p coordinates: ∫e^{imθ}dμ ≈ Σ e^{imθ_i} μ_i |cell|. */
export function ordersOfDensity(grid: Grid, density: Float64Array, p: number): Record<string, number> {
  const marginals = grid.axes.slice(0, p).map((_, k) => marginalOf(grid, density, k));
  return named(p, (h, k) => {
    const { centres, spacing } = grid.axes[k];
    const [m, mu] = [HARMONICS[h], marginals[k]];
    const angles = centres.map((theta) => m * theta);
    return spacing * modulus(dotOf(mu, angles.map(cos)), dotOf(mu, angles.map(sin)));
  });
}

function named(p: number, of: (harmonic: number, k: number) => number): Record<string, number> {
  return Object.fromEntries(
    HARMONICS.flatMap((m, h) => Array.from({ length: p }, (_, k) => [`order_theta_${k}_${m}`, of(h, k)])),
  );
}

/** Both are 1 at most: no need of Math.hypot, whose bits differ between engines. */
function modulus(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
