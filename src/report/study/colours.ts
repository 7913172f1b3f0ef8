// The colours of a study's curves. A family, one dynamics where dynamics are swept, else one combination of what curves do not run along, has one
// colour in all pictures of a report; curves of one family in one picture have shades of it, the last the colour itself.

import * as Plot from "@observablehq/plot";
import type { StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { SEED } from "../../study/value-labels.ts";
import { INK, widthColours } from "../chart/styles.ts";

/** A colour for each curve of one picture, given what was swept for it. */
export type Palette = (curves: readonly SweptValues[]) => string[];

/** `along`: the key that curves run along, where they run along one. */
export function paletteOf({ points }: StudySummary, along: string | null): Palette {
  const keys = [...new Set(points.flatMap(({ values }) => Object.keys(values)))].filter(
    (key) => key !== SEED,
  );
  const dynamics = keys.filter((key) => /^dynamics(\.|$)/.test(key) && key !== along);
  const telling = dynamics.length > 0 ? dynamics : keys.filter((key) => key !== along);
  const familyOf = (values: SweptValues) => JSON.stringify(telling.map((key) => values[key] ?? null));
  const families = [...new Set(points.map(({ values }) => familyOf(values)))];
  const colours = new Map(widthColours(families.length).map((colour, k) => [families[k]!, colour]));
  return (curves) => {
    const shown = curves.map(familyOf);
    if (families.length < 2 || shown.some((family) => !colours.has(family)))
      return widthColours(curves.length);
    return shown.map((family, k) => {
      const size = shown.filter((other) => other === family).length;
      const rank = shown.slice(0, k).filter((other) => other === family).length;
      return lighter(colours.get(family)!, size === 1 ? 0 : PALEST * (1 - rank / (size - 1)));
    });
  };
}

/** What a curve of a study is of: networks or not, at a combination of swept values. */
interface Coloured {
  readonly network: boolean;
  readonly values: SweptValues;
  /** The same for networks and densities of one combination. */
  readonly combination: string;
}

/** Each curve with its colour; densities beside networks are dashed, in the colour of the widest of theirs. */
export function coloured<C extends Coloured>(curves: readonly C[], palette: Palette) {
  const networks = curves.filter(({ network }) => network);
  const solid = networks.length > 0 ? networks : curves;
  const colours = palette(solid.map(({ values }) => values));
  return curves.map((curve) => {
    const alike = solid.findLastIndex(({ combination }) => combination === curve.combination);
    const dashed = !solid.includes(curve);
    return { ...curve, colour: colours[dashed ? alike : solid.indexOf(curve)] ?? INK, dashed };
  });
}

/** How much white the palest shade has. */
const PALEST = 0.55;

/** A colour with that share of white in it. */
function lighter(colour: string, share: number): string {
  return Plot.scale({
    color: { type: "linear", domain: [0, 1], range: [colour, "#fff"], interpolate: "rgb" },
  }).apply(share);
}
