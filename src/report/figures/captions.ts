import type { Curve, CurvePoint } from "../chart/curves.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import type { Group } from "../runs/groups.ts";
import type { Level } from "./levels.ts";

/** Sentences that follow one another, those that do not apply left out. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

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

export function densitiesIn<D extends Drawn>(drawn: readonly D[]): D[] {
  return drawn.filter(({ group }) => group.kind === "density");
}

/** The symbol of a functional: of N neurons, of a density, or for both. */
export function symbolFor(
  drawn: readonly Drawn[],
  symbols: { network: string; density: string; both: string },
): string {
  if (networksIn(drawn).length === 0) return symbols.density;
  return densitiesIn(drawn).length === 0 ? symbols.network : symbols.both;
}

/** Whose curves these are, to end a clause: ", by width N (means over 3 replicas, their range shaded), and of the density (black), the limit N → ∞". */
export function whose(drawn: readonly Drawn[], shaded = ", their range shaded"): string {
  const [networks, densities] = [networksIn(drawn), densitiesIn(drawn)];
  const limit = densities.length > 1 ? "the densities" : densities.map(({ group }) => called(group)).join("");
  if (networks.length === 0) return ` of ${limit}`;
  const width = networks.length > 1 ? ", by width *N*" : ` at ${networks[0]!.group.label}`;
  const counts = new Set(networks.map(({ group }) => group.runs.length));
  const [replicas] = counts;
  const means = counts.size === 1 ? (replicas! > 1 ? `${replicas} replicas` : "") : "the replicas";
  const over = means === "" ? "" : ` (means over ${means}${shaded})`;
  const black = densities.length > 1 ? "black and warm colours" : "black";
  return `${width}${over}${densities.length === 0 ? "" : `, and of ${limit} (${black}), the limit *N* → ∞`}`;
}

/** What a group is called within a sentence: "N = 100", "the density (implicit)", "the density (JKO, entropic)". */
export function called({ kind, label, name, details }: Group): string {
  if (kind !== "density") return label;
  if (name !== "density") return `the density (${label})`;
  return ["the density", ...(details.length > 0 ? [`(${details.join(", ")})`] : [])].join(" ");
}

/** Where the limit, or the widest network, starts and ends, and how near to it the next comes: the widest network, or the next in width. */
export function courseText(subject: string, curves: readonly Curve[]): string {
  const { group, points } = densitiesIn(curves)[0] ?? curves.at(-1)!;
  const [first, last] = [points[0]!, points.at(-1)!];
  const where = curves.length > 1 ? ` for ${called(group)}` : "";
  const at = ({ t, mean }: CurvePoint) => `${typesetNumber(mean, 3)} at ${timeText(t)}`;
  const course = first === last ? `is ${at(first)}` : `goes from ${at(first)} to ${at(last)}`;
  return `${subject} ${course}${where}${differenceAtEnd(curves)}.`;
}

function differenceAtEnd(curves: readonly Curve[]): string {
  const limit = densitiesIn(curves)[0];
  const networks = networksIn(curves);
  const [wide, widest] = limit ? [networks.at(-1), limit] : networks.slice(-2);
  if (!wide || !widest) return "";
  const [a, b] = [wide.points.at(-1)!, widest.points.at(-1)!];
  const scale = Math.max(Math.abs(a.mean), Math.abs(b.mean));
  if (a.t !== b.t || scale === 0) return "";
  const percent = typesetNumber((100 * Math.abs(a.mean - b.mean)) / scale, 2);
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
