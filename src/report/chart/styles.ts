import type { Group } from "../runs/groups.ts";
import { INK, widthColours } from "./chart.ts";

/** How the curve of a group is drawn. */
export interface Style {
  readonly colour: string;
  readonly strokeWidth: number;
}

/** Of equilibria, drawn dashed: warm, so that they stand out from black and from the cool colours of widths. */
export const EQUILIBRIUM = "#c2255c";

/** The first density is black and thick, the limit of the coloured widths; others are warm and thinner, to be seen on top of it. */
const DENSITIES: readonly Style[] = [
  { colour: INK, strokeWidth: 3 },
  { colour: "#e8710a", strokeWidth: 1.75 },
  { colour: "#a4574d", strokeWidth: 1.25 },
  { colour: "#d4a017", strokeWidth: 1 },
];

/** The style of each group, in their order. */
export function stylesOf(groups: readonly Group[]): Style[] {
  const networks = groups.filter(({ kind }) => kind === "network");
  const colours = widthColours(networks.length);
  const densities = groups.filter(({ kind }) => kind === "density");
  return groups.map((group) => {
    if (group.kind === "network") return { colour: colours[networks.indexOf(group)]!, strokeWidth: 2 };
    if (group.kind === "equilibrium") return { colour: EQUILIBRIUM, strokeWidth: 1.75 };
    return DENSITIES[densities.indexOf(group) % DENSITIES.length]!;
  });
}
