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

const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+$/;

/** Whether cells, none of which can be split at commas, have decimal commas: some have a comma, not all as thousands have it, and none a point. */
export function hasDecimalCommas(cells: readonly string[]): boolean {
  const commas = cells.filter((cell) => cell.includes(",") && GRAMMAR.comma.test(cell));
  if (commas.every((cell) => GROUPED.test(cell))) return false;
  return !cells.some((cell) => cell.includes(".") && GRAMMAR.point.test(cell));
}
