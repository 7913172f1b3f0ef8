// The Fisher information I(μ) = ∫|∇ log μ|² dμ = 4∫|∇√μ|², over all axes that the density has: 1/σ² of a Gaussian in each. It is how fast diffusion
// alone lowers ∫μ log μ, and what logarithmic Sobolev inequalities bound (Bakry, Gentil, Ledoux, Analysis and Geometry of Markov Diffusion Operators,
// §5.1). On cells 4Σ(√μ_i − √μ_j)²/Δ² over neighbours: never negative, no quotient where μ is small; second order in Δ.

import { Sum } from "../base/sum.ts";
import type { Grid } from "../grid/grid.ts";
import { always, type Observer } from "./observer.ts";

export const fisherInformation: Observer = {
  columns: [
    {
      name: "fisher_information",
      words: "Fisher information",
      symbol: "*I*",
      meaning: "∫|∇ log μ|² dμ; on phase space the gradient is that in θ and ω",
      unit: "1 / θ², on phase space also 1 / ω²",
      of: { density: always, "phase space": always },
      asked: true,
      positive: true,
      table: "terminal",
    },
  ],
  density: ({ grid, density }) => ({ fisher_information: fisherInformationOf(grid, density) }),
};

/** Of cell averages; what is below 0 has no root and counts as 0. */
export function fisherInformationOf(grid: Grid, density: Float64Array): number {
  const roots = density.map((mu) => Math.sqrt(Math.max(mu, 0)));
  const total = new Sum();
  for (const [k, { cells, spacing, periodic }] of grid.axes.entries()) {
    const stride = grid.strides[k];
    const scale = 4 / (spacing * spacing);
    for (let i = 0; i < roots.length; i++) {
      const last = Math.floor(i / stride) % cells === cells - 1;
      if (last && !periodic) continue;
      const change = roots[last ? i - (cells - 1) * stride : i + stride] - roots[i];
      total.add(scale * change * change);
    }
  }
  return grid.volume * total.value();
}
