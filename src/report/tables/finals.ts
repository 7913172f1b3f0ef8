import { largestOf, leastOf } from "../../base/extremes.ts";
import { cellsText, distinctLabels } from "../../base/labels.ts";
import type { Comparison, SolverLabel } from "../../observables/distances/compare.ts";
import { TABLE_COLUMNS } from "../../observables/list.ts";
import { momentumFreeEnergy } from "../../pde/field/phase.ts";
import type { SeriesTable } from "../../results/formats/series.ts";
import type { RunSummary, Summary } from "../../results/formats/summary.ts";
import { detailsOf, type StatedSolvers } from "../../spec/solver-labels.ts";
import { asNotation, formatNumber, notationToText } from "../notation.ts";
import { observableNotation } from "../observable-words.ts";
import { QUANTITIES } from "../quantities.ts";
import { roundedToZero } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import { fallNotes } from "../runs/fall.ts";
import { type Group, groupRuns } from "../runs/groups.ts";
import { isOfPhase, momentaIn } from "../runs/phase-space.ts";
import { balanceNotes, rateNotes, refinementNotes } from "./balance.ts";
import {
  asText,
  bracketNotes,
  type Cell,
  count,
  type DataTable,
  NONE,
  scatter,
  type TextTable,
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
  const shown =
    observables === USUAL_OBSERVABLES || observables === BRIEF_OBSERVABLES
      ? observables.filter((name) => summary.runs.some(({ final }) => name in final))
      : observables;
  const groups = groupsOf(summary);
  const stopped = summary.runs.some((run) => run.stopped !== undefined);
  const rows = groups.map((group) => {
    const finals = group.runs.map((run) => summary.runs[run]!.final);
    const cells = shown.map((name) => replicaCell(finals, name));
    const size = [
      group.solver,
      wordsIn(asNotation(sizeOf(group, summary, groups))),
      count(group.runs.length),
    ];
    return [
      ...size,
      ...cells,
      ...(stopped ? [stoppedCell(group.runs.map((run) => summary.runs[run]!))] : []),
    ];
  });
  const head = ["solver", sizeTitle(groups), "replicas", ...shown, ...(stopped ? ["ended"] : [])];
  return {
    head,
    notation: { width: "width *N*", ...observableHeads(shown) },
    brackets: "extremes",
    means: true,
    rows,
  };
}

/** How papers write observables. */
export function observableHeads(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, observableNotation(name)]));
}

/** How papers write distances and their time. */
export function distanceHeads(names: readonly string[]): Record<string, string> {
  const known = names.filter((name) => Object.hasOwn(QUANTITIES, name));
  return { t: "*t*", ...Object.fromEntries(known.map((name) => [name, QUANTITIES[name]!.symbol])) };
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
export function summaryNotes(summary: Summary, { head, rows }: DataTable): string[] {
  const { runs, spec } = summary;
  const lacks = (solver: RunSummary["solver"], ...names: string[]) =>
    rows.some((row) => row[0] === solver && names.some((name) => row[head.indexOf(name)] === null));
  const rates = ["dissipation", "identity_residual"];
  const has = ({ final }: RunSummary, name: string) => isNumber(final[name]);
  const reasons = [
    lacks("particles", "free_energy", "gap") && "N neurons have no entropy, hence no free energy and no gap",
    lacks("particles", ...rates) &&
      runs.some((run) => run.solver === "particles" && !has(run, "dissipation")) &&
      "under Langevin noise, or moved by batches of data, they have no dissipation",
    lacks("stationary", ...rates) && "what does not move dissipates nothing",
    head.includes("identity_residual") &&
      runs.some((run) => has(run, "dissipation") && !has(run, "identity_residual")) &&
      "identity_residual has nothing to be relative to where energies have changed by less than 1e-10 of their start",
  ].filter(Boolean);
  const phase = runs.filter(({ final }) => isOfPhase(final));
  return [
    runs.some(({ replica }) => replica !== undefined && replica > 0) &&
      "(a … b): the smallest and the largest of the replicas, after their mean.",
    runs.some(({ final }) => "stability" in final) &&
      "stationary: of the equilibria found the one of least free energy.",
    ...(phase.length > 0 ? phaseNotes(runs, momentaIn(Object.keys(phase[0]!.final)), spec, head) : []),
    rows.some((row) => row.includes(null)) &&
      `${NONE} not defined${reasons.length > 0 ? `: ${reasons.join("; ")}` : " for that solver"}.`,
    ...refinementNotes(summary),
    ...rateNotes(summary),
    ...balanceNotes(summary, groupsOf(summary)),
  ].filter((note) => note !== false);
}

/** Free energies of unlike kinds stand in one column: what each is, and how to compare them. */
function phaseNotes(
  runs: readonly RunSummary[],
  p: number,
  spec: Summary["spec"],
  head: readonly string[],
): (string | false)[] {
  const { temperature } = factsOf(spec);
  const resting = runs.filter(({ solver }) => solver === "stationary");
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
      `free_energy: of grid H, on phase space${values.length > 0 ? `; of stationary ${still}, to which belongs ${least} = ${values.join(", ")}` : ""}.`,
    certificates.length > 0 &&
      head.includes("gap") &&
      `gap: of the law ρ of θ alone; of H: gap_hamiltonian ≥ H − H*${head.includes("gap_hamiltonian") ? "" : `, ${certificates.join(", ")}`}.`,
  ];
}

