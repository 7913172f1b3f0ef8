// Whether an experiment computes a run twice. Random numbers are those of (seed, replica, neuron), so that two runs of the same settings have the
// same bits: counted as replicas, copies would halve every error and settle what is open. Replicas are what independent copies are.

import { isDeepStrictEqual } from "node:util";
import { listed } from "../base/words.ts";
import type { Path } from "./issues.ts";

/** A solver with its defaults filled in, by its name. */
type Solver = Readonly<Record<string, unknown>>;

/** Keys that no step of a run depends on: how many runs there are, what is looked at besides, when a run is stopped. */
const IDLE_KEYS = ["width", "replicas", "dual", "field", "refine", "leak"];

/** Every run that stands there again, a complaint for each list of widths and each solver. */
export function repeatedRuns(solvers: readonly Solver[]): { path: Path; text: string }[] {
  return solvers.flatMap((solver, entry) => {
    const name = nameOf(solver);
    const twice = repeatedIn(widthsOf(solver));
    const within =
      twice.length === 0
        ? []
        : [
            {
              path: ["solvers", entry, name, "width"],
              text: `found ${listed(twice.map(String))} more than once, the same run each time; allowed: once, with replicas for independent copies`,
            },
          ];
    return [...within, ...copyOf(solvers, entry)];
  });
}

/** What the first solver before it that has the same runs makes of one. */
function copyOf(solvers: readonly Solver[], entry: number): { path: Path; text: string }[] {
  const solver = solvers[entry]!;
  const name = nameOf(solver);
  const own = new Set(widthsOf(solver));
  for (const [before, other] of solvers.slice(0, entry).entries()) {
    if (!isDeepStrictEqual(settingsOf(other), settingsOf(solver))) continue;
    if (name !== "particles") {
      return [
        { path: ["solvers", entry, name], text: `is the same run as solvers.${before}; leave one out` },
      ];
    }
    const shared = [...new Set(widthsOf(other))].filter((width) => own.has(width));
    if (shared.length === 0) continue;
    const runs = `with N = ${listed(shared.map(String))} ${shared.length === 1 ? "is the same run" : "are the same runs"}`;
    return [
      {
        path: ["solvers", entry, name, "width"],
        text: `${runs} as solvers.${before}; leave one out, or set replicas for independent copies`,
      },
    ];
  }
  return [];
}

const nameOf = (solver: Solver) => Object.keys(solver)[0]!;

function widthsOf(solver: Solver): readonly number[] {
  return (Object.values(solver)[0] as { readonly width?: readonly number[] }).width ?? [];
}

function repeatedIn(widths: readonly number[]): number[] {
  return [...new Set(widths.filter((width, k) => widths.indexOf(width) < k))];
}

/** What the trajectories of a solver depend on. */
function settingsOf(solver: Solver): unknown {
  const settings = Object.entries(Object.values(solver)[0] as object);
  return [nameOf(solver), Object.fromEntries(settings.filter(([key]) => !IDLE_KEYS.includes(key)))];
}
