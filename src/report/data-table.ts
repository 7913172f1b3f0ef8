// Tables of numbers, of which people get the text (terminal, page, paper) and programs the values (CSV).

import { formatNumber, notationToText } from "./notation.ts";

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
}

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
  readonly brackets: "extremes" | "interval";
  readonly rows: readonly (readonly Cell[])[];
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
export function asText({ head, rows }: DataTable): TextTable {
  return { head, rows: rows.map((cells) => cells.map(cellText)) };
}

function cellText(cell: Cell): string {
  if (cell === null) return NONE;
  if (typeof cell === "string") return cell;
  if (!isQuantity(cell)) return cell.plain;
  const { value, digits, text, between } = cell;
  if (text !== undefined) return text;
  const number = (one: number) => formatNumber(one, digits);
  return between ? `${number(value)} [${number(between[0])}, ${number(between[1])}]` : number(value);
}
