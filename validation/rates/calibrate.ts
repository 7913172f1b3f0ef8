// npm run calibrate -- [--count 3800] [--seed 1] [--out FILE] [--part i/n]: judges the true rates of random problems, nine of ten under Langevin dynamics, and prints the table of
// docs/studies.md. One line of JSON a problem goes to the file; the same command goes on from there. Two hours for thousands.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { drawn, FULL } from "./problems.ts";
import { type Outcome, outcomeOf, tallyOf } from "./verdicts.ts";

interface Line {
  readonly k: number;
  readonly kind: "langevin" | "kinetic";
  /** null where the solvers have no answer to the problem. */
  readonly outcome: Outcome | null;
  readonly why?: string;
}

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "3800" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "calibration.jsonl" },
    part: { type: "string", default: "1/1" },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const [part, parts] = values.part.split("/").map(Number) as [number, number];
const lines: Line[] = existsSync(values.out)
  ? readFileSync(values.out, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
  : [];
const done = new Set(lines.map(({ k }) => k));

for (let k = part - 1; k < count; k += parts) {
  if (done.has(k)) continue;
  const kind = k % 10 === 9 ? "kinetic" : "langevin";
  let line: Line;
  try {
    line = { k, kind, outcome: outcomeOf(drawn(kind, seed, k, FULL), k) };
  } catch (error) {
    line = { k, kind, outcome: null, why: String(error) };
  }
  lines.push(line);
  appendFileSync(values.out, `${JSON.stringify(line)}\n`);
  if (line.outcome?.verdict === "FAILS")
    process.stderr.write(`${line.outcome.words}: ${line.outcome.reason}\n`);
  if (lines.length % 50 === 0) process.stderr.write(`${lines.length} of ${count}\n`);
}

const percent = (share: number, of: number) =>
  of === 0 ? "–" : `${((100 * share) / of).toFixed(1)} % of ${of}`;
process.stdout.write(
  "| dynamics | runs | HOLDS | NOT RESOLVED | false FAILS | in the 95 % interval | plain runs that HOLD | … whose 10 % wrong prediction FAILS |\n|---|---|---|---|---|---|---|---|\n",
);
for (const kind of ["langevin", "kinetic"] as const) {
  const outcomes = lines.flatMap((line) =>
    line.kind === kind && line.outcome !== null ? [line.outcome] : [],
  );
  const tally = tallyOf(outcomes);
  process.stdout.write(
    `| ${kind} | ${tally.count} | ${tally.holds} | ${tally.open} | ${tally.falseAlarms.length} | ${percent(tally.held, tally.given)} | ${percent(tally.plainHolds, tally.plain)} | ${percent(tally.plainFails, tally.plain)} |\n`,
  );
}
process.stdout.write(
  `${lines.filter(({ outcome }) => outcome === null).length} problems have no run on these cells.\n`,
);
