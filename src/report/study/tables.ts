// The tables of a study: its fits, their levels, the final values at its points, distances there, and the runs without a result.

import { cellsText } from "../../base/labels.ts";
import { counted } from "../../base/words.ts";
import type { FittedLevel, RunStatus, StudyFit, StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { wordsByKey } from "../../study/value-labels.ts";
import { asNotation, notationToText } from "../notation.ts";
import { observableNotation } from "../observable-words.ts";
import { QUANTITIES } from "../quantities.ts";
import {
  asText,
  bracketNotes,
  type Cell,
  count,
  type DataTable,
  NONE,
  scatter,
  type TextTable,
  type Words,
  wordsIn,
} from "../tables/data-table.ts";
import {
  BRIEF_OBSERVABLES,
  comparisonsData,
  distanceHeads,
  observableHeads,
  USUAL_OBSERVABLES,
} from "../tables/finals.ts";
import { observableMean } from "../tables/observable-mean.ts";
import type { NamedTable } from "../tables/table-files.ts";
import { tellingGroups } from "./laws.ts";
import { experimentAt, finalsOf, type PointGroup, pointGroups } from "./points.ts";
import {
  exponentText,
  levelInterval,
  namesOf,
  shownInterval,
  valueNotation,
  valuesNotation,
} from "./words.ts";

/** The fits as people read them first, without what takes a sentence. */
export function fitsTable(fits: readonly StudyFit[]): TextTable {
  const { head, rows } = asText(fitsData(fits));
  return { head: head.slice(0, -1), rows: rows.map((cells) => cells.slice(0, -1)) };
}

/** How the levels of each fit were chosen and what its verdict rests on. */
export function reasonsTable(fits: readonly StudyFit[]): TextTable {
  const { head, rows } = asText(fitsData(fits));
  const slope = head.indexOf("slope");
  const telling = (cells: readonly string[]) => [...cells.slice(0, slope), cells.at(-1)!];
  return { head: telling(head), rows: rows.map(telling) };
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

/** A row for each fit; columns that would say the same nothing in every row are left out. */
function fitsData(fits: readonly StudyFit[]): DataTable {
  const groups = groupNotations(fits);
  const grouped = groups.some((group) => group !== "");
  const predicted = fits.some(({ spec }) => spec.predicted !== undefined);
  return {
    head: [
      ...["quantity", "along"],
      ...(grouped ? ["group"] : []),
      "slope",
      ...(predicted ? ["± 95 %", "predicted", "verdict"] : []),
      "reason",
    ],
    notation: HEADS,
    sentences: ["reason"],
    brackets: "interval",
    rows: fits.map((fit, k) => {
      const { spec, verdict, reason } = fit;
      return [
        quantityWords(fit),
        spec.law === "exponential" ? `${spec.along} (exponential)` : spec.along,
        ...(grouped ? [wordsIn(groups[k]!)] : []),
        slopeCell(fit),
        ...(predicted ? [ordinaryCell(fit), predictedCell(fit), verdict] : []),
        reason,
      ];
    }),
  };
}

/** How papers write what heads these columns. */
const HEADS: Readonly<Record<string, string>> = {
  "± 95 %": "± 95 %",
  t: "*t*",
  x: "*x*",
  width: "width *N*",
};

/** What a fit is of: by its name for programs, by its symbol for papers. */
function quantityWords({ spec: { quantity, solver, against, at } }: StudyFit): Words {
  const own = Object.hasOwn(QUANTITIES, quantity)
    ? QUANTITIES[quantity]!.symbol
    : observableNotation(quantity);
  const whose = `, ${solver}${against === undefined ? "" : ` against ${against}`}`;
  const when = at === undefined ? "" : ` at *t* = ${at}`;
  return {
    plain: notationToText(`${asNotation(quantity)}${whose}${when}`),
    notation: `${own}${whose}${when}`,
  };
}

/** What tells the fits apart, in notation. */
function groupNotations(fits: readonly StudyFit[]): string[] {
  const groups = tellingGroups(fits);
  const words = wordsByKey(groups);
  return groups.map((group) => valuesNotation(group, words));
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
  const fitted = fitsData(fits);
  const grouped = fitted.head.includes("group");
  return {
    head: ["quantity", "along", ...(grouped ? ["group"] : []), "x", "value", "replicas", "left out because"],
    notation: HEADS,
    brackets: "interval",
    rows: fits.flatMap(({ levels }, k) =>
      levels.map((level) => [
        ...fitted.rows[k]!.slice(0, grouped ? 3 : 2),
        { value: level.x, digits: 6 },
        levelCell(fits[k]!, level),
        count(level.replicas),
        level.leftOut,
      ]),
    ),
  };
}

function levelCell({ spec }: StudyFit, level: FittedLevel): Cell {
  const { value, error } = level;
  return error === null ? { value } : { value, between: levelInterval(spec, level) };
}

interface Column {
  readonly name: string;
  /** A cell for each point and group of runs. */
  readonly cells: readonly Cell[];
}

/** What tells the points and groups of runs apart, how their runs ended, and the means over those that are done. */
function pointColumns(summary: StudySummary): Record<"labels" | "statuses" | "observables", Column[]> {
  const groups = pointGroups(summary);
  const keys = keysOf(summary);
  const values = valueCells(summary, keys);
  const swept = groups.map(({ point }) => values(point.values));
  const shown = USUAL_OBSERVABLES.filter((name) =>
    groups.some(({ runs }) => finalsOf(runs, name).length > 0),
  );
  const ended = (runs: PointGroup["runs"], wanted: RunStatus) =>
    count(runs.filter(({ status }) => status === wanted).length);
  return {
    labels: [
      ...keys.map((name, k) => ({ name, cells: swept.map((row) => row[k]!) })),
      { name: "solver", cells: groups.map(({ group }) => group.solver) },
      { name: "width or cells", cells: groups.map(({ runs }) => sizeCell(runs[0]!)) },
    ],
    statuses: RUN_STATUSES.filter((status) => status !== "stalled" || has(summary, status)).map((name) => ({
      name,
      cells: groups.map(({ runs }) => ended(runs, name)),
    })),
    observables: shown.map((name) => ({
      name,
      cells: groups.map(({ runs }) => meanCell(name, finalsOf(runs, name))),
    })),
  };
}

/** The final values, a row for each point and group of runs: means over the runs that are done, with 95 % intervals. */
function pointsData(summary: StudySummary, columns?: readonly Column[]): DataTable {
  const { labels, statuses, observables } = pointColumns(summary);
  const shown = columns ?? [...labels, ...statuses, ...observables];
  const names = observables.map(({ name }) => name);
  return {
    head: shown.map(({ name }) => name),
    notation: { ...headsOf(keysOf(summary)), ...observableHeads(names) },
    brackets: "interval",
    means: true,
    rows: labels[0]!.cells.map((_, row) => shown.map(({ cells }) => cells[row]!)),
  };
}

/** The final values as people read them: what varies, what matters first and what was asked for. `notes`: what was left out, and signs. */
export function readablePoints(summary: StudySummary): TextTable & { readonly notes: readonly string[] } {
  const { labels, statuses, observables } = pointColumns(summary);
  const asked = new Set(summary.fits.map(({ spec }) => spec.quantity));
  const textOf = ({ cells }: Column) => asText({ head: [], brackets: "interval", rows: [cells] }).rows[0]!;
  const varies = (column: Column) => new Set(textOf(column)).size > 1;
  /** Whether it says the same as one before it: the energy where nothing but the risk is minimised, the width where it is swept. */
  const isTwin = (column: Column, k: number, all: readonly Column[]) =>
    all.slice(0, k).some((other) => isAlike(textOf(other), textOf(column)));
  // That a point has no run to show must be seen where none has one, too.
  const unfinished = RUN_STATUSES.some((status) => status !== "done" && has(summary, status));
  const told = observables.filter(
    (column, k) => asked.has(column.name) || (isBrief(column.name) && !isTwin(column, k, observables)),
  );
  const columns = [
    ...labels.filter((column, k) => varies(column) && !isTwin(column, k, labels)),
    ...statuses.filter(({ name }) => (name === "done" ? unfinished : has(summary, name as RunStatus))),
    ...told,
  ];
  const data = pointsData(summary, columns);
  const same = data.rows.length < 2 ? [] : labels.filter((column) => !varies(column));
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

function isAlike(one: readonly string[], other: readonly string[]): boolean {
  return one.every((text, k) => text === other[k]) && one.some((text) => text !== NONE);
}

/** In the order of the columns; that of stalled runs only where there are any. */
const RUN_STATUSES = ["done", "stalled", "failed", "missing"] as const;

function has({ points }: StudySummary, wanted: RunStatus): boolean {
  return points.some(({ runs }) => runs.some(({ status }) => status === wanted));
}

function keysOf({ points }: StudySummary): string[] {
  return [...new Set(points.flatMap(({ values }) => Object.keys(values)))];
}

/** How papers write the swept keys. */
function headsOf(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries([...namesOf(keys)].map(([key, { words }]) => [key, words]));
}

/** The swept values of a point, a cell for each key. */
function valueCells(summary: StudySummary, keys: readonly string[]): (values: SweptValues) => Cell[] {
  const words = wordsByKey(summary.points.map(({ values }) => values));
  return (values) =>
    keys.map((key) => {
      const value = values[key];
      if (value === undefined) return null;
      return typeof value === "number" ? { value, digits: 6 } : wordsIn(valueNotation(key, value, words));
    });
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
  const found = observableMean(name, values);
  return { value: found.mean, ...scatter(found) };
}

/** How far the solvers are apart at every point, at the last time that each pair has in common. */
function distancesData(summary: StudySummary): DataTable {
  const keys = keysOf(summary);
  const cells = valueCells(summary, keys);
  const tables = summary.points.map((point) => {
    const compared = { comparisons: point.comparisons, spec: experimentAt(summary, point) };
    return { point, table: comparisonsData(compared, { last: true }) };
  });
  const head = [...new Set(tables.flatMap(({ table }) => table.head))];
  return {
    head: [...keys, ...head],
    notation: { ...headsOf(keys), ...distanceHeads(head) },
    brackets: "interval",
    means: true,
    rows: tables.flatMap(({ point, table }) =>
      table.rows.map((row) => [
        ...cells(point.values),
        ...head.map((name) => row[table.head.indexOf(name)] ?? null),
      ]),
    ),
  };
}

/** The runs whose results count nowhere, and why. */
function unfinishedData(summary: StudySummary): DataTable {
  const keys = keysOf(summary);
  const cells = valueCells(summary, keys);
  return {
    head: [...keys, "solver", "width or cells", "replica", "status", "reason"],
    notation: headsOf(keys),
    sentences: ["reason"],
    brackets: "interval",
    rows: summary.points.flatMap(({ values, runs }) =>
      runs
        .filter(({ status }) => status !== "done")
        .map((run) => [
          ...cells(values),
          run.solver,
          sizeCell(run),
          run.replica === undefined ? null : count(run.replica),
          run.status,
          run.reason ?? null,
        ]),
    ),
  };
}

/** Those that have rows, by the names of their files. */
export function studyTables(summary: StudySummary): NamedTable[] {
  return [
    { name: "fits", table: fitsData(summary.fits) },
    { name: "levels", table: levelsData(summary.fits) },
    { name: "points", table: pointsData(summary) },
    { name: "distances", table: distancesData(summary) },
    { name: "unfinished", table: unfinishedData(summary) },
  ].filter(({ table }) => table.rows.length > 0) as NamedTable[];
}
