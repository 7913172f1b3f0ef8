// Tables of numbers from text: columns for data, bare rows for neurons. Every cell asked for must be a number, a label, or, where
// rows with missing cells are dropped, missing; the first that is not is named by row, line and column.

import { advised, fileAt, inputError, MuflowError, type Where, within } from "../base/errors.ts";
import { foundAllowed, requireKeys, requireText, requireWord, showValue } from "../base/keys.ts";
import { counted, listed, printable, quoted } from "../base/words.ts";
import {
  type ColumnKey,
  type Columns,
  columnAt,
  columnsAt,
  nameOfColumn,
  namesAmong,
  requireUnsplit,
} from "../tables/columns.ts";
import { ENCODING_NAME, ENCODINGS } from "../tables/decode.ts";
import { decorated, groupsThousands, kindOfCell } from "../tables/decorated.ts";
import {
  DECIMALS,
  type Decimal,
  isEither,
  isMissing,
  MARK,
  MarkedColumn,
  mayBeThousands,
  numberIn,
} from "../tables/number.ts";
import { readRegular } from "../tables/regular-file.ts";
import { FORMAT_KEYS, openTextTable, type TextFormat, type TextTable } from "../tables/text-table.ts";
import { type DataSet, fromColumns } from "./data.ts";
import { requireColumns, requireDistinct, requireLabels } from "./requests.ts";
import { requireTest, type SampleOptions, withTest } from "./samples.ts";

/** What of a table is data, and how it is written; what is not stated is recognised, or asked about. */
export interface CsvColumns extends TextFormat, SampleOptions {
  inputs: readonly ColumnKey[];
  target: ColumnKey;
  weight?: ColumnKey;
  /** What texts in the column of the target stand for. */
  labels?: Readonly<Record<string, number>>;
  /** Rows in which a cell asked for is missing (empty, ?, NA, …): refused (default), or left out. */
  missing?: Missing;
}

export const MISSING = ["refuse", "drop"] as const;
export type Missing = (typeof MISSING)[number];

const KEYS = [
  "inputs",
  "target",
  "weight",
  ...FORMAT_KEYS,
  "labels",
  "missing",
  "standardise",
  "test",
] as const;

/**
 * Data from columns of a CSV file. Errors: unreadable file, unknown column, bad cell, rows of another length than the first.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * const set = data.fromCsv("examples/warming/temperature.csv", { inputs: ["century"], target: "warming" });
 * console.log(set.size, set.inputs, set.names); // 144 1 { inputs: [ 'century' ], target: 'warming' }
 * ```
 */
export function fromCsv(path: string, columns: CsvColumns): DataSet {
  requireText("data.fromCsv: path", path, "the path of a CSV file");
  return csvData(path, columns, (name) =>
    readRegular(name, (found) => inputError(name, `found ${found}; a table of text is needed`)),
  );
}

/** The same of files that `bytesOf` has at hand. */
export function csvData(path: string, columns: CsvColumns, bytesOf: (path: string) => Uint8Array): DataSet {
  requireKeys("data.fromCsv", columns, KEYS);
  requireFormat("data.fromCsv", columns);
  requireWord("data.fromCsv.missing", columns.missing ?? "refuse", MISSING);
  requireColumns("data.fromCsv", columns);
  requireLabels("data.fromCsv", columns.labels);
  requireTest("data.fromCsv.test", columns.test);
  const read = (name: string) => readColumns(fileAt(name), bytesOf(name), columns);
  return withTest(read(path), columns, read);
}

