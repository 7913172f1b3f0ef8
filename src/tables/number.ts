// Decimal numbers as tables write them, and nothing else: what Number() makes of "0x10", "0b11" or "" is no reading of a table.

export const DECIMALS = ["point", "comma"] as const;
export type Decimal = (typeof DECIMALS)[number];

const GRAMMAR: Readonly<Record<Decimal, RegExp>> = {
  point: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/,
  comma: /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/,
};

/** The number that a cell states; NaN where it states none, or none that is finite in double precision. */
export function numberIn(text: string, decimal: Decimal = "point"): number {
  if (!GRAMMAR[decimal].test(text)) return Number.NaN;
  const value = Number(decimal === "comma" ? text.replace(",", ".") : text);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Cells that say that there is no number, in lower case. */
const MISSING = ["", "?", "na", "n/a", "#n/a", "nan", "null", "none", "-", "."];

export function isMissing(text: string): boolean {
  return MISSING.includes(text.toLowerCase());
}

/** One mark between 1–3 digits, no zero before others, and exactly three: thousands, or decimals. */
const EITHER: Readonly<Record<Decimal, RegExp>> = {
  point: /^[+-]?[1-9]\d{0,2}\.\d{3}$/,
  comma: /^[+-]?[1-9]\d{0,2},\d{3}$/,
};
const COMMA_GROUPS = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;

/** Whether the mark of a cell, where that is what it would be a decimal with, may as well separate thousands: 1,093. */
export function isEither(cell: string, decimal: Decimal): boolean {
  return EITHER[decimal].test(cell);
}

/** Whether every cell with that mark may as well have it between thousands; of some that have it. */
export function mayBeThousands(cells: readonly string[], decimal: Decimal): boolean {
  const marked = cells.filter((cell) => cell.includes(MARK[decimal]));
  return marked.length > 0 && marked.every((cell) => isEither(cell, decimal));
}

export const MARK: Readonly<Record<Decimal, string>> = { point: ".", comma: "," };

/** Whether cells, none of which can be split at commas, have decimal commas: some have a comma, not all as thousands have it, and none a point. */
export function hasDecimalCommas(cells: readonly string[]): boolean {
  const commas = cells.filter((cell) => cell.includes(",") && GRAMMAR.comma.test(cell));
  if (commas.every((cell) => COMMA_GROUPS.test(cell))) return false;
  return !cells.some((cell) => cell.includes(".") && GRAMMAR.point.test(cell));
}

/**
 * What the numbers of a column say of the mark in them. Decimals it is for certain in one that thousands would not have so: another count of digits
 * after it, a zero before it, four digits without it.
 */
export class MarkedColumn {
  private certain = false;
  private marked = 0;
  private plain = 0;
  private first = "";

  constructor(private readonly decimal: Decimal) {}

  /** Takes in a cell that was read as a number. */
  see(cell: string): void {
    if (this.certain) return;
    if (isEither(cell, this.decimal)) {
      this.marked++;
      if (this.marked === 1) this.first = cell;
    } else if (WITHOUT_MARK.test(cell)) this.plain++;
    else this.certain = true;
  }

  /** The first of the cells that may be thousands, and how many there are; null where none is in doubt. `alone`: also without whole numbers beside them. */
  doubt(alone: boolean): { readonly first: string; readonly count: number } | null {
    if (this.certain || this.marked === 0 || (this.plain === 0 && !alone)) return null;
    return { first: this.first, count: this.marked };
  }
}

/** What a number below a thousand has. */
const WITHOUT_MARK = /^[+-]?\d{1,3}$/;
