// Whether what must fall fell, from every record to the next: F of networks at τ = 0, with momenta F + ½⟨|ω|²⟩, E_τ and H of densities.
// Not where the identity holds in expectation only, nor under batches or a falling temperature, where it may rise.

import { largestOf } from "../../base/extremes.ts";
import { listed } from "../../base/words.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import { formatNumber, notationToText } from "../notation.ts";
import type { Group } from "./groups.ts";
import { lyapunov, lyapunovTerms, valueIn } from "./observable.ts";

/** What X changes by in rounding alone, relative to its terms: sums over many neurons, or cells. */
const ROUND_OFF = 1e-13;

/** The most that X rose by from one record to the next, of the runs of one group. */
interface Course {
  readonly label: string;
  readonly functional: string;
  /** 0 where it is round-off. */
  readonly rise: number;
  /** The record that it rose to. */
  readonly at: number;
}

/** Sentences on all groups of that kind, those of one functional together. */
export function fallNotes(series: SeriesTable, groups: readonly Group[]): string[] {
  const courses = groups.flatMap((group) => courseOf(series, group) ?? []);
  const functionals = [...new Set(courses.map(({ functional }) => functional))];
  return functionals.map((functional) => {
    const alike = courses.filter((course) => course.functional === functional);
    const fell = alike.filter(({ rise }) => rise === 0).map(({ label }) => label);
    const rose = alike.filter(({ rise }) => rise > 0);
    if (rose.length === 0) {
      return `${functional} must fall, and from each record to the next it did${forAll(fell)}.`;
    }
    const rises = rose.map(({ label, rise, at }) => {
      // Where there is but one there is nothing to tell it from.
      const whose = alike.length === 1 ? "" : `for ${label} `;
      return `${whose}by up to ${formatNumber(rise, 2)} (before t = ${formatNumber(at, 6)})`;
    });
    const others = fell.length === 0 ? "" : `; it never rose for ${listed(fell)}`;
    return `${functional} must fall, but between records it rose ${listed(rises)}, an error of the step${others}.`;
  });
}

/** Of whom that is said, where several are meant. */
function forAll(labels: readonly string[]): string {
  return labels.length < 2 ? "" : ` for ${listed(labels)}`;
}

function courseOf({ rows }: SeriesTable, { label, runs }: Group): Course | null {
  const replicas = runs
    .map((run) => rows.filter((row) => row.run === run))
    .filter(({ length }) => length > 1);
  if (replicas.length === 0 || !mustFall(replicas[0]!)) return null;
  let [rise, at] = [0, 0];
  for (const records of replicas) {
    const sizes = records.flatMap((row) => TERMS.map((name) => Math.abs(valueIn(row, name))));
    const scale = largestOf(sizes.filter((size) => !Number.isNaN(size)));
    for (const [k, row] of records.entries()) {
      const change = k === 0 ? 0 : lyapunov(row) - lyapunov(records[k - 1]!);
      if (change > ROUND_OFF * scale && change > rise) [rise, at] = [change, row.t];
    }
  }
  return { label: notationToText(label), functional: lyapunovTerms(replicas[0]![0]!).join(" + "), rise, at };
}

/** What X is computed from. */
const TERMS = ["energy", "kinetic", "free_energy"];

/** Whether X must fall along these records. */
function mustFall(records: readonly SeriesRow[]): boolean {
  const has = (name: string) => records.every((row) => typeof row[name] === "number");
  return has("dissipation") && !has("identity_defect") && !has("temperature");
}
