// Folders under fire:
//   node validation/folders/run.mjs [--early 1000] [--later 1000] [--locks 10000] [--seed 1]
// kills of runs and studies in the first 10 ms of their folders and at any later moment, and rounds of contenders for a lock. Exit code 0: no folder
// was dead, no bits differed, no round had two owners, or none.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { kills } from "./kills.mjs";
import { lockRounds } from "./locks.mjs";

const { values } = parseArgs({
  options: {
    early: { type: "string", default: "1000" },
    later: { type: "string", default: "1000" },
    locks: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});

/** Mulberry32: of a seed, in [0, 1). */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const directory = mkdtempSync(join(tmpdir(), "muflow-folders-"));
const random = uniform(Number(values.seed));
let bad = 0;
try {
  for (const early of [true, false]) {
    const count = Number(early ? values.early : values.later);
    if (count === 0) continue;
    const found = await kills(directory, { count, early, random });
    bad += found.dead.length + found.differing.length;
    console.log(
      `${early ? "first 10 ms" : "any moment"}: ${found.kills} killed, ${found.endedBefore} ended before, ${found.dead.length} dead, ${found.differing.length} differing`,
    );
    for (const one of [...found.dead, ...found.differing].slice(0, 5)) console.log(JSON.stringify(one));
  }
  if (Number(values.locks) > 0) {
    const found = await lockRounds(join(directory, "locks"), Number(values.locks), random);
    bad += found.two + found.none + found.other.length;
    console.log(
      `locks: ${found.rounds} rounds, ${found.killed} with a kill: ${found.two} with two owners, ${found.none} with none, ${found.other.length} other answers`,
    );
    for (const one of found.other.slice(0, 5)) console.log(one);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = bad === 0 ? 0 : 1;
