// Cases of rows one after another, for every backend that is asked for. One that fails is said, and the others go on.

import { tell } from "./context.mjs";

/** `cases`: pairs of a row and its options. */
export async function measureCases(cases, context) {
  const [records, failures] = [[], []];
  for (const [row, options] of cases) {
    for (const backend of context.backends) {
      try {
        records.push(...(await row.measure(options, { ...context, backend })));
      } catch (error) {
        tell(error.message);
        failures.push(error.message);
      }
    }
  }
  return { records, failures };
}
