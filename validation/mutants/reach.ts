// Which test files could see a mutant: those of its room that reach its statement; a constant's, those that reach its uses.

import { type Mutant, roomOf } from "./draw.ts";
import type { Measured, Reached } from "./worker.ts";

/** The tests that may see it, the one beside its file first, then the quickest first. */
export function testsFor(mutant: Mutant, source: string, tests: readonly Measured[]): Measured[] {
  const places = placesOf(mutant, source);
  const beside = mutant.file.replace(/\.ts$/, ".test.ts");
  return tests
    .filter(({ test }) => roomOf(test) === mutant.room)
    .filter(({ reached }) => {
      const statements = reached[mutant.file];
      return statements !== undefined && places.some((place) => isReached(statements, place));
    })
    .sort((left, right) => {
      if ((left.test === beside) !== (right.test === beside)) return left.test === beside ? -1 : 1;
      return left.seconds - right.seconds;
    });
}

type Place = readonly [line: number, column: number];

/** Where its value is computed or used. */
function placesOf({ at, constant }: Mutant, source: string): Place[] {
  const own = placeAt(source, at[0]);
  if (constant === null || new RegExp(`export const ${constant}\\b`).test(source)) return [own];
  const uses = [...source.matchAll(new RegExp(`\\b${constant}\\b`, "g"))].map(({ index }) => index);
  const elsewhere = uses.filter((use) => !source.slice(0, use).endsWith("const "));
  return elsewhere.length === 0 ? [own] : elsewhere.map((use) => placeAt(source, use));
}

function placeAt(source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return [before.length, before[before.length - 1].length];
}

/** Whether the innermost statement there was reached; where there is none, the file was loaded. */
function isReached(statements: readonly Reached[], [line, column]: Place): boolean {
  let inner: Reached | null = null;
  for (const statement of statements) {
    const [fromLine, fromColumn, toLine, toColumn] = statement;
    if (line < fromLine || (line === fromLine && column < fromColumn)) continue;
    if (line > toLine || (line === toLine && toColumn !== null && column >= toColumn)) continue;
    const later = inner === null || fromLine > inner[0] || (fromLine === inner[0] && fromColumn >= inner[1]);
    if (later) inner = statement;
  }
  return inner === null || inner[4];
}
