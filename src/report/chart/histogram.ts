import * as Plot from "@observablehq/plot";
import type { Layer, Stroke } from "./layers.ts";

/** A bar of a histogram of unit area. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly density: number;
}

/** Bins for so many samples. */
export function binCount(samples: number): number {
  return Math.min(Math.max(Math.round(2 * samples ** (1 / 3)), 8), 60);
}

/** The histogram of values over even bins; values outside of them count in the whole, and in no bar. */
export function histogramOf(
  values: readonly number[] | Float64Array,
  [low, high]: readonly [number, number],
  count: number,
): Bar[] {
  const width = (high - low) / count;
  const heights = new Array<number>(count).fill(0);
  for (const value of values) {
    if (!(value >= low && value <= high)) continue;
    heights[Math.min(Math.floor((value - low) / width), count - 1)]! += 1 / (values.length * width);
  }
  return heights.map((density, k) => ({ from: low + k * width, to: low + (k + 1) * width, density }));
}

/** Histograms as bars, a panel each or all in one picture. */
export function bars(
  { label, colour }: Pick<Stroke, "label" | "colour">,
  histogram: readonly (Bar & { readonly panel?: string })[],
): Layer {
  const panel = histogram[0]?.panel === undefined ? {} : { fx: "panel" };
  const places = { x1: "from", x2: "to", y1: 0, y2: "density", insetLeft: 0, insetRight: 0 };
  return {
    marks: () => [Plot.rect(histogram, { ...places, ...panel, fill: colour, fillOpacity: 0.5 })],
    keys: [{ label, colour, shape: "area" }],
    values: histogram.map(({ density }) => density),
    depth: 1,
  };
}
