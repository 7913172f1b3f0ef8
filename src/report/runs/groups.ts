import { grouped } from "../../base/grouped.ts";
import { cellsText, type Named, tellingDetails } from "../../base/labels.ts";
import {
  densityOf,
  detailsOf,
  entriesOfRuns,
  nameOf,
  type StatedSolver,
  type StatedSolvers,
} from "../../spec/solver-labels.ts";
import { asNotation } from "../notation.ts";

/** A run on a grid, in words: `grid, 64 × 64 cells`. */
export function gridText({ solver, cells = [] }: { solver: string; cells?: readonly number[] }): string {
  return `${solver}, ${cellsText(cells)} cells`;
}

/** What a run holds: N neurons, a density that moves, or the densities that do not. */
export type GroupKind = "network" | "density" | "equilibrium";

/** Whether they tend to it as N → ∞, in time: what moves and is no network. */
export function isLimit({ kind }: Pick<Group, "kind">): boolean {
  return kind !== "network" && kind !== "equilibrium";
}

/** The runs that differ in their replica only. */
export interface Group {
  readonly kind: GroupKind;
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

/** After the networks the solvers that hold densities, what moves before what rests. */
const DENSITY_SOLVERS = ["grid", "jko", "stationary"];

/** What groups need of an experiment. */
type Stated = StatedSolvers & { readonly dynamics?: { readonly kind: string } };

/** Groups runs by solver and width: the networks narrow to wide, then the densities, their limit. */
export function groupRuns(members: readonly Member[], experiment: Stated): Group[] {
  const entries = entriesOfRuns(experiment);
  const entryOf = ({ run, solver }: Member) =>
    entries[run] ?? experiment.solvers.findIndex((stated) => nameOf(stated) === solver);
  const kinetic = experiment.dynamics?.kind === "kinetic";
  const sorted = grouped(members, (one) => JSON.stringify([one.solver, one.width, entryOf(one)]))
    .map((group) => ({ group, first: group[0], entry: entryOf(group[0]) }))
    .sort(
      (a, b) =>
        rank(a.first) - rank(b.first) || (a.first.width ?? 0) - (b.first.width ?? 0) || a.entry - b.entry,
    );
  const described = sorted.map(({ first, entry }) =>
    describe(first, entry, experiment.solvers[entry], kinetic),
  );
  const telling = tellingDetails(described);
  return sorted.map(({ group, first: { solver, width = null } }, index) => {
    const { kind, name, method, cells, grid } = described[index]!;
    const details = telling[index]!;
    const label = [name, ...details].join(", ");
    return {
      kind,
      solver,
      width,
      name,
      details,
      label,
      method,
      cells,
      grid,
      runs: group.map(({ run }) => run),
    };
  });
}

function rank({ solver, width }: Member): number {
  return typeof width === "number" ? 0 : 1 + DENSITY_SOLVERS.indexOf(solver);
}

function describe(
  { solver, width = null }: Member,
  entry: number,
  stated: StatedSolver | undefined,
  kinetic: boolean,
): Named & Pick<Group, "kind" | "method" | "cells" | "grid"> {
  const [first = "", ...others] = stated === undefined ? [] : detailsOf(stated).map(asNotation);
  const place = entry + 1;
  if (width !== null) {
    const none = { method: "", cells: null, grid: null };
    return { ...none, name: `*N* = ${width}`, details: [first, ...others], place, kind: "network" };
  }
  const { cells = null, extent, method = "" } = (stated && densityOf(stated)) ?? {};
  const details = [first, cells ? cellsText(cells) : "", ...others];
  const phase = kinetic && solver === "grid";
  const ofTheta = <T>(axes: readonly T[] = []) => (phase ? axes.slice(0, axes.length / 2) : axes);
  const grid = cells && JSON.stringify([ofTheta(cells), ofTheta(extent)]);
  const common = { cells, grid, method, details, place };
  if (solver === "stationary") return { ...common, name: "equilibrium", kind: "equilibrium" };
  const jko = method ? `JKO, ${asNotation(method)}` : "JKO";
  return { ...common, name: solver === "jko" ? jko : "density", kind: "density" };
}
