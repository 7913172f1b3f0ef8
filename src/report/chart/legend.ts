import { notationToSvg, notationToText } from "../notation.ts";
import { DASHES, DOTS } from "./styles.ts";

/** An entry of the legend, its label in notation. */
export interface Key {
  readonly label: string;
  readonly colour: string;
  readonly shape: "line" | "dashes" | "dots" | "dot" | "circle" | "area";
}

/** Type and lines of a picture. */
export const FONT_SIZE = 13;
export const LINE = 19;
export const LEFT = 8;

const SWATCH = 20;
const GAP = 14;

/** The legend as SVG, left to right in as many rows as it takes: the baseline of the first, and the right edge. */
export function layOutLegend(
  keys: readonly Key[],
  top: number,
  right: number,
): { rows: number; content: string } {
  let x = LEFT;
  let row = 0;
  const entries = keys.map((key) => {
    const length = SWATCH + 8 + estimatedLength(key.label, FONT_SIZE);
    if (x > LEFT && x + length > right) {
      x = LEFT;
      row += 1;
    }
    const y = top + row * LINE;
    const text = `<text x="${x + SWATCH + 6}" y="${y}">${notationToSvg(key.label, FONT_SIZE)}</text>`;
    const entry = swatch(key, x, y - 4.5) + text;
    x = Math.round(x + length + GAP);
    return entry;
  });
  return { rows: keys.length === 0 ? 0 : row + 1, content: entries.join("\n") };
}

const MOST_KEYS = 12;

/** The entries, or of very many the first and the last: a range of colours says the rest. */
export function abridged(keys: readonly Key[]): Key[] {
  if (keys.length <= MOST_KEYS) return [...keys];
  const [first, last] = [keys[0]!, keys.at(-1)!];
  return [
    { ...first, label: `${first.label} …` },
    { ...last, label: `… ${last.label} (${keys.length} drawn)` },
  ];
}

/** The reader's fonts are not known here: the length of a text in a wide sans serif. */
export function estimatedLength(notation: string, fontSize: number): number {
  return notationToText(notation).length * fontSize * 0.6;
}

function swatch({ shape, colour }: Key, x: number, y: number): string {
  switch (shape) {
    case "dot":
      return `<circle cx="${x + SWATCH / 2}" cy="${y}" r="3.5" fill="${colour}"/>`;
    case "circle":
      return `<circle cx="${x + SWATCH / 2}" cy="${y}" r="3" fill="#ffffff" stroke="${colour}" stroke-width="1.5"/>`;
    case "area":
      return `<rect x="${x}" y="${y - 5}" width="${SWATCH}" height="10" fill="${colour}"/>`;
    default: {
      const pattern = shape === "dashes" ? DASHES : shape === "dots" ? DOTS : "";
      const dashes = pattern && ` stroke-dasharray="${pattern}"`;
      return `<path d="M${x},${y}h${SWATCH}" stroke="${colour}" stroke-width="2"${dashes}/>`;
    }
  }
}
