// W∗μ on a grid, through the numbers it needs of μ: two moments a coordinate where W works through moments, else the
// field (w∗μ_k)(θ_k) along each axis, μ_k the marginal (W sums over coordinates). Φ is affine in these numbers.

import { cos, sin } from "../../base/elementary.ts";
import { dotOf } from "../../base/sum.ts";
import { convolutionWith } from "../../grid/convolution.ts";
import { marginalOf } from "../../grid/density.ts";
import { addAlong, type Grid } from "../../grid/grid.ts";
import type { Interaction, MomentInteraction, PairInteraction } from "../../problem/interaction.ts";

/** The pair interaction's part of Φ and of F. */
export interface InteractionField {
  /** How many numbers of μ it needs. */
  readonly count: number;
  /** numbers[at … at + count) of that density. */
  observe(density: Float64Array, numbers: Float64Array, at: number): void;
  /** out += W∗μ where numbers come from `observe`; linear in them but for the constant part of a quadratic W, which `constant` adds. */
  addPotential(numbers: Float64Array, at: number, out: Float64Array, constant: boolean): void;
  /** ½∬W dμ dμ */
  energy(density: Float64Array, numbers: Float64Array, at: number): number;
}

/** W on that grid, or null without W. */
export function interactionField(interaction: Interaction | null, grid: Grid): InteractionField | null {
  if (interaction === null) return null;
  return interaction.type === "moments" ? throughMoments(interaction, grid) : throughPairs(interaction, grid);
}

function throughMoments(interaction: MomentInteraction, grid: Grid): InteractionField {
  const { kind, strength } = interaction;
  // (φ₁, φ₂) along each axis: (θ, θ²) or (cos θ, sin θ).
  const [first, second] =
    kind === "quadratic"
      ? [grid.axes.map(({ centres }) => centres), grid.axes.map(({ centres }) => centres.map((u) => u * u))]
      : [grid.axes.map(({ centres }) => centres.map(cos)), grid.axes.map(({ centres }) => centres.map(sin))];
  return {
    count: 2 * grid.axes.length,
    observe(density, numbers, at) {
      for (const [k, { spacing }] of grid.axes.entries()) {
        const marginal = marginalOf(grid, density, k);
        numbers[at + 2 * k] = spacing * dotOf(marginal, first[k]);
        numbers[at + 2 * k + 1] = spacing * dotOf(marginal, second[k]);
      }
    },
    addPotential(numbers, at, out, constant) {
      for (let k = 0; k < grid.axes.length; k++) {
        const a = numbers[at + 2 * k];
        const b = numbers[at + 2 * k + 1];
        const along =
          kind === "quadratic"
            ? first[k].map((u, i) => strength * ((constant ? 0.5 * second[k][i] : 0) - a * u + 0.5 * b))
            : first[k].map((cosine, i) => -strength * (a * cosine + b * second[k][i]));
        addAlong(grid, k, along, out);
      }
    },
    energy(_density, numbers, at) {
      let total = 0;
      for (let k = 0; k < grid.axes.length; k++) {
        total += interaction.energy(numbers[at + 2 * k], numbers[at + 2 * k + 1]);
      }
      return total;
    },
  };
}

function throughPairs(interaction: PairInteraction, grid: Grid): InteractionField {
  const origin = new Float64Array(1);
  const convolutions = grid.axes.map((axis) => convolutionWith(axis, (z) => interaction.sum(z, origin)));
  const offsets = grid.axes.map((_, k) =>
    grid.axes.slice(0, k).reduce((total, { cells }) => total + cells, 0),
  );
  const slice = (numbers: Float64Array, at: number, k: number) =>
    numbers.subarray(at + offsets[k], at + offsets[k] + grid.axes[k].cells);
  return {
    count: grid.axes.reduce((total, { cells }) => total + cells, 0),
    observe(density, numbers, at) {
      for (const [k, convolution] of convolutions.entries()) {
        convolution.apply(marginalOf(grid, density, k), numbers, at + offsets[k]);
      }
    },
    addPotential(numbers, at, out) {
      for (let k = 0; k < grid.axes.length; k++) addAlong(grid, k, slice(numbers, at, k), out);
    },
    energy(density, numbers, at) {
      let total = 0;
      for (const [k, { spacing }] of grid.axes.entries()) {
        total += 0.5 * spacing * dotOf(marginalOf(grid, density, k), slice(numbers, at, k));
      }
      return total;
    },
  };
}
