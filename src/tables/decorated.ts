// What a cell that is no number seems to be: a number with marks between thousands, in per cent, with Fortran's exponent. People are told what it
// seems to be and what to do; nothing of it is guessed into the data.

import { type Decimal, MARK, numberIn } from "./number.ts";

/** The number that a cell seems to stand for, and what of it is to be changed. */
export interface Decorated {
  /** As a table would write it, with a decimal point. */
  readonly number: string;
  /** What stands in the way, each with what to do. */
  readonly remarks: readonly string[];
  /** Whether it would be read with the other decimal mark. */
  readonly other: boolean;
}

/** A cell without one of its decorations, and what that was; null where it has none of the kind. */
type Peel = (cell: string) => readonly [rest: string, remark: string] | null;

const peel =
  (pattern: RegExp, rest: string, remark: string | ((match: string) => string)): Peel =>
  (cell) => {
    const match = pattern.exec(cell)?.[0];
    if (match === undefined) return null;
    return [cell.replace(pattern, rest), typeof remark === "string" ? remark : remark(match)];
  };

const codePoint = (sign: string) => `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;

const PEELS: readonly Peel[] = [
  peel(/\p{Cf}+/gu, "", "characters that are not seen (delete them)"),
  peel(/^(['"])(.*)\1$/, "$2", (cell) => `quotes around it (set quote: ${cell[0] === '"' ? "'\"'" : `"'"`})`),
  (cell) => (/[０-９]/.test(cell) ? [cell.normalize("NFKC"), "digits of full width (write 0 to 9)"] : null),
  peel(/[\u2010-\u2014\u2212\ufe63\uff0d]/g, "-", (sign) => `the minus sign ${codePoint(sign)} (write -)`),
  peel(/^\((.*)\)$/, "-$1", "brackets that stand for a minus (write -)"),
  peel(/^(\S.*)-$/, "-$1", "a minus at its end (write it in front)"),
  peel(/\s*%$/, "", "a per cent sign (delete it)"),
  peel(/\s*‰$/, "", "a per mille sign (delete it)"),
  peel(/\s*\p{Sc}\s*/u, "", (sign) => `the sign ${sign.trim()} (delete it)`),
  peel(/^([+-])\s+/, "$1", "a blank after its sign (delete it)"),
  peel(/(?<=\d[.,]?)[dD](?=[+-]?\d+$)/, "e", "an exponent with D, as Fortran writes it (write E)"),
  peel(/(?<=[.,]\d*)(?=[+-]\d{3}$)/, "e", "an exponent without its letter, as Fortran writes it (write E)"),
  peel(/\s*[×·*x]\s*10\s*(?:\^|\*\*)\s*(?=[+-]?\d+$)/, "e", "a power of ten (write e and the exponent)"),
];

/** Groups of three digits with one mark between, then perhaps decimals after another; groups of two are India's. */
const GROUPS =
  /^([+-]?)(\d{1,3}(?:([.,'’_ \u00a0\u2007\u2009\u202f])\d{2,3})(?:\3\d{2,3})*)(?:(?!\3)([.,])(\d*))?(e[+-]?\d+)?$/i;
const MARKS: Readonly<Record<string, string>> = {
  ".": "points",
  ",": "commas",
  "'": "apostrophes",
  "’": "apostrophes",
  _: "underscores",
};

/** The number that a cell seems to be, under that decimal mark; null where it seems to be none. */
export function decorated(cell: string, decimal: Decimal): Decorated | null {
  const remarks: string[] = [];
  let body = cell;
  for (const step of PEELS) {
    const peeled = step(body);
    if (peeled === null) continue;
    body = peeled[0];
    remarks.push(peeled[1]);
  }
  const rival = decimal === "point" ? "comma" : "point";
  if (!Number.isNaN(numberIn(body, decimal))) return { number: pointed(body), remarks, other: false };
  if (!Number.isNaN(numberIn(body, rival))) return { number: pointed(body), remarks, other: true };
  const [, sign, groups, mark = "", last, decimals = "", exponent = ""] = GROUPS.exec(body) ?? [];
  if (groups === undefined || !/\d{3}$/.test(groups)) return null;
  remarks.push(`${MARKS[mark] ?? "blanks"} between thousands (delete them)`);
  if (last === MARK[rival]) remarks.push(`a decimal ${rival} (set decimal: ${rival})`);
  const whole = groups.replaceAll(mark, "");
  return {
    number: `${sign}${whole}${last === undefined ? "" : `.${decimals}`}${exponent}`,
    remarks,
    other: false,
  };
}

/** Whether the mark is between thousands for certain, as it cannot begin decimals: 1,234,567 or 1,093.5. */
export function groupsThousands(cell: string, decimal: Decimal): boolean {
  return Number.isNaN(numberIn(cell, decimal)) && GROUPS.exec(cell)?.[3] === MARK[decimal];
}

function pointed(body: string): string {
  return body.replace(",", ".");
}

const DATE =
  /^(?:\d{1,2}([-/.])\d{1,2}\1\d{2,4}|\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}[ -]\p{L}{3,}\.?,?[ -]\d{2,4}|\p{L}{3,}\.? \d{1,2},? \d{4})(?:[T ,]+\d{1,2}:.*)?$|^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?$/u;

/** What else a cell may be that is no number, in words that follow "it is"; null where nothing of it is known. */
export function kindOfCell(cell: string): string | null {
  if (DATE.test(cell)) return "a date or a time";
  if (/^[+-]?0(?:x[\da-f]+|o[0-7]+|b[01]+)$/i.test(cell))
    return "a number to another base: write it to base ten";
  if (/^[+-]?(?:inf|infinity|∞)$/i.test(cell)) return "infinite";
  if (/^[+-]?[\d.,]+(?:e[+-]?\d+)?$/i.test(cell) && /e\+?\d+$|\d{300}/i.test(cell)) {
    return "beyond double precision, which ends at 1.8e308";
  }
  if (/^#[A-Z]+[A-Z/0]*[!?]$/.test(cell)) return "an error of a spreadsheet";
  if (/^[+-]?\d[\d.,]*(?:e[+-]?\d+)?\s*[\p{L}°µ][\p{L}\d°/^·²³]*$/iu.test(cell)) {
    return "a number with a unit or a word beside it: delete that";
  }
  return null;
}
