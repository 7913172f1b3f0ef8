// A sweep: dotted keys with lists of values stand for every combination of them, the last key varying fastest. Each
// combination is an experiment of its own, the same one, to the bit and the hash, as if a file had stated it.

import { MuflowError } from "../base/errors.ts";
import { foundAllowed, showValue } from "../base/keys.ts";
import { brief } from "../base/words.ts";
import type { Blame } from "../spec/blame.ts";
import { complaintLines, complaintsOf } from "../spec/issues.ts";
import { blameIn, completeSpec, type LoadedExperiment, type StatedSpec } from "../spec/load.ts";
import { setAt } from "../spec/overrides.ts";
import { experimentJsonSchema } from "../spec/schema.ts";
import { type FitSpec, STUDY_KEYS, studyShape } from "../spec/shapes/study.ts";

/** Values by dotted key. */
export type SweptValues = Readonly<Record<string, unknown>>;

export interface StatedStudy {
  readonly spec: StatedSpec;
  readonly sweep: Readonly<Record<string, readonly unknown[]>>;
  readonly fits: readonly FitSpec[];
}

export interface Point {
  readonly values: SweptValues;
  readonly loaded: LoadedExperiment;
}

const isStudyKey = (key: string) => (STUDY_KEYS as readonly string[]).includes(key);

/** Keys that a sweep may have: more than any experiment's. */
const MOST_SWEPT = 1000;

/**
 * What a file says of a study. `set`: keys given on the command line, which a sweep would undo.
 * Errors (input): an empty sweep, too many keys, a key inside another, a key that is set besides.
 */
export function studyOf(spec: StatedSpec, set: readonly string[] = []): StatedStudy {
  const { raw } = spec;
  const blame = blameIn(spec);
  const stated = Object.fromEntries(Object.entries(Object(raw)).filter(([key]) => isStudyKey(key)));
  requireDottedLists(stated.sweep, blame);
  const parsed = studyShape.safeParse(stated);
  if (!parsed.success) {
    const complaints = complaintsOf(parsed.error.issues, raw, experimentJsonSchema());
    throw new MuflowError(
      "input",
      complaintLines(complaints, ({ path }) => blame.at(path)),
    );
  }
  const { sweep = {}, fits = [] } = parsed.data;
  const keys = Object.keys(sweep);
  if (parsed.data.sweep !== undefined && keys.length === 0) {
    throw blame.error(["sweep"], "found no keys; allowed: dotted keys with lists of values, or no sweep");
  }
  if (keys.length > MOST_SWEPT) {
    throw blame.error(["sweep"], `found ${keys.length} keys; allowed: ${MOST_SWEPT} at most`);
  }
  for (const key of keys) {
    const refusal = (why: string) => blame.error(["sweep", brief(key)], why);
    const [first] = key.split(".");
    if (first === "name" || isStudyKey(first!)) {
      throw refusal(`${first} is the study's own; allowed: a key of the experiment`);
    }
    const inside = keys.find((other) => other !== key && key.startsWith(`${other}.`));
    if (inside !== undefined)
      throw refusal(`lies inside ${brief(inside)}, which is swept too; sweep one of them`);
    const given = set.map((text) => text.split("=")[0]!.trim()).find((path) => overlaps(path, key));
    if (given !== undefined) throw refusal(`is swept, and set by --set ${brief(given)}; use one of them`);
  }
  return { spec, sweep, fits };
}

/** Errors (input): a value in the place of a list of them, keys in the place of a dotted one. */
function requireDottedLists(sweep: unknown, blame: Blame): void {
  if (typeof sweep !== "object" || sweep === null || Array.isArray(sweep)) return;
  for (const [key, values] of Object.entries(sweep)) {
    if (Array.isArray(values)) continue;
    const dotted = typeof values === "object" && values !== null ? dottedExample(key, values) : null;
    const example = dotted ?? `[${values === null ? "…" : showValue(values)}]`;
    const allowed = dotted === null ? "a list of values, such as" : "dotted keys with lists of values: write";
    throw blame.error(["sweep", brief(key)], foundAllowed(showValue(values), `${allowed} ${example}`));
  }
}

/** problem: {temperature: [0.1]} as problem.temperature: [0.1]. */
function dottedExample(key: string, value: unknown): string {
  const [inner] = typeof value === "object" && !Array.isArray(value) ? Object.entries(value ?? {}) : [];
  if (inner !== undefined) return dottedExample(`${key}.${inner[0]}`, inner[1]);
  return `${brief(key)}: ${Array.isArray(value) ? showValue(value) : `[${showValue(value)}]`}`;
}

function overlaps(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

/** How many combinations a sweep stands for. */
export function countOf({ sweep }: StatedStudy): number {
  return Object.values(sweep).reduce((product, values) => product * values.length, 1);
}

/** The combinations, in order. */
export function combinationsOf({ sweep }: StatedStudy): SweptValues[] {
  return Object.entries(sweep).reduce<Record<string, unknown>[]>(
    (points, [key, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

export function firstOf({ sweep }: StatedStudy): SweptValues {
  return Object.fromEntries(Object.entries(sweep).map(([key, values]) => [key, values[0]]));
}

/** The first combination and those that differ from it in one key, as many of them as that, every key having its share. */
export function sampleOf(stated: StatedStudy, most: number): SweptValues[] {
  const { sweep } = stated;
  const first = firstOf(stated);
  const share = Math.max(1, Math.floor((most - 1) / Math.max(1, Object.keys(sweep).length)));
  const others = Object.entries(sweep).flatMap(([key, values]) =>
    values.slice(1, 1 + share).map((value) => ({ ...first, [key]: value })),
  );
  return [first, ...others];
}

/** The experiment of one combination. Errors begin with the values they come from. */
export async function pointOf({ spec }: StatedStudy, values: SweptValues): Promise<Point> {
  const point = Object.keys(values).length === 0 ? "" : `with ${valuesText(values)}`;
  const blame = blameIn(spec, { point, stated: (raw) => raw });
  const where = (key: string) => `${blame.at(["sweep", key])}: sweep.${brief(key)}`;
  const loaded = await completeSpec(spec, {
    point,
    stated: (raw) =>
      Object.entries(values).reduce(
        (result, [key, value]) => setAt(result, key.split("."), value, where(key)),
        withoutStudyKeys(raw),
      ),
  });
  return { values, loaded };
}

/** What is no mapping stays as it is, to be refused as such. */
function withoutStudyKeys(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !isStudyKey(key)));
}

/** problem.temperature = 0.1, time.step = 0.01 */
export function valuesText(values: SweptValues): string {
  return Object.entries(values)
    .map(([key, value]) => `${brief(key)} = ${showValue(value)}`)
    .join(", ");
}
