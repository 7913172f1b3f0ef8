// The mean of an observable over replicas with the interval that tables and figures show alike: one without a negative number where the
// observable has none.

import { columnOf } from "../../observables/list.ts";
import { type MeanWithScatter, meanWithScatter } from "../../statistics/interval.ts";

/** Of finite values, one at least. */
export function observableMean(name: string, values: readonly number[]): MeanWithScatter {
  return meanWithScatter(values, columnOf(name)?.positive === true && values.every((value) => value >= 0));
}
