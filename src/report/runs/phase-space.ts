import { momentumFreeEnergy } from "../../pde/field/phase.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import type { Equilibrium } from "./equilibria.ts";
import { type Group, isLimit } from "./groups.ts";
import { valueIn } from "./observable.ts";

type OfRow = (row: SeriesRow) => number;

/** Whether a row's free energy is H: a density's with momenta. Networks have no free energy. */
export function isOfPhase(row: Readonly<Record<string, unknown>>): boolean {
  return typeof row.free_energy === "number" && typeof row.kinetic === "number";
}

/** The groups whose densities are over (θ, ω). */
export function phaseGroups({ rows }: SeriesTable, groups: readonly Group[]): Group[] {
  const runs = new Set(rows.filter(isOfPhase).map(({ run }) => run));
  return groups.filter((group) => isLimit(group) && group.runs.some((run) => runs.has(run)));
}

/** The number of momenta of a neuron, by the names of the observables. */
export function momentaIn(names: readonly string[]): number {
  return names.filter((name) => /^mean_omega_\d+$/.test(name)).length;
}

/** H*, of the product of an equilibrium over θ and N(0, τI). */
export function leastHamiltonian({ columns }: SeriesTable, temperature: number): OfRow {
  const momenta = momentumFreeEnergy(temperature, momentaIn(columns));
  return (row) => (isOfPhase(row) ? valueIn(row, "free_energy") : valueIn(row, "free_energy") + momenta);
}

/** How far a density's own free energy, H or E_τ, is above that of an equilibrium, in the same space. */
export function distanceTo(series: SeriesTable, temperature: number, { row: optimum }: Equilibrium): OfRow {
  const least = leastHamiltonian(series, temperature);
  return (row: SeriesRow) =>
    valueIn(row, "free_energy") - (isOfPhase(row) ? least(optimum) : valueIn(optimum, "free_energy"));
}

/** The certificate of a density's own free energy, H or E_τ. */
export const certificateOf: OfRow = (row) =>
  isOfPhase(row) ? valueIn(row, "gap_hamiltonian") : valueIn(row, "gap");
