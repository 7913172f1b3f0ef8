// How far a density is above the optimum of its cells (pde/equilibrium/excess.ts), and where it is proved to fall
// ℰ = H − H* + β∫(Y + X/√Λ)²dμ, which has no plateaus (pde/kinetic/hypocoercive.ts).

import { hasMomenta } from "../dynamics/motion.ts";
import { hasExcess } from "../pde/equilibrium/excess.ts";
import { hypocoercive } from "../pde/kinetic/hypocoercive.ts";
import { moves, type Observer, type When } from "./observer.ts";

export const excess: Observer = {
  columns: [
    {
      name: "excess",
      symbol: "*E*_τ − *E*_τ∗",
      meaning: "E_τ − E_τ*, computed without a difference of energies",
      unit: "energy",
      of: { density: (subject) => moves(subject) && hasExcess(subject.problem) },
      positive: true,
      quadratic: true,
      least: 1e-26,
    },
  ],
  density: ({ density, excess }) => ({ excess: excess?.of(density) ?? Number.NaN }),
};

const falls: When = ({ problem, dynamics, initial }) =>
  hasMomenta(dynamics) && initial !== undefined && hypocoercive(problem, dynamics, initial);

export const hypocoercivity: Observer = {
  columns: [
    {
      name: "excess_hamiltonian",
      words: "excess",
      symbol: "*H* − *H*∗",
      meaning: "H − H*, computed without a difference of energies",
      unit: "energy",
      of: { "phase space": ({ problem }) => hasExcess(problem) },
      positive: true,
      quadratic: true,
    },
    {
      name: "hypocoercive",
      words: "modified",
      symbol: "*ℰ*",
      meaning: "ℰ = H − H* + β∫(Y + X/√Λ)²dμ, which decreases strictly",
      unit: "energy",
      of: { "phase space": falls },
      quadratic: true,
    },
    {
      name: "hypocoercive_decline",
      words: "least decline of *ℰ*",
      meaning: "a proved lower bound on −dℰ/dt; blank where there is no proof",
      unit: "energy / time",
      of: { "phase space": falls },
    },
  ],
  density: ({ density, excess, hypocoercive }) => {
    if (hypocoercive === null) return { excess_hamiltonian: excess?.of(density) ?? Number.NaN };
    const { excess: above, value, decline } = hypocoercive.observe(density);
    return { excess_hamiltonian: above, hypocoercive: value, hypocoercive_decline: decline };
  },
};
