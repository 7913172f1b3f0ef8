// The functions that an experiment's module states, by the marks that stand for them in the experiment. A function that throws,
// wherever that happens, says so with its key and its line in the file.

import { inputError, putTo } from "../base/errors.ts";
import type { OwnMark } from "../base/own.ts";
import { experimentIn, type ModuleRecord, moduleHash, placed, runModule } from "./module.ts";
import type { OwnFunction } from "./plain-data.ts";

/** Finds the function behind a mark; `key` is the key of the experiment that has it. Errors (input): there is none. */
export type OwnFunctions = <Wanted extends (...given: never[]) => unknown>(
  mark: OwnMark,
  key: string,
) => Wanted;

/** What a file without functions has: none. */
export const NO_FUNCTIONS: OwnFunctions = ({ own }, key) => {
  throw inputError(
    key,
    `found the mark of a function, ${own}; allowed: functions in a .ts or .js experiment`,
  );
};

export function ownFunctions(name: string, functions: ReadonlyMap<string, OwnFunction>): OwnFunctions {
  return (mark, key) => {
    const stated = functions.get(mark.own) as ((...given: unknown[]) => unknown) | undefined;
    if (stated === undefined) {
      const text = `found no function at ${mark.own} now; it must state the same each time it is run`;
      throw putTo(name, inputError(key, text));
    }
    const guarded = (...given: unknown[]) => {
      try {
        return stated(...given);
      } catch (error) {
        throw placed(name, error, `${key} throws`);
      }
    };
    return guarded as never;
  };
}

let last: { hash: string; functions: OwnFunctions } | null = null;

/** The functions of a record, run once in this thread for as many runs as follow one another. */
export async function functionsOf(record: ModuleRecord | null | undefined): Promise<OwnFunctions> {
  if (record === null || record === undefined) return NO_FUNCTIONS;
  const hash = moduleHash(record);
  if (last?.hash !== hash) {
    const { functions } = experimentIn(await runModule(record), record.name);
    last = { hash, functions: ownFunctions(record.name, functions) };
  }
  return last.functions;
}
