import { ranToEnd } from "../../results/formats/summary.ts";
import type { Curve, CurvePoint } from "../chart/curves.ts";
import type { ReportInput } from "../folder.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";

/** Sentences that follow one another, those that do not apply left out. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
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

/** Whose curves these are, to end a clause: ", by width N, and of the density (black), the limit N → ∞". */
export function byWidth(drawn: readonly Drawn[]): string {
  const [networks, densities] = [networksIn(drawn), densitiesIn(drawn)];
  const whose = densities.length > 1 ? "the densities" : `the ${nounOf(densities[0])}`;
  if (networks.length === 0) return ` of ${whose}`;
  const width = networks.length > 1 ? ", by width *N*" : ` at ${networks[0]!.group.label}`;
  const black = densities.length > 1 ? "black and warm colours" : "black";
  return densities.length === 0 ? width : `${width}, and of ${whose} (${black}), the limit *N* → ∞`;
}

/** What a group is called within a sentence: "N = 100", "the density". */
export function called({ kind, label }: Group): string {
  return kind === "density" ? `the ${nounOf({ group: { label } })}` : label;
}

function nounOf(drawn: { readonly group: Pick<Group, "label"> } | undefined): string {
  const label = drawn?.group.label ?? "density";
  return label.startsWith("density") ? label.replace(/, (.*)$/, " ($1)") : `density (${label})`;
}

/** Where the limit, or the widest network, starts and ends. */
export function changeOfLast(subject: string, curves: readonly Curve[]): string {
  const { group, points } = densitiesIn(curves)[0] ?? curves.at(-1)!;
  const [first, last] = [points[0]!, points.at(-1)!];
  const where = curves.length > 1 ? ` for ${called(group)}` : "";
  const at = ({ t, mean }: CurvePoint) => `${typesetNumber(mean, 3)} at *t* = ${formatNumber(t, 6)}`;
  return first === last
    ? `${subject} is ${at(first)}${where}.`
    : `${subject} goes from ${at(first)} to ${at(last)}${where}.`;
}

/** How close the widest network is to the limit at the end, or the two widest to each other where there is no limit. */
export function differenceAtEnd(curves: readonly Curve[]): string | undefined {
  const limit = densitiesIn(curves)[0];
  const networks = networksIn(curves);
  const [wide, widest] = limit ? [networks.at(-1), limit] : networks.slice(-2);
  if (!wide || !widest) return undefined;
  const [a, b] = [wide.points.at(-1)!, widest.points.at(-1)!];
  const scale = Math.max(Math.abs(a.mean), Math.abs(b.mean));
  if (a.t !== b.t || scale === 0) return undefined;
  const percent = typesetNumber((100 * Math.abs(a.mean - b.mean)) / scale, 2);
  return `The final values for ${called(wide.group)} and ${called(widest.group)} differ by ${percent} %.`;
}

/** What lines and bands are, and why curves may stop. */
export function replicasShown(input: ReportInput, curves: readonly Curve[]): string {
  const counts = new Set(networksIn(curves).map(({ group }) => group.runs.length));
  const replicas = counts.size === 1 ? `${[...counts][0]} replicas` : "the replicas";
  const lines = densitiesIn(curves).length > 0 ? "Lines of networks" : "Lines";
  return sentences(
    Math.max(0, ...counts) > 1 &&
      `${lines}: the mean over ${replicas}; shaded: from the smallest to the largest.`,
    endedEarly(input),
  );
}

/** What a mean is shown with, by the replicas of each: an interval, of two both. */
export function scatterText(replicas: readonly number[], interval = "its 95 % interval"): string {
  const pairs = replicas.filter((count) => count === 2).length;
  if (pairs === 0) return interval;
  return pairs === replicas.length
    ? "from the one to the other"
    : `${interval}, of two from the one to the other`;
}

/** That curves may stop before the end. */
export function endedEarly({ summary }: ReportInput): string | undefined {
  if (ranToEnd(summary)) return undefined;
  return "The computation ended early: each curve stops where the first of its runs did.";
}

/** Why F may rise under Langevin noise. */
export function temperatureNote({ summary }: ReportInput): string | undefined {
  const { dynamics, temperature, annealed } = factsOf(summary.spec);
  if (annealed) {
    return "Under a falling temperature neither *F* nor *E*_τ = *F* + *τ*∫*μ* log *μ* need fall all along.";
  }
  if (temperature === 0 || dynamics !== "langevin") return undefined;
  return "At positive temperature the functional that decreases is *E*_τ = *F* + *τ*∫*μ* log *μ*: *F* alone need not.";
}
