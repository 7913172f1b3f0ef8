import { everyIndex } from "../../base/spread.ts";
import { counted } from "../../base/words.ts";
import { axis } from "../chart/axes.ts";
import { drawFigure, type Figure } from "../chart/chart.ts";
import { cloud, lines, type Place, type Stroke } from "../chart/layers.ts";
import { EQUILIBRIUM, INK, MUTED, stylesOf } from "../chart/styles.ts";
import type { ReportInput } from "../folder.ts";
import { inputLabels, targetLabel } from "../runs/columns.ts";
import { optimumFor } from "../runs/equilibria.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { called, leadingIn, networksIn, timeText } from "./captions.ts";

interface Fit extends Stroke {
  readonly group: Group;
  /** Of its last snapshot. */
  readonly t: number;
}

const MOST_POINTS = 1500;
/** Of a line, several a pixel. */
const MOST_NODES = 4000;

/** What was learnt over one-dimensional data: the points, and the function of each width and density at its last snapshot. */
export function fitFigure({ input, groups, equilibria }: Scene): Figure[] {
  const { size, inputs, x, y } = input.data;
  if (size === 0 || inputs !== 1) return [];
  const order = orderOf(x);
  const styles = stylesOf(groups);
  const fits = groups.flatMap((group, k): Fit[] => {
    const run = group.runs[0]!;
    const points = group.kind === "equilibrium" ? [] : functionAt(input, run, -1, order);
    const t = input.traces[run]?.snapshots.at(-1)?.t ?? 0;
    return points.length === 0 ? [] : [{ group, label: group.label, ...styles[k]!, t, points }];
  });
  const optimum = optimumFor(equilibria);
  const leading = leadingIn(fits);
  const start = leading === undefined ? [] : functionAt(input, leading.group.runs[0]!, 0, order);
  const best = optimum === undefined ? [] : functionAt(input, optimum.run, optimum.index, order);
  const references = [
    { label: "at the start", colour: INK, points: start },
    { label: "equilibrium", colour: EQUILIBRIUM, points: best },
  ].filter(({ points }) => points.length > 0);
  if (fits.length + references.length === 0) return [];
  const data = everyIndex(size, MOST_POINTS).map((i): Place => ({ x: x[i]!, y: y[i]! }));
  const points =
    data.length < size ? `${data.length} of the ${size} data points` : counted(size, "data point");
  const replica = networksIn(fits).some(({ group }) => group.runs.length > 1)
    ? " (of networks the first replica)"
    : "";
  const learnt = leading ? ` as it was learnt by ${timeText(leading.t)}${replica}` : "";
  const dashed = [
    leading && `where ${called(leading.group)} started`,
    best.length > 0 && "in colour the equilibrium",
  ].filter(Boolean);
  return [
    drawFigure({
      name: "fit",
      x: axis(inputLabels(input.summary, 1)[0]!, [...x]),
      y: { label: `${targetLabel(input.summary)}; *f*(*x*)`, scale: "linear" },
      layers: [
        cloud({ label: "data", colour: MUTED, points: data }, { r: data.length > 200 ? 1.8 : 3 }),
        lines(fits),
        lines(references, { shape: "dashes" }),
      ],
      caption: [`${points} (grey) and *f*(*x*)${learnt}; dashed: ${dashed.join(", and ")}.`],
    }),
  ];
}

/** The data in the order of x; of very many some, evenly spread. */
function orderOf(x: ArrayLike<number>): number[] {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i]! - x[j]! || i - j);
  return everyIndex(order.length, MOST_NODES).map((n) => order[n]!);
}

/** f at those data at one of a run's snapshots (from the end where negative). */
function functionAt(
  { traces, data: { x } }: ReportInput,
  run: number,
  snapshot: number,
  order: readonly number[],
): Place[] {
  const outputs = traces[run]?.snapshots.at(snapshot)?.outputs ?? [];
  if (outputs.length === 0) return [];
  return order.map((i) => ({ x: x[i]!, y: outputs[i]! })).filter(({ y }) => Number.isFinite(y));
}
