// Whom an error is put to: the file, or the option of the command line that put there what is wrong. What the file alone would be refused
// for is the file's; of the rest each complaint belongs to the last option at its place, or else to all options together. What is found after
// the schema, in a file of numbers or a study's fits, is not looked for again in the file alone: where no option is at its place, it is the file's.

import { inputError, type MuflowError, type Path, putTo } from "../base/errors.ts";
import type { Complaint } from "./issues.ts";

/** A key that the command line has set, and how it says so: `--set time.step=0.1`. */
export interface Override {
  readonly path: readonly string[];
  readonly text: string;
}

/** How a line begins that says what is wrong. */
export interface Blame {
  /** Of what the schema has found. */
  of(complaint: Complaint): string;
  /** Of what is found later, at that place; null: at none. */
  at(place: Path | null): string;
  /** Bad input at that place, found later. */
  error(place: Path, text: string): MuflowError;
}

/**
 * `where`: the file, and whatever says which of its experiments. `isFiles`: whether the file has that complaint without the options too.
 */
export function blameOn(
  where: { readonly file: string; readonly point: string },
  overrides: readonly Override[],
  isFiles: (complaint: Complaint) => boolean,
): Blame {
  const begin = (who: string) => [who, where.point].filter(Boolean).join(": ");
  const lastAt = (place: Path) => overrides.findLast(({ path }) => overlap(path, place.map(String)))?.text;
  const at = (place: Path | null) => begin((place === null ? undefined : lastAt(place)) ?? where.file);
  return {
    of(complaint) {
      if (overrides.length === 0 || isFiles(complaint)) return begin(where.file);
      const together = `${where.file} with ${overrides.map(({ text }) => text).join(" ")}`;
      return begin(lastAt(complaint.path) ?? together);
    },
    at,
    error: (place, text) => putTo(at(place), inputError(place, text)),
  };
}

/** Whether one of two places lies in the other. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((key, k) => key === b[k]);
}