function requireFormat(
  where: string,
  { header, separator, quote, encoding, decimal, comment }: TextFormat,
): void {
  const requireForm = (key: keyof TextFormat, found: unknown, fits: boolean, allowed: string) => {
    if (found === undefined || fits) return;
    throw inputError(`${where}.${key}`, foundAllowed(showValue(found), allowed));
  };
  const isOne = (text = "") => [...text].length === 1;
  requireForm("header", header, typeof header === "boolean", "true, false");
  requireForm("separator", separator, isSeparator(separator), "one character, tab, blanks");
  requireForm("quote", quote, quote === "none" || isOne(quote), "one character, none");
  requireForm("comment", comment, isOne(comment), "one character");
  if (encoding !== undefined && !ENCODING_NAME.test(encoding)) {
    requireWord(`${where}.encoding`, encoding, ENCODINGS);
  }
  if (decimal !== undefined) requireWord(`${where}.decimal`, decimal, DECIMALS);
}

export const SEPARATOR = /^([^\w\s.+"'-]|tab|blanks)$/u;

function isSeparator(value: unknown): boolean {
  return typeof value === "string" && SEPARATOR.test(value);
}

/** What a column is asked for. */
type Role = "input" | "target" | "weight" | "neuron";

/** Where a cell stands. */
interface Place {
  readonly role: Role;
  /** What else may be done about a cell that is missing. */
  readonly ifMissing: string;
  readonly columns: Columns;
  readonly table: TextTable;
  /** Whether its first record names the columns. */
  readonly header: boolean;
  /** The columns that hold numbers. */
  readonly numeric: readonly number[];
  readonly row: number;
  readonly line: number;
  readonly at: number;
}

const DROP = ", or set missing: drop";

function readColumns(where: Where, bytes: Uint8Array, options: CsvColumns): DataSet {
  const { inputs, target, weight, labels = {}, missing = "refuse" } = options;
  const keys = [...inputs, target, ...(weight === undefined ? [] : [weight])];
  const table = openTextTable(where, bytes, options, namesAmong(keys));
  const header = options.header ?? hasHeader(table, keys, labels);
  const columns: Columns = { where, width: table.first.length, names: header ? table.first : null };
  requireUnsplit(columns, inputs);
  const [x, y, q] = advising(table, header, () => [
    inputs.flatMap((key) => columnsAt(columns, key)),
    columnAt(columns, target),
    weight === undefined ? null : columnAt(columns, weight),
  ]);
  requireDistinct(columns, x, y);
  const asked = [...x, y, ...(q === null ? [] : [q])];
  const values: number[][] = asked.map(() => []);
  const marks = asked.map(() => new MarkedColumn(table.decimal));
  const hasLabels = Object.keys(labels).length > 0;
  const role = (k: number): Role => (k < x.length ? "input" : k === x.length ? "target" : "weight");
  const gaps = new Map<number, number>();
  const isGap = (cell: string, k: number) =>
    isMissing(cell) && !(k === x.length && Object.hasOwn(labels, cell));
  const { rows, usedRows } = eachRow(table, header, (cells, row, line) => {
    const gap = missing === "drop" ? asked.findIndex((at, k) => isGap(cells[at]!, k)) : -1;
    if (gap >= 0) {
      gaps.set(asked[gap]!, (gaps.get(asked[gap]!) ?? 0) + 1);
      return false;
    }
    for (const [k, at] of asked.entries()) {
      const shared = { columns, table, header, numeric: asked, role: role(k), ifMissing: DROP };
      const place = { ...shared, row, line, at };
      values[k]!.push(k === x.length ? labelIn(cells[at]!, labels, place) : numberAt(cells[at]!, place));
      if (k !== x.length || !hasLabels) marks[k]!.see(cells[at]!);
    }
  });
  const missed = [...gaps].map(([at, count]) => `${nameOfColumn(columns, at)} (${count})`);
  const gapsText = `cells missing in ${listed(missed.map(printable))}`;
  if (rows === 0) throw inputError(where, `the file has ${header ? "a header line but no rows" : "no rows"}`);
  if (usedRows === 0) throw inputError(where, `no row is left: ${gapsText}`);
  const numbers = values.map((column) => Float64Array.from(column));
  const data = fromColumns(numbers.slice(0, x.length), numbers[x.length]!, {
    names: { inputs: x.map((at) => nameOfColumn(columns, at)), target: nameOfColumn(columns, y) },
    weight: numbers[x.length + 1],
  });
  const lost = usedRows === rows ? [] : [`${usedRows} of ${counted(rows, "row")} are used; ${gapsText}`];
  const doubts = asked.flatMap((at, k) => doubtText(columns, at, marks[k]!, table.decimal, options.decimal));
  const notices = [...table.notices, ...lost, ...doubts];
  return notices.length === 0 ? data : { ...data, notices };
}

/** How numbers were read that may be thousands; nothing of a column where they are not. */
function doubtText(
  columns: Columns,
  at: number,
  marks: MarkedColumn,
  decimal: Decimal,
  stated: Decimal | undefined,
): string[] {
  const doubt = marks.doubt(stated === "comma");
  if (doubt === null) return [];
  const { first, count } = doubt;
  const all = count === 1 ? "the only number" : `as the first of ${count} numbers`;
  return [
    `column ${printable(columnText(columns, at))}: ${quoted(first)}, ${all} with a ${decimal}, was read as ${numberIn(first, decimal)}; where the ${decimal} separates thousands, delete it`,
  ];
}

/** Rows of `width` numbers each, after a header of names where there is one; `onNotice` hears how they were read, where that is in doubt. */
export function numberRows(
  where: Where,
  bytes: Uint8Array,
  width: number,
  format: TextFormat = {},
  onNotice: (message: string) => void = () => {},
): number[][] {
  requireFormat("initial", format);
  const table = openTextTable(where, bytes, format);
  const header = format.header ?? namesNeurons(table);
  if (table.first.length !== width) {
    throw inputError(
      where,
      `the first row has ${counted(table.first.length, "column")}; ${width} are needed`,
    );
  }
  const columns: Columns = { where, width, names: null };
  const shared = {
    columns,
    table,
    header,
    numeric: table.first.map((_, at) => at),
    role: "neuron",
    ifMissing: "",
  } as const;
  const numbers: number[][] = [];
  const marks = table.first.map(() => new MarkedColumn(table.decimal));
  eachRow(table, header, (cells, row, line) => {
    numbers.push(cells.map((cell, at) => numberAt(cell, { ...shared, row, line, at })));
    for (const [at, cell] of cells.entries()) marks[at]!.see(cell);
  });
  const doubts = marks.flatMap((column, at) => doubtText(columns, at, column, table.decimal, format.decimal));
  for (const notice of [...table.notices, ...doubts]) onNotice(notice);
  return numbers;
}

/** false: the row is left out. */
type Visit = (cells: readonly string[], row: number, line: number) => unknown;

/** The rows after the header, counted from 1: how many there are, and how many `visit` kept. */
function eachRow(table: TextTable, header: boolean, visit: Visit): { rows: number; usedRows: number } {
  let [records, usedRows] = [0, 0];
  table.records((cells, line) => {
    records++;
    if (header && records === 1) return;
    if (visit(cells, header ? records - 1 : records, line) !== false) usedRows++;
  });
  return { rows: header ? records - 1 : records, usedRows };
}

// ---- Is there a header? ----

const MOST_SHOWN = 4;

function askHeader({ where, first }: TextTable, why: string): MuflowError {
  const some = first.slice(0, MOST_SHOWN).map((cell) => printable(cell.slice(0, 20)));
  const shown = `${some.join(", ")}${first.length > MOST_SHOWN ? ", …" : ""}`;
  return inputError(
    where,
    `${why} (${shown}): set header: false where it is data, whose columns go by number, or header: true where these are names`,
  );
}

/** Whether the first row names the columns. Errors (input): a row of numbers, which may be data. */
function hasHeader(
  table: TextTable,
  keys: readonly ColumnKey[],
  labels: Readonly<Record<string, number>>,
): boolean {
  const { first, where } = table;
  const isNumber = (cell: string) => !Number.isNaN(numberIn(cell, table.decimal));
  const isValue = (cell: string) =>
    decorated(cell, table.decimal) !== null || isMissing(cell) || Object.hasOwn(labels, cell);
  if (first.every(isNumber)) throw askHeader(table, "the first row holds numbers");
  if (namesAmong(keys).length > 0) return true;
  const columns = { where, width: first.length, names: null };
  const asked = keys.flatMap((key) => columnsAt(columns, key)).map((at) => first[at]!);
  if (asked.some(isValue)) throw askHeader(table, "the first row holds values");
  return true;
}

/** The same of neurons, of which a row of numbers is one. Errors (input): a row of numbers and words. */
function namesNeurons(table: TextTable): boolean {
  const { first, decimal } = table;
  const numbers = first.map((cell) => (isMissing(cell) ? Number.NaN : numberIn(cell, decimal)));
  const words = first.filter((cell, k) => Number.isNaN(numbers[k]) && !isMissing(cell));
  if (words.length === first.length) return true;
  if (words.length > 0) throw askHeader(table, "the first row holds numbers and words");
  return false;
}

/** Adds to what is wrong with a column that the first row looks like data. */
function advising<Found>(table: TextTable, header: boolean, find: () => Found): Found {
  try {
    return find();
  } catch (error) {
    const { first, decimal } = table;
    if (!(error instanceof MuflowError)) throw error;
    const numbers = first.some((cell) => !Number.isNaN(numberIn(cell, decimal)));
    const advice = first[0]!.startsWith("#")
      ? 'Lines of comment are left out with comment: "#"'
      : header && numbers
        ? "The first row holds numbers: is it data? Then set header: false, and give columns by number"
        : null;
    throw advice === null ? error : advised(error, advice);
  }
}

// ---- Cells ----

function columnText(columns: Columns, at: number): string {
  return columns.names === null ? `${at + 1}` : nameOfColumn(columns, at);
}

function refusal({ columns, row, line, at }: Place, text: string, needed: string): MuflowError {
  const column = columnText(columns, at);
  const found = text === "" ? "nothing" : quoted(text);
  const cell = `: row ${row} (line ${line}), column ${printable(column)}`;
  return inputError(within(columns.where, cell, true), `found ${found}; ${needed}`);
}

function numberAt(text: string, place: Place): number {
  const value = numberIn(text, place.table.decimal);
  if (!Number.isNaN(value)) return value;
  throw refusal(place, text, needed(text, place));
}

const NEEDED = "a finite number is needed";

/** What is to be done about a cell that is no number. */
function needed(text: string, place: Place): string {
  const { decimal } = place.table;
  if (isMissing(text)) return `${NEEDED}. Correct or remove the row${place.ifMissing}${ifLabels(place)}`;
  const seen = decorated(text, decimal);
  if (seen === null) return `${NEEDED}. ${wordAdvice(text, place)}`;
  const other = decimal === "point" ? "comma" : "point";
  if (!seen.other) return `${NEEDED}. It seems to be ${seen.number} with ${listed(seen.remarks)}`;
  if (seen.remarks.length > 0) {
    const remarks = [...seen.remarks, `a decimal ${other} (set decimal: ${other})`];
    return `${NEEDED}. It seems to be ${seen.number} with ${listed(remarks)}`;
  }
  const whole = text.replace(MARK[other], "");
  const cells = isEither(text, other) ? columnCells(place) : [];
  const proof = cells.find((cell) => groupsThousands(cell, other));
  if (proof !== undefined) {
    return `${NEEDED}. It seems to be ${whole} with ${other}s between thousands (delete them), as ${quoted(proof)} further down`;
  }
  const either = mayBeThousands(cells, other);
  const rival = writtenWith(decimal, place);
  if (rival !== null) return rivalAdvice(text, either, rival, place);
  return either
    ? `${NEEDED}. It may be ${whole}: then delete the ${other}s that separate thousands; or ${seen.number}: then set decimal: ${other}`
    : `${NEEDED}. Correct or remove the row, or set decimal: ${other}`;
}

/** What to do where another cell has decimals written in the other way. */
function rivalAdvice(text: string, either: boolean, rival: Seen, { table, columns }: Place): string {
  const other = table.decimal === "point" ? "comma" : "point";
  const { row, line, at, cell } = rival;
  const has = `row ${row} (line ${line}), column ${printable(columnText(columns, at))}, has ${quoted(cell)}`;
  const thousands = either
    ? `Delete the ${other} of ${quoted(text)} where it separates thousands; else write`
    : isEither(cell, table.decimal)
      ? `Delete the ${table.decimal} of ${quoted(cell)} where it separates thousands; else write`
      : "Write";
  return `${has}. ${thousands} all decimals with a point, or all with a comma`;
}

/** The cells of a column as far as its rows are as long as the first. */
function columnCells(place: Place): string[] {
  const cells: string[] = [];
  eachSoundRow(place, (row) => cells.push(row[place.at]!));
  return cells;
}

/** A record further down may be of another length: there is enough to say of what was found first. */
function eachSoundRow({ table, header }: Place, visit: Visit): void {
  try {
    eachRow(table, header, visit);
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
  }
}

const INSTEAD: Readonly<Record<Role, string>> = {
  input: "leave the column out of inputs",
  target: "say by labels what texts stand for, or name another target",
  weight: "name another weight, or none",
  neuron: "remove the column",
};

function ifLabels({ role }: Place): string {
  return role === "target" ? ", or say by labels what texts stand for" : "";
}

/** What a cell is that holds no number in any writing, and whether the column holds one. */
function wordAdvice(text: string, place: Place): string {
  const { decimal } = place.table;
  const kind = kindOfCell(text);
  const is = kind === null ? "" : `It is ${kind}. `;
  const cells = columnCells(place).filter((cell) => !isMissing(cell));
  const bad = cells.filter((cell) => Number.isNaN(numberIn(cell, decimal)));
  if (bad.length < cells.length || bad.some((cell) => decorated(cell, decimal) !== null)) {
    const rows =
      bad.length === 1
        ? "the row"
        : `the rows; ${bad.length} of ${cells.length} cells of the column are no numbers`;
    return `${is}Correct or remove ${rows}${ifLabels(place)}`;
  }
  const none =
    bad.length === 1
      ? "The only cell of the column is no number"
      : `None of the ${bad.length} cells of the column is a number`;
  return `${is}${none}: ${INSTEAD[place.role]}`;
}

interface Seen {
  readonly row: number;
  readonly line: number;
  readonly at: number;
  readonly cell: string;
}

/** The first number, in the columns that hold some, that only that way of writing decimals can be read by; null where there is none. */
function writtenWith(decimal: Decimal, place: Place): Seen | null {
  let first: Seen | null = null;
  eachSoundRow(place, (cells, row, line) => {
    const at = place.numeric.find(
      (k) => cells[k]!.includes(MARK[decimal]) && !Number.isNaN(numberIn(cells[k]!, decimal)),
    );
    if (at !== undefined) first ??= { row, line, at, cell: cells[at]! };
  });
  return first;
}

/** What a cell of the target stands for: by its text, or where that is a number and a label's too, by the number. */
function labelIn(text: string, labels: Readonly<Record<string, number>>, place: Place): number {
  if (Object.hasOwn(labels, text)) return labels[text]!;
  const known = Object.keys(labels);
  if (known.length === 0) return numberAt(text, place);
  const value = numberIn(text, place.table.decimal);
  const same = known.find((label) => numberIn(label) === value);
  if (same !== undefined) return labels[same]!;
  const some = known.slice(0, 12).map(quoted).join(", ");
  throw refusal(place, text, `allowed: the labels ${some}${isMissing(text) ? place.ifMissing : ""}`);
}
