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

/** Filled contours of a field. */
export function contours({ columns, rows, x, y, values }: Field, options: object): Plot.Markish {
  return Plot.contour(Array.from(values), {
    width: columns,
    height: rows,
    x1: x[0],
    x2: x[1],
    y1: y[0],
    y2: y[1],
    interpolate: null,
    value: (value: number) => value,
    stroke: "none",
    ...options,
  } as Plot.ContourOptions);
}

/** A field in its panel, shades relative to its own largest value. */
export function shaded(panel: string, field: Field): Plot.Markish {
  const largest = field.values.reduce((most, value) => Math.max(most, value), Number.MIN_VALUE);
  const values = field.values.map((value) => value / largest);
  return contours(
    { ...field, values },
    {
      fx: new Array<string>(values.length).fill(panel),
      thresholds: THRESHOLDS,
      fill: ({ value }: { value: number }) => shade(value),
    },
  );
}