/** Whether what must fall fell at every record, a sentence for each functional. */
export function courseNotes(summary: Summary, series: SeriesTable): string[] {
  return fallNotes(series, groupsOf(summary));
}

function groupsOf({ runs, spec }: Summary): Group[] {
  return groupRuns(
    runs.map((run, index) => ({ ...run, run: index })),
    spec,
  );
}

function sizeTitle(groups: readonly Group[]): string {
  const networks = groups.some(({ kind }) => kind === "network");
  const densities = groups.some(({ kind }) => kind !== "network");
  return networks && densities ? "width or cells" : densities ? "cells" : "width";
}

/** "100", "160 × 160", and what tells it from others of the same solver and size. */
function sizeOf(group: Group, { runs }: Summary, groups: readonly Group[]): string {
  const details = group.details.map(notationToText);
  if (group.kind === "network") return [group.width, ...details].join(", ");
  const cells = runs[group.runs[0]!]!.cells ?? group.cells;
  const size = cells ? cellsText(cells) : NONE;
  const namesakes = groups.filter(({ solver }) => solver === group.solver);
  const method = group.method === "" ? [] : [group.method];
  return namesakes.length > 1 || group.solver === "jko"
    ? [size, ...method, ...details.filter((detail) => detail !== size)].join(", ")
    : size;
}

/** What could not be computed is NaN, and null once it was written. */
function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function replicaCell(finals: readonly RunSummary["final"][], observable: string): Cell {
  const values = finals.map((final) => final[observable]).filter(isNumber);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  if (values.length === 1 || !Number.isFinite(mean)) return { value: mean };
  return { value: mean, between: [leastOf(values), largestOf(values)] };
}

/**
 * How far the solvers are apart, a row for each pair and time and a column for each distance: the mean over replicas and its
 * 95 % interval as `mean [low, high]`, to three significant digits. With `last` only each pair's last time.
 */
export function comparisonsTable(compared: Compared, options: { last?: boolean } = {}): TextTable {
  return asText(comparisonsData(compared, options));
}

/** `spec`: the canonical experiment, whose solvers tell those of one name apart. */
interface Compared extends Pick<Summary, "comparisons"> {
  readonly spec?: StatedSolvers;
}

/** The numbers of `comparisonsTable`. */
export function comparisonsData(
  { comparisons, spec }: Compared,
  options: { last?: boolean } = {},
): DataTable {
  const label = labelsOf(comparisons, spec);
  const quantities = [...new Set(comparisons.map(({ quantity }) => quantity))];
  const pair = ({ a, b }: Comparison) => JSON.stringify([a, b]);
  const latest = new Map<string, number>();
  for (const one of comparisons) latest.set(pair(one), Math.max(timeOf(one), latest.get(pair(one)) ?? 0));
  const rows = new Map<string, { one: Comparison; values: Map<string, Cell> }>();
  for (const one of comparisons) {
    if (options.last && timeOf(one) < latest.get(pair(one))!) continue;
    const key = `${pair(one)} ${one.t}`;
    const row = rows.get(key) ?? { one, values: new Map() };
    row.values.set(one.quantity, intervalCell(one));
    rows.set(key, row);
  }
  return {
    head: ["solver", "compared with", "t", ...quantities],
    notation: distanceHeads(quantities),
    brackets: "interval",
    means: true,
    rows: [...rows.values()].map((row) => [
      wordsIn(label(row.one.a)),
      wordsIn(label(row.one.b)),
      row.one.t === null ? { value: Number.POSITIVE_INFINITY, text: "∞" } : { value: row.one.t, digits: 6 },
      ...quantities.map((quantity) => row.values.get(quantity) ?? null),
    ]),
  };
}

