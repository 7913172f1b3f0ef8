import { largestOf, leastOf } from "../../base/extremes.ts";
import { cellsText } from "../../base/labels.ts";
import { TABLE_COLUMNS } from "../../observables/list.ts";
import { momentumFreeEnergy } from "../../pde/field/phase.ts";
import type { SeriesTable } from "../../results/formats/series.ts";
import type { RunSummary, Summary } from "../../results/formats/summary.ts";
import type { SolverHolding } from "../../spec/solvers/form.ts";
import { asNotation, formatNumber, notationToText } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import { fallNotes } from "../runs/fall.ts";
import { type Group, groupsOf, solverKind } from "../runs/groups.ts";
import { isOfPhase, momentaIn } from "../runs/phase-space.ts";
import { balanceNotes, rateNotes, refinementNotes } from "./balance.ts";
import {
  bracketNotes,
  type Cell,
  type Column,
  count,
  type DataTable,
  NONE,
  tableOf,
  wordsIn,
} from "./data-table.ts";

export const USUAL_OBSERVABLES: readonly string[] = TABLE_COLUMNS.map(({ name }) => name);
/** Those of the table that closes a run in a terminal, which has less room than its report. */
export const BRIEF_OBSERVABLES: readonly string[] = TABLE_COLUMNS.filter(
  ({ table }) => table === "terminal",
).map(({ name }) => name);

/**
 * The final values, a row for each solver and width: the mean over replicas to four significant digits and, when
 * there are several, the smallest and the largest as `mean (min … max)`. By default the usual observables; of the lists above those that any run
 * has.
 */
export function summaryData(summary: Summary, observables: readonly string[] = USUAL_OBSERVABLES): DataTable {
  const all = observables !== USUAL_OBSERVABLES && observables !== BRIEF_OBSERVABLES;
  const shown = observables.filter((name) => all || summary.runs.some(({ final }) => name in final));
  const groups = groupsOf(summary.runs, summary.spec);
  const runsOf = ({ runs }: Group) => runs.map((run) => summary.runs[run]!);
  const stopped = summary.runs.some((run) => run.stopped !== undefined);
  const title = sizeTitle(groups);
  const size = (group: Group) => wordsIn(asNotation(sizeOf(group, summary, groups)));
  const columns: Column<Group>[] = [
    { name: "solver", cell: ({ solver }) => solver },
    ...(title === null
      ? []
      : [{ name: title, notation: title === "width" ? "width *N*" : undefined, cell: size }]),
    { name: "replicas", cell: ({ runs }) => count(runs.length) },
    ...shown.map((name) => observableColumn(name, (group: Group) => replicaCell(runsOf(group), name))),
    ...(stopped ? [{ name: "ended", cell: (group: Group) => stoppedCell(runsOf(group)) }] : []),
  ];
  return tableOf(groups, columns, { brackets: "extremes", means: true });
}

/** A column of an observable, as papers write it. */
export function observableColumn<Item>(name: string, cell: (item: Item) => Cell): Column<Item> {
  return { name, notation: quantityNotation(name), cell };
}

/** When a solver stopped before its end, `stopped at t = 3`; of several replicas how many. */
function stoppedCell(runs: readonly RunSummary[]): Cell {
  const ends = runs.flatMap(({ stopped }) => stopped ?? []);
  if (ends.length === 0) return "done";
  const first = ends.reduce((a, b) => (b.t < a.t ? b : a));
  const who = runs.length > 1 ? `${ends.length} of ${runs.length} ` : "";
  return wordsIn(`${who}stopped at *t* = ${formatNumber(first.t, 6)}`);
}

