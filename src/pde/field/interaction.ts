// W∗μ on a grid, through the numbers it needs of μ: a few moments a coordinate where W works through moments, else the
// field (w∗μ_k)(θ_k) along each axis, μ_k the marginal (W sums over coordinates). Φ is affine in these numbers.

import { cos, sin } from "../../base/elementary.ts";
import { dotOf } from "../../base/sum.ts";
import { convolutionWith } from "../../grid/convolution.ts";
import { marginalOf } from "../../grid/density.ts";
import { addAlong, type Grid } from "../../grid/grid.ts";
import type {
  CircularInteraction,
  Interaction,
  MomentInteraction,
  PairInteraction,
  QuadraticInteraction,
} from "../../problem/interaction.ts";

/** The pair interaction's part of Φ and of F. */
export interface InteractionField {
  /** How many numbers of μ it needs. */
  readonly count: number;
  /** numbers[at … at + count) of that density. */
  observe(density: Float64Array, numbers: Float64Array, at: number): void;
  /** out += W∗μ where numbers come from `observe`; linear in them but for a constant part, which `constant` adds. */
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
  const { count } = interaction;
  const shape = interaction.kind === "quadratic" ? squares(interaction, grid) : harmonics(interaction, grid);
  return {
    count: count * grid.axes.length,
    observe(density, numbers, at) {
      for (const [k, { spacing }] of grid.axes.entries()) {
        const marginal = marginalOf(grid, density, k);
        for (let r = 0; r < count; r++) {
          numbers[at + count * k + r] = spacing * dotOf(marginal, shape.features[k][r]);
        }
      }
    },
    addPotential(numbers, at, out, constant) {
      for (let k = 0; k < grid.axes.length; k++) {
        addAlong(grid, k, shape.along(k, numbers, at + count * k, constant), out);
      }
    },
    energy(_density, numbers, at) {
      let total = 0;
      for (let k = 0; k < grid.axes.length; k++) total += interaction.energy(numbers, at + count * k);
      return total;
    },
  };
}

/** φ_r at the cells of each axis, and W∗μ along one from the numbers that begin there. */
interface Shape {
  readonly features: readonly (readonly Float64Array[])[];
  along(k: number, numbers: Float64Array, from: number, constant: boolean): Float64Array;
}

function squares({ strength }: QuadraticInteraction, grid: Grid): Shape {
  const features = grid.axes.map(({ centres }) => [centres, centres.map((u) => u * u)]);
  return {
    features,
    along(k, numbers, from, constant) {
      const [a, b] = [numbers[from], numbers[from + 1]];
      const [first, second] = features[k];
      return first.map((u, i) => strength * ((constant ? 0.5 * second[i] : 0) - a * u + 0.5 * b));
    },
  };
}

/** (cos θ, sin θ, cos 2θ, sin 2θ, …) */
function harmonics({ harmonics: strengths, mean }: CircularInteraction, grid: Grid): Shape {
  const features = grid.axes.map(({ centres }) =>
    strengths.flatMap((_, h) => {
      const angles = centres.map((u) => (h + 1) * u);
      return [angles.map(cos), angles.map(sin)];
    }),
  );
  return {
    features,
    along(k, numbers, from, constant) {
      const out = new Float64Array(grid.axes[k].cells);
      for (const [h, strength] of strengths.entries()) {
        const [a, b] = [numbers[from + 2 * h], numbers[from + 2 * h + 1]];
        const [cosine, sine] = [features[k][2 * h], features[k][2 * h + 1]];
        for (let i = 0; i < out.length; i++) out[i] -= strength * (a * cosine[i] + b * sine[i]);
      }
      if (constant && mean !== 0) for (let i = 0; i < out.length; i++) out[i] += mean;
      return out;
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
