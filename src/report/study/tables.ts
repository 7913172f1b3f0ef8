// The tables of a study: its fits, their levels, the final values at its points, distances there, and the runs without a result.

import { cellsText } from "../../base/labels.ts";
import { counted } from "../../base/words.ts";
import { RUN_STATUSES } from "../../results/formats/summary.ts";
import type {
  FittedLevel,
  RunStatus,
  StudyFit,
  StudyPoint,
  StudyRun,
  StudySummary,
} from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { wordsByKey } from "../../study/value-labels.ts";
import { asNotation, notationToText } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import {
  asText,
  bracketNotes,
  type Cell,
  type Column,
  columnsOf,
  count,
  type DataTable,
  NONE,
  scatter,
  type TextTable,
  tableOf,
  type Words,
  wordsIn,
} from "../tables/data-table.ts";
import { type Apart, comparisonColumns, comparisonRows } from "../tables/distances.ts";
import { BRIEF_OBSERVABLES, observableColumn, USUAL_OBSERVABLES } from "../tables/finals.ts";
import { observableMean } from "../tables/observable-mean.ts";
import type { NamedTable } from "../tables/table-files.ts";
import { groupNotations } from "./laws.ts";
import { experimentAt, finalsOf, type PointGroup, pointGroups } from "./points.ts";
import { exponentText, levelInterval, namesOf, shownInterval, valueNotation } from "./words.ts";

/** The fits as people read them first, without what takes a sentence. */
export function fitsTable(fits: readonly StudyFit[]): TextTable {
  const { labels, results } = fitColumns(fits);
  return asText(tableOf(fits, [...labels, ...results]));
}

/** How the levels of each fit were chosen and what its verdict rests on. */
export function reasonsTable(fits: readonly StudyFit[]): TextTable {
  return asText(tableOf(fits, [...fitColumns(fits).labels, REASON]));
}

/** Why there is no fit, or why its verdict is not HOLDS, a sentence each. */
export function fitNotes(fits: readonly StudyFit[]): string[] {
  const groups = groupNotations(fits);
  return fits.flatMap((fit, k) => {
    const { slope, verdict, reason } = fit;
    if (slope !== null && (verdict === null || verdict === "HOLDS")) return [];
    const whose = [quantityWords(fit).plain, notationToText(groups[k]!)].filter(Boolean).join(", ");
    return `${whose}: ${slope === null ? "no fit" : verdict}: ${reason.replace(/\.$/, "")}.`;
  });
}

/** What tells fits apart, and what came of them; columns that would say nothing in every row are left out. */
function fitColumns(fits: readonly StudyFit[]): Record<"labels" | "results", Column<StudyFit>[]> {
  const groups = new Map(groupNotations(fits).map((group, k) => [fits[k]!, group]));
  const grouped = [...groups.values()].some((group) => group !== "");
  const predicted = fits.some(({ spec }) => spec.predicted !== undefined);
  const judged: Column<StudyFit>[] = [
    { name: "± 95 %", notation: "± 95 %", cell: ordinaryCell },
    { name: "predicted", cell: predictedCell },
    { name: "verdict", cell: ({ verdict }) => verdict },
  ];
  return {
    labels: [
      { name: "quantity", cell: quantityWords },
      {
        name: "along",
        cell: ({ spec: { law, along } }) => (law === "exponential" ? `${along} (exponential)` : along),
      },
      ...(grouped ? [{ name: "group", cell: (fit: StudyFit) => wordsIn(groups.get(fit)!) }] : []),
    ],
    results: [{ name: "slope", cell: slopeCell }, ...(predicted ? judged : [])],
  };
}

const REASON: Column<{ readonly reason?: string }> = {
  name: "reason",
  sentence: true,
  cell: ({ reason }) => reason ?? null,
};

/** A row for each fit. */
function fitsData(fits: readonly StudyFit[]): DataTable {
  const { labels, results } = fitColumns(fits);
  return tableOf(fits, [...labels, ...results, REASON]);
}

/** What a fit is of: by its name for programs, by its symbol for papers. */
function quantityWords({ spec: { quantity, solver, against, at } }: StudyFit): Words {
  const whose = `, ${solver}${against === undefined ? "" : ` against ${against}`}`;
  const when = at === undefined ? "" : ` at *t* = ${at}`;
  return {
    plain: notationToText(`${asNotation(quantity)}${whose}${when}`),
    notation: `${quantityNotation(quantity)}${whose}${when}`,
  };
}

