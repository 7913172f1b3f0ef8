// Whether what must fall fell, from every record to the next: F of networks at τ = 0, with momenta F + ½⟨|ω|²⟩, E_τ and H of densities.
// Not where the identity holds in expectation only, nor under batches or a falling temperature, where it may rise.

import { largestOf } from "../../base/extremes.ts";
import { listed } from "../../base/words.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import { formatNumber, notationToText } from "../notation.ts";
import type { Group } from "./groups.ts";

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
    const own = courses.filter((one) => one.functional === functional);
    const fell = own.filter(({ rise }) => rise === 0).map(({ label }) => label);
    const rose = own.filter(({ rise }) => rise > 0);
    if (rose.length === 0) {
      return `${functional} must fall, and from each record to the next it did${forAll(fell)}.`;
    }
    const rises = rose.map(({ label, rise, at }) => {
      // Where there is but one there is nothing to tell it from.
      const whose = own.length === 1 ? "" : `for ${label} `;
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
  const own = runs.map((run) => rows.filter((row) => row.run === run)).filter(({ length }) => length > 1);
  const functional = own.length === 0 ? null : functionalOf(own[0]!);
  if (functional === null) return null;
  let [rise, at] = [0, 0];
  for (const records of own) {
    const scale = largestOf(records.flatMap((row) => functional.terms.map((name) => size(row, name))));
    for (const [k, row] of records.entries()) {
      const change = k === 0 ? 0 : value(row, functional) - value(records[k - 1]!, functional);
      if (change > ROUND_OFF * scale && change > rise) [rise, at] = [change, row.t];
    }
  }
  return { label: notationToText(label), functional: functional.name, rise, at };
}

interface Functional {
  readonly name: string;
  /** The columns that add up to it. */
  readonly sum: readonly string[];
  /** Those that it is computed from. */
  readonly terms: readonly string[];
}

/** What must fall along these records; null where nothing must. */
function functionalOf(records: readonly SeriesRow[]): Functional | null {
  const has = (name: string) => records.every((row) => typeof row[name] === "number");
  if (!has("dissipation") || has("identity_defect") || has("temperature")) return null;
  if (has("free_energy")) {
    return { name: "free_energy", sum: ["free_energy"], terms: ["energy", "kinetic", "free_energy"] };
  }
  const sum = has("kinetic") ? ["energy", "kinetic"] : ["energy"];
  return { name: sum.join(" + "), sum, terms: sum };
}

function value(row: SeriesRow, { sum }: Functional): number {
  return sum.reduce((total, name) => total + (row[name] as number), 0);
}

function size(row: SeriesRow, name: string): number {
  const found = row[name];
  return typeof found === "number" ? Math.abs(found) : 0;
}
