/**
 * The report's notation: plain text in which `*x*` is a symbol in italics and `_N` after a symbol a subscript, as in
 * `*R*(*f*_N)`, and `\` takes the next sign as it is. It is for text written in this folder only: strings from a spec are
 * never read as notation; within it they stand through `asNotation`.
 */
interface Piece {
  readonly text: string;
  readonly kind: "plain" | "italic" | "subscript";
}

/** The notation taken apart. */
export function pieces(notation: string): Piece[] {
  return [...notation.matchAll(/((?:\\.|[^*_\\])+)|\*([^*]+)\*|_([\p{L}\p{N}_]+)/gsu)].map(
    ([, plain, italic, subscript]) => {
      if (italic !== undefined) return { text: italic, kind: "italic" };
      if (subscript !== undefined) return { text: subscript, kind: "subscript" };
      return { text: plain!.replaceAll(/\\(.)/gsu, "$1"), kind: "plain" };
    },
  );
}

/** Any text as notation that reads as that text. */
export function asNotation(text: string): string {
  return text.replaceAll(/[\\*_]/g, "\\$&");
}

/** Escapes text for HTML and XML, in content and in quoted attributes; what XML has no place for becomes U+FFFD. */
export function escapeMarkup(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Text without what no XML document may hold, not even escaped. */
export function printable(text: string): string {
  return text.replaceAll(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "\ufffd");
}

/** Notation as plain text, for labels that are read aloud. */
export function notationToText(notation: string): string {
  return pieces(notation)
    .map(({ text, kind }) => (kind === "subscript" ? `_${text}` : text))
    .join("");
}

const HTML_TAG = { italic: "i", subscript: "sub" } as const;

/** Notation as HTML. */
export function notationToHtml(notation: string): string {
  return pieces(notation)
    .map(({ text, kind }) => {
      const escaped = escapeMarkup(text);
      return kind === "plain" ? escaped : `<${HTML_TAG[kind]}>${escaped}</${HTML_TAG[kind]}>`;
    })
    .join("");
}

/** Notation as the content of an SVG text element: tspans, each moved back from the subscript before it. */
export function notationToSvg(notation: string, fontSize: number): string {
  const drop = Math.round(fontSize * 0.25);
  let lowered = false;
  return pieces(notation)
    .map(({ text, kind }) => {
      const sub = kind === "subscript";
      const move = sub === lowered ? "" : ` dy="${sub ? drop : -drop}"`;
      lowered = sub;
      const style = sub
        ? ` font-size="${Math.round(fontSize * 0.75)}"`
        : kind === "italic"
          ? ' font-style="italic"'
          : "";
      return `<tspan${move}${style}>${escapeMarkup(text)}</tspan>`;
    })
    .join("");
}

/**
 * A number with so many significant digits, trailing zeros dropped, as `0.0213`, `1730` or `2.1e-7`;
 * "not finite" for the others, which have no place in a table.
 */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "not finite";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const plain = Number(exponent) >= -3 && Number(exponent) < Math.max(digits, 4);
  return plain ? String(Number(`${mantissa}e${exponent}`)) : `${Number(mantissa)}e${Number(exponent)}`;
}

/** As `formatNumber`, typeset: `2.1×10⁻⁷`, and a true minus sign. */
export function typesetNumber(value: number, digits = 4): string {
  const [mantissa, exponent] = formatNumber(value, digits).replace(/^-/, "−").split("e") as [string, string?];
  return exponent === undefined ? mantissa : timesPowerOfTen(mantissa, Number(exponent));
}

/** `2×10⁻⁷`; `10⁻⁷` when the mantissa is 1. */
export function timesPowerOfTen(mantissa: string, exponent: number): string {
  const power = `10${superscript(String(exponent))}`;
  if (mantissa === "1") return power;
  return mantissa === "−1" ? `−${power}` : `${mantissa}×${power}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [..."-0123456789"].map((character, index) => [character, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][index]!]),
);

function superscript(integer: string): string {
  return [...integer].map((character) => SUPERSCRIPTS[character]!).join("");
}
