// Sides in turn, ABCABC…, each with as many steps a sample as fill about the same time: noise of the machine falls on all alike, and
// a ratio is one of the same round.

import { setTimeout as rest } from "node:timers/promises";
import { sum } from "d3-array";
import { spread } from "./statistics.mjs";

/** Milliseconds in which a side's threads go to sleep before another side begins. */
const PAUSE = 20;
/** Of the asked-for time that a sample fills at least, before its number of steps is settled. */
const ENOUGH = 0.4;
const MOST_STEPS = 1e6;

async function sample(side, steps) {
  await rest(PAUSE);
  const { seconds, cpu } = await side.ask({ do: "run", steps });
  return { ms: (1000 * seconds) / steps, cpu: (1000 * cpu) / steps };
}

/** Warms a side up, and finds the number of steps that takes about so many milliseconds. */
export async function settle(side, wanted) {
  await sample(side, 1);
  for (let steps = 1; ; ) {
    const { ms } = await sample(side, steps);
    const next = Math.min(MOST_STEPS, Math.max(1, Math.ceil(wanted / Math.max(ms, wanted / MOST_STEPS))));
    if (steps * ms >= ENOUGH * wanted || next <= steps) return next;
    steps = Math.min(next, 8 * steps);
  }
}

/**
 * Times of the first side and of the others: for each {ms, cores, steps}, and of the others the ratio of their time to the first's.
 * `wanted`: milliseconds a sample.
 */
export async function interleaved(sides, { rounds, wanted }) {
  const steps = [];
  for (const side of sides) steps.push(await settle(side, wanted));
  const samples = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [k, side] of sides.entries()) samples[k].push(await sample(side, steps[k]));
  }
  return samples.map((own, k) => {
    const ms = spread(own.map((one) => one.ms));
    if (!(ms.low > 0)) {
      throw new Error(`${sides[k].name}: steps drown in the noise of this machine; a longer --sample helps`);
    }
    return {
      steps: steps[k],
      ms,
      cores: sum(own, ({ cpu }) => cpu) / sum(own, (one) => one.ms),
      ...(k > 0 && { ratio: spread(own.map((one, round) => one.ms / samples[0][round].ms)) }),
    };
  });
}