function slopeCell(fit: StudyFit): Cell {
  const { slope } = fit;
  const between = shownInterval(fit);
  return slope === null ? null : { value: slope, ...(between && { between }) };
}

/** Half of the 95 % interval, beside the one that judges. */
function ordinaryCell({ interval }: StudyFit): Cell {
  return interval === null ? null : { value: 0.5 * (interval[1] - interval[0]), digits: 2 };
}

function predictedCell({ spec: { predicted } }: StudyFit): Cell {
  return predicted === undefined
    ? null
    : { value: predicted, text: exponentText(predicted).replace("−", "-") };
}

/** Every level of every fit. */
function levelsData(fits: readonly StudyFit[]): DataTable {
  const items = fits.flatMap((fit) => fit.levels.map((level) => ({ fit, level })));
  return tableOf(items, [
    ...columnsOf(fitColumns(fits).labels, ({ fit }: (typeof items)[number]) => fit),
    { name: "x", notation: "*x*", cell: ({ level }) => ({ value: level.x, digits: 6 }) },
    { name: "value", cell: ({ fit, level }) => levelCell(fit, level) },
    { name: "replicas", cell: ({ level }) => count(level.replicas) },
    { name: "left out because", cell: ({ level }) => level.leftOut },
  ]);
}

function levelCell({ spec }: StudyFit, level: FittedLevel): Cell {
  const { value, error } = level;
  return error === null ? { value } : { value, between: levelInterval(spec, level) };
}

/** What tells the points and groups of runs apart, how their runs ended, and the means over those that are done. */
function pointColumns(summary: StudySummary, groups: readonly PointGroup[]) {
  const shown = USUAL_OBSERVABLES.filter((name) =>
    groups.some(({ runs }) => finalsOf(runs, name).length > 0),
  );
  const ended = ({ runs }: PointGroup, wanted: RunStatus) =>
    count(runs.filter(({ status }) => status === wanted).length);
  return {
    labels: [
      ...columnsOf(keyColumns(summary), ({ point }: PointGroup) => point.values),
      { name: "solver", cell: ({ group }: PointGroup) => group.solver },
      { name: SIZE, cell: ({ runs }: PointGroup) => sizeCell(runs[0]!) },
    ],
    statuses: RUN_STATUSES.filter((status) => status !== "stalled" || has(summary, status)).map((name) => ({
      name,
      cell: (members: PointGroup) => ended(members, name),
    })),
    observables: shown.map((name) =>
      observableColumn(name, ({ runs }: PointGroup) => meanCell(name, finalsOf(runs, name))),
    ),
  };
}

const SIZE = "width or cells";
const MEANS = { brackets: "interval", means: true } as const;

/** The final values, a row for each point and group of runs: means over the runs that are done, with 95 % intervals. */
function pointsData(summary: StudySummary): DataTable {
  const groups = pointGroups(summary);
  const { labels, statuses, observables } = pointColumns(summary, groups);
  return tableOf(groups, [...labels, ...statuses, ...observables], MEANS);
}

/** The final values as people read them: what varies, what matters first and what was asked for. `notes`: what was left out, and signs. */
export function readablePoints(summary: StudySummary): TextTable & { readonly notes: readonly string[] } {
  const groups = pointGroups(summary);
  const { labels, statuses, observables } = pointColumns(summary, groups);
  const asked = new Set(summary.fits.map(({ spec }) => spec.quantity));
  const texts = new Map(
    [...labels, ...observables].map((column) => [column, asText(tableOf(groups, [column])).rows.flat()]),
  );
  const textOf = (column: Column<PointGroup>) => texts.get(column)!;
  const varies = (column: Column<PointGroup>) => new Set(textOf(column)).size > 1;
  /** Whether it says the same as one before it: the energy where nothing but the risk is minimised, the width where it is swept. */
  const isTwin = (column: Column<PointGroup>, k: number, all: readonly Column<PointGroup>[]) =>
    all.slice(0, k).some((other) => isAlike(textOf(other), textOf(column)));
  // That a point has no run to show must be seen where none has one, too.
  const unfinished = RUN_STATUSES.some((status) => status !== "done" && has(summary, status));
  const told = observables.filter(
    (column, k) => asked.has(column.name) || (isBrief(column.name) && !isTwin(column, k, observables)),
  );
  const columns = [
    ...labels.filter((column, k) => varies(column) && !isTwin(column, k, labels)),
    ...statuses.filter(({ name }) => (name === "done" ? unfinished : has(summary, name))),
    ...told,
  ];
  const data = tableOf(groups, columns, MEANS);
  const same = groups.length < 2 ? [] : labels.filter((column) => !varies(column));
  const left = observables.length - told.length;
  return {
    ...asText(data),
    notes: [
      "Final values: means over the runs that are done.",
      ...(same.length > 0
        ? [
            `The same in every row: ${same.map((column) => `${column.name} ${textOf(column)[0]}`).join(", ")}.`,
          ]
        : []),
      ...bracketNotes(data),
      ...(left > 0 ? [`${counted(left, "more observable")} in tables/points.csv.`] : []),
    ],
  };
}

