// Pieces of a measurement, one after another, and how far it is.

import type { ClaimContext } from "../../claims/claim.ts";

/** What is measured of each item; after it `progress` is told the share of the work done, `workOf` an item: default alike. */
export async function inTurn<Item, Result>(
  items: readonly Item[],
  progress: ClaimContext["progress"],
  measure: (item: Item, index: number) => Result | Promise<Result>,
  workOf: (item: Item) => number = () => 1,
): Promise<Result[]> {
  const total = items.reduce((sum, item) => sum + workOf(item), 0);
  const results: Result[] = [];
  let done = 0;
  for (const [index, item] of items.entries()) {
    results.push(await measure(item, index));
    done += workOf(item);
    progress(done / total);
  }
  return results;
}
