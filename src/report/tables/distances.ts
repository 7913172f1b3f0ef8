// How far the solvers are apart: distances between them at their common times.

import { largestOf } from "../../base/extremes.ts";
import { grouped } from "../../base/grouped.ts";
import { cellsText, distinctLabels } from "../../base/labels.ts";
import type { Comparison, SolverLabel } from "../../observables/distances/compare.ts";
import type { Summary } from "../../results/formats/summary.ts";
import { detailsOf, type StatedSolvers } from "../../spec/solvers/labels.ts";
import { asNotation, formatNumber } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import { roundedToZero } from "../runs/equilibria.ts";
import { solverKind } from "../runs/groups.ts";
import {
  asText,
  bracketNotes,
  type Column,
  type DataTable,
  scatter,
  type TextTable,
  tableOf,
  wordsIn,
} from "./data-table.ts";

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
export function comparisonsData(compared: Compared, options: { last?: boolean } = {}): DataTable {
  return tableOf(comparisonRows(compared, options), comparisonColumns(compared.comparisons), {
    brackets: "interval",
    means: true,
  });
}

/** A pair of solvers at a time: their names in notation, and how far they are apart. */
export interface Apart {
  readonly a: string;
  readonly b: string;
  readonly t: number | null;
  readonly distances: Readonly<Record<string, Comparison>>;
}

export function comparisonRows({ comparisons, spec }: Compared, { last = false } = {}): Apart[] {
  const label = labelsOf(comparisons, spec);
  const pairOf = ({ a, b }: Comparison) => JSON.stringify([a, b]);
  const timeOf = ({ t }: Comparison) => t ?? Number.POSITIVE_INFINITY;
  const pairs = grouped(comparisons, pairOf);
  const latest = new Map(pairs.map((pair) => [pairOf(pair[0]), largestOf(pair.map(timeOf))]));
  const shown = comparisons.filter(
    (comparison) => !last || timeOf(comparison) === latest.get(pairOf(comparison)),
  );
  return grouped(shown, (comparison) => `${pairOf(comparison)} ${comparison.t}`).map((distances) => ({
    a: label(distances[0].a),
    b: label(distances[0].b),
    t: distances[0].t,
    distances: Object.fromEntries(distances.map((comparison) => [comparison.quantity, comparison])),
  }));
}

export function comparisonColumns(comparisons: readonly Comparison[]): Column<Apart>[] {
  const quantities = [...new Set(comparisons.map(({ quantity }) => quantity))];
  return [
    { name: "solver", cell: ({ a }) => wordsIn(a) },
    { name: "compared with", cell: ({ b }) => wordsIn(b) },
    {
      name: "t",
      notation: "*t*",
      cell: ({ t }) =>
        t === null ? { value: Number.POSITIVE_INFINITY, text: "∞" } : { value: t, digits: 6 },
    },
    ...quantities.map(
      (name): Column<Apart> => ({
        name,
        notation: quantityNotation(name),
        cell: ({ distances }) => {
          const distance = distances[name];
          return distance === undefined ? null : { value: distance.mean, digits: 3, ...scatter(distance) };
        },
      }),
    ),
  ];
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
    comparisons.some(({ a, b }) => rests(a) !== rests(b)) &&
      "stationary is the limit t → ∞: it is compared with the last time.",
  ].filter((note) => note !== false);
}

function rests({ solver }: SolverLabel): boolean {
  return solverKind(solver).kind === "equilibrium";
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

/** The names of solvers in comparisons, in notation: "N = 100", "grid", with what tells them apart. */
function labelsOf(
  comparisons: readonly Comparison[],
  spec: StatedSolvers | undefined,
): (label: SolverLabel) => string {
  const all = new Map<string, SolverLabel>();
  for (const { a, b } of comparisons) for (const label of [a, b]) all.set(JSON.stringify(label), label);
  const labels = distinctLabels(
    [...all.values()].map(
      ({ solver, width, cells, entry, branch, branches: _, mean, free_energy, ...rest }) => {
        const which = branch === undefined ? "" : `branch ${branch}${equilibriumText(mean, free_energy)}`;
        const stated = typeof entry === "number" ? spec?.solvers[entry] : undefined;
        const [first = "", ...others] = Object.values(rest).map(String);
        const details = stated ? detailsOf(stated) : [first, cells ? cellsText(cells) : "", ...others];
        return {
          name: width === undefined ? asNotation(solver) : `*N* = ${width}`,
          details: [which, ...details].map(asNotation),
          ...(typeof entry === "number" && { place: entry + 1 }),
        };
      },
    ),
  );
  const byKey = new Map([...all.keys()].map((key, index) => [key, labels[index]!]));
  return (label) => byKey.get(JSON.stringify(label))!;
}
