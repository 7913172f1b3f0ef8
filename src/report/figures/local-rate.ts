// The local rate −d log/dt of what judges a decay, along the run: where it comes to rest is the rate. Beside it the band that judges, the prediction, and
// the rates of the linearised equation, which nothing here is measured by.

import * as Plot from "@observablehq/plot";
import { largestOf, leastOf } from "../../base/extremes.ts";
import type { Summary } from "../../results/formats/summary.ts";
import type { StudyFit } from "../../study/summary.ts";
import { wordsByKey } from "../../study/value-labels.ts";
import { axis, timeAxis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, INK, legendHeight, MUTED, widthColours } from "../chart/chart.ts";
import { abridged, DASHES, DOTS, type Key } from "../chart/legend.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { typesetNumber } from "../notation.ts";
import { observableNotation } from "../observable-words.ts";
import type { Palette } from "../study/colours.ts";
import { lawsOf, tellingGroups } from "../study/laws.ts";
import { valuesNotation } from "../study/words.ts";
import { sentences } from "./captions.ts";

/** One decay as it is drawn; `rate` and `band` positive, null where nothing was found. */
interface Decay {
  readonly label: string;
  readonly points: readonly { readonly t: number; readonly rate: number }[];
  readonly rate: number | null;
  readonly band: readonly [number, number] | null;
}

interface Drawing {
  readonly name: string;
  readonly of: string;
  readonly decays: readonly Decay[];
  readonly colours: readonly string[];
  readonly predicted: number | null;
  readonly modes: readonly number[];
}

/** Curves in one picture, keys in its legend, modes drawn, at most. */
const MOST_CURVES = 12;
const MOST_KEYS = 6;
const MOST_MODES = 3;
/** The picture shows so much of the rates that matter above and below them, and where a curve leaves that after it was there so many times as much: transients are cut off. */
const ROOM = 0.35;
const STRAY = 2;

/** Of the exponentials in time among the fits of a study: a picture a law. */
export function localRateFigures(fits: readonly StudyFit[], palette: Palette): Figure[] {
  return lawsOf(fits).flatMap((law, index) => {
    const { spec } = law[0]!;
    const shown = law.filter(({ local }) => local !== undefined && local.length > 1).slice(0, MOST_CURVES);
    if (shown.length === 0) return [];
    const telling = tellingGroups(law);
    const words = wordsByKey(telling);
    const decays = shown.map((fit): Decay => {
      const group = valuesNotation(telling[law.indexOf(fit)]!, words);
      return {
        label: group === "" ? "local rate" : group,
        points: fit.local!,
        rate: fit.slope === null ? null : -fit.slope,
        band: fit.judged === null ? null : [-fit.judged[1], -fit.judged[0]],
      };
    });
    return draw({
      name: `local-rate-${index + 1}`,
      of: observableNotation(shown[0]!.measuredOn ?? spec.quantity),
      decays,
      colours: shown.length === 1 ? [INK] : palette(shown.map(({ group }) => group)),
      predicted: spec.predicted === undefined ? null : -spec.predicted,
      modes: shown.length === 1 ? (shown[0]!.modes ?? []) : [],
    });
  });
}

/** Of the densities of a run that have a rate. */
export function localRateFigure({ summary }: ReportInput): Figure[] {
  const rates = summary.rates.filter(({ local }) => local.length > 1).slice(0, MOST_CURVES);
  if (rates.length === 0) return [];
  const [first] = rates as [Summary["rates"][number]];
  const several = rates.length > 1;
  return draw({
    name: "local-rate",
    of: observableNotation(first.measuredOn),
    decays: rates.map(({ run, local, fitted, widened }): Decay => {
      const { solver, cells } = summary.runs[run]!;
      return {
        label: several ? `${solver}, ${cells?.join(" × ")} cells` : "local rate",
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

function draw({ name, of, decays, colours, predicted, modes }: Drawing): Figure[] {
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
  const times = decays.flatMap(({ points }) => points.map(({ t }) => t));
  const x = timeAxis([0, ...times]);
  const y = axis(`local rate of the ${of}`, [bottom, top]);
  const keys: Key[] = [
    ...abridged(
      decays.map(({ label }, k): Key => ({ label, colour: colours[k]!, shape: "line" })),
      MOST_KEYS,
    ),
    ...(decays.some(({ band }) => band !== null)
      ? [{ label: "rate found, with what judges", colour: "#9ecae1", shape: "area" } as const]
      : []),
    ...(predicted === null
      ? []
      : [{ label: `predicted ${typesetNumber(predicted, 4)}`, colour: MUTED, shape: "dashes" } as const]),
    ...(marked.length === 0 ? [] : [{ label: "linearised equation", colour: MUTED, shape: "dots" } as const]),
  ];
  const [from, to] = x.domain;
  const bands = decays.flatMap(({ band }) =>
    band === null
      ? []
      : [
          Plot.areaY([from, to], {
            x: (t: number) => t,
            y1: Math.max(band[0], bottom),
            y2: Math.min(band[1], top),
            fill: "#9ecae1",
            fillOpacity: decays.length === 1 ? 0.5 : 0.2,
          }),
        ],
  );
  const level = (value: number, dashes: string) =>
    Plot.line([from, to], {
      x: (t: number) => t,
      y: () => value,
      stroke: MUTED,
      strokeWidth: 1.5,
      strokeDasharray: dashes,
    });
  const svg = drawChart({
    title: `Local rate of the ${of} against time`,
    width: HALF_WIDTH,
    height: HEIGHT + legendHeight(keys, HALF_WIDTH),
    x,
    y,
    keys,
    marks: [
      ...bands,
      ...marked.map((mode) => level(mode, DOTS)),
      ...(predicted === null ? [] : [level(predicted, DASHES)]),
      ...decays.map(({ points }, k) =>
        Plot.line(
          // Off the picture a curve is cut, not squeezed to its edge.
          points.map(({ t, rate }) => ({ t, rate: rate >= bottom && rate <= top ? rate : Number.NaN })),
          { x: "t", y: "rate", stroke: colours[k]!, strokeWidth: 1.75 },
        ),
      ),
    ],
  });
  const caption = sentences(
    `The local rate −d log/d*t* of the ${of} along the run; where it comes to rest is the rate of decay.`,
    decays.length === 1 &&
      decays[0]!.rate !== null &&
      `Found: ${typesetNumber(decays[0]!.rate, 4)}${decays[0]!.band === null ? "" : `, within [${decays[0]!.band.map((end) => typesetNumber(end, 4)).join(", ")}]`}.`,
    marked.length > 0 &&
      `Dotted: other rates of the linearised equation, ${marked.map((mode) => typesetNumber(mode, 4)).join(", ")}; they measure nothing here.`,
  );
  return [{ name, caption, svg }];
}
