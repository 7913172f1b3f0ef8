// Which tasks are whose: shard i of n takes what keeps the shards' work equal, by the rule "longest first, to the shard with
// the least so far" (Graham 1969, within 4/3 of the best). A function of the tasks and n alone: any machine finds the same.

import { inputError } from "../../base/errors.ts";

export interface Shard {
  /** 1 … count */
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 1, count: 1 };

/** i/n, as in --shard 2/7. */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1) || !(index <= count) || !Number.isSafeInteger(count)) {
    throw inputError("--shard", `found "${text}"; allowed: i/n with 1 ≤ i ≤ n, such as 2/7`);
  }
  return { index, count };
}

/** The tasks of that shard, ascending. */
export function tasksInShard(work: readonly number[], { index, count }: Shard): number[] {
  const shards = shardsOf(work, count);
  return [...work.keys()].filter((task) => shards[task] === index);
}

/** Whose each task is, 1 … count. */
function shardsOf(work: readonly number[], count: number): Int32Array {
  const load = new Float64Array(count);
  const order = work.map((_, task) => task).sort((a, b) => work[b] - work[a] || a - b);
  const shards = new Int32Array(work.length);
  for (const task of order) {
    let least = 0;
    for (let shard = 1; shard < count; shard++) if (load[shard] < load[least]) least = shard;
    load[least] += work[task];
    shards[task] = least + 1;
  }
  return shards;
}

/** Numbers of shards that are tried where none is given, and as many shards as are worth naming. */
const MOST_TRIED = 32;
const MOST_NAMED = 8;

/**
 * The shards that missing tasks are the whole of, of as few as can be; with `count`, those of so many that hold some. Empty where there
 * is no saying, or too many to say.
 */
export function shardsMissing(work: readonly number[], missing: readonly boolean[], count?: number): Shard[] {
  for (let n = count ?? 2; n <= (count ?? MOST_TRIED); n++) {
    const shards = shardsOf(work, n);
    const holding = (wanted: boolean) => new Set(shards.filter((_, task) => missing[task] === wanted));
    const [some, others] = [holding(true), holding(false)];
    if (count === undefined && [...some].some((index) => others.has(index))) continue;
    const missingShards = [...some].sort((a, b) => a - b).map((index): Shard => ({ index, count: n }));
    return missingShards.length <= MOST_NAMED ? missingShards : [];
  }
  return [];
}
