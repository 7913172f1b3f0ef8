// A table for a paper: a booktabs tabular, which compiles with any engine wherever \usepackage{booktabs} stands.

import { oneLine } from "../../base/labels.ts";
import { formatNumber, pieces } from "../notation.ts";
import { type Brackets, bracketNotes, type Cell, type DataTable, isQuantity } from "./data-table.ts";

/** The table as a LaTeX fragment, without columns of sentences; `comment` is its first line. */
export function latexTable(table: DataTable, comment: string): string {
  const { head, rows } = withoutSentences(table);
  const columns = head.map((_, k) => (rows.some((row) => isText(row[k]!)) ? "l" : "r"));
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  const title = (name: string) => {
    const notation = table.notation;
    return notation && Object.hasOwn(notation, name) ? latexNotation(notation[name]!) : latexText(name);
  };
  return [
    `% ${oneLine(comment)}`,
    "% needs \\usepackage{booktabs}",
    ...bracketNotes(table).map((note) => `% ${note}`),
    `\\begin{tabular}{${columns.join("")}}`,
    "\\toprule",
    line(head.map(title)),
    "\\midrule",
    ...rows.map((row) => line(row.map((cell) => latexCell(cell, table.brackets)))),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function withoutSentences({ head, rows, sentences = [] }: DataTable): Pick<DataTable, "head" | "rows"> {
  const columns = [...head.keys()].filter((k) => !sentences.includes(head[k]!));
  return { head: columns.map((k) => head[k]!), rows: rows.map((row) => columns.map((k) => row[k]!)) };
}

function isText(cell: Cell): boolean {
  return cell !== null && !isQuantity(cell);
}

/** What reads as a number or a fraction. */
const NUMERAL = /^[-−]?[\d.]+(\/\d+)?$/;

function latexCell(cell: Cell, usual: Brackets): string {
  if (cell === null) return "--";
  if (typeof cell === "string") return latexText(cell);
  if (!isQuantity(cell)) return latexNotation(cell.notation);
  const { value, digits, text, between, brackets = usual } = cell;
  if (text !== undefined) return NUMERAL.test(text) ? `$${text.replace("−", "-")}$` : latexText(text);
  const number = (end: number) => latexNumber(formatNumber(end, digits));
  if (between === undefined) return `$${number(value)}$`;
  return brackets === "interval"
    ? `$${number(value)}\\ [${between.map(number).join(",\\,")}]$`
    : `$${number(value)}\\ (${between.map(number).join("\\,\\ldots\\,")})$`;
}

/** A number of its own. */
const NUMBER = /((?<![\p{L}\d_.])[-−]?\d+(?:\.\d+)?(?:e-?\d+)?(?![\p{L}\d_.]))/u;

/** Notation: symbols, subscripts, numbers and what joins them as formulas, `$W_{1}$`, `$\\tau = 0.1$`; the rest as text. */
export function latexNotation(notation: string): string {
  const parts = pieces(notation).flatMap(({ text, kind }): string[] => {
    if (kind === "subscript") return [`$_{${[...text].map(mathSign).join("")}}$`];
    if (kind === "italic") return [...text].map((sign) => `$${mathSign(sign)}$`);
    return text
      .split(NUMBER)
      .flatMap((part, k) => (k % 2 === 1 ? `$${latexNumber(part.replace("−", "-"))}$` : signsOf(part)));
  });
  return joined(parts.join(""));
}

/** Neighbouring formulas as one, over the spaces about what joins them. A dollar after a backslash is a sign of the text. */
function joined(latex: string): string {
  return (
    latex
      // A command ends where something else than a letter begins.
      .replaceAll(/(\\[a-zA-Z]+)\$\$(?=[a-zA-Z])/g, "$1 ")
      .replaceAll(/(?<!\\)\$\$/g, "")
      .replaceAll(/(?<!\\)\$ = \$/g, " = ")
      .replaceAll(/((?:[-+=<>]|\\(?:times|cdot|pm|le|ge|approx|to)))\$ \$/g, "$1 ")
      .replaceAll(/(?<!\\)\$ \$(?=(?:[-+=<>]|\\(?:times|cdot|pm|le|ge|approx|to)(?![a-zA-Z])))/g, " ")
  );
}

/** A sign within a formula. */
function mathSign(sign: string): string {
  if (/^[A-Za-z0-9]$/.test(sign)) return sign;
  const latex = latexText(sign);
  return /^\$(.+)\$$/s.exec(latex)?.[1] ?? `\\mbox{${latex}}`;
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
  return signsOf(text).join("");
}

/** The same, sign by sign. */
function signsOf(text: string): string[] {
  return [...oneLine(text).normalize("NFC").matchAll(PIECES)].map(([piece]) => pieceOf(piece));
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
    "∗": "$^{*}$",
    ℰ: "$\\mathcal{E}$",
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
