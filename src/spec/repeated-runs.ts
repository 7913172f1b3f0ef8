// Whether an experiment computes a run twice. Random numbers are those of (seed, replica, neuron), so that two runs of the same settings have the
// same bits: counted as replicas, copies would halve every error and settle what is open. Replicas are what independent copies are.

import type { Path } from "../base/errors.ts";
import { leastOf } from "../base/extremes.ts";
import { listed } from "../base/words.ts";
import { nameOf, networksOf, type StatedSolver } from "./solvers/labels.ts";

/** Keys that no step of a run depends on: how many runs there are, what is looked at besides, when a run is stopped. */
const IDLE_KEYS = ["width", "replicas", "dual", "field", "refine", "observe", "leak"];

/** Widths that a message lists. */
const MOST_WIDTHS = 8;

/** Every run that stands there again, defaults filled in: a complaint for each list of widths and each solver. */
export function repeatedRuns(solvers: readonly StatedSolver[]): { path: Path; text: string }[] {
  /** By settings: the first solver that has them with that width, undefined for a density. */
  const first = new Map<string, Map<number | undefined, number>>();
  return solvers.flatMap((solver, entry) => {
    const name = nameOf(solver);
    const widths = networksOf(solver)?.widths;
    const twice = repeatedIn(widths);
    const within =
      twice.length === 0
        ? []
        : [
            {
              path: ["solvers", entry, name, "width"],
              text: `found ${listed(twice.map(String), MOST_WIDTHS)} more than once, the same run each time; allowed: once, with replicas for independent copies`,
            },
          ];
    const settings = settingsOf(solver);
    const known = first.get(settings) ?? new Map<number | undefined, number>();
    first.set(settings, known);
    const before = leastOf(
      (widths ?? [undefined]).map((width) => known.get(width) ?? Number.POSITIVE_INFINITY),
    );
    for (const width of widths ?? [undefined]) if (!known.has(width)) known.set(width, entry);
    if (before === Number.POSITIVE_INFINITY) return within;
    return [...within, copyOf(before, networksOf(solvers[before]!)?.widths, { entry, name, widths })];
  });
}

/** What a solver that has runs of the one before it is told. */
function copyOf(
  before: number,
  others: readonly number[] | undefined,
  { entry, name, widths }: { entry: number; name: string; widths: readonly number[] | undefined },
): { path: Path; text: string } {
  if (others === undefined) {
    return { path: ["solvers", entry, name], text: `is the same run as solvers.${before}; leave one out` };
  }
  const stated = new Set(widths);
  const shared = [...new Set(others)].filter((width) => stated.has(width));
  const runs = `with N = ${listed(shared.map(String), MOST_WIDTHS)} ${shared.length === 1 ? "is the same run" : "are the same runs"}`;
  return {
    path: ["solvers", entry, name, "width"],
    text: `${runs} as solvers.${before}; leave one out, or set replicas for independent copies`,
  };
}

function repeatedIn(widths: readonly number[] = []): number[] {
  const seen = new Set<number>();
  return [...new Set(widths.filter((width) => seen.size === seen.add(width).size))];
}

/** What the trajectories of a solver depend on, the same text for the same. */
function settingsOf(solver: StatedSolver): string {
  const settings = Object.entries(Object.values(solver)[0] as object);
  const telling = Object.fromEntries(settings.filter(([key]) => !IDLE_KEYS.includes(key)));
  return JSON.stringify([nameOf(solver), telling], (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