const isBrief = (name: string) => (BRIEF_OBSERVABLES as readonly string[]).includes(name);

function isAlike(texts: readonly string[], other: readonly string[]): boolean {
  return texts.every((text, k) => text === other[k]) && texts.some((text) => text !== NONE);
}

function has({ points }: StudySummary, wanted: RunStatus): boolean {
  return points.some(({ runs }) => runs.some(({ status }) => status === wanted));
}

function keysOf({ points }: StudySummary): string[] {
  return [...new Set(points.flatMap(({ values }) => Object.keys(values)))];
}

/** The swept values of a point, a column for each key, as papers write it. */
function keyColumns(summary: StudySummary): Column<SweptValues>[] {
  const words = wordsByKey(summary.points.map(({ values }) => values));
  return [...namesOf(keysOf(summary))].map(([key, name]) => ({
    name: key,
    notation: name.words,
    cell: (values) => {
      const value = values[key];
      if (value === undefined) return null;
      return typeof value === "number" ? { value, digits: 6 } : wordsIn(valueNotation(key, value, words));
    },
  }));
}

function sizeCell({ width, cells }: PointGroup["runs"][number]): Cell {
  if (width !== undefined) return count(width);
  if (cells === undefined) return null;
  return cells.length === 1 ? count(cells[0]!) : wordsIn(cellsText(cells));
}

function meanCell(name: string, values: readonly number[]): Cell {
  if (values.length === 0) return null;
  // Of values that are not finite there is no interval.
  if (!values.every(Number.isFinite)) return { value: Number.NaN };
  const summary = observableMean(name, values);
  return { value: summary.mean, ...scatter(summary) };
}

/** How far the solvers are apart at every point, at the last time that each pair has in common. */
function distancesData(summary: StudySummary): DataTable {
  const items = summary.points.flatMap((point) => {
    const compared = { comparisons: point.comparisons, spec: experimentAt(summary, point) };
    return comparisonRows(compared, { last: true }).map((apart) => ({ point, apart }));
  });
  type Item = { point: StudyPoint; apart: Apart };
  const comparisons = summary.points.flatMap((point) => point.comparisons);
  return tableOf(
    items,
    [
      ...columnsOf(keyColumns(summary), ({ point }: Item) => point.values),
      ...columnsOf(comparisonColumns(comparisons), ({ apart }: Item) => apart),
    ],
    MEANS,
  );
}

/** The runs whose results count nowhere, and why. */
function unfinishedData(summary: StudySummary): DataTable {
  type Item = { point: StudyPoint; run: StudyRun };
  const items = summary.points.flatMap((point) => point.runs.map((run): Item => ({ point, run })));
  return tableOf(
    items.filter(({ run }) => run.status !== "done"),
    [
      ...columnsOf(keyColumns(summary), ({ point }: Item) => point.values),
      { name: "solver", cell: ({ run }) => run.solver },
      { name: SIZE, cell: ({ run }) => sizeCell(run) },
      { name: "replica", cell: ({ run }) => (run.replica === undefined ? null : count(run.replica)) },
      { name: "status", cell: ({ run }) => run.status },
      ...columnsOf([REASON], ({ run }: Item) => run),
    ],
  );
}

/** Those that have rows, by the names of their files. */
export function studyTables(summary: StudySummary): NamedTable[] {
  return [
    { name: "fits", table: fitsData(summary.fits) },
    { name: "levels", table: levelsData(summary.fits) },
    { name: "points", table: pointsData(summary) },
    { name: "distances", table: distancesData(summary) },
    { name: "unfinished", table: unfinishedData(summary) },
  ].filter(({ table }) => table.rows.length > 0);
}
