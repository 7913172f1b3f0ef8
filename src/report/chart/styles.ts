// Colours and dash patterns, the same in all pictures.

import * as Plot from "@observablehq/plot";
import type { Group } from "../runs/groups.ts";

export const INK = "#222222";
export const MUTED = "#8c8c8c";

/** The dash pattern of everything that is a reference or a variant. */
export const DASHES = "5,3";
/** That of what repels: unstable equilibria. */
export const DOTS = "1.5,2.5";

/** Of equilibria, drawn dashed: warm, so that they stand out from black and from the cool colours of widths. */
export const EQUILIBRIUM = "#c2255c";

/** How the curve of a group is drawn. */
export interface Style {
  readonly colour: string;
  readonly strokeWidth: number;
}

/** The first density is black and thick, the limit of the coloured widths; others are warm and thinner, to be seen on top of it. */
const DENSITIES: readonly Style[] = [
  { colour: INK, strokeWidth: 3 },
  { colour: "#e8710a", strokeWidth: 1.75 },
  { colour: "#a4574d", strokeWidth: 1.25 },
  { colour: "#d4a017", strokeWidth: 1 },
];

/** The style of the k-th of so many groups of a kind. */
const STYLES: Readonly<Record<Group["kind"], (k: number, count: number) => Style>> = {
  network: (k, count) => ({ colour: widthColours(count)[k]!, strokeWidth: 2 }),
  density: (k) => DENSITIES[k % DENSITIES.length]!,
  // Seen on top of the density that they give.
  equations: () => ({ colour: "#f59f00", strokeWidth: 1.5 }),
  equilibrium: () => ({ colour: EQUILIBRIUM, strokeWidth: 1.75 }),
};

/** The style of each group, in their order. */
export function stylesOf(groups: readonly Group[]): Style[] {
  return groups.map((group) => {
    const alike = groups.filter(({ kind }) => kind === group.kind);
    return STYLES[group.kind](alike.indexOf(group), alike.length);
  });
}

/** Colours for so many widths, from the narrow (green) to the wide (violet): viridis, ordered and safe for the colour-blind. */
export function widthColours(count: number): string[] {
  const viridis = Plot.scale({ color: { type: "linear", scheme: "viridis", domain: [0, 1] } });
  if (count <= 1) return [viridis.apply(0.25)].slice(0, count);
  return Array.from({ length: count }, (_, k) => viridis.apply(0.8 - (0.75 * k) / (count - 1)));
}
