// A sample of the calibration of rates (npm run calibrate): random problems, judged by what the eigenvalue solver knows.

import { expect, it } from "vitest";
import { drawn, type Size } from "../validation/rates/problems.ts";
import { outcomeOf, tallyOf } from "../validation/rates/verdicts.ts";

const SEED = 20261129;
const SAMPLE = 100;
const TINY: Size = {
  line: 64,
  phase: [96, 40],
  data: [4],
  records: 60,
  folds: 48,
  step: [0.05, 0.1, 0.2],
  most: { langevin: 800, kinetic: 150 },
};

/** A verdict that is wrong once in a thousand times is wrong in one of 100 with probability .1: the problems are the same ones in every run. */
it("a true rate FAILS in none of 100 random problems, and most that could be resolved are", () => {
  const outcomes = [];
  for (let k = 0; outcomes.length < SAMPLE; k++) {
    const kind = k % 25 === 24 ? "kinetic" : "langevin";
    try {
      outcomes.push(outcomeOf(drawn(kind, SEED, k, TINY), k));
    } catch {
      // No run on these cells: another problem.
    }
  }
  const tally = tallyOf(outcomes);
  expect(tally.falseAlarms.map(({ words, reason }) => `${words}: ${reason}`)).toEqual([]);
  expect(tally.holds).toBeGreaterThan(0.1 * SAMPLE);
  expect(tally.held).toBeGreaterThan(0.9 * tally.given);
  expect(tally.plain).toBeGreaterThan(5);
  expect(tally.plainHolds).toBeGreaterThan(0.6 * tally.plain);
  expect(tally.plainFails).toBeGreaterThan(0.6 * tally.plain);
});
