// Which tasks are whose: shard i of n takes what keeps the shards' work equal, by the rule "longest first, to the shard with
// the least so far" (Graham 1969, within 4/3 of the best). A function of the tasks and n alone: any machine finds the same.

import { inputError } from "../base/errors.ts";

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
  const load = new Float64Array(count);
  const order = work.map((_, task) => task).sort((a, b) => work[b] - work[a] || a - b);
  const own: number[] = [];
  for (const task of order) {
    let least = 0;
    for (let shard = 1; shard < count; shard++) if (load[shard] < load[least]) least = shard;
    load[least] += work[task];
    if (least === index - 1) own.push(task);
  }
  return own.sort((a, b) => a - b);
}
