// What every kind of samples may ask for besides: data to test on, from a file or split off, and standard scales, which are those of the data
// learnt from.

import { fileAt, inputError } from "../base/errors.ts";
import { foundAllowed, requireKeys, showValue } from "../base/keys.ts";
import { type DataSet, STANDARDISED, type Standardised, standardised } from "./data.ts";
import { SPLIT_KEYS, type SplitOptions, split } from "./split.ts";

export interface SampleOptions {
  /** What is brought to mean 0 and standard deviation 1; true: all. */
  standardise?: boolean | Standardised;
  test?: TestFile | SplitOptions;
}

/** A file like that of the data. */
export interface TestFile {
  file: string;
}

/** The data with what it is tested on, both standardised as asked. `read` reads a file as that of the data was read. */
export function withTest(
  data: DataSet,
  { standardise = false, test }: SampleOptions,
  read: (file: string) => DataSet,
): DataSet {
  const tested = test === undefined ? data : "file" in test ? besides(data, test, read) : split(data, test);
  const what = standardise === true ? "all" : standardise;
  if (what === false) return tested;
  if (!STANDARDISED.includes(what)) {
    throw inputError("data.standardise", foundAllowed(showValue(what), `false, ${STANDARDISED.join(", ")}`));
  }
  return standardised(tested, what);
}

function besides(data: DataSet, options: TestFile, read: (file: string) => DataSet): DataSet {
  requireKeys("data.test", options, ["file"]);
  const { notices = [], ...test } = read(options.file);
  if (test.inputs !== data.inputs) {
    throw inputError(
      fileAt(options.file),
      foundAllowed(`${test.inputs} inputs to test on`, `${data.inputs}, as many as are learnt from`),
    );
  }
  const all = [...(data.notices ?? []), ...notices.map((notice) => `to test on: ${notice}`)];
  return { ...data, test, ...(all.length === 0 ? {} : { notices: all }) };
}

/** Refuses what a split or a test file is not. */
export function requireTest(where: string, found: unknown): void {
  if (found === undefined || (typeof found === "object" && found !== null && !Array.isArray(found))) return;
  throw inputError(where, foundAllowed(showValue(found), `{file}, {${SPLIT_KEYS.join(", ")}}`));
}
