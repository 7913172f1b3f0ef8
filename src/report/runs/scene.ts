// What the pictures of a run's folder are of: its runs by groups, and what is read from them once.

import type { ReportInput } from "../folder.ts";
import { type Equilibrium, equilibriaOf } from "./equilibria.ts";
import { type Facts, factsOf } from "./facts.ts";
import { type Group, groupRuns, isLimit } from "./groups.ts";
import { phaseGroups } from "./phase-space.ts";
import { type NetworkTrace, neuronsOf } from "./traces.ts";

export interface Scene {
  readonly input: ReportInput;
  readonly series: ReportInput["series"];
  readonly facts: Facts;
  /** The networks narrow to wide, then the densities that move, then the equilibria. */
  readonly groups: readonly Group[];
  readonly networks: readonly Group[];
  readonly densities: readonly Group[];
  /** The densities over (θ, ω). */
  readonly phase: readonly Group[];
  readonly equilibria: readonly Equilibrium[];
  /** The neurons of the widest network that has snapshots, of its first replica. */
  readonly widest: Widest | undefined;
}

export interface Widest extends NetworkTrace {
  readonly label: string;
  /** In a sentence: "N = 100 (the first replica)". */
  readonly called: string;
}

export function sceneOf(input: ReportInput): Scene {
  const { series, summary } = input;
  // A computation that ended early may have no summary of some runs: those count that left a trace.
  const traced = [...new Map(series.rows.map((row) => [row.run, row])).values()].sort(
    (a, b) => a.run - b.run,
  );
  const groups = groupRuns(traced, summary.spec);
  return {
    input,
    series,
    facts: factsOf(summary, series),
    groups,
    networks: groups.filter(({ kind }) => kind === "network"),
    densities: groups.filter(isLimit),
    phase: phaseGroups(series, groups),
    equilibria: equilibriaOf(input, groups),
    widest: widestOf(input, groups),
  };
}

function widestOf(input: ReportInput, groups: readonly Group[]): Widest | undefined {
  const networks = groups.flatMap(({ label, runs }) => {
    const neurons = neuronsOf(input, runs[0]!);
    const called = runs.length > 1 ? `${label} (the first replica)` : label;
    return neurons === undefined ? [] : [{ ...neurons, label, called }];
  });
  return networks.at(-1);
}
