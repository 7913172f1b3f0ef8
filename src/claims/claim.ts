// A claim: one sentence that theory makes about one number, the experiment that measures the number, and how narrowly it must
// be known. What the suite ships and what a user writes are the same thing; muflow validate runs both.

import { fieldOf, plainText } from "../base/bibtex.ts";
import { inputError } from "../base/errors.ts";
import { foundAllowed, showValue } from "../base/keys.ts";
import { BIBTEX, type Source } from "../base/sources.ts";

/** What the number must be. */
export type Prediction =
  | { readonly equals: number }
  | { readonly atMost: number }
  | { readonly atLeast: number };

export interface Citation {
  /** Surname of the first author. */
  readonly author: string;
  readonly year: number;
  /** arXiv number; null where there is none. */
  readonly arxiv: string | null;
  /** Title or place, for the claim's page. */
  readonly work: string;
}

/** A work of the list that `muflow cite` prints from. */
export function cited(source: Source): Citation {
  const [author, year, arxiv, title] = ["author", "year", "eprint", "title"].map((name) =>
    fieldOf(BIBTEX[source], name),
  );
  const [surname] = author!.split(",");
  return { author: plainText(surname!), year: Number(year), arxiv: arxiv ?? null, work: plainText(title!) };
}

/** A curve or a set of points of a claim's figure, [x, y] or with an interval [x, y, low, high]. */
export interface ClaimCurve {
  readonly label: string;
  readonly style: "points" | "line" | "dashed";
  readonly points: readonly (
    | readonly [number, number]
    | readonly [x: number, y: number, low: number, high: number]
  )[];
}

export interface ClaimFigure {
  readonly x: { readonly label: string; readonly log?: boolean };
  readonly y: { readonly label: string; readonly log?: boolean };
  readonly curves: readonly ClaimCurve[];
  /** What is seen, for someone who never saw the code. */
  readonly caption: string;
}

/**
 * What a measurement found: with randomness an interval at any level, without it an error estimated by refinement, and `widened`, that of
 * the interval that judges, where it is known better than as twice the error.
 */
export type Evidence = {
  readonly figure: ClaimFigure;
  /** What else a reader should know, a sentence each: levels left out, errors by source. */
  readonly notes?: readonly string[];
} & (
  | { readonly measured: number; interval(level: number): readonly [number, number] }
  | { readonly measured: number; readonly error: number; readonly widened?: number }
);

export interface ClaimContext {
  /** The full variant: narrower, longer. */
  readonly full: boolean;
  /** Says which share of the work is done, 0 to 1. */
  progress(share: number): void;
}

export interface Claim {
  /** a–z, 0–9 and -. */
  readonly id: string;
  /** What is claimed, one sentence. */
  readonly statement: string;
  readonly source: Citation;
  /** The mathematics: equations of the experiment and of the claim. */
  readonly equation: string;
  /** What is computed: problem, widths, replicas, steps, seeds. */
  readonly experiment: string;
  /** The statistic or norm that is measured. */
  readonly statistic: string;
  /** Ends the sentence "This result validates …". */
  readonly validates: string;
  readonly predicted: Prediction;
  /** The half-width that the interval which judges must reach for HOLDS, quick or full; of no account for inequalities. */
  readonly within: number;
  /** Whether the quick variant may end NOT RESOLVED, as where it cannot be both quick and that narrow; the full one never may. Default false. */
  readonly quickMayStayOpen?: boolean;
  /** Measures. Pure but for `progress`: seeds are part of the claim, fixed before looking. */
  measure(context: ClaimContext): Evidence | Promise<Evidence>;
}

/**
 * Checks a claim's form and returns it. Errors (input): which part is missing or wrong.
 *
 * @example
 * ```ts
 * import { claim, data, observedOrder } from "muflow";
 *
 * // muflow validate midpoint-order.ts, where this is the default export.
 * const stated = claim({
 *   id: "midpoint-order",
 *   statement: "The midpoint rule with step h errs by O(h²).",
 *   source: { author: "Davis", year: 1984, arxiv: null, work: "Methods of numerical integration" },
 *   equation: "h Σ_i e^((i + ½)h) = e − 1 + O(h²)",
 *   experiment: "eˣ on [0, 1], h = 1/4, 1/8, 1/16, 1/32.",
 *   statistic: "The order of the last halving of h.",
 *   validates: "the order of the midpoint rule",
 *   predicted: { equals: 2 },
 *   within: 0.01,
 *   measure() {
 *     const errors = [4, 8, 16, 32].map((n) => {
 *       const { y, weight } = data.fromFunction({ function: Math.exp, interval: [0, 1], samples: n });
 *       const mean = y.reduce((sum, value, i) => sum + weight[i] * value, 0);
 *       return { x: 1 / n, value: Math.E - 1 - mean };
 *     });
 *     const { order, error } = observedOrder(errors, { values: "errors" });
 *     const points = errors.map(({ x, value }) => [x, value] as const);
 *     return {
 *       measured: order!,
 *       error: error!,
 *       figure: {
 *         x: { label: "h", log: true },
 *         y: { label: "error", log: true },
 *         curves: [{ label: "midpoint rule", style: "points", points }],
 *         caption: "The error falls by four when the step is halved.",
 *       },
 *     };
 *   },
 * });
 * const evidence = await stated.measure({ full: false, progress() {} });
 * console.log(evidence.measured.toFixed(3)); // 2.000
 * ```
 */
export function claim(stated: Claim): Claim {
  if (typeof stated !== "object" || stated === null) {
    throw inputError("claim", foundAllowed(showValue(stated), "a mapping of id, statement, source, …"));
  }
  const where = `claim ${stated.id ?? ""}`.trim();
  if (typeof stated.id !== "string" || !/^[a-z0-9-]+$/.test(stated.id)) {
    throw inputError(where, `found id ${showValue(stated.id)}; allowed: letters a–z, 0–9 and -`);
  }
  for (const key of ["statement", "equation", "experiment", "statistic", "validates"] as const) {
    if (typeof stated[key] !== "string" || stated[key] === "") {
      throw inputError(`${where}: ${key}`, "is missing; allowed: a sentence");
    }
  }
  const { author, year } = stated.source ?? {};
  if (typeof author !== "string" || !Number.isInteger(year)) {
    throw inputError(`${where}: source`, "is missing; allowed: { author, year, arxiv, work }");
  }
  const predictions = Object.entries(stated.predicted ?? {});
  const [kind, value] = predictions[0] ?? [];
  if (
    predictions.length !== 1 ||
    !["equals", "atMost", "atLeast"].includes(kind!) ||
    !Number.isFinite(value)
  ) {
    throw inputError(
      `${where}: predicted`,
      `found ${JSON.stringify(stated.predicted)}; allowed: one of { equals }, { atMost }, { atLeast } with a number`,
    );
  }
  if (!(stated.within > 0)) {
    throw inputError(`${where}: within`, `found ${stated.within}; allowed: a half-width > 0`);
  }
  const { quickMayStayOpen = false } = stated;
  if (typeof quickMayStayOpen !== "boolean") {
    throw inputError(
      `${where}: quickMayStayOpen`,
      `found ${JSON.stringify(quickMayStayOpen)}; allowed: true, false`,
    );
  }
  if (typeof stated.measure !== "function") {
    throw inputError(`${where}: measure`, "is missing; allowed: a function that returns the evidence");
  }
  return stated;
}
