// Whether two sides compute the same: max |a − b| / max |b| of every array that the peer hands back. Nothing is timed before.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `work` with a folder of its own, which is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "muflow-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How far two arrays are from each other, relative to the largest number of the second; no length in common and NaN: infinitely far. */
export function distance(a, b) {
  if (a === null || b === null || a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [gap, size] = [0, 0];
  for (const [i, value] of b.entries()) {
    const apart = Math.abs(a[i] - value);
    if (Number.isNaN(apart)) return Number.POSITIVE_INFINITY;
    gap = Math.max(gap, apart);
    size = Math.max(size, Math.abs(value));
  }
  return gap === 0 ? 0 : gap / size;
}

/** Of sides that compute the same numbers, after the steps that the row shows. */
export const WITHIN = 1e-12;

/** The agreement of a row whose sides have these arrays in common. */
export function same(names) {
  return async ({ here, shown }) => {
    const { ours, peer } = await here(shown);
    const worst = Math.max(...names.map((name) => distance(ours(name), peer(name))));
    return { holds: worst <= WITHIN, text: `${names.join(", ")} to ${worst.toExponential(0)}` };
  };
}
