import { cellsText, distinctLabels, type Named } from "../../base/labels.ts";
import { at, entriesOfRuns } from "../../spec/solver-labels.ts";
import { factsOf } from "./facts.ts";
import { asNotation } from "../notation.ts";

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

/** Groups runs by solver and width: the networks narrow to wide, then the densities, their limit. */
export function groupRuns(members: readonly Member[], spec: unknown): Group[] {
  const places = placesOf(members, spec);
  const groups = new Map<string, { place: Place; members: Member[] }>();
  for (const [k, member] of members.entries()) {
    const place = places[k]!;
    const key = JSON.stringify([member.solver, member.width, place]);
    const group = groups.get(key) ?? { place, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  const sorted = [...groups.values()].sort((a, b) => {
    const [one, other] = [a.members[0]!, b.members[0]!];
    const byPlace = (a.place.entry ?? 0) - (b.place.entry ?? 0) || a.place.copy - b.place.copy;
    return rank(one) - rank(other) || (one.width ?? 0) - (other.width ?? 0) || byPlace;
  });
  const described = sorted.map(({ place, members }) => describe(members[0]!, place.entry, spec));
  const labels = distinctLabels(described);
  return sorted.map(({ members }, index) => {
    const { solver, width = null } = members[0]!;
    const { kind, cells, grid } = described[index]!;
    return { kind, solver, width, label: labels[index]!, cells, grid, runs: members.map(({ run }) => run) };
  });
}

/** Where a run belongs: the solver of the spec's list, and which copy it is where only copies tell. */
interface Place {
  readonly entry: number | null;
  readonly copy: number;
}

/** By the order of the runs where the spec has them; else a replica that appears twice at one width belongs to the next solver that has the width. */
function placesOf(members: readonly Member[], spec: unknown): Place[] {
  const entries = entriesOfRuns(spec);
  const own = members.map(({ run }) => entries[run]);
  if (members.every((member, k) => own[k] !== undefined && holds(spec, own[k]!, member))) {
    return own.map((entry) => ({ entry: entry!, copy: 0 }));
  }
  const seen = new Map<string, number>();
  const all = [...new Set(entries)];
  return members.map((member) => {
    const key = JSON.stringify([member.solver, member.width, member.replica]);
    const copy = seen.get(key) ?? 0;
    seen.set(key, copy + 1);
    return { entry: all.filter((entry) => holds(spec, entry, member))[copy] ?? null, copy };
  });
}

/** Whether that solver of the spec has such a run. */
function holds(spec: unknown, entry: number, { solver, width = null }: Member): boolean {
  const options = at(spec, "solvers", `${entry}`, solver);
  return options !== undefined && (width === null || [at(options, "width")].flat().includes(width));
}

function rank({ solver, width }: Member): number {
  return typeof width === "number" ? 0 : 1 + DENSITY_SOLVERS.indexOf(solver);
}

function describe(
  { solver, width = null }: Member,
  entry: number | null,
  spec: unknown,
): Named & Pick<Group, "kind" | "cells" | "grid"> {
  const facts = factsOf(spec);
  const place = entry === null ? {} : { place: entry + 1 };
  if (width !== null) {
    const details = entry === null ? [] : facts.details(solver, entry).map(asNotation);
    return { name: `*N* = ${width}`, details, ...place, kind: "network", cells: null, grid: null };
  }
  const { cells, grid, method, details } = facts.density(solver, entry);
  const [scheme = "", ...others] = details.map(asNotation);
  const common = { cells, grid, details: [scheme, cells ? cellsText(cells) : "", ...others], ...place };
  if (solver === "stationary") return { ...common, name: "equilibrium", kind: "equilibrium" };
  if (solver === "jko")
    return { ...common, name: method ? `JKO, ${asNotation(method)}` : "JKO", kind: "density" };
  return { ...common, name: solver === "grid" ? "density" : asNotation(solver), kind: "density" };
}
