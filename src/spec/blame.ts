// Whom an error is put to: the file, or the option of the command line that put there what is wrong. What the file alone would be refused
// for is the file's; of the rest each complaint belongs to the last option at its place, or else to all options together. What is found after
// the schema, in a file of numbers or a study's fits, is not looked for again in the file alone: where no option is at its place, it is the file's.

import type { Complaint } from "./issues.ts";

/** A key that the command line has set, and how it says so: `--set time.step=0.1`. */
export interface Override {
  readonly path: readonly string[];
  readonly text: string;
}

/** How the line of a complaint begins. `found`: by the schema, or later. */
export type Blame = (complaint: Complaint, found?: "by the schema" | "later") => string;

/**
 * `where`: the file, and whatever says which of its experiments. `isFiles`: whether the file has that complaint without the options too.
 */
export function blameOn(
  where: { readonly file: string; readonly point: string },
  overrides: readonly Override[],
  isFiles: (complaint: Complaint) => boolean,
): Blame {
  const begin = (who: string) => [who, where.point].filter(Boolean).join(": ");
  return (complaint, found = "by the schema") => {
    const later = found === "later";
    if (overrides.length === 0 || (!later && isFiles(complaint))) return begin(where.file);
    const own = overrides.findLast(({ path }) => overlap(path, complaint.path.map(String)));
    if (later) return begin(own?.text ?? where.file);
    return begin(own?.text ?? `${where.file} with ${overrides.map(({ text }) => text).join(" ")}`);
  };
}

/** Whether one of two places lies in the other. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((key, k) => key === b[k]);
}