/** What the entries of the table of final values mean, a sentence each; what needs no explanation has none. */
export function summaryNotes(summary: Summary, table: DataTable): string[] {
  const { head, rows } = table;
  const { runs, spec } = summary;
  const kindOf = (solver: unknown) => solverKind(String(solver)).kind;
  const lacks = (kind: SolverHolding, ...names: string[]) =>
    rows.some((row) => kindOf(row[0]) === kind && names.some((name) => row[head.indexOf(name)] === null));
  const rates = ["dissipation", "identity_residual"];
  const has = ({ final }: RunSummary, name: string) => isNumber(final[name]);
  const reasons = [
    lacks("network", "free_energy", "gap") && "N neurons have no entropy, hence no free energy and no gap",
    lacks("network", ...rates) &&
      runs.some((run) => kindOf(run.solver) === "network" && !has(run, "dissipation")) &&
      "under Langevin noise, or moved by batches of data, they have no dissipation",
    lacks("equations", "gap") && "means and variances have no cells on which to bound the optimum",
    lacks("equilibrium", ...rates) && "what does not move dissipates nothing",
    head.includes("identity_residual") &&
      runs.some((run) => has(run, "dissipation") && !has(run, "identity_residual")) &&
      "identity_residual has nothing to be relative to where energies have changed by less than 1e-10 of their start",
  ].filter(Boolean);
  const phase = runs.filter(({ final }) => isOfPhase(final));
  return [
    ...bracketNotes(table),
    runs.some(({ final }) => "stability" in final) &&
      "stationary: of the equilibria found the one of least free energy.",
    ...(phase.length > 0 ? phaseNotes(runs, momentaIn(Object.keys(phase[0]!.final)), spec, head) : []),
    rows.some((row) => row.includes(null)) &&
      `${NONE} not defined${reasons.length > 0 ? `: ${reasons.join("; ")}` : " for that solver"}.`,
    ...refinementNotes(summary),
    ...rateNotes(summary),
    ...balanceNotes(summary, groupsOf(runs, spec)),
  ].filter((note) => note !== false);
}

/** Free energies of unlike kinds stand in one column: what each is, and how to compare them. */
function phaseNotes(
  runs: readonly RunSummary[],
  p: number,
  spec: Summary["spec"],
  head: readonly string[],
): (string | false)[] {
  const { temperature } = spec.problem;
  const resting = runs.filter(({ solver }) => solverKind(solver).kind === "equilibrium");
  const moving = [...new Set(runs.filter(({ final }) => isOfPhase(final)).map(({ solver }) => solver))];
  const still = temperature > 0 ? "E_τ*" : "F*";
  const levels = resting.map(({ final }) => final.free_energy! + momentumFreeEnergy(temperature, p));
  const values = [...new Set(levels.filter(Number.isFinite).map((value) => formatNumber(value, 6)))];
  const certificates = runs
    .map(({ final }) => final.gap_hamiltonian)
    .filter((gap) => typeof gap === "number")
    .map((gap) => formatNumber(gap));
  const least = `H* = ${still}${temperature > 0 ? " − (pτ/2) log 2πτ" : ""}`;
  return [
    head.includes("free_energy") &&
      `free_energy: of ${moving.join(", ")} H, on phase space${values.length > 0 ? `; of stationary ${still}, to which belongs ${least} = ${values.join(", ")}` : ""}.`,
    certificates.length > 0 &&
      head.includes("gap") &&
      `gap: of the law ρ of θ alone; of H: gap_hamiltonian ≥ H − H*${head.includes("gap_hamiltonian") ? "" : `, ${certificates.join(", ")}`}.`,
  ];
}

/** Whether what must fall fell at every record, a sentence for each functional. */
export function courseNotes(summary: Summary, series: SeriesTable): string[] {
  return fallNotes(series, groupsOf(summary.runs, summary.spec));
}

/** What sizes are of; null where no group has any. */
function sizeTitle(groups: readonly Group[]): string | null {
  const networks = groups.some(({ kind }) => kind === "network");
  const densities = groups.some(({ kind }) => kind === "density" || kind === "equilibrium");
  return [networks && "width", densities && "cells"].filter(Boolean).join(" or ") || null;
}

/** "100", "160 × 160", and what tells it from others of the same solver and size. */
function sizeOf(group: Group, { runs }: Summary, groups: readonly Group[]): string {
  const details = group.details.map(notationToText);
  if (group.kind === "network") return [group.width, ...details].join(", ");
  const cells = runs[group.runs[0]!]!.cells ?? group.cells;
  const size = cells ? cellsText(cells) : NONE;
  const namesakes = groups.filter(({ solver }) => solver === group.solver);
  const method = group.method === "" ? [] : [group.method];
  return namesakes.length > 1 || group.method !== ""
    ? [size, ...method, ...details.filter((detail) => detail !== size)].join(", ")
    : size;
}

/** What could not be computed is NaN, and null once it was written. */
function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function replicaCell(runs: readonly RunSummary[], observable: string): Cell {
  const values = runs.map(({ final }) => final[observable]).filter(isNumber);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  if (values.length === 1 || !Number.isFinite(mean)) return { value: mean };
  return { value: mean, between: [leastOf(values), largestOf(values)] };
}
