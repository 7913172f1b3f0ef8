// What falls and what it is made of: the risk R, the energy F = R + ∫V + ½∫∫W, the kinetic energy, the entropy ∫μ log μ, and of a density
// E_τ = F + τ∫μ log μ, with momenta H = F + ½∫|ω|² + τ∫μ log μ, at the temperature τ of the time.

import { temperatureOf } from "../dynamics/dynamics.ts";
import { entropyOf } from "../grid/density.ts";
import { TILE } from "../kernels/layout.ts";
import { average, type Ensemble } from "../particles/ensemble.ts";
import { momentumEntropy, momentumFreeEnergy } from "../pde/field/phase.ts";
import { riskAt } from "../problem/problem.ts";
import { addCentredProducts } from "./lanes.ts";
import { always, everywhere, moves, type Observer, type When, withMomenta } from "./observer.ts";

export const risk: Observer = {
  columns: [
    {
      name: "risk",
      symbol: "*R*",
      meaning: "R(f), the risk, where there are data",
      unit: "energy",
      of: everywhere(({ problem }) => problem.data.size > 0),
      positive: true,
      table: "terminal",
    },
  ],
  network: ({ system: { problem, field } }) => ({ risk: riskAt(problem, field.outputs) }),
  density: ({ risk }) => ({ risk }),
};

export const energies: Observer = {
  columns: [
    {
      name: "energy",
      symbol: "*F*",
      meaning: "F = R + ∫V dμ + ½∫∫W dμdμ",
      unit: "energy",
      of: everywhere(),
      table: "terminal",
    },
    {
      name: "kinetic",
      words: "kinetic energy",
      meaning: "½∫|ω|² dμ, the kinetic energy",
      unit: "energy",
      of: { network: withMomenta, "phase space": always },
      positive: true,
      table: "terminal",
    },
  ],
  network: ({ system: { problem, particles, field } }) => {
    const energy = riskAt(problem, field.outputs) + field.externalEnergy();
    const kinetic = kineticEnergy(particles);
    return kinetic === null ? { energy } : { energy, kinetic };
  },
  density: ({ energy, kinetic }) => ({ energy, kinetic }),
};

const cools: When = ({ problem, dynamics }) => !temperatureOf(problem, dynamics).constant;

export const temperature: Observer = {
  columns: [
    {
      name: "temperature",
      symbol: "*τ*",
      meaning: "τ, where it changes in time",
      unit: "energy",
      of: { network: cools, density: (subject) => moves(subject) && cools(subject) },
      table: "report",
    },
  ],
  network: ({ system: { problem, dynamics }, t }) => ({
    temperature: temperatureOf(problem, dynamics).at(t),
  }),
  density: ({ temperature }) => ({ temperature }),
};

export const freeEnergy: Observer = {
  columns: [
    {
      name: "entropy",
      symbol: "∫*μ* log *μ*",
      meaning: "∫μ log μ; on phase space over (θ, ω)",
      of: { density: always, "phase space": always },
      momenta: momentumEntropy,
    },
    {
      name: "free_energy",
      meaning: "E_τ = F + τ∫μ log μ; on phase space H, with the kinetic energy",
      unit: "energy",
      of: { density: always, "phase space": always },
      table: "terminal",
      quadratic: true,
      momenta: momentumFreeEnergy,
    },
  ],
  density: ({ grid, density, energy, kinetic, momenta, temperature }) => {
    const entropy = entropyOf(grid, density);
    const mechanical = momenta ? energy + kinetic : energy;
    return { entropy, free_energy: mechanical + temperature * entropy };
  },
};

/** ½⟨|ω|²⟩, or null without momenta. */
export function kineticEnergy(particles: Ensemble): number | null {
  if (!particles.momentum) return null;
  const { dimension: p, state } = particles;
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    for (let k = p; k < 2 * p; k++) {
      const at = base + k * TILE;
      addCentredProducts(sums, 0, 0.5, state, at, 0, at, 0, lanes);
    }
  });
  return out[0];
}
