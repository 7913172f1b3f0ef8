import { largestOf, leastOf } from "../../base/extremes.ts";
import { spacing } from "../runs/traces.ts";
import { extent } from "./axes.ts";
import { type Caption, drawFigure, type Figure, FULL_WIDTH, HALF_WIDTH } from "./chart.ts";
import { cloud, type Place } from "./layers.ts";
import { type Field, shade, shaded } from "./shades.ts";

/** What is drawn of a density stays above this share of its largest value. */
export const FAINT = 2e-3;

/** A density over two coordinates, under a title. */
export interface Density {
  readonly panel: string;
  readonly axes: readonly Float64Array[];
  readonly values: Float64Array;
}

/** Densities over a plane side by side, with the neurons of a network as dots. */
export interface Planes {
  readonly name: string;
  readonly caption: Caption;
  readonly densities: readonly Density[];
  readonly dots: readonly (Place & { readonly panel: string })[];
  /** Which of the density's two coordinates goes across, and which up. */
  readonly coordinates: readonly [across: number, up: number];
  readonly labels: readonly [across: string, up: string];
  /** What the dots are of. */
  readonly network: string | undefined;
}

/** The picture: each panel shaded by its own largest value, all over the rectangle where there is something to see. */
export function drawPlanes({ name, caption, densities, dots, coordinates, labels, network }: Planes): Figure {
  const [across, up] = coordinates;
  const xs = dots.map(({ x }) => x);
  const ys = dots.map(({ y }) => y);
  const bounds = [
    around(boundsAlong(densities, across), xs),
    around(boundsAlong(densities, up), ys),
  ] as const;
  const fields = densities.map(({ axes, values }) => fieldOf(axes, values, across, up, bounds));
  const panels = densities.map(({ panel }) => panel);
  const count = panels.length;
  return drawFigure({
    name,
    caption,
    panels,
    width: count > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: count === 2 ? 440 : count > 3 ? 340 : 380,
    x: { label: labels[0], log: false, domain: bounds[0] },
    y: { label: labels[1], log: false, domain: bounds[1] },
    layers: [
      {
        marks: () => fields.map((field, k) => shaded(panels[k]!, field)),
        keys: [{ label: "density", colour: shade(0.6), shape: "area" }],
        depth: 4,
      },
      cloud(
        { label: `neurons, ${network}`, colour: "#f08c00", points: dots },
        { r: count > 3 ? 1.1 : 1.6, opacity: 0.8 },
      ),
    ],
  });
}

type Bounds = readonly [number, number];

/** The part of an axis on which some layer's marginal is not faint, in whole cells. */
function boundsAlong(densities: readonly Density[], k: number): Bounds {
  const bounds = densities.map(({ axes, values }) => {
    const half = spacing(axes[k]!) / 2;
    const marginal = marginalOf(axes, values, k);
    const faint = FAINT * Math.max(0, largestOf(marginal));
    const from = marginal.findIndex((value) => value > faint);
    const to = marginal.findLastIndex((value) => value > faint);
    return [
      axes[k]![Math.max(from, 0)]! - half,
      axes[k]![to < 0 ? axes[k]!.length - 1 : to]! + half,
    ] as const;
  });
  return [leastOf(bounds.map(([low]) => low)), largestOf(bounds.map(([, high]) => high))];
}

/** Bounds that hold these values too. */
function around([low, high]: Bounds, values: readonly number[]): Bounds {
  if (values.length === 0) return [low, high];
  const [least, most] = extent(values);
  const pad = 0.02 * (Math.max(high, most) - Math.min(low, least));
  return [Math.min(low, least - pad), Math.max(high, most + pad)];
}

/** Samples along a side of a shaded panel: more cannot be seen, and would make the picture large. */
const SAMPLES = 96;

/** A density sampled evenly over a rectangle, linear between the centres of its cells, 0 outside of them. */
function fieldOf(
  axes: readonly Float64Array[],
  values: Float64Array,
  across: number,
  up: number,
  [x, y]: readonly [Bounds, Bounds],
): Field {
  const strides = [axes[1]!.length, 1] as const;
  const columns = samplesAlong(axes[across]!, x);
  const rows = samplesAlong(axes[up]!, y);
  const samples = new Float64Array(SAMPLES * SAMPLES);
  for (const [j, b] of rows.entries()) {
    for (const [i, a] of columns.entries()) {
      for (const [cellB, shareB] of b) {
        for (const [cellA, shareA] of a) {
          samples[j * SAMPLES + i]! +=
            shareA * shareB * values[cellA * strides[across]! + cellB * strides[up]!]!;
        }
      }
    }
  }
  return { columns: SAMPLES, rows: SAMPLES, x, y, values: samples };
}

/** For each sample the cells about it and their shares. */
function samplesAlong(centres: Float64Array, [low, high]: Bounds): [cell: number, share: number][][] {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const at = (low + ((i + 0.5) * (high - low)) / SAMPLES - centres[0]!) / spacing(centres);
    const cell = Math.floor(at);
    const shares: [number, number][] = [
      [cell, cell + 1 - at],
      [cell + 1, at - cell],
    ];
    return shares.filter(([cell]) => cell >= 0 && cell < centres.length);
  });
}

/** The marginal density of coordinate k. */
export function marginalOf(axes: readonly Float64Array[], values: Float64Array, k: number): Float64Array {
  const lengths = axes.map(({ length }) => length);
  const stride = lengths.slice(k + 1).reduce((product, length) => product * length, 1);
  const others = axes.reduce((volume, centres, l) => (l === k ? volume : volume * spacing(centres)), 1);
  const out = new Float64Array(lengths[k]!);
  for (const [i, value] of values.entries()) out[Math.floor(i / stride) % lengths[k]!]! += value * others;
  return out;
}
