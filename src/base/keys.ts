// What a user may name: keys that nobody knows are refused by name, with the nearest one that is known.

import { closest, distance } from "fastest-levenshtein";
import { inputError, type Where } from "./errors.ts";
import { isOwnMark } from "./own.ts";
import { brief, printable } from "./words.ts";

type KeyOf<Options> = Options extends unknown ? keyof Options & string : never;

/**
 * Refuses what is no mapping, and keys that are not allowed: of options as people write them, where TypeScript does not look. Once,
 * at the door, never in a loop. That `allowed` has all keys of the type, the compiler sees to.
 */
export function requireKeys<Options extends object, const Keys extends readonly KeyOf<Options>[]>(
  where: string,
  found: Options,
  allowed: Keys & ([KeyOf<Options>] extends [Keys[number]] ? unknown : "lacks a key of the options"),
): void {
  requireMapping(where, found, ` of ${allowed.join(", ")}`);
  const known: readonly string[] = allowed;
  const unknown = Object.keys(found).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw inputError(`${where}.${brief(unknown)}`, unknownKeyText(known, didYouMeanKey(unknown, known, found)));
}

/** Refuses what has no keys; `of` which, as words after "a mapping". */
export function requireMapping(where: string, found: unknown, of = ""): void {
  if (typeof found === "object" && found !== null && !Array.isArray(found)) return;
  throw inputError(where, foundAllowed(showValue(found), `a mapping${of}`));
}

/** Refuses a word that is not among those allowed. */
export function requireWord(where: Where, found: unknown, allowed: readonly string[]): void {
  if (allowed.includes(found as string)) return;
  const meant = typeof found === "string" ? didYouMean(found, allowed) : "";
  throw inputError(where, foundAllowed(showValue(found), allowed.join(", ")) + meant);
}

/** Refuses what is no list, as arrays and typed arrays are. */
export function requireList(where: string, found: unknown, what: string): void {
  if (Array.isArray(found) || (ArrayBuffer.isView(found) && !(found instanceof DataView))) return;
  throw inputError(where, foundAllowed(showValue(found), what));
}

/** Refuses what is no list of numbers; that they are finite is asked where it matters. */
export function requireNumbers(where: string, found: unknown, what = "a list of numbers"): void {
  requireList(where, found, what);
  const bad = Array.from(found as ArrayLike<unknown>).findIndex((value) => typeof value !== "number");
  if (bad < 0) return;
  throw inputError(
    where,
    `found ${showValue((found as unknown[])[bad])} at position ${bad}; allowed: ${what}`,
  );
}

/** Refuses what is no text. */
export function requireText(where: string, found: unknown, what: string): void {
  if (typeof found !== "string") throw inputError(where, foundAllowed(showValue(found), what));
}

/** Refuses what is no number; of which kind is asked where it matters. */
export function requireNumber(where: string, found: unknown, what = "a number"): void {
  if (typeof found !== "number") throw inputError(where, foundAllowed(showValue(found), what));
}

/** Refuses what is no finite number above 0. */
export function requirePositive(
  where: Where,
  found: unknown,
  allowed = "a number > 0",
): asserts found is number {
  if (typeof found === "number" && found > 0 && Number.isFinite(found)) return;
  throw inputError(where, foundAllowed(showValue(found), allowed));
}

/** Refuses what is no finite number from 0 on. */
export function requireNonNegative(
  where: Where,
  found: unknown,
  allowed = "a number ≥ 0",
): asserts found is number {
  if (found !== 0) requirePositive(where, found, allowed);
}

/** Refuses what is no finite number. */
export function requireFinite(where: Where, found: unknown): asserts found is number {
  if (Number.isFinite(found)) return;
  throw inputError(where, foundAllowed(showValue(found), "a finite number"));
}

/** Refuses all but integers from 1 on. */
export function requireCount(where: Where, found: unknown): void {
  if (Number.isInteger(found) && (found as number) >= 1) return;
  throw inputError(where, foundAllowed(showValue(found), "an integer ≥ 1"));
}

/** Refuses what a function of the library has not made, which has those parts. */
export function requireMade(where: string, found: unknown, parts: readonly string[], maker: string): void {
  const isMade = typeof found === "object" && found !== null && parts.every((part) => part in found);
  if (!isMade) throw inputError(where, foundAllowed(showValue(found), `what ${maker} returns`));
}

/** Refuses what is no function; `what` says which it is to be. */
export function requireFunction(where: string, found: unknown, what: string): void {
  if (typeof found !== "function")
    throw inputError(where, foundAllowed(showValue(found), `a function ${what}`));
}

/** What is wrong with a key that a mapping should not have; `meant` says which it stands for. */
export function unknownKeyText(allowed: readonly string[], meant: string): string {
  return foundAllowed("an unknown key", allowed.join(", ") || "no keys") + meant;
}

/** The same as didYouMean of a key that the mapping should not have; it likely stands for one of those that the mapping lacks. */
export function didYouMeanKey(key: string, allowed: readonly string[], mapping: object): string {
  const lacking = allowed.filter((name) => !Object.hasOwn(mapping, name));
  return didYouMean(key, lacking) || didYouMean(key, allowed);
}

export function foundAllowed(found: string, allowed: string): string {
  return `found ${found}; allowed: ${allowed}`;
}

/** "; did you mean …?" with the nearest word, or nothing where it is too far for a slip of the fingers. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  if (word === "" || candidates.length === 0) return "";
  const nearest = closest(word.toLowerCase(), [...candidates]);
  return isNear(word, nearest) ? `; did you mean "${brief(nearest)}"?` : "";
}

/** The same of long names, where the beginning of some is near too, as many as are worth reading. */
export function didYouMeanName(word: string, names: readonly string[]): string {
  const begun = names.filter((name) => word.length > 2 && isNear(word, name.slice(0, word.length)));
  const nearest = didYouMean(word, names);
  if (nearest !== "" || begun.length === 0 || begun.length > MOST_NAMES) return nearest;
  return `; did you mean ${begun.map((name) => `"${brief(name)}"`).join(" or ")}?`;
}

const MOST_NAMES = 4;

/** Whether the difference may be a slip of the fingers. */
function isNear(word: string, other: string): boolean {
  const limit = word.length <= 2 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), other) <= limit;
}

const LONGEST = 40;

/** A function, or a mapping of functions by its name or, without one, by its place in the module; null for all else. */
function ownText(value: unknown): string | null {
  if (isOwnMark(value)) return "a function";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const mark = Object.values(value).find(isOwnMark);
  if (mark === undefined) return null;
  const { name } = value as { name?: unknown };
  return typeof name === "string" ? JSON.stringify(name) : `functions at ${mark.own.replace(/\.[^.]*$/, "")}`;
}

/** A value in a few words: its JSON where that is short. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "number") return String(value);
  const named = ownText(value);
  if (named !== null) return named;
  const text = JSON.stringify(value) ?? `a ${typeof value}`;
  if (text.length <= LONGEST) return printable(text);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return printable(`${text.slice(0, LONGEST)}…"`);
  const keys = printable(Object.keys(value).join(", "));
  return `a mapping of ${keys.length <= LONGEST ? keys : `${keys.slice(0, LONGEST)}…`}`;
}
