// What is wrong with an experiment file, in lines a person can act on: path, what was found, what is allowed, the nearest
// valid key. Written from the JSON Schema, so that they name what the reference page names.

import type * as z from "zod";
import type { Path } from "../base/errors.ts";
import { didYouMean, didYouMeanKey, foundAllowed, showValue, unknownKeyText } from "../base/keys.ts";
import { brief, counted, quoted } from "../base/words.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Issue = z.core.$ZodIssue;

/** One thing that is wrong. */
export interface Complaint {
  path: Path;
  text: string;
  /** What kind of mismatch it is, where that matters to its neighbours. */
  about?: "missing key" | "unknown key";
}

const MOST_LINES = 8;

/** What zod found wrong with `raw`. */
export function complaintsOf(issues: readonly Issue[], raw: unknown, root: JsonSchema): Complaint[] {
  const source = { root, raw, flat: new Map() };
  return withoutEchoes(issues.flatMap((issue) => explain(issue, [], source)));
}

/** Complaints as lines `where: path: found …; allowed: …`, at most eight and then a count; `blame` says how each begins. */
export function complaintLines(
  complaints: readonly Complaint[],
  blame: (complaint: Complaint) => string,
): string {
  const lines = complaints.map((complaint) => {
    const { path, text } = complaint;
    const place = path.length === 0 ? "" : `${path.map((key) => brief(String(key))).join(".")}: `;
    return `${blame(complaint)}: ${place}${text}`;
  });
  const more = lines.length - MOST_LINES;
  if (more <= 0) return lines.join("\n");
  const last = `${blame(complaints.at(-1)!)}: and ${counted(more, "more problem")}`;
  return [...lines.slice(0, MOST_LINES), last].join("\n");
}

/** A misspelt key is also a missing one: where keys are unknown, the missing ones of the same mapping stay unsaid. */
function withoutEchoes(complaints: Complaint[]): Complaint[] {
  const parent = ({ path }: Complaint) => path.slice(0, -1).join(".");
  const misspelt = new Set(complaints.filter(({ about }) => about === "unknown key").map(parent));
  return complaints.filter(
    (complaint) => complaint.about !== "missing key" || !misspelt.has(parent(complaint)),
  );
}

/** The file being explained: its schema and what it says. */
interface Source {
  root: JsonSchema;
  raw: unknown;
  /** Lists that were looked at for missing brackets, by their paths: every entry asks. */
  flat: Map<string, Complaint | null>;
}

function explain(issue: Issue, base: Path, source: Source): Complaint[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const { node, value } = lookUp(source, path);
  switch (issue.code) {
    case "custom":
      return [{ path, text: issue.message }];
    case "unrecognized_keys":
      return unknownKeys(path, issue.keys, keysOf(meantOption(node, value) ?? node), source);
    case "invalid_union":
      return issue.discriminator === undefined
        ? explainUnion(issue.errors, path, source)
        : explainKind(path, source);
    default: {
      const flat = flatTuples(path, source);
      if (flat !== null) return path.at(-1) === 0 ? [flat] : [];
      return [mismatch(path, value, node, issue.code === "invalid_type")];
    }
  }
}

/** Numbers without the inner brackets of a list of pairs, one complaint for all of them; null where that is not what stands there. */
function flatTuples(path: Path, source: Source): Complaint | null {
  const list = path.slice(0, -1);
  const key = list.join(".");
  const known = source.flat.get(key);
  const complaint = known === undefined ? flatList(list, path, source) : known;
  source.flat.set(key, complaint);
  return complaint;
}

/** Twice as many as the coordinates of the largest grid have. */
const MOST_TUPLES = 8;

function flatList(list: Path, path: Path, source: Source): Complaint | null {
  const { value } = lookUp(source, list);
  const size = lookUp(source, path).node.prefixItems?.length ?? 0;
  if (size === 0 || !Array.isArray(value) || value.length === 0 || value.length % size !== 0) return null;
  if (!value.every((entry) => typeof entry === "number")) return null;
  const shown = Math.min(value.length / size, MOST_TUPLES);
  const tuples = Array.from({ length: shown }, (_, k) => showValue(value.slice(size * k, size * (k + 1))));
  const more = size * shown < value.length ? ", …" : "";
  return { path: list, text: foundAllowed(showValue(value), `[${tuples.join(", ")}${more}]`) };
}

