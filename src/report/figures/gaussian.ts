// Where equations hold μ, its means and variances are all there is to see: each coordinate's against time, the widest network and the density beside them.

import { counted } from "../../base/words.ts";
import { curvesOf } from "../chart/curves.ts";
import { lines } from "../chart/layers.ts";
import { MUTED, widthColours } from "../chart/styles.ts";
import { quantityNotation } from "../quantity-words.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { called, replicasText } from "./captions.ts";
import type { TimePicture } from "./in-time.ts";

/** More lines than these cannot be told apart. */
const MOST = 6;

const PICTURES = {
  mean: { name: "means", label: "means of *θ*" },
  var: { name: "variances", label: "variances of *θ*" },
} as const;

/** undefined where no run holds equations. */
export function lawPicture(
  { series, groups, networks }: Scene,
  what: keyof typeof PICTURES,
): TimePicture | undefined {
  const law = groups.find(({ kind }) => kind === "equations");
  const names = series.columns.filter((column) => column.startsWith(`${what}_theta_`));
  if (law === undefined || names.length === 0) return undefined;
  const { name, label } = PICTURES[what];
  const shown = names.slice(0, MOST);
  const colours = widthColours(shown.length);
  const along = (group: Group) =>
    shown.flatMap((column, k) =>
      curvesOf(series, [group], column).map((curve) => ({
        ...curve,
        label: quantityNotation(column),
        colour: colours[k]!,
      })),
    );
  const solid = along(law);
  const beside = (group: Group | undefined, shape: "dashes" | "dots") => {
    const curves = group === undefined ? [] : along(group);
    if (group === undefined || curves.length === 0) return [];
    const replicas = replicasText([group.runs.length]);
    return [
      {
        layer: lines(curves, { shape, keys: [{ label: group.label, colour: MUTED, shape }] }),
        text: `${shape === "dots" ? "dotted" : "dashed"}: ${called(group)}${replicas && ` (mean over ${replicas})`}`,
      },
    ];
  };
  const references = [
    ...beside(networks.at(-1), "dashes"),
    ...beside(
      groups.find(({ kind }) => kind === "density"),
      "dots",
    ),
  ];
  return {
    name,
    label,
    scale: what === "var" ? "wide" : "linear",
    layers: [lines(solid), ...references.map(({ layer }) => layer)],
    caption: [
      `${[`The ${label} of ${called(law)}`, ...references.map(({ text }) => text)].join("; ")}.`,
      names.length > shown.length &&
        `Drawn: the first ${shown.length} of ${counted(names.length, "coordinate")}.`,
    ],
  };
}
