import { cellsText, distinctLabels, type Named } from "../base/labels.ts";
import { factsOf } from "./facts.ts";
import { asNotation } from "./notation.ts";

/** What a run holds: N neurons, a density that moves, or the densities that do not. */
export type GroupKind = "network" | "density" | "equilibrium";

/** The runs that differ in their replica only. */
export interface Group {
  readonly kind: GroupKind;
  readonly solver: string;
  readonly width: number | null;
  /** As legends say it: "N = 1000", "density", "JKO, entropic", with what tells it apart where several would be called so. */
  readonly label: string;
  /** The cells of a density; null for networks, and where the spec does not say. */
  readonly cells: readonly number[] | null;
  /** The same for densities on the same cells of the same domain of θ. */
  readonly grid: string | null;
  /** The indices of the runs, one per replica. */
  readonly runs: readonly number[];
}

/** One run: its index, its solver and which of the solver's copies it is. */
export interface Member {
  readonly run: number;
  readonly solver: string;
  readonly width?: number | null;
  readonly replica?: number | null;
}

/** After the networks the solvers that hold densities, what moves before what rests. */
const DENSITY_SOLVERS = ["grid", "jko", "stationary"];

/**
 * Groups runs by solver and width: the networks narrow to wide, then the densities, their limit. A replica that appears
 * twice at one width belongs to another entry of the spec's solvers, and to another group.
 */
export function groupRuns(members: readonly Member[], spec: unknown): Group[] {
  const seen = new Map<string, number>();
  const groups = new Map<string, { occurrence: number; members: Member[] }>();
  for (const member of members) {
    const copy = `${member.solver} ${member.width} ${member.replica}`;
    const occurrence = seen.get(copy) ?? 0;
    seen.set(copy, occurrence + 1);
    const key = `${member.solver} ${member.width} ${occurrence}`;
    const group = groups.get(key) ?? { occurrence, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  const sorted = [...groups.values()].sort((a, b) => {
    const [one, other] = [a.members[0]!, b.members[0]!];
    return rank(one) - rank(other) || (one.width ?? 0) - (other.width ?? 0) || a.occurrence - b.occurrence;
  });
  const described = sorted.map(({ occurrence, members }) => describe(members[0]!, occurrence, spec));
  const labels = distinctLabels(described);
  return sorted.map(({ members }, index) => {
    const { solver, width = null } = members[0]!;
    const { kind, cells, grid } = described[index]!;
    return { kind, solver, width, label: labels[index]!, cells, grid, runs: members.map(({ run }) => run) };
  });
}

function rank({ solver, width }: Member): number {
  return typeof width === "number" ? 0 : 1 + DENSITY_SOLVERS.indexOf(solver);
}

function describe(
  { solver, width = null }: Member,
  occurrence: number,
  spec: unknown,
): Named & Pick<Group, "kind" | "cells" | "grid"> {
  const facts = factsOf(spec);
  if (width !== null) {
    const details = (facts.networks(width)[occurrence] ?? []).map(asNotation);
    return { name: `*N* = ${width}`, details, kind: "network", cells: null, grid: null };
  }
  const { cells, grid, method, details } = facts.density(solver, occurrence);
  const [scheme = "", ...others] = details.map(asNotation);
  const common = { cells, grid, details: [scheme, cells ? cellsText(cells) : "", ...others] };
  if (solver === "stationary") return { ...common, name: "equilibrium", kind: "equilibrium" };
  if (solver === "jko")
    return { ...common, name: method ? `JKO, ${asNotation(method)}` : "JKO", kind: "density" };
  return { ...common, name: solver === "grid" ? "density" : asNotation(solver), kind: "density" };
}
