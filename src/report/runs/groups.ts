import { grouped } from "../../base/grouped.ts";
import { cellsText, type Named, tellingDetails } from "../../base/labels.ts";
import type { SolverForm, SolverHolding } from "../../spec/solvers/form.ts";
import { GRID } from "../../spec/solvers/grid.ts";
import {
  densityOf,
  detailsOf,
  entriesOfRuns,
  nameOf,
  positionsOf,
  type StatedSolver,
  type StatedSolvers,
} from "../../spec/solvers/labels.ts";
import { findForm, SOLVERS } from "../../spec/solvers/list.ts";
import type { StatedDensity } from "../../spec/solvers/on-grid.ts";
import { asNotation } from "../notation.ts";

/** A run on a grid, in words: `grid, 64 × 64 cells`. */
export function gridText({ solver, cells = [] }: { solver: string; cells?: readonly number[] }): string {
  return `${solver}, ${cellsText(cells)} cells`;
}

/** A solver's runs: what they hold, what legends call it, what a sentence does. */
interface SolverKind {
  readonly kind: SolverHolding;
  readonly name: string;
  readonly holder: string;
}

/** What the runs of a solver are; a solver that is not known is one of densities. */
export function solverKind(solver: string): SolverKind {
  const { holds, title, holder }: Pick<SolverForm, "holds" | "title" | "holder"> = findForm(solver) ?? GRID;
  return { kind: holds, name: title, holder };
}

/** In legends and tables: the networks, then what they tend to, what moves before what rests. */
const ORDER: readonly SolverHolding[] = ["network", "density", "equations", "equilibrium"];

/** Its place among solvers: of those that hold such in the order of their list. */
export function solverRank(solver: string): number {
  const place = SOLVERS.findIndex(({ name }) => name === solver);
  return SOLVERS.length * ORDER.indexOf(solverKind(solver).kind) + place;
}

/** Whether they tend to it as N → ∞, in time: what moves and is no network. */
export function isLimit({ kind }: Pick<Group, "kind">): boolean {
  return kind !== "network" && kind !== "equilibrium";
}

/** The runs that differ in their replica only. */
export interface Group {
  readonly kind: SolverHolding;
  readonly solver: string;
  readonly width: number | null;
  /** "N = 1000", "density", "JKO, entropic", in notation. */
  readonly name: string;
  /** What tells it apart where several are called so, in notation. */
  readonly details: readonly string[];
  /** Both, as legends say it. */
  readonly label: string;
  /** Of Wasserstein steps: how they are taken. */
  readonly method: string;
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

/** Groups runs by solver and width: the networks narrow to wide, then the densities, their limit. */
export function groupRuns(members: readonly Member[], experiment: StatedSolvers): Group[] {
  const entries = entriesOfRuns(experiment);
  const entryOf = ({ run, solver }: Member) =>
    entries[run] ?? experiment.solvers.findIndex((stated) => nameOf(stated) === solver);
  const sorted = grouped(members, (member) => JSON.stringify([member.solver, member.width, entryOf(member)]))
    .map((group) => ({ group, first: group[0], entry: entryOf(group[0]) }))
    .sort(
      ({ first: a, entry: i }, { first: b, entry: j }) =>
        solverRank(a.solver) - solverRank(b.solver) || (a.width ?? 0) - (b.width ?? 0) || i - j,
    );
  const described = sorted.map(({ first, entry }) => describe(first, entry, experiment.solvers[entry]));
  const telling = tellingDetails(described);
  return sorted.map(({ group, first: { solver, width = null } }, k) => {
    const { place: _, ...description } = described[k]!;
    const details = telling[k]!;
    const label = [description.name, ...details].join(", ");
    return { ...description, solver, width, details, label, runs: group.map(({ run }) => run) };
  });
}

/** The same of all runs of a summary, in their order. */
export function groupsOf(runs: readonly Omit<Member, "run">[], experiment: StatedSolvers): Group[] {
  return groupRuns(
    runs.map((member, run) => ({ ...member, run })),
    experiment,
  );
}

function gridKey({ cells, extent }: StatedDensity): string {
  return JSON.stringify([cells, extent]);
}

function describe(
  { solver, width }: Member,
  entry: number,
  stated: StatedSolver | undefined,
): Named & Pick<Group, "kind" | "method" | "cells" | "grid"> {
  const { kind, name } = solverKind(solver);
  const onGrid: ReturnType<typeof densityOf> & { readonly method?: string } = stated ? densityOf(stated) : {};
  const { cells = null, method = "" } = onGrid;
  return {
    kind,
    cells,
    method,
    place: entry + 1,
    name:
      typeof width === "number" ? `*N* = ${width}` : [name, asNotation(method)].filter(Boolean).join(", "),
    details: stated === undefined ? [] : detailsOf(stated).map(asNotation),
    grid: cells && gridKey(positionsOf(stated!)),
  };
}