/** Of the alternatives only the one that was meant is explained; if none was, all that is allowed. */
function explainUnion(errors: readonly Issue[][], path: Path, source: Source): Complaint[] {
  const { node, value } = lookUp(source, path);
  const options = optionsOf(node);
  const kinds = options.flatMap((option) => (propertyOf(option, "kind")?.const as string | undefined) ?? []);
  if (isMapping(value) && kinds.length > 1 && typeof value.kind === "string" && !kinds.includes(value.kind)) {
    return [mismatch([...path, "kind"], value.kind, { enum: kinds }, false)];
  }
  const meant = meantOption(node, value);
  if (meant !== undefined)
    return errors[options.indexOf(meant)]!.flatMap((issue) => explain(issue, path, source));
  const unknown = strangersIn(value, node);
  return unknown.length > 0
    ? unknownKeys(path, unknown, keysOf(node), source)
    : [mismatch(path, value, node, true)];
}

/** A `kind` that is not there may be misspelt as a key. */
function explainKind(path: Path, source: Source): Complaint[] {
  const parent = lookUp(source, path.slice(0, -1));
  const { value } = lookUp(source, path);
  const unknown = value === undefined ? strangersIn(parent.value, parent.node) : [];
  if (unknown.length > 0) return unknownKeys(path.slice(0, -1), unknown, keysOf(parent.node), source);
  const kinds = optionsOf(parent.node).map((option) => propertyOf(option, path.at(-1)!)?.const as string);
  return [mismatch(path, value, { enum: kinds }, false)];
}

function mismatch(path: Path, value: unknown, node: JsonSchema, ofType: boolean): Complaint {
  const found = showValue(value) + (ofType && typeof value === "string" ? " (text)" : "");
  const words = [node, ...optionsOf(node)].flatMap((option) => option.enum ?? []).map(String);
  const meant = typeof value === "string" ? commaAdvice(value, node) || didYouMean(value, words) : "";
  const text = foundAllowed(found, allowedText(node)) + meant;
  return value === undefined ? { path, text, about: "missing key" } : { path, text };
}

/** Where a decimal comma stands in the place of a point. */
function commaAdvice(value: string, node: JsonSchema): string {
  const isNumber = [node, ...optionsOf(node)].some(({ type }) => type === "number" || type === "integer");
  return isNumber && /^[-+]?\d*,\d+$/.test(value) ? `; did you mean ${value.replace(",", ".")}?` : "";
}

/** In { until: 0,4 } the 4 is a key of its own, that stands for nothing. */
function isDecimal(key: string, value: unknown): boolean {
  return /^\d+$/.test(key) && value === null;
}

/** In { target: x value, cm } cm is a key of its own, that stands for nothing: the text that was meant, or null. */
function splitText(key: string, mapping: Readonly<Record<string, unknown>>): string | null {
  const keys = Object.keys(mapping);
  const before = mapping[keys[keys.indexOf(key) - 1] ?? ""];
  return mapping[key] === null && typeof before === "string" ? `${before}, ${key}` : null;
}

/** Keys the mapping should not have; at the root they may be at home further down. */
function unknownKeys(
  path: Path,
  keys: readonly string[],
  allowed: readonly string[],
  source: Source,
): Complaint[] {
  const { value } = lookUp(source, path);
  return keys.map((key, index) => {
    const mapping = value as Record<string, unknown>;
    const near = didYouMeanKey(key, allowed, mapping);
    const text = unknownKeyText(allowed, near);
    // What is meant is looked for all over the file, so for those alone that may be shown.
    if (index >= MOST_LINES) return { path: [...path, key], text, about: "unknown key" };
    const homes = path.length > 0 || near !== "" ? [] : homesOf(key, source.root, source.raw);
    const split = splitText(key, mapping);
    const meant = isDecimal(key, mapping[key])
      ? `a decimal point (0.${key})`
      : split !== null && near === ""
        ? `${quoted(split)}, in quotes`
        : homes.map((home) => `"${home}"`).join(" or ");
    return {
      path: [...path, key],
      text: meant === "" ? text : `${text}; did you mean ${meant}?`,
      about: "unknown key",
    };
  });
}

/** The dotted paths at which the file may have that key. */
function homesOf(key: string, node: JsonSchema, value: unknown, path: Path = []): string[] {
  const meant = meantOption(node, value);
  const homes = (meant === undefined ? [node, ...optionsOf(node)] : [meant]).flatMap((option) => {
    const items = Array.isArray(value) ? value : [];
    const below = [
      ...Object.keys(option.properties ?? {}).map((name) => [name, propertyOf(option, name)!] as const),
      ...items.map((_, index) => [index, itemOf(option, index) ?? {}] as const),
    ];
    return below.flatMap(([name, child]) => {
      const home = [...path, name];
      const held = (Object(value) as Record<string | number, unknown>)[name];
      return [...(name === key ? [home.join(".")] : []), ...homesOf(key, child, held, home)];
    });
  });
  return [...new Set(homes)];
}

