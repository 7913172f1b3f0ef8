import { parse } from "csv-parse/sync";
import type { ColumnSource } from "hyparquet-writer";
import { parquetWriteBuffer } from "hyparquet-writer";
import { inputError } from "../../base/errors.ts";

/** What was observed of one run at one recorded time. Only `solver` and `label` are text; null (or no entry) where an observable is not defined. */
export type SeriesRow = {
  run: number;
  solver: string;
  width: number | null;
  replica: number | null;
  /** What tells the run's solver, and in a study its point, from the others; width and replica aside. */
  label?: string;
  t: number;
  [observable: string]: number | string | null | undefined;
};

/** All runs of an experiment, one row per run and recorded time; `columns` gives the order in files. */
export interface SeriesTable {
  readonly columns: readonly string[];
  readonly rows: readonly SeriesRow[];
  /** Columns of text besides `solver` and `label`, where there are any. */
  readonly text?: readonly string[];
}

/** The columns that say which run and when; the others are observables. */
export const KEY_COLUMNS: readonly string[] = ["run", "solver", "width", "replica", "label", "t"];

/** Those that files of earlier versions lack. */
const LATER = ["label"];
const TEXT = ["solver", "label"];

const WHERE = "series";

/** The table as CSV: shortest decimals that read back to the same double, blank for null, quotes where RFC 4180 wants them. */
export function encodeCsv({ columns, rows }: SeriesTable): string {
  const lines = [
    columns.map(csvCell),
    ...rows.map((row) => columns.map((column) => csvCell(row[column] ?? null))),
  ];
  return lines.map((cells) => `${cells.join(",")}\n`).join("");
}

/**
 * A cell of a CSV file: the shortest digits that read back to the same double, blank for null. Text that a spreadsheet would
 * run as a formula stands behind an apostrophe, as `'=1+1`.
 */
export function csvCell(value: number | string | null): string {
  if (value === null) return "";
  if (typeof value === "string")
    return quoted(FORMULA.test(value) && !isNumeral(value) ? `'${value}` : value);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** How formulas begin (and text that would read as one whose apostrophe `csvText` takes away). */
const FORMULA = /^'*[=+\-@＝＋－＠−\t\r\n]/u;

function isNumeral(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^[+-]Infinity$/.test(text);
}

/** The text that `csvCell` wrote as this cell. */
export function csvText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function quoted(text: string): string {
  return /[",;\t\r\n]|^'/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads what `encodeCsv` wrote. */
export function decodeCsv(text: string): SeriesTable {
  const [head = [], ...lines] = records(text, WHERE);
  const columns = head.map(csvText);
  for (const key of KEY_COLUMNS) {
    if (!columns.includes(key) && !LATER.includes(key))
      throw inputError(WHERE, `found no column ${key}; it must have ${KEY_COLUMNS.join(", ")}`);
  }
  const rows = lines.map((cells, index) => decodeRow(columns, cells, `${WHERE}: row ${index + 1}`));
  return { columns, rows };
}

/** The cells of a table of muflow's own. Errors (input): text that is no CSV. */
export function records(text: string, where: string): string[][] {
  try {
    return parse(text, { bom: true });
  } catch (error) {
    throw inputError(where, error instanceof Error ? error.message : String(error));
  }
}

function decodeRow(columns: readonly string[], cells: readonly string[], where: string): SeriesRow {
  const row: SeriesRow = { run: 0, solver: "", width: null, replica: null, t: 0 };
  columns.forEach((column, index) => {
    const cell = cells[index]!;
    row[column] = TEXT.includes(column) ? csvText(cell) : decodeNumber(cell, `${where}: ${column}`);
  });
  if (row.run === null || row.t === null) throw inputError(where, "run and t must not be blank");
  return row;
}

function decodeNumber(cell: string, where: string): number | null {
  if (cell === "") return null;
  const value = Number(cell);
  if (Number.isNaN(value) && cell !== "NaN")
    throw inputError(where, `found ${JSON.stringify(cell)}; allowed a number`);
  return value;
}

const PARQUET_TYPE: Readonly<Record<string, "INT32" | "STRING">> = {
  point: "INT32",
  run: "INT32",
  solver: "STRING",
  width: "INT32",
  replica: "INT32",
  label: "STRING",
};

/** The table as Parquet: `point`, `run`, `width`, `replica` INT32, `solver`, `label` and `text` strings, all else DOUBLE; nullable. */
export function encodeParquet({ columns, rows, text = [] }: SeriesTable): Uint8Array {
  const columnData = columns.map((name): ColumnSource => {
    const type = PARQUET_TYPE[name] ?? (text.includes(name) ? "STRING" : "DOUBLE");
    const data = rows.map((row) => row[name] ?? null);
    const wrong = data.find((value) => !fits(value, type));
    if (wrong !== undefined)
      throw inputError(`${WHERE}: ${name}`, `found ${JSON.stringify(wrong)}; allowed ${type}`);
    return { name, data, type, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function fits(value: number | string | null, type: "INT32" | "STRING" | "DOUBLE"): boolean {
  if (value === null) return true;
  if (type === "STRING") return typeof value === "string";
  return typeof value === "number" && (type === "DOUBLE" || (value | 0) === value);
}
