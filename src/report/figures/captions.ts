import { listed } from "../../base/words.ts";
import type { Curve, CurvePoint } from "../chart/curves.ts";
import type { Level } from "../chart/layers.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { type Group, isLimit } from "../runs/groups.ts";

/** `*t* = 0.5` */
export function timeText(t: number): string {
  return `*t* = ${formatNumber(t, 6)}`;
}

interface Drawn {
  readonly group: Group;
}

export function networksIn<D extends Drawn>(drawn: readonly D[]): D[] {
  return drawn.filter(({ group }) => group.kind === "network");
}

export function limitsIn<D extends Drawn>(drawn: readonly D[]): D[] {
  return drawn.filter(({ group }) => isLimit(group));
}

/** What leads in a picture: the first limit of the networks, else the widest of them. */
export function leadingIn<D extends Drawn>(drawn: readonly D[]): D | undefined {
  return limitsIn(drawn)[0] ?? drawn.at(-1);
}

/** Whose curves these are, to end a clause: ", by width N (means over 3 replicas), and of the density". */
export function whose(drawn: readonly Drawn[]): string {
  const [networks, limits] = [networksIn(drawn), limitsIn(drawn)];
  const limit = limitsText(limits.map(({ group }) => group));
  if (networks.length === 0) return ` of ${limit}`;
  const width = networks.length > 1 ? ", by width *N*" : ` at ${networks[0]!.group.label}`;
  const replicas = replicasText(networks.map(({ group }) => group.runs.length));
  return `${width}${replicas && ` (means over ${replicas})`}${limit && `, and of ${limit}`}`;
}

/** "3 replicas", "2 to 3 replicas"; empty where there is but one of each. */
export function replicasText(counts: readonly number[]): string {
  const several = [...new Set(counts.filter((count) => count > 1))].sort((a, b) => a - b);
  if (several.length === 0) return "";
  return several.length > 1 ? `${several[0]} to ${several.at(-1)} replicas` : `${several[0]} replicas`;
}

/** What limits are called within a sentence: densities of several together, each equation as what it is. */
export function limitsText(limits: readonly Group[]): string {
  const densities = limits.filter(({ kind }) => kind === "density");
  const others = limits.filter(({ kind }) => kind !== "density");
  return listed([
    ...(densities.length > 1 ? ["the densities"] : densities.map(called)),
    ...others.map(called),
  ]);
}

/** What a group is called within a sentence: "N = 100", "the density (implicit)", "the density (JKO, entropic)", "the Gaussian μ". */
export function called(group: Group): string {
  const { label, name, details } = group;
  if (!isLimit(group)) return label;
  if (group.kind === "equations") return `the ${label}`;
  if (name !== "density") return `the density (${label})`;
  return ["the density", ...(details.length > 0 ? [`(${details.join(", ")})`] : [])].join(" ");
}

/** Where the limit, or the widest network, starts and ends, and how near to it the next comes: the widest network, or the next in width. */
export function courseText(subject: string, curves: readonly Curve[]): string {
  const { group, points } = leadingIn(curves)!;
  const [first, last] = [points[0]!, points.at(-1)!];
  const where = curves.length > 1 ? ` for ${called(group)}` : "";
  const at = ({ x, y }: CurvePoint) => `${typesetNumber(y, 3)} at ${timeText(x)}`;
  const course = first === last ? `is ${at(first)}` : `goes from ${at(first)} to ${at(last)}`;
  return `${subject} ${course}${where}${differenceAtEnd(curves)}.`;
}

function differenceAtEnd(curves: readonly Curve[]): string {
  const limit = limitsIn(curves)[0];
  const networks = networksIn(curves);
  const [wide, widest] = limit ? [networks.at(-1), limit] : networks.slice(-2);
  if (!wide || !widest) return "";
  const [a, b] = [wide.points.at(-1)!, widest.points.at(-1)!];
  const scale = Math.max(Math.abs(a.y), Math.abs(b.y));
  if (a.x !== b.x || scale === 0) return "";
  const percent = typesetNumber((100 * Math.abs(a.y - b.y)) / scale, 2);
  return `; the final values for ${called(wide.group)} and ${called(widest.group)} differ by ${percent} %`;
}

/** What levels are, to end a sentence. */
export function levelsText(levels: readonly Level[], digits = 3): string {
  if (levels.length === 0) return "";
  return levels.length === 1
    ? `; dashed: its value at equilibrium, ${typesetNumber(levels[0]!.value, digits)}`
    : "; dashed: its value at equilibria that attract, dotted: at those that repel";
}

/** What a mean is shown with, by the replicas of each: an interval, of two both. */
export function scatterText(replicas: readonly number[], interval = "its 95 % interval"): string {
  const pairs = replicas.filter((count) => count === 2).length;
  if (pairs === 0) return interval;
  return pairs === replicas.length
    ? "from the one to the other"
    : `${interval}, of two from the one to the other`;
}