// ---- Reading the JSON Schema ----

/** The alternatives of a schema; none if it is a single one. */
export function optionsOf(node: JsonSchema): JsonSchema[] {
  return node.anyOf ?? node.oneOf ?? [];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keysOf(node: JsonSchema): string[] {
  return [...new Set([node, ...optionsOf(node)].flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The keys of a mapping that no alternative knows. */
function strangersIn(value: unknown, node: JsonSchema): string[] {
  const known = keysOf(node);
  return isMapping(value) && known.length > 0 ? Object.keys(value).filter((key) => !known.includes(key)) : [];
}

function propertyOf({ properties = {} }: JsonSchema, key: string | number): JsonSchema | undefined {
  return Object.hasOwn(properties, key) ? (properties[key] as JsonSchema) : undefined;
}

function itemOf({ prefixItems, items }: JsonSchema, index: string | number): JsonSchema | undefined {
  return (prefixItems?.[Number(index)] ?? items) as JsonSchema | undefined;
}

/** The alternative that has the type of `value`; among mappings the one that knows most of its keys, at least one. */
function meantOption(node: JsonSchema, value: unknown): JsonSchema | undefined {
  const options = optionsOf(node).filter((option) => hasType(value, option.type));
  if (options.length <= 1 || !isMapping(value)) return options[0];
  const score = (option: JsonSchema) =>
    Object.entries(value).filter(([key, entry]) => {
      const property = propertyOf(option, key);
      return property !== undefined && (property.const === undefined || property.const === entry);
    }).length;
  const best = options.reduce((a, b) => (score(b) > score(a) ? b : a));
  return score(best) > 0 ? best : undefined;
}

function hasType(value: unknown, type: JsonSchema["type"]): boolean {
  if (Array.isArray(value)) return type === "array";
  return type === typeof value || (type === "integer" && typeof value === "number");
}

function entryOf({ additionalProperties: entry }: JsonSchema): JsonSchema | undefined {
  return typeof entry === "object" ? (entry as JsonSchema) : undefined;
}

/** The schema and the value at a path; {} where the schema knows nothing of it. */
function lookUp({ root, raw }: Source, path: Path): { node: JsonSchema; value: unknown } {
  return path.reduce<{ node: JsonSchema; value: unknown }>(
    ({ node, value }, key) => {
      const option = meantOption(node, value) ?? node;
      return {
        node: propertyOf(option, key) ?? itemOf(option, key) ?? entryOf(option) ?? {},
        value: (value as Record<string | number, unknown> | undefined)?.[key],
      };
    },
    { node: root, value: raw },
  );
}

/** What a schema admits, in words: "a number >= 0", "squared, logistic, or {huber}". */
export function allowedText(node: JsonSchema): string {
  const options = optionsOf(node);
  if (node.title !== undefined) return node.title;
  if (options.length > 0) return options.map(allowedText).join(", or ");
  if (node.const !== undefined) return String(node.const);
  if (node.enum !== undefined) return node.enum.join(", ");
  switch (node.type) {
    case "boolean":
      return "true, false";
    case "string":
      return "text";
    case "array":
      return `a list, each item ${allowedText(node.items as JsonSchema)}`;
    case "object":
      return mappingText(node);
    default:
      return numberText(node);
  }
}

function mappingText({ properties = {}, required = [] }: JsonSchema): string {
  const keys = Object.entries(properties).map(([key, property]) => {
    const constant = (property as JsonSchema).const;
    return constant === undefined ? `${key}${required.includes(key) ? "" : "?"}` : `${key}: ${constant}`;
  });
  return `{${keys.join(", ")}}`;
}

function numberText({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const noun = type === "integer" ? "a whole number" : "a number";
  const least =
    exclusiveMinimum !== undefined ? ` > ${exclusiveMinimum}` : minimum === undefined ? "" : ` >= ${minimum}`;
  const most =
    exclusiveMaximum !== undefined
      ? ` and < ${exclusiveMaximum}`
      : maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER
        ? ""
        : ` and <= ${maximum}`;
  return noun + least + most;
}
