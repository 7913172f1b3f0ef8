// The report's tables as files: tables/NAME.csv, every number to its last digit, and tables/NAME.tex, as people read them.

import { join } from "node:path";
import { makeFolder, writeAtomically } from "../../results/files.ts";
import { csvCell } from "../../results/formats/series.ts";
import { type Cell, type DataTable, isQuantity } from "./data-table.ts";
import { latexTable } from "./latex.ts";

export interface NamedTable {
  /** Of its files. */
  readonly name: string;
  readonly table: DataTable;
}

/** What a table is of, for its first line where it may have one. */
export function originOf({ name, version, hash }: { name: string; version: string; hash: string }): string {
  return `${name}, muflow ${version}, hash ${hash}`;
}

/** Writes the tables into the folder. */
export function writeTables(folder: string, tables: readonly NamedTable[], origin: string): void {
  const directory = join(folder, "tables");
  makeFolder(directory);
  for (const { name, table } of tables) {
    writeAtomically(join(directory, `${name}.csv`), csvTable(table));
    writeAtomically(join(directory, `${name}.tex`), latexTable(table, origin));
  }
}

/** What quantities lie between has columns of its own. */
const ENDINGS = { extremes: ["min", "max"], interval: ["low", "high"] } as const;

/** The table as CSV: blank where there is no meaning. Columns hold what the table says of its brackets, and of no other. */
export function csvTable({ head, brackets, rows }: DataTable): string {
  const bracketsOf = (cell: Cell) =>
    isQuantity(cell) && (cell.brackets ?? brackets) === brackets ? cell.between : undefined;
  const wide = head.map((_, k) => rows.some((row) => bracketsOf(row[k]!) !== undefined));
  const lines = [
    head.flatMap((name, k) => (wide[k] ? [name, ...ENDINGS[brackets].map((end) => `${name}_${end}`)] : name)),
    ...rows.map((row) =>
      row.flatMap((cell, k) => [bare(cell), ...(wide[k] ? (bracketsOf(cell) ?? [null, null]) : [])]),
    ),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

function bare(cell: Cell): string | number | null {
  if (cell === null || typeof cell === "string") return cell;
  return isQuantity(cell) ? cell.value : cell.plain;
}
