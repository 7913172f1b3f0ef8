// Which columns of a table are meant: by the names of its header, by number from 1, or by a range of either, "1..30" or "x1..x30".

import { inputError, type Where } from "../base/errors.ts";
import { didYouMeanName, foundAllowed, showValue } from "../base/keys.ts";
import { counted, printable, quoted } from "../base/words.ts";

/** A name, a number from 1, or a range. */
export type ColumnKey = string | number;

/** The ends of a range as written, or null. */
function rangeIn(key: ColumnKey): readonly [string, string] | null {
  const parts = typeof key === "string" ? key.split("..").map((part) => part.trim()) : [];
  return parts.length === 2 && parts[0] !== "" && parts[1] !== "" ? [parts[0]!, parts[1]!] : null;
}

const WHOLE = /^\d{1,9}$/;

/** The keys that can only be names: of a header. */
export function namesAmong(keys: readonly ColumnKey[]): string[] {
  return keys.flatMap((key) => {
    if (typeof key === "number") return [];
    const range = rangeIn(key);
    return range === null ? [key.trim()] : range.filter((end) => !WHOLE.test(end));
  });
}

/** Refuses names of which several in a row are one with commas in the file: YAML splits [x value, cm]. Errors (input): such a name. */
export function requireUnsplit({ where, names }: Columns, keys: readonly ColumnKey[]): void {
  const texts = keys.map((key) => String(key).trim());
  for (const name of names ?? []) {
    const parts = name.split(",").map((part) => part.trim());
    if (parts.length === 1 || parts.every((part) => names?.includes(part))) continue;
    const from = texts.findIndex((_, k) => parts.every((part, j) => texts[k + j] === part));
    if (from < 0) continue;
    throw inputError(
      where,
      `found no column ${quoted(parts.find((part) => !names?.includes(part))!)}; the file has ${quoted(name)}: put a name with a comma in quotes, ["${printable(name)}"]`,
    );
  }
}

/** A table's columns: how many, and their names where it has a header. */
export interface Columns {
  readonly where: Where;
  readonly width: number;
  readonly names: readonly string[] | null;
}

/** The position of a single column, from 0. Errors (input): a range, an unknown or ambiguous name, a number beyond the last. */
export function columnAt(columns: Columns, key: ColumnKey): number {
  const positions = columnsAt(columns, key);
  if (positions.length === 1) return positions[0]!;
  throw inputError(columns.where, foundAllowed(`the range ${showValue(key)}`, "one column here"));
}

/** The positions that a key stands for, from 0. */
export function columnsAt(columns: Columns, key: ColumnKey): number[] {
  if (typeof key === "number") return [numbered(columns, key)];
  const name = key.trim();
  const range = rangeIn(key);
  if (range === null || columns.names?.includes(name)) return [named(columns, name)];
  const [from, to] = range.map((end) =>
    WHOLE.test(end) && !columns.names?.includes(end) ? numbered(columns, Number(end)) : named(columns, end),
  ) as [number, number];
  if (from > to) {
    throw inputError(
      columns.where,
      foundAllowed(`the range ${quoted(key)}`, "a range from an earlier column to a later one"),
    );
  }
  return Array.from({ length: to - from + 1 }, (_, k) => from + k);
}

function numbered({ where, width, names }: Columns, number: number): number {
  const same = names?.indexOf(`${number}`) ?? -1;
  if (same >= 0 && same !== number - 1) {
    throw inputError(
      where,
      `column "${number}" is at place ${same + 1}: write its name in quotes, or that number`,
    );
  }
  if (Number.isInteger(number) && number >= 1 && number <= width) return number - 1;
  throw inputError(
    where,
    `found no column ${number}; the file has ${counted(width, "column")}, counted from 1`,
  );
}

function named({ where, names, width }: Columns, name: string): number {
  if (names === null) {
    throw inputError(
      where,
      `found no column ${quoted(name)}: without a header columns go by number, from 1 to ${width}`,
    );
  }
  const at = names.indexOf(name);
  if (at < 0) throw inputError(where, `found no column ${quoted(name)}; the file has: ${shown(name, names)}`);
  const again = names.indexOf(name, at + 1);
  if (again < 0) return at;
  throw inputError(
    where,
    `column ${quoted(name)} is there twice, as ${at + 1} and ${again + 1}; name it by number`,
  );
}

const MOST_SHOWN = 12;
/** A longer name is no slip of the fingers, and would take long to compare with all others. */
const LONGEST_MEANT = 100;

/** The names of a header, some where there are many, and the nearest to one that is not among them. */
function shown(name: string, names: readonly string[]): string {
  const some = names
    .slice(0, MOST_SHOWN)
    .map((heading) => printable(heading.length > 40 ? `${heading.slice(0, 40)}…` : heading));
  const rest = names.length - some.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return (
    some.join(", ") + more + (name.length > LONGEST_MEANT ? "" : didYouMeanName(name, names.filter(Boolean)))
  );
}

/** What columns are called in messages and reports: by their names, or as "column 3". */
export function nameOfColumn({ names }: Columns, at: number): string {
  const name = names?.[at] ?? "";
  return name === "" ? `column ${at + 1}` : name;
}
