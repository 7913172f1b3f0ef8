// Bounds on the optimum (docs/theory.md §3.6): D(g) ≤ E_τ*, of networks by an integral over θ (lower-bound/), of densities on their cells, and how far that is:
//   E_τ(μ) − D(g) = τ KL(μ ‖ μ̂) ≥ E_τ(μ) − E_τ*;  in phase space of the marginal ρ, and of H itself
//   H(μ) − (D(g) − (pτ/2) log 2πτ) = τ KL(μ ‖ μ̂ ⊗ N(0, τI)) ≥ H(μ) − H*:  the distance to the product Gibbs measure.

import { noiseOf } from "../grid/density.ts";
import { certifiable } from "../pde/equilibrium/certificate.ts";
import { lackOfDual } from "./lower-bound/lower-bound.ts";
import type { Column, Observer, When } from "./observer.ts";

const dual: Omit<Column, "of"> = {
  name: "dual",
  words: "lower bound on the optimum",
  meaning: "D(g) ≤ E_τ*, a lower bound on the optimum",
  unit: "energy",
};

/** Of some records, as a run's arithmetic allows: given by the run. */
export const lowerBound: Observer = {
  columns: [{ ...dual, of: { network: (subject) => lackOfDual(subject) === null } }],
};

const isCertified: When = ({ problem }) => certifiable(problem);

export const certificate: Observer = {
  columns: [
    { ...dual, of: { density: isCertified, "phase space": isCertified } },
    {
      name: "gap",
      words: "certified gap",
      meaning:
        "τ KL(μ ‖ μ̂) = E_τ − D(g), an upper bound on E_τ − E_τ*; on phase space that of the θ-marginal",
      unit: "energy",
      of: { density: isCertified, "phase space": isCertified },
      positive: true,
      table: "terminal",
      quadratic: true,
      least: 1e-24,
    },
    {
      name: "gap_hamiltonian",
      words: "certified gap of *H*",
      meaning: "τ KL(μ ‖ μ̂ ⊗ N(0, τI)), an upper bound on H − H*",
      unit: "energy",
      of: { "phase space": isCertified },
      positive: true,
      table: "report",
      quadratic: true,
    },
  ],
  density: ({ certifier, grid, density, momenta, rho, z, kinetic, temperature }) => {
    if (certifier === null) return {};
    const { dual, gap } = certifier.certify(rho, z, temperature, momenta ? noiseOf(rho) : 0);
    if (!momenta) return { dual, gap };
    const ofAll = temperature > 0 ? certifier.hamiltonianGap(grid, density, z) : gap + kinetic;
    return { dual, gap, gap_hamiltonian: ofAll };
  },
};
