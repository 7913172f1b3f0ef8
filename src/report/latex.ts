// A table for a paper: a booktabs tabular, which compiles with any engine wherever \usepackage{booktabs} stands.

import type { Cell, DataTable } from "./data-table.ts";
import { oneLine } from "./labels.ts";
import { formatNumber } from "./notation.ts";

/** The table as a LaTeX fragment; `comment` is its first line. */
export function latexTable({ head, rows }: DataTable, comment: string): string {
  const columns = head.map((_, k) => (rows.some((row) => typeof row[k] === "string") ? "l" : "r"));
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  return [
    `% ${oneLine(comment)}`,
    "% needs \\usepackage{booktabs}",
    `\\begin{tabular}{${columns.join("")}}`,
    "\\toprule",
    line(head.map(latexText)),
    "\\midrule",
    ...rows.map((row) => line(row.map(latexCell))),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function latexCell(cell: Cell): string {
  if (cell === null) return "--";
  if (typeof cell === "string") return latexText(cell);
  const { value, digits, text, between } = cell;
  if (text !== undefined) return latexText(text);
  const number = (one: number) => latexNumber(formatNumber(one, digits));
  return between ? `$${number(value)}\\ [${between.map(number).join(",\\,")}]$` : `$${number(value)}$`;
}

/** A number as `formatNumber` gives it, within a formula. */
function latexNumber(formatted: string): string {
  if (!/^-?\d/.test(formatted)) return `\\mbox{${formatted}}`;
  const [mantissa, exponent] = formatted.split("e") as [string, string?];
  if (exponent === undefined) return mantissa;
  const power = `10^{${exponent}}`;
  if (mantissa === "1") return power;
  return mantissa === "-1" ? `-${power}` : `${mantissa}\\times${power}`;
}

/** Superscripts, subscripts, signs that would join to another (-- to a dash), and every other character by itself. */
const PIECES = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|[₀₁₂₃₄₅₆₇₈₉₋]+|([-,'])\1+|./gsu;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉₋";
const LEVEL = "0123456789-";

/** Any text: set as it reads, no command in it. What LaTeX has no sign for is named by its code point. */
export function latexText(text: string): string {
  return oneLine(text).normalize("NFC").replaceAll(PIECES, pieceOf);
}

function pieceOf(piece: string): string {
  if (RAISED.includes(piece[0]!)) return `$^{${levelled(piece, RAISED)}}$`;
  if (LOWERED.includes(piece[0]!)) return `$_{${levelled(piece, LOWERED)}}$`;
  if (/^[-,']{2}/.test(piece)) return [...piece].join("{}");
  const sign = SIGNS.get(piece);
  if (sign !== undefined) return sign;
  if (/^[ -~]$/.test(piece) || isLatin(piece)) return piece;
  return `{[}U+${piece.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}{]}`;
}

function levelled(piece: string, digits: string): string {
  return [...piece].map((digit) => LEVEL[digits.indexOf(digit)]).join("");
}

/** Letters that every engine and font can set: with a grave, acute, circumflex, tilde, macron … cedilla, below U+0180. */
function isLatin(piece: string): boolean {
  return (piece < "\u0180" && ACCENTED.test(piece.normalize("NFD"))) || LETTERS.includes(piece);
}

const ACCENTED = /^[A-Za-z][\u0300-\u0304\u0306-\u0308\u030a-\u030c\u0327]$/;
const LETTERS = "ßøØæÆœŒłŁ";

const SIGNS = new Map(
  Object.entries({
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    $: "\\$",
    "%": "\\%",
    "&": "\\&",
    "#": "\\#",
    _: "\\_",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    '"': "{\\char34}",
    "`": "{`}",
    // After the \\ of a row, [ and * would belong to it.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "−": "$-$",
    "–": "--",
    "—": "---",
    "’": "'",
    "…": "\\ldots{}",
    "×": "$\\times$",
    "·": "$\\cdot$",
    "±": "$\\pm$",
    "½": "$\\frac{1}{2}$",
    "√": "$\\surd$",
    "∞": "$\\infty$",
    "∫": "$\\int$",
    "∇": "$\\nabla$",
    "∂": "$\\partial$",
    "→": "$\\to$",
    "≤": "$\\le$",
    "≥": "$\\ge$",
    "≈": "$\\approx$",
    "‖": "$\\|$",
    "⟨": "$\\langle$",
    "⟩": "$\\rangle$",
    µ: "$\\mu$",
    ...greek(
      "αβγδεζηθικλμνξπρςστυφχψω",
      "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho varsigma sigma tau upsilon varphi chi psi omega",
    ),
    ...greek("ΓΔΘΛΞΠΣΥΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"),
  }),
);

function greek(letters: string, names: string): Record<string, string> {
  const commands = names.split(" ").map((name) => `$\\${name}$`);
  return Object.fromEntries([...letters].map((letter, index) => [letter, commands[index]!]));
}
