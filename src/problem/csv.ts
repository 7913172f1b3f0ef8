// Tables of numbers from CSV: named columns for data, bare rows for neurons.
// Every cell asked for must be a finite number; the first that is not is named by row, line and column.

import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { inputError, MuflowError } from "../base/errors.ts";
import { requireKeys } from "../base/keys.ts";
import { type DataSet, fromArrays, standardised } from "./data.ts";

export interface CsvColumns {
  inputs: readonly string[];
  target: string;
  weight?: string;
  standardise?: boolean;
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** 1-based line in the file where the record ends. */
  readonly line: number;
}

/** Data from the named columns of a CSV file with a header line. Errors: unreadable file, unknown column, bad cell. */
export function fromCsv(path: string, columns: CsvColumns): DataSet {
  requireKeys("data.fromCsv", columns, ["inputs", "target", "weight", "standardise"]);
  const [header, ...records] = readRecords(path);
  if (header === undefined) throw inputError(path, "the file is empty; a header line and rows are needed");
  const names = header.cells.map((cell) => cell.trim());
  const index = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0) {
      const separator = names.length === 1 ? /[;\t|]/.exec(names[0]!)?.[0] : undefined;
      const advice =
        separator === undefined
          ? ""
          : `. Is it separated by ${separator === "\t" ? "tabs" : `"${separator}"`}? Commas are needed`;
      throw inputError(path, `found no column "${name}"; the file has: ${names.join(", ")}${advice}`);
    }
    return at;
  };
  const inputs = columns.inputs.map(index);
  const target = index(columns.target);
  const weight = columns.weight === undefined ? null : index(columns.weight);
  const cell = (record: CsvRecord, row: number, at: number) => numberIn(path, record, row, at, names[at]);
  if (records.length === 0) throw inputError(path, "the file has a header line but no rows");
  const data = fromArrays(
    records.map((record, row) => inputs.map((at) => cell(record, row, at))),
    records.map((record, row) => cell(record, row, target)),
    weight === null ? undefined : records.map((record, row) => cell(record, row, weight)),
  );
  return columns.standardise === true ? standardised(data) : data;
}

/** Rows of `width` numbers each, after an optional header line of names. */
export function readNumberRows(path: string, width: number): number[][] {
  const records = readRecords(path);
  const isHeader = records[0]?.cells.some((cell) => cell.trim() !== "" && Number.isNaN(Number(cell)));
  const body = isHeader ? records.slice(1) : records;
  return body.map((record, row) => {
    if (record.cells.length !== width) {
      throw inputError(
        path,
        `row ${row + 1} (line ${record.line}) has ${record.cells.length} columns; ${width} are needed`,
      );
    }
    return record.cells.map((_, at) => numberIn(path, record, row, at, `${at + 1}`));
  });
}

function readRecords(path: string): CsvRecord[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw inputError(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      info: true,
    });
    return (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      cells: record,
      line: info.lines,
    }));
  } catch (error) {
    throw new MuflowError("input", `${path}: is not a CSV table: ${(error as Error).message}`);
  }
}

function numberIn(path: string, record: CsvRecord, row: number, at: number, column: string): number {
  const text = record.cells[at];
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) {
    const found = text === undefined || text === "" ? "nothing" : `"${text}"`;
    throw inputError(
      path,
      `row ${row + 1} (line ${record.line}), column ${column}: found ${found}; a finite number is needed. Correct or remove the row`,
    );
  }
  return value;
}
