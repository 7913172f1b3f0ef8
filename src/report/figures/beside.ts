import type { Figure } from "../chart/chart.ts";
import { drawingOf, FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";

/** Two half-width pictures as one, left and right, so that they travel together. */
export function beside(name: string, left: Figure, right: Figure): Figure {
  const size = { width: FULL_WIDTH, height: Math.max(left.height, right.height) };
  return {
    name,
    caption: `Left: ${left.caption} Right: ${right.caption}`,
    ...drawingOf({ title: `${left.title}; ${right.title}`, ...size }, [
      left.svg,
      `<g transform="translate(${FULL_WIDTH - HALF_WIDTH},0)">${right.svg}</g>`,
    ]),
  };
}
