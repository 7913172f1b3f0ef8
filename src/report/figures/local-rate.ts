// The local rate −d log/dt of what judges a decay, along the run: where it comes to rest is the rate. Beside it the band that judges, the prediction, and
// the rates of the linearised equation, which nothing here is measured by.

import { largestOf, leastOf } from "../../base/extremes.ts";
import { timeAxis } from "../chart/axes.ts";
import type { Figure } from "../chart/chart.ts";
import { across, band, keysOf, lines } from "../chart/layers.ts";
import { abridged } from "../chart/legend.ts";
import { INK, MUTED, widthColours } from "../chart/styles.ts";
import { typesetNumber } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import { gridText } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { drawOver } from "./in-time.ts";

/** One decay as it is drawn; `rate` and `bounds` positive, null where nothing was found. */
export interface Decay {
  readonly label: string;
  readonly colour: string;
  readonly local: readonly { readonly t: number; readonly rate: number }[];
  readonly rate: number | null;
  readonly bounds: readonly [number, number] | null;
}

interface Decays {
  readonly name: string;
  readonly of: string;
  readonly decays: readonly Decay[];
  readonly predicted: number | null;
  readonly modes: readonly number[];
}

/** Curves in one picture, and modes drawn, at most. */
export const MOST_DECAYS = 12;
const MOST_MODES = 3;
/** The picture shows so much of the rates that matter above and below them, and where a curve leaves that after it was there so many times as much: transients are cut off. */
const ROOM = 0.35;
const STRAY = 2;

/** Of the densities of a run that have a rate. */
export function localRateFigure({ input: { summary } }: Scene): Figure[] {
  const rates = summary.rates.filter(({ local }) => local.length > 1).slice(0, MOST_DECAYS);
  const [first] = rates;
  if (first === undefined) return [];
  const several = rates.length > 1;
  return drawDecays({
    name: "local-rate",
    of: quantityNotation(first.measuredOn),
    decays: rates.map(({ run, local, fitted, widened }, k) => ({
      colour: several ? widthColours(rates.length)[k]! : INK,
      label: several ? gridText(summary.runs[run]!) : "local rate",
      local,
      rate: fitted,
      bounds: fitted === null || widened === null ? null : [fitted - widened, fitted + widened],
    })),
    predicted: first.predicted,
    modes: first.modes,
  });
}

/** That range, and where curves go once they have been in it. */
function withStrays(range: readonly [number, number], decays: readonly Decay[]): [number, number] {
  const [low, high] = range;
  const strays = decays.flatMap(({ local }) => {
    const first = local.findIndex(({ rate }) => low <= rate && rate <= high);
    return first < 0 ? [] : local.slice(first).map(({ rate }) => rate);
  });
  const most = STRAY * (high - low);
  return [Math.max(low - most, Math.min(low, ...strays)), Math.min(high + most, Math.max(high, ...strays))];
}

export function drawDecays({ name, of, decays, predicted, modes }: Decays): Figure[] {
  const foretold = predicted === null ? [] : [predicted];
  const marked = modes.slice(0, MOST_MODES).filter((mode) => Math.abs(mode - (predicted ?? 0)) > 1e-3 * mode);
  const matter = [
    ...decays.flatMap(({ rate, bounds, local }) =>
      [...(bounds ?? []), rate ?? [], local.at(-1)!.rate].flat(),
    ),
    ...foretold,
    ...marked.slice(0, 2),
  ];
  const [low, high] = [leastOf(matter), largestOf(matter)];
  const room = Math.max(ROOM * (high - low), 0.02 * Math.abs(high));
  const [bottom, top] = withStrays([low - room, high + room], decays);
  const times = [0, ...decays.flatMap(({ local }) => local.map(({ t }) => t))];
  const strokes = decays.map(({ label, colour, local }) => ({
    label,
    colour,
    // Off the picture a curve is cut, not squeezed to its edge.
    points: local.map(({ t, rate }) => ({ x: t, y: rate >= bottom && rate <= top ? rate : Number.NaN })),
  }));
  const bands = decays.flatMap(({ bounds }) => (bounds === null ? [] : [bounds]));
  const level = (label: string, shape: "dashes" | "dots") => (value: number) => ({
    value,
    key: { label, colour: MUTED, shape },
  });
  const levels = [
    ...foretold.map(level(`predicted ${typesetNumber(predicted!, 4)}`, "dashes")),
    ...marked.map(level("linearised equation", "dots")),
  ];
  const [first] = decays as [Decay];
  const within = first.bounds && `, within [${first.bounds.map((end) => typesetNumber(end, 4)).join(", ")}]`;
  return [
    drawOver(times, {
      name,
      label: `local rate of the ${of}`,
      scale: "linear",
      layers: [
        { ...lines(strokes, { keys: abridged(keysOf(strokes)) }), values: [bottom, top] },
        ...bands.map(([low, high]) => {
          const points = timeAxis(times).domain.map((x) => ({ x, y: low, low, high }));
          const rate = { label: "rate found, with what judges", colour: "#9ecae1", points };
          return band(rate, decays.length === 1 ? 0.5 : 0.2, []);
        }),
        { ...across(levels), values: [] },
      ],
      caption: [
        `The local rate −d log/d*t* of the ${of} along the run; where it comes to rest is the rate of decay.`,
        decays.length === 1 &&
          first.rate !== null &&
          `Found: ${typesetNumber(first.rate, 4)}${within ?? ""}.`,
      ],
    }),
  ];
}
