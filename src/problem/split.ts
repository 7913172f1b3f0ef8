// Data to learn from and data to test on: a fraction of the rows, drawn without replacement. Row i has as key the first 53 bits of Philox at
// counter i; the rows of the least keys are tested on. So a split depends on the seed and the number of rows alone.

import { inputError } from "../base/errors.ts";
import { foundAllowed, requireKeys, showValue } from "../base/keys.ts";
import { deriveKey, PURPOSE, philox4x32 } from "../base/philox.ts";
import { type DataSet, rowsOfData } from "./data.ts";

export interface SplitOptions {
  /** Of the rows, in (0, 1), that are tested on. */
  fraction: number;
  /** default 0 */
  seed?: number;
}

export const SPLIT_KEYS = ["fraction", "seed"] as const;

/**
 * The data without a fraction of its rows, which is its `test`. Errors (input): so few rows that one side has none.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * const all = data.fromFunction({ function: "sin", interval: [-3, 3], samples: 100 });
 * const set = data.split(all, { fraction: 0.2, seed: 1 });
 * console.log(set.size, set.test?.size); // 80 20
 * ```
 */
export function split(data: DataSet, options: SplitOptions): DataSet {
  requireKeys("data.test", options, SPLIT_KEYS);
  const { fraction, seed = 0 } = options;
  if (!(fraction > 0 && fraction < 1)) {
    throw inputError("data.test.fraction", foundAllowed(showValue(fraction), "a number > 0 and < 1"));
  }
  const { size } = data;
  const count = Math.round(fraction * size);
  if (count < 1 || count >= size) {
    throw inputError(
      "data.test.fraction",
      `found ${fraction}, which leaves ${count < 1 ? "nothing to test on" : "nothing to learn from"} of ${size} rows`,
    );
  }
  const [k0, k1] = deriveKey(seed, PURPOSE.split, 0);
  const words = new Uint32Array(4);
  const keys = Float64Array.from({ length: size }, (_, row) => {
    philox4x32(row, 0, 0, 0, k0, k1, words, 0);
    return words[0]! * 2 ** 21 + (words[1]! >>> 11);
  });
  const order = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const tested = new Set(order.slice(0, count));
  const rows = (isTested: boolean) => Array.from(keys.keys()).filter((row) => tested.has(row) === isTested);
  const { notices } = data;
  return {
    ...rowsOfData(data, rows(false)),
    ...(notices === undefined ? {} : { notices }),
    test: rowsOfData(data, rows(true)),
  };
}
