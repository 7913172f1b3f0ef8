// Pictures against time: what each holds is declared as layers, and drawn here.

import { ranToEnd } from "../../results/formats/summary.ts";
import { type Scale, timeAxis } from "../chart/axes.ts";
import { type Caption, drawFigure, type Figure } from "../chart/chart.ts";
import type { Curve, CurvePoint } from "../chart/curves.ts";
import { band, type Layer, type Level } from "../chart/layers.ts";
import { EQUILIBRIUM } from "../chart/styles.ts";
import { type Equilibrium, optimumFor } from "../runs/equilibria.ts";
import { type Quantity, valued } from "../runs/observable.ts";
import type { Scene } from "../runs/scene.ts";

/** A picture of half the page's width. */
export interface TimePicture {
  readonly name: string;
  /** Of the vertical axis. */
  readonly label: string;
  readonly scale: Scale;
  /** In the order of the legend. */
  readonly layers: readonly Layer[];
  readonly caption: Caption;
}

/** All pictures of a run share their time axis, that of the whole series. */
export function drawInTime({ series, input }: Scene, picture: TimePicture): Figure {
  const times = series.rows.map(({ t }) => t);
  return drawOver(times, { ...picture, caption: [...picture.caption, !ranToEnd(input.summary) && ENDED] });
}

export function drawOver(times: readonly number[], { label, scale, ...picture }: TimePicture): Figure {
  return drawFigure({ ...picture, x: timeAxis(times), y: { label, scale } });
}

const ENDED = "The computation ended early: each curve stops where the first of its runs did.";

/** The certificate of a curve: the band from its lower bounds up to it, cut off at a floor. */
export function certificate({ points }: Curve, bounds: readonly CurvePoint[], floor: number): Layer {
  const known = new Map(bounds.map(({ x, y }) => [x, y]));
  const spans = points.flatMap(({ x, y }) => {
    const bound = known.get(x);
    return bound === undefined ? [] : { x, y, low: Math.max(bound, floor), high: y };
  });
  const lows = spans.map(({ low }) => low);
  return band({ label: "certificate", colour: "#c9c9c9", points: spans }, 0.7, lows);
}

const SAME_LEVEL = 1e-9;

/** The levels of a quantity: the least equilibrium's and, where `all` are asked for, every branch's that differs from it. */
export function levelsOf(
  equilibria: readonly Equilibrium[],
  quantity: Quantity,
  all = false,
  name = "equilibrium",
): Level[] {
  const least = optimumFor(equilibria);
  if (!least) return [];
  const shown = all ? equilibria.filter(({ run }) => run === least.run).reverse() : [least];
  const levels: Level[] = [];
  for (const { row, stability } of shown) {
    const value = valued(quantity)(row);
    const known = levels.some((level) => Math.abs(level.value - value) <= SAME_LEVEL * Math.abs(value));
    if (!Number.isFinite(value) || known) continue;
    const shape = stability === "unstable" ? "dots" : "dashes";
    const label = stability && all ? `${name}, ${stability}` : name;
    levels.push({ value, key: { label, colour: EQUILIBRIUM, shape } });
  }
  return levels;
}
