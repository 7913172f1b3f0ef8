// What tells whether a density is one: its mass, its least cell, what is below 0, and how much lies beside a face.

import { boundaryMassOf, leastCell, massOf, negativeMassOf } from "../grid/density.ts";
import { always, type Observer } from "./observer.ts";

const ofDensities = { density: always, "phase space": always };

export const masses: Observer = {
  columns: [
    { name: "mass", meaning: "∫dμ", of: ofDensities },
    { name: "min_density", meaning: "the smallest cell average", unit: "1 / θᵖ, 1 / θᵖωᵖ", of: ofDensities },
    { name: "negative_mass", meaning: "−∫min(μ, 0)", of: ofDensities },
    {
      name: "boundary_mass",
      meaning: "mass in the two outermost cells of a face, of the face that has most",
      of: ofDensities,
    },
  ],
  density: ({ grid, density }) => ({
    mass: massOf(grid, density),
    min_density: leastCell(density),
    negative_mass: negativeMassOf(grid, density),
    boundary_mass: boundaryMassOf(grid, density)?.mass ?? 0,
  }),
};