/** What the entries of the table of comparisons mean, a sentence each. */
export function comparisonNotes({ comparisons }: Compared): string[] {
  const has = (name: string) => comparisons.some(({ quantity }) => quantity === name);
  const distances = [
    has("f_rms") && "f_rms: of the functions, root mean square over the data",
    has("w1") && "w1, w2: Wasserstein distances of the laws of a neuron",
    has("sliced_w1") &&
      "sliced_w1, sliced_w2: Wasserstein distances of the laws of a neuron, over directions",
  ].filter(Boolean);
  return [
    distances.length > 0 && `${distances.join("; ")}.`,
    ...bracketNotes(comparisonsData({ comparisons })),
    ...branchNote(comparisons),
    comparisons.some(({ a, b }) => (a.solver === "stationary") !== (b.solver === "stationary")) &&
      "stationary is the limit t → ∞: it is compared with the last time.",
  ].filter((note) => note !== false);
}

/** What a person knows an equilibrium by: `, mean 0.71, free energy −0.2177`. */
function equilibriumText(mean: SolverLabel[string], energy: SolverLabel[string]): string {
  const number = (value: number) => formatNumber(roundedToZero(value), 3);
  const means = Array.isArray(mean) && mean.every(Number.isFinite) ? mean.map(number) : [];
  const parts = [
    means.length > 0 &&
      means.length <= MOST_MEANS &&
      `mean ${means.length === 1 ? means[0] : `(${means.join(", ")})`}`,
    typeof energy === "number" && `free energy ${formatNumber(energy, 4)}`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

const MOST_MEANS = 3;

/** How branches are numbered, where there are any. */
function branchNote(comparisons: readonly Comparison[]): string[] {
  const counts = comparisons.flatMap(({ a, b }) => [a.branches ?? [], b.branches ?? []].flat());
  if (!comparisons.some(({ a, b }) => a.branch !== undefined || b.branch !== undefined)) return [];
  const most = largestOf(counts.map(Number));
  const many = counts.length === 0 ? "the equilibria" : `the ${most} equilibria`;
  return [
    `branch: which of ${many} found, numbered from 0 by falling free energy; those that repel are not compared.`,
  ];
}

function timeOf({ t }: Comparison): number {
  return t ?? Number.POSITIVE_INFINITY;
}

function intervalCell(one: Comparison): Cell {
  return { value: one.mean, digits: 3, ...scatter(one) };
}

/** The names of solvers in comparisons, in notation: "N = 100", "grid", with what tells them apart. */
function labelsOf(
  comparisons: readonly Comparison[],
  spec: StatedSolvers | undefined,
): (label: SolverLabel) => string {
  const all = new Map<string, SolverLabel>();
  for (const { a, b } of comparisons) for (const one of [a, b]) all.set(JSON.stringify(one), one);
  const labels = distinctLabels(
    [...all.values()].map(
      ({ solver, width, cells, entry, branch, branches: _, mean, free_energy, ...own }) => {
        const which = branch === undefined ? "" : `branch ${branch}${equilibriumText(mean, free_energy)}`;
        const stated = typeof entry === "number" ? spec?.solvers[entry] : undefined;
        const [first = "", ...others] = stated ? detailsOf(stated) : Object.values(own).map(String);
        return {
          name: width === undefined ? asNotation(solver) : `*N* = ${width}`,
          details: [first, which, cells ? cellsText(cells) : "", ...others].map(asNotation),
          ...(typeof entry === "number" && { place: entry + 1 }),
        };
      },
    ),
  );
  const byKey = new Map([...all.keys()].map((key, index) => [key, labels[index]!]));
  return (label) => byKey.get(JSON.stringify(label))!;
}
