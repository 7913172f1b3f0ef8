// Short words for swept values. What is a number or a word stands for itself; of objects and lists as much is said as tells the
// values of one key apart: the kind where that is enough, else what differs within it. Never their JSON.

import { grouped } from "../base/grouped.ts";
import type { SweptValues } from "./sweep.ts";

/** A leaf of a value: its keys within the value, "" where it is the value itself. */
export interface Leaf {
  readonly key: string;
  readonly value: string | number;
}

/** What tells a value from the others of its key. */
export interface ValueWords {
  /** The kind of an object, "" where there is none. */
  readonly kind: string;
  readonly leaves: readonly Leaf[];
}

/** A swept seed makes replicas, not another experiment. */
export const SEED = "seed";

/** The words of every value of a key, in their order, all different. */
export function wordsOf(values: readonly unknown[]): ValueWords[] {
  const all = values.map((value) => ({ kind: kindOf(value), leaves: leavesOf(value) }));
  const kinds = new Map(
    grouped(all, ({ kind }) => kind).map((alike) => [
      alike[0].kind,
      { alone: alike.length === 1, telling: tellingKeys(alike) },
    ]),
  );
  const words = all.map(({ kind, leaves }, k): ValueWords => {
    if (typeof values[k] !== "object" || values[k] === null) return { kind: "", leaves };
    const { alone, telling } = kinds.get(kind)!;
    if (kind !== "" && alone) return { kind, leaves: [] };
    return { kind, leaves: leaves.filter(({ key }) => telling.has(key)) };
  });
  // One value may say less than another of its kind, or nothing that the others do not say too.
  const seen = new Set<string>();
  return words.map((word, k) => {
    const text = JSON.stringify(word);
    const said = seen.has(text) || (word.kind === "" && word.leaves.length === 0);
    seen.add(text);
    return said ? { ...word, leaves: [...word.leaves, { key: "", value: `value ${k + 1}` }] } : word;
  });
}

/** The keys of leaves that not all of these have, or not with one value. */
function tellingKeys(namesakes: readonly { readonly leaves: readonly Leaf[] }[]): Set<string> {
  const alike = grouped(
    namesakes.flatMap(({ leaves }) => leaves),
    ({ key }) => key,
  );
  const telling = alike.filter(
    (leaves) => leaves.length < namesakes.length || leaves.some(({ value }) => value !== leaves[0].value),
  );
  return new Set(telling.map(([{ key }]) => key).filter((key) => key !== KIND));
}

/** The words of the values of each key, as every point has them. */
export function wordsByKey(points: readonly SweptValues[]): (key: string, value: unknown) => ValueWords {
  const words = new Map<string, Map<string, ValueWords>>();
  for (const key of new Set(points.flatMap((point) => Object.keys(point)))) {
    const values = new Map(
      points
        .filter((point) => Object.hasOwn(point, key))
        .map((point) => [JSON.stringify(point[key]), point[key]]),
    );
    const valueWords = wordsOf([...values.values()]);
    words.set(key, new Map([...values.keys()].map((text, k) => [text, valueWords[k]!])));
  }
  return (key, value) => words.get(key)?.get(JSON.stringify(value)) ?? wordsOf([value])[0]!;
}

/** What tells each point from the others, as plain text: `temperature = 0.1`, `gradient flow`, `kinetic, friction = 0.5`. */
export function pointLabels(points: readonly SweptValues[]): string[] {
  const words = wordsByKey(points);
  return points.map((point) =>
    Object.entries(point)
      .filter(([key]) => key !== SEED)
      .map(([key, value]) => plainText(key, words(key, value)))
      .join(", "),
  );
}

function plainText(key: string, { kind, leaves }: ValueWords): string {
  const parts = leaves.map((leaf) => `${endOf(leaf.key === "" ? key : leaf.key)} = ${leaf.value}`);
  return [kind, ...parts].filter(Boolean).join(", ");
}

/** The last part of a dotted key that is a word. */
export function endOf(key: string): string {
  return key.split(".").findLast((part) => !/^\d+$/.test(part)) ?? key;
}

const KIND = "kind";

/** `gradient flow`: the kind that an object names. */
function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
  const { kind } = value as { kind?: unknown };
  return typeof kind === "string" ? kind.replaceAll("-", " ") : "";
}

function leavesOf(value: unknown, key = ""): Leaf[] {
  if (typeof value === "number" || typeof value === "string") return [{ key, value }];
  if (typeof value !== "object" || value === null)
    return [{ key, value: value === null ? "none" : String(value) }];
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null)) {
    return [{ key, value: `(${value.join(", ")})` }];
  }
  return Object.entries(value).flatMap(([inner, item]) =>
    leavesOf(item, key === "" ? inner : `${key}.${inner}`),
  );
}
