// What a module states, as plain data: what JSON can state, and in the place of each function its path.

import { inputError } from "../base/errors.ts";
import type { OwnMark } from "../base/own.ts";
import { brief } from "../base/words.ts";

/** A function as a user wrote it. */
export type OwnFunction = (...given: never[]) => unknown;

export interface PlainData {
  readonly raw: unknown;
  /** By dotted path. */
  readonly functions: ReadonlyMap<string, OwnFunction>;
}

/**
 * A copy of `value` if JSON can state it but for functions: of mappings, lists, numbers, text, true, false and null, without
 * cycles. Entries that are undefined count as absent. Anything else (a Date, a Map) is an input error, as functions are where
 * they may not be.
 */
export function plainData(value: unknown, where: string, mayHoldFunctions: boolean): PlainData {
  const functions = new Map<string, OwnFunction>();
  const copy = (value: unknown, keys: readonly string[], above: readonly unknown[]): unknown => {
    const refusal = (found: string) =>
      inputError(
        where,
        `${keys.length === 0 ? "" : `${keys.map(brief).join(".")}: `}found ${found}; allowed: plain data, as in JSON`,
      );
    if (value === null || ["number", "string", "boolean"].includes(typeof value)) return value;
    if (typeof value === "function" && mayHoldFunctions && keys.length > 0) {
      const place = keys.join(".");
      functions.set(place, value as OwnFunction);
      return { own: place } satisfies OwnMark;
    }
    if (typeof value !== "object") throw refusal(`a ${typeof value}`);
    if (above.includes(value)) throw refusal("a mapping or list inside itself");
    const inside = (item: unknown, key: string) => copy(item, [...keys, key], [...above, value]);
    if (Array.isArray(value)) return value.map((item, index) => inside(item, String(index)));
    const prototype: unknown = Object.getPrototypeOf(value);
    // A module may run in another realm, whose Object is not ours: what counts is to be one step below the root.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw refusal(`a ${value.constructor.name}`);
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([key, entry]) => [key, inside(entry, key)]));
  };
  return { raw: copy(value, [], []), functions };
}
