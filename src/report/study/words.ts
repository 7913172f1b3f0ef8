// How a study's report names what was varied, what was measured and what was found, in notation.

import { shortened } from "../../base/labels.ts";
import { DISTANCES, isDistance } from "../../observables/distances/compare.ts";
import { positiveInterval } from "../../statistics/interval.ts";
import type { StudyFit } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { endOf, type Leaf, type wordsByKey } from "../../study/value-labels.ts";
import { asNotation, formatNumber, typesetNumber } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import { solverKind } from "../runs/groups.ts";

type FitSpec = StudyFit["spec"];

/** Half of a 95 % interval of a normal, in standard errors. */
export const REACH = 1.96;

/** A level with its 95 % interval: of a distance, which is not negative, that of its logarithm. */
export function levelInterval(
  { quantity }: FitSpec,
  { value, error }: StudyFit["levels"][number],
): [low: number, high: number] {
  const reach = REACH * (error ?? 0);
  return isDistance(quantity) ? positiveInterval(value, reach) : [value - reach, value + reach];
}

/** Something varied: in words, for an axis, and as short as a legend wants it. */
export interface Name {
  readonly words: string;
  readonly symbol: string;
}

const LONGEST = 40;

const VARIED: readonly (readonly [RegExp, Name])[] = [
  [/^(solvers\.\d+\.particles\.)?width$/, { words: "width *N*", symbol: "*N*" }],
  [/^(solvers\.\d+\.\w+\.)?cells$/, { words: "cells along an axis", symbol: "cells" }],
  [/^time$/, { words: "time *t*", symbol: "*t*" }],
  [/^time\.step$/, { words: "step *h*", symbol: "*h*" }],
  [/^time\.until$/, { words: "time *t* at the end", symbol: "*t*" }],
  [/^problem\.temperature$/, { words: "temperature *τ*", symbol: "*τ*" }],
  [/^dynamics\.friction$/, { words: "friction *γ*", symbol: "*γ*" }],
  [/^dynamics\.epsilon$/, { words: "timescale *ε*", symbol: "*ε*" }],
  [/^solvers\.\d+\.particles\.batch(\.size)?$/, { words: "batch size *B*", symbol: "*B*" }],
  [/^solvers\.\d+\.particles\.integrator$/, { words: "integrator", symbol: "integrator" }],
  [/^solvers\.\d+\.\w+\.scheme$/, { words: "scheme", symbol: "scheme" }],
  [/^problem\.neuron\.activation$/, { words: "activation", symbol: "activation" }],
];

/** Names for keys that are varied: what everybody calls it, or the key itself where two keys would share a name. */
export function namesOf(keys: readonly string[]): Map<string, Name> {
  const usual = keys.map(usualName);
  return new Map(
    keys.map((key, k) => {
      const name = usual[k];
      const shared = usual.filter((other) => other?.symbol === name?.symbol).length > 1;
      const short = asNotation(shortKey(key));
      return [key, name && !shared ? name : { words: short, symbol: short }];
    }),
  );
}

function usualName(key: string): Name | undefined {
  return VARIED.find(([pattern]) => pattern.test(key))?.[1];
}

/** The end of a dotted key, which tells most. */
function shortKey(key: string): string {
  const parts = key.split(".");
  while (parts.length > 1 && parts.join(".").length > LONGEST) parts.shift();
  const end = parts.join(".");
  return shortened(end.length < key.length ? `…${end}` : end, LONGEST);
}

/** The words of a swept value, given its key: see wordsByKey of study/value-labels.ts. */
export type Words = ReturnType<typeof wordsByKey>;

/** A swept value within a column of its key, in notation: a word, or what tells an object from others. */
export function valueNotation(key: string, value: unknown, words: Words): string {
  return partsOf(key, value, words, "");
}

/** `τ = 0.1, N = 100`; `kinetic, γ = 2`. */
export function valuesNotation(values: SweptValues, words: Words): string {
  const names = namesOf(Object.keys(values));
  return Object.entries(values)
    .map(([key, value]) => partsOf(key, value, words, `${names.get(key)!.symbol} = `))
    .join(", ");
}

/** The kind, then the leaves; `before` a leaf that is the value itself. */
function partsOf(key: string, value: unknown, words: Words, before: string): string {
  const { kind, leaves } = words(key, value);
  const parts = leaves.map((leaf) => {
    const name = leaf.key === "" ? before : `${leafSymbol(`${key}.${leaf.key}`)} = `;
    return `${name}${asNotation(leafText(leaf)).replaceAll(/(^|[( ])-(?=[\d.])/g, "$1−")}`;
  });
  return [asNotation(kind), ...parts].filter(Boolean).join(", ");
}

function leafText({ value }: Leaf): string {
  return typeof value === "number" ? formatNumber(value, 6) : shortened(value, LONGEST);
}

