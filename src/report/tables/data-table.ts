// Tables of numbers, of which people get the text (terminal, page, paper) and programs the values (CSV).

import type { MeanWithScatter } from "../../statistics/interval.ts";
import { formatNumber, notationToText } from "../notation.ts";

/** A table of text, the same for the terminal and the report. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A number, and what it lies between. */
export interface Quantity {
  readonly value: number;
  /** Significant digits for people; 4 where it does not say. */
  readonly digits?: number;
  /** What people read instead of digits. */
  readonly text?: string;
  readonly between?: readonly [low: number, high: number];
  /** What that is, where it is not what the table says of its quantities. */
  readonly brackets?: Brackets;
}

/** What a quantity lies between: the smallest and the largest of replicas, in ( … ), or a 95 % interval, in [ , ]. */
export type Brackets = "extremes" | "interval";

/** Words with mathematics in them: for programs and screens as plain text, for papers in the notation of notation.ts. */
export interface Words {
  readonly plain: string;
  readonly notation: string;
}

/** null: of no meaning. */
export type Cell = string | Quantity | Words | null;

export interface DataTable {
  readonly head: readonly string[];
  /** How papers write these names, in notation, where that is not as programs do. */
  readonly notation?: Readonly<Record<string, string>>;
  /** Columns that papers leave out: sentences. */
  readonly sentences?: readonly string[];
  /** What its quantities lie between. */
  readonly brackets: Brackets;
  /** Whether its quantities are means over replicas, which the signs about them are of. */
  readonly means?: true;
  readonly rows: readonly (readonly Cell[])[];
}

/** A column of a table, given the items that it has rows of. */
export interface Column<Item> {
  readonly name: string;
  /** How papers write the name, in notation, where that is not as programs do. */
  readonly notation?: string | undefined;
  /** Whether it holds sentences, which papers leave out. */
  readonly sentence?: true;
  readonly cell: (item: Item) => Cell;
}

/** A table with a row for each item. */
export function tableOf<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  traits: Pick<DataTable, "brackets" | "means"> = { brackets: "interval" },
): DataTable {
  const notation = columns.flatMap(({ name, notation }) =>
    notation === undefined ? [] : [[name, notation]],
  );
  return {
    head: columns.map(({ name }) => name),
    notation: Object.fromEntries(notation),
    sentences: columns.filter(({ sentence }) => sentence).map(({ name }) => name),
    ...traits,
    rows: items.map((item) => columns.map(({ cell }) => cell(item))),
  };
}

/** Columns of what belongs to an item. */
export function columnsOf<Item, Part>(
  columns: readonly Column<Part>[],
  part: (item: Item) => Part,
): Column<Item>[] {
  return columns.map((column) => ({ ...column, cell: (item) => column.cell(part(item)) }));
}

/** Of an entry that has no meaning. */
export const NONE = "–";

/** A count, of which every digit matters. */
export function count(value: number): Quantity {
  return { value, digits: 15 };
}

/** The words of this notation. */
export function wordsIn(notation: string): Words {
  return { plain: notationToText(notation), notation };
}

/** Whether a cell is a number, or what stands for one. */
export function isQuantity(cell: Cell): cell is Quantity {
  return typeof cell === "object" && cell !== null && "value" in cell;
}

/** The table as people read it: `0.5 [0.4, 0.6]`. */
export function asText({ head, brackets, rows }: DataTable): TextTable {
  return { head, rows: rows.map((cells) => cells.map((cell) => cellText(cell, brackets))) };
}

/** Of a mean of what is listed: its scatter, if any. */
export function scatter(
  of: Pick<MeanWithScatter, "interval" | "extremes">,
): Pick<Quantity, "between" | "brackets"> {
  if (of.interval !== null) return { between: of.interval, brackets: "interval" };
  return of.extremes === undefined ? {} : { between: of.extremes, brackets: "extremes" };
}

/** What signs about numbers mean, a sentence for each that stands in these rows. */
export function bracketNotes({ brackets, means, rows }: DataTable): string[] {
  if (means !== true) return [];
  const used = new Set(
    rows.flat().flatMap((cell) => (isQuantity(cell) && cell.between ? [cell.brackets ?? brackets] : [])),
  );
  return [
    ...(used.has("interval") ? ["[a, b]: the 95 % interval of the mean over replicas."] : []),
    ...(used.has("extremes") && brackets === "extremes"
      ? ["(a … b): the smallest and the largest of the replicas, after their mean."]
      : []),
    ...(used.has("extremes") && brackets === "interval"
      ? ["(a … b): both of two replicas, after their mean; two have no interval worth the name."]
      : []),
  ];
}

function cellText(cell: Cell, usual: Brackets): string {
  if (cell === null) return NONE;
  if (typeof cell === "string") return cell;
  if (!isQuantity(cell)) return cell.plain;
  const { value, digits, text, between, brackets = usual } = cell;
  if (text !== undefined) return text;
  const number = (end: number) => formatNumber(end, digits);
  if (between === undefined) return number(value);
  const [low, high] = between.map(number);
  return brackets === "interval"
    ? `${number(value)} [${low}, ${high}]`
    : `${number(value)} (${low} … ${high})`;
}
