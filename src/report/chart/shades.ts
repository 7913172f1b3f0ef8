import * as Plot from "@observablehq/plot";

/** Shades from white to a dark blue, even in lightness and hue (straight in CIELAB), so that equal steps look equal. */
const SHADES = Plot.scale({
  color: { type: "linear", domain: [0, 1], range: ["#ffffff", "#5b8fc0", "#0c2a57"], interpolate: "lab" },
});

/** The shade of a value in [0, 1]. */
export function shade(value: number): string {
  return SHADES.apply(Math.min(Math.max(value, 0), 1));
}

/** Where one shade gives way to the next, relative to the largest value. */
const STEPS = 16;
const FAINTEST = 0.02;
const THRESHOLDS = [FAINTEST, ...Array.from({ length: STEPS - 1 }, (_, k) => (k + 1) / STEPS)];

/** Values on even cells over a rectangle, row by row, the rows upwards. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly values: Float64Array;
}

/** Fields on the same cells as filled contours, a panel each, every field's shades relative to its own largest value. */
export function shadedFields(panels: readonly string[], fields: readonly Field[]): Plot.Markish {
  const { columns, rows, x, y } = fields[0]!;
  const values = fields.flatMap((field) => {
    const largest = field.values.reduce((most, value) => Math.max(most, value), Number.MIN_VALUE);
    return [...field.values].map((value) => value / largest);
  });
  return Plot.contour(values, {
    fx: panels.flatMap((panel) => new Array<string>(columns * rows).fill(panel)),
    width: columns,
    height: rows,
    x1: x[0],
    x2: x[1],
    y1: y[0],
    y2: y[1],
    interpolate: null,
    thresholds: THRESHOLDS,
    value: (value: number) => value,
    stroke: "none",
    // Plot hands over the contours here, though its types say the samples.
    fill: ((contour: { value: number }) => shade(contour.value)) as unknown as Plot.ChannelValue,
  } as Plot.ContourOptions);
}
