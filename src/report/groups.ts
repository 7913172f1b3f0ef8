import { factsOf } from "./facts.ts";

/** The runs that differ in their replica only. */
export interface Group {
  readonly solver: string;
  readonly width: number | null;
  /** As legends say it: "N = 1000", followed by what tells it apart when several solvers have this width. */
  readonly label: string;
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

/**
 * Groups runs by solver and width, narrow to wide. A replica that appears twice at one width belongs to
 * another entry of the spec's solvers, and to another group.
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
  return [...groups.values()]
    .sort((a, b) => (a.members[0]!.width ?? 0) - (b.members[0]!.width ?? 0) || a.occurrence - b.occurrence)
    .map(({ occurrence, members }) => {
      const { solver, width = null } = members[0]!;
      const label = groupLabel(spec, solver, width, occurrence, groups.has(`${solver} ${width} 1`));
      return { solver, width, label, runs: members.map(({ run }) => run) };
    });
}

function groupLabel(
  spec: unknown,
  solver: string,
  width: number | null,
  occurrence: number,
  several: boolean,
): string {
  if (width === null) return solver;
  if (!several) return `*N* = ${width}`;
  const integrators = factsOf(spec).integrators(width);
  const distinct = new Set(integrators).size === integrators.length;
  const integrator = integrators[occurrence];
  return `*N* = ${width}, ${distinct && integrator ? integrator : `solver ${occurrence + 1}`}`;
}
