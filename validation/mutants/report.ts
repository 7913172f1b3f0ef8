// What became of a campaign: a table by room, and the survivors.

import Table from "cli-table3";
import { type Mutant, ROOMS } from "./draw.ts";
import { explanationOf, readExplanations } from "./explained.ts";
import type { Tried } from "./worker.ts";

/** A mutant and what became of it. */
export interface Result
  extends Tried,
    Pick<Mutant, "id" | "room" | "file" | "line" | "text" | "from" | "to"> {
  /** Hashes of its file, and of the tests of its room. */
  readonly code: string;
  readonly tests: string;
}

/** The least share of mutants that must be killed. */
const KILLED = 0.95;

/** Prints both; the exit code. */
export function report(results: readonly Result[], title: string): number {
  const explanations = readExplanations();
  const isExplained = (result: Result) => explanationOf(result, explanations) !== null;
  const row = (name: string, some: readonly Result[]) => {
    const survived = some.filter(({ outcome }) => outcome === "survived");
    const open = survived.filter((result) => !isExplained(result));
    const timeouts = some.filter(({ outcome }) => outcome === "timeout").length;
    const killed = some.length - survived.length;
    const seconds = some.reduce((total, result) => total + result.seconds, 0);
    return [
      name,
      some.length,
      killed,
      timeouts,
      survived.length - open.length,
      open.length,
      some.length === 0 ? "" : `${((100 * killed) / some.length).toFixed(1)} %`,
      some.length === 0 ? "" : (seconds / some.length).toFixed(1),
    ];
  };
  const head = ["room", "drawn", "killed", "of these by time", "explained", "survived", "killed", "s each"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const room of ROOMS)
    table.push(
      row(
        room,
        results.filter((result) => result.room === room),
      ),
    );
  table.push(row("all", results));
  console.log(`\n${results.length} mutants, ${title}\n${table.toString()}`);
  const survived = results.filter(({ outcome }) => outcome === "survived");
  const open = survived.filter((result) => !isExplained(result));
  for (const { file, line, text, from, to } of [...open].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    console.log(`survived ${file}:${line}  ${text}\n    ${from} → ${to}`);
  }
  const share = 1 - survived.length / Math.max(1, results.length);
  return open.length === 0 && share >= KILLED ? 0 : 1;
}
