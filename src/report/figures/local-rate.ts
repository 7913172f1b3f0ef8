// The local rate −d log/dt of what judges a decay, along the run: where it comes to rest is the rate. Beside it the band that judges, the prediction, and
// the rates of the linearised equation, which nothing here is measured by.

import * as Plot from "@observablehq/plot";
import { largestOf, leastOf } from "../../base/extremes.ts";
import type { Summary } from "../../results/formats/summary.ts";
import { timeAxis } from "../chart/axes.ts";
import { HALF_WIDTH, HEIGHT, INK, legendHeight, MUTED, widthColours } from "../chart/chart.ts";
import { abridged, DASHES, DOTS, type Key } from "../chart/legend.ts";
import type { Figure } from "../folder.ts";
import { typesetNumber } from "../notation.ts";
import { observableNotation } from "../observable-words.ts";
import { gridText } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { drawOver, type Layer, type TimePicture } from "./in-time.ts";

/** One decay as it is drawn; `rate` and `band` positive, null where nothing was found. */
export interface Decay {
  readonly label: string;
  readonly points: readonly { readonly t: number; readonly rate: number }[];
  readonly rate: number | null;
  readonly band: readonly [number, number] | null;
}

interface Decays {
  readonly name: string;
  readonly of: string;
  readonly decays: readonly Decay[];
  readonly colours: readonly string[];
  readonly predicted: number | null;
  readonly modes: readonly number[];
}

const BAND = "#9ecae1";

/** Curves in one picture, keys in its legend, modes drawn, at most. */
export const MOST_DECAYS = 12;
const MOST_KEYS = 6;
const MOST_MODES = 3;
/** The picture shows so much of the rates that matter above and below them, and where a curve leaves that after it was there so many times as much: transients are cut off. */
const ROOM = 0.35;
const STRAY = 2;

/** Of the densities of a run that have a rate. */
export function localRateFigure({ input: { summary } }: Scene): Figure[] {
  const rates = summary.rates.filter(({ local }) => local.length > 1).slice(0, MOST_DECAYS);
  if (rates.length === 0) return [];
  const [first] = rates as [Summary["rates"][number]];
  const several = rates.length > 1;
  return drawDecays({
    name: "local-rate",
    of: observableNotation(first.measuredOn),
    decays: rates.map(({ run, local, fitted, widened }): Decay => {
      return {
        label: several ? gridText(summary.runs[run]!) : "local rate",
        points: local,
        rate: fitted,
        band: fitted === null || widened === null ? null : [fitted - widened, fitted + widened],
      };
    }),
    colours: several ? widthColours(rates.length) : [INK],
    predicted: first.predicted,
    modes: first.modes,
  });
}

/** That range, and where curves go once they have been in it. */
function withStrays(range: readonly [number, number], decays: readonly Decay[]): [number, number] {
  const [low, high] = range;
  const strays = decays.flatMap(({ points }) => {
    const first = points.findIndex(({ rate }) => low <= rate && rate <= high);
    return first < 0 ? [] : points.slice(first).map(({ rate }) => rate);
  });
  const most = STRAY * (high - low);
  return [Math.max(low - most, Math.min(low, ...strays)), Math.min(high + most, Math.max(high, ...strays))];
}

export function drawDecays({ name, of, decays, colours, predicted, modes }: Decays): Figure[] {
  const marked = modes.slice(0, MOST_MODES).filter((mode) => Math.abs(mode - (predicted ?? 0)) > 1e-3 * mode);
  const matter = [
    ...decays.flatMap(({ rate, band, points }) => [
      ...(band ?? []),
      ...(rate === null ? [] : [rate]),
      points.at(-1)!.rate,
    ]),
    ...(predicted === null ? [] : [predicted]),
    ...marked.slice(0, 2),
  ];
  const [low, high] = [leastOf(matter), largestOf(matter)];
  const room = Math.max(ROOM * (high - low), 0.02 * Math.abs(high));
  const [bottom, top] = withStrays([low - room, high + room], decays);
  const times = [0, ...decays.flatMap(({ points }) => points.map(({ t }) => t))];
  const bands = decays.flatMap(({ band }) => (band === null ? [] : [band]));
  const ends = timeAxis(times).domain;
  const level = (value: number, dashes: string) =>
    Plot.line(ends, {
      ...{ x: (t: number) => t, y: () => value, stroke: MUTED, strokeWidth: 1.5 },
      strokeDasharray: dashes,
    });
  const key = (label: string, shape: Key["shape"], colour = MUTED): Key => ({ label, colour, shape });
  const layers: Layer[] = [
    {
      keys: abridged(
        decays.map(({ label }, k) => key(label, "line", colours[k]!)),
        MOST_KEYS,
      ),
      marks: decays.map(({ points }, k) =>
        Plot.line(
          // Off the picture a curve is cut, not squeezed to its edge.
          points.map(({ t, rate }) => ({ t, rate: rate >= bottom && rate <= top ? rate : Number.NaN })),
          { x: "t", y: "rate", stroke: colours[k]!, strokeWidth: 1.75 },
        ),
      ),
      values: [bottom, top],
      depth: 0,
    },
    {
      keys: bands.length > 0 ? [key("rate found, with what judges", "area", BAND)] : [],
      marks: bands.map(([from, to]) =>
        Plot.areaY(ends, {
          x: (t: number) => t,
          ...{ y1: Math.max(from, bottom), y2: Math.min(to, top) },
          ...{ fill: BAND, fillOpacity: decays.length === 1 ? 0.5 : 0.2 },
        }),
      ),
      values: [],
      depth: 3,
    },
    {
      keys: predicted === null ? [] : [key(`predicted ${typesetNumber(predicted, 4)}`, "dashes")],
      marks: predicted === null ? [] : [level(predicted, DASHES)],
      values: [],
      depth: 1,
    },
    {
      keys: marked.length === 0 ? [] : [key("linearised equation", "dots")],
      marks: marked.map((mode) => level(mode, DOTS)),
      values: [],
      depth: 2,
    },
  ];
  const [first] = decays as [Decay];
  const within = first.band && `, within [${first.band.map((end) => typesetNumber(end, 4)).join(", ")}]`;
  const picture: TimePicture = {
    name,
    title: `Local rate of the ${of} against time`,
    label: `local rate of the ${of}`,
    scale: "linear",
    layers,
    caption: [
      `The local rate −d log/d*t* of the ${of} along the run; where it comes to rest is the rate of decay.`,
      decays.length === 1 && first.rate !== null && `Found: ${typesetNumber(first.rate, 4)}${within ?? ""}.`,
    ],
  };
  const legend = layers.flatMap(({ keys }) => keys);
  return [drawOver(times, picture, HEIGHT + legendHeight(legend, HALF_WIDTH))];
}
