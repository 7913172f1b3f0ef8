// Survivors that no test could kill, each with the reason: explained.json, by the text of the line rather than by its number.

import { readFileSync } from "node:fs";
import type { Mutant } from "./draw.ts";

export interface Explanation {
  readonly file: string;
  /** The line, trimmed. */
  readonly line: string;
  /** What is replaced, and by what; left out: whatever on that line. */
  readonly from?: string;
  readonly to?: string;
  readonly why: string;
}

export function readExplanations(): Explanation[] {
  return JSON.parse(readFileSync(new URL("explained.json", import.meta.url), "utf8"));
}

/** Why it cannot be seen, or null. */
export function explanationOf(
  mutant: Pick<Mutant, "file" | "text" | "from" | "to">,
  explanations: readonly Explanation[],
): string | null {
  const found = explanations.find(
    ({ file, line, from, to }) =>
      file === mutant.file &&
      line === mutant.text &&
      (from ?? mutant.from) === mutant.from &&
      (to ?? mutant.to) === mutant.to,
  );
  return found?.why ?? null;
}