function leafSymbol(key: string): string {
  return usualName(key)?.symbol ?? asNotation(shortened(endOf(key), LONGEST));
}

/** What a fit is of: a name for the axis, and what it is in a sentence. `measuredOn`: the observable that stands for its quantity. */
export function quantityOf({ spec, measuredOn }: Pick<StudyFit, "spec" | "measuredOn">): {
  label: string;
  phrase: string;
} {
  const { along, solver } = spec;
  const quantity = measuredOn ?? spec.quantity;
  const against = measuredOn === undefined ? spec.against : undefined;
  const { kind, holder: whose } = solverKind(solver);
  // Without replicas and without anything to compare with, convergence is that of the changes.
  const isChange = along !== "time" && kind !== "network" && against === undefined;
  const other = against && solverKind(against).holder;
  if (isDistance(quantity)) {
    const { symbol, meaning } = DISTANCES[quantity];
    const name = symbol.includes("distance") ? symbol : `distance ${symbol}`;
    const verb = kind === "network" ? "are" : "is";
    return {
      label: `${name} between ${whose} and ${other ?? "limit"}`,
      phrase: `How far the ${whose} ${verb} from the ${other ?? "limit"}: ${symbol} ${meaning}`,
    };
  }
  const name = quantityNotation(quantity);
  if (isChange) {
    return {
      label: `change in ${name}, level to level`,
      phrase: `How much the ${name} of the ${whose} changes from one level to the next`,
    };
  }
  if (other === undefined) return { label: name, phrase: `The ${name} of the ${whose}` };
  return {
    label: `difference in ${name}, ${whose} and ${other}`,
    phrase: `The difference in ${name} between the ${whose} and the ${other}`,
  };
}

const DENOMINATORS = [1, 2, 3, 4, 6];

/** −1/2 rather than −0.5, where it is a fraction that people write. */
export function exponentText(exponent: number): string {
  const denominator = DENOMINATORS.find(
    (d) => Math.abs(exponent * d - Math.round(exponent * d)) <= 1e-6 * Math.abs(exponent * d),
  );
  if (denominator === undefined || Math.abs(exponent * denominator) > 99) return typesetNumber(exponent);
  const text = `${Math.round(exponent * denominator)}`.replace("-", "−");
  return denominator === 1 ? text : `${text}/${denominator}`;
}

/** Whether a fit's interval is how far its number is known, by the window in time or the last refinements: no replica has a say in it. */
export function isDeterministic({ spec, levels }: StudyFit): boolean {
  return spec.along === "time" || levels.every(({ replicas }) => replicas === 1);
}

/** What the intervals of these fits are, a sentence. */
export function intervalsNote(fits: readonly StudyFit[]): string {
  const fitted = fits.filter(({ interval }) => interval !== null);
  if (fitted.length === 0) return "";
  const known = fitted.filter(isDeterministic);
  const parts = [
    known.length < fitted.length && "over replicas",
    known.some(({ spec }) => spec.along === "time") &&
      "along time by the uncertainty of the fit (with replicas their scatter too) and, under a verdict, the error of step and cells",
    known.some(({ spec }) => spec.along !== "time") &&
      "of single runs by what the last two refinements leave open",
  ].filter(Boolean);
  const judging = fitted.some(isJudged)
    ? "[ ]: the interval that judges, for all fits together; ± 95 %: half of the ordinary one"
    : "[ ]: 95 %";
  return `; ${judging}: ${parts.join("; ")}`;
}

/** Whether there is a prediction to judge. */
export function isJudged({ spec }: StudyFit): boolean {
  return spec.predicted !== undefined;
}

/** The interval that is shown: the one that judges, where something is judged. */
export function shownInterval(fit: StudyFit): readonly [number, number] | null {
  return isJudged(fit) ? fit.judged : fit.interval;
}

/**
 * `−0.51, within [−0.55, −0.46]`, or `95 % […]` of chance that nothing judges, to the digits that the interval leaves; null where there
 * is no fit.
 */
export function slopeText(fit: StudyFit, between?: string): string | null {
  const { slope } = fit;
  const interval = shownInterval(fit);
  if (slope === null) return null;
  if (interval === null) return typesetNumber(slope, 3);
  const [low, high] = interval;
  const decimals = Math.max(2, -Math.floor(Math.log10((high - low) / 4)));
  const number = (value: number) =>
    decimals <= 6
      ? value
          .toFixed(decimals)
          .replace(/^-(?=[0.]+$)/, "")
          .replace("-", "−")
      : typesetNumber(value, 3);
  const words = between ?? (isDeterministic(fit) || isJudged(fit) ? ", within " : ", 95 % ");
  return `${number(slope)}${words}[${number(low)}, ${number(high)}]`;
}
