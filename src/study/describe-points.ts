// A study in words: what all its points have, and where they differ who has what. A line that hangs on one swept key is told by that key's
// values; the defaults that were filled in are compared, place by place.

import { showValue } from "../base/keys.ts";
import { listed } from "../base/words.ts";
import { describe } from "../run/describe.ts";
import { differencesOf } from "../spec/canonical.ts";
import type { PreparedPoint } from "./prepare.ts";
import { pointLabels } from "./value-labels.ts";

/** Points that are looked at: the first and others evenly chosen. */
const MOST_POINTS = 500;
/** Variants of a line that are told one by one, but for those of a number. */
const FEW = 4;
/** Values that are listed. */
const MOST_VALUES = 4;

/** The experiments of all points, a line each; where only one point is there, its own. */
export function describePoints(points: readonly PreparedPoint[]): string[] {
  const sample = sampleOf(points);
  const described = sample.map(({ prepared }) => byTopic(describe(prepared.built)));
  const topics = [...new Set(described.flatMap((lines) => [...lines.keys()]))];
  return topics.flatMap((topic) => {
    const lines = described.map((byOne) => byOne.get(topic) ?? null);
    return told(sample, lines, topic);
  });
}

/** The defaults that the points do not share, by key, a line each. */
export function differingDefaults(points: readonly PreparedPoint[]): string[] {
  const sample = sampleOf(points);
  const swept = new Set(sample.flatMap(({ values }) => Object.keys(values)));
  const isSwept = (path: string) => [...swept].some((key) => `${path}.`.startsWith(`${key}.`));
  const specs = sample.map(({ prepared }) => prepared.manifest.spec);
  const lines = new Map<string, string[]>();
  for (const [k, spec] of specs.entries()) {
    for (const { path, a, b } of differencesOf(specs[0]!, spec)) {
      if (isSwept(path)) continue;
      const line = lines.get(path) ?? sample.map(() => `${path}: ${showValue(a)}`);
      line[k] = `${path}: ${showValue(b)}`;
      lines.set(path, line);
    }
  }
  return [...lines].flatMap(([path, line]) => told(sample, line, path));
}

function sampleOf(points: readonly PreparedPoint[]): PreparedPoint[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, k) => k % stride === 0);
}

/** Lines by what they are about, several of one topic together. */
function byTopic(lines: readonly string[]): Map<string, string> {
  const topics = new Map<string, string>();
  for (const line of lines) {
    const [topic] = line.split(/[:=]/) as [string];
    const before = topics.get(topic);
    topics.set(topic, before === undefined ? line : `${before}; ${line}`);
  }
  return topics;
}

/** One line where all have it alike, else one for each variant with those that have it; of many variants that of the first point that has it. */
function told(points: readonly PreparedPoint[], lines: readonly (string | null)[], topic: string): string[] {
  const variants = [...new Set(lines)].filter((line) => line !== null);
  if (variants.length === 1 && !lines.includes(null)) return variants;
  const key = tellingKey(points, lines);
  // A number that the line repeats needs no telling.
  const repeats = key !== null && points.every(({ values }) => typeof values[key] === "number");
  if (variants.length > FEW || repeats) {
    const on = key ?? "the swept keys";
    const first = lines.findIndex((line) => line !== null);
    const where = first === 0 ? "the first point" : pointLabels(points.map(({ values }) => values))[first]!;
    return [`${lines[first]}, at ${where}; ${topic.trim()} goes with ${on}`];
  }
  const labels = pointLabels(points.map(({ values }) => (key === null ? values : { [key]: values[key] })));
  return variants.map((variant) => {
    const places = [...new Set(labels.filter((_, k) => lines[k] === variant))];
    const more = places.length - MOST_VALUES;
    const shown = more > 0 ? [...places.slice(0, MOST_VALUES), `${more} more`] : places;
    return `${listed(shown)}: ${variant}`;
  });
}

/** The first swept key whose value decides the line; null where it takes several. */
function tellingKey(points: readonly PreparedPoint[], lines: readonly (string | null)[]): string | null {
  const keys = Object.keys(points[0]!.values);
  const decides = (key: string) => {
    const seen = new Map<string, string | null>();
    return points.every(({ values }, k) => {
      const value = JSON.stringify(values[key]);
      if (!seen.has(value)) seen.set(value, lines[k]!);
      return seen.get(value) === lines[k];
    });
  };
  return keys.find(decides) ?? null;
}
