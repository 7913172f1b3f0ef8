// The observed order of a deterministic refinement, x = h or Δx → 0: of errors e_k ~ x_k^p, p_k = log(e_k/e_(k+1))/log(x_k/x_(k+1)). Without an
// exact solution the changes from one level to the next stand for e_k (Roache, Verification and validation, 1998), x in a constant
// ratio r. Where e = Cx^p(1 + ax + …), p_k − p falls as x_k does: what is left of it is the last change of p_k over r − 1.

import { log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import { requireKeys, requireList, requireNumber } from "../base/keys.ts";
import type { Finding } from "./levels.ts";
import { WIDENED } from "./verdict.ts";

export interface Refinement {
  /** > 0 */
  readonly x: number;
  readonly value: number;
}

export interface OrderOptions {
  /** Whether the values are errors against an exact solution, of either sign, or numbers that converge to an unknown one. */
  readonly values: "errors" | "converging";
  /** What a value is known to, absolute. Default: 0 for errors, 1e-14 of the largest for numbers that converge. */
  readonly floor?: number;
}

/** An error, or the change of a converging number from the level before. */
export interface RefinementUse extends Refinement {
  /** From the one before to this; null at the first, and where either is left out. */
  readonly order: number | null;
  readonly leftOut: Finding | null;
}

export interface ObservedOrder {
  /** Coarse to fine; of converging numbers from the second on. */
  readonly levels: readonly RefinementUse[];
  /** Of the last refinement; null where fewer than two orders are left. */
  readonly order: number | null;
  /** Of `order`, by the last three refinements and the floor; null with it. */
  readonly error: number | null;
  /** What a verdict must allow for: twice that, and at least 0.1 where only two orders are left, whose one change may be small by accident; null with it. */
  readonly widened: number | null;
  /** Whether the errors of the last levels tend to a level rather than to 0: their orders fall towards 0 as x does. */
  readonly levelsOff: boolean;
  /** What speaks against taking the order for the scheme's; empty where nothing does. */
  readonly findings: readonly Finding[];
}

/** For two orders, whose change tells the error of the last. */
export const FEWEST_TERMS = 3;

/** A term counts so far above its floor. */
const MARGIN = 20;
/** The last change of p_k is its error to first order only; so many times that are allowed for. */
const SAFETY = 2;
/** Orders that change by more, and more than before, have not settled. */
const UNSETTLED = 0.1;
/** Beside a level orders fall by r^(−p) a refinement: .5 for p = 1, .71 for ½. Below it, and where so small, nothing tends to 0. */
const LEVELLING = 0.75;
const LEVEL = 0.05;
/** Ratios of x this close, relatively, are one. */
const SAME_RATIO = 1e-6;

/**
 * The order of the last refinement. Rule: from coarse to fine, the first term below 20 floors is left out with all finer ones, as
 * noise floor; terms before a change of sign as pre-asymptotic. Error: 2|d|/min(1, r − 1), |d| the larger of the last change of the order and of the one
 * before over r², and what the floors move p_last by. Errors (input): x not positive, twice, or of converging numbers not in a constant ratio; values not finite; a negative floor.
 *
 * @example
 * ```ts
 * import { observedOrder } from "muflow";
 *
 * // The trapezoidal rule for ∫₀¹ eˣ dx = e − 1, whose error is (e − 1)h²/12 + O(h⁴).
 * const errors = [10, 20, 40, 80].map((n) => {
 *   const inner = Array.from({ length: n - 1 }, (_, i) => Math.exp((i + 1) / n));
 *   const sum = inner.reduce((total, value) => total + value, (1 + Math.E) / 2);
 *   return { x: 1 / n, value: sum / n - (Math.E - 1) };
 * });
 * const { order, findings } = observedOrder(errors, { values: "errors" });
 * console.log(order?.toFixed(3), findings.length); // 2.000 0
 * ```
 */
export function observedOrder(refinements: readonly Refinement[], options: OrderOptions): ObservedOrder {
  requireKeys("order", options, ["values", "floor"]);
  const course = requireCourse(refinements);
  const terms = options.values === "errors" ? course : changes(course);
  const floor = termFloor(course, options);
  const leftOut = new Map<Refinement, Finding>();

  const low = terms.findIndex(({ value }) => !(Math.abs(value) > MARGIN * floor));
  const end = low < 0 ? terms.length : low;
  const sign = Math.sign(terms[end - 1]?.value ?? 1);
  const start = terms.slice(0, end).findLastIndex(({ value }) => Math.sign(value) !== sign) + 1;
  for (const [i, term] of terms.entries()) {
    if (i < start) leftOut.set(term, { kind: "pre-asymptotic", reason: "a finer level has the other sign" });
    if (i < end) continue;
    const reason = `${Math.abs(terms[end].value).toPrecision(2)} at x = ${terms[end].x} is not ${MARGIN} times its floor ${floor.toPrecision(2)}`;
    leftOut.set(term, { kind: "noise floor", reason });
  }

  const orders = terms.map((term, i) => (i > start && i < end ? orderBetween(terms[i - 1], term) : null));
  const [earlier, before, last] = [end - 3, end - 2, end - 1].map((i) => orders[i] ?? null);
  const findings: Finding[] = [];
  if (last === null || before === null) {
    const reason = `${end - start} of ${terms.length} terms are left, of the ${FEWEST_TERMS} that an order with an error needs`;
    findings.push({ kind: "not resolved", reason });
  } else if (Math.abs(last - before) > Math.max(UNSETTLED, Math.abs(before - (earlier ?? Infinity)))) {
    const reason = `the order went ${[earlier, before, last].map((p) => p!.toPrecision(3)).join(", ")}: it has not settled`;
    findings.push({ kind: "pre-asymptotic", reason });
  }
  const error =
    last === null || before === null
      ? null
      : errorOf(terms[end - 2], terms[end - 1], [last - before, before - (earlier ?? before)], floor);
  return {
    levels: terms.map((term, i) => ({ ...term, order: orders[i], leftOut: leftOut.get(term) ?? null })),
    order: before === null ? null : last,
    error,
    widened: error === null ? null : Math.max(WIDENED * error, earlier === null ? UNSETTLED : 0),
    levelsOff:
      options.values === "errors" &&
      last !== null &&
      before !== null &&
      (Math.abs(last) <= LEVEL || Math.abs(last) <= LEVELLING * Math.abs(before)),
    findings,
  };
}

function requireCourse(refinements: readonly Refinement[]): Refinement[] {
  requireList("refinements", refinements, "a list of {x, value}");
  for (const refinement of refinements) {
    requireKeys("refinements", refinement, ["x", "value"]);
    requireNumber("refinements: x", refinement.x);
    requireNumber("refinements: value", refinement.value);
  }
  const course = [...refinements].sort((a, b) => b.x - a.x);
  for (const [k, { x, value }] of course.entries()) {
    if (!(x > 0 && x < Infinity)) throw inputError("refinements", `found x = ${x}; allowed: finite, > 0`);
    if (k > 0 && course[k - 1].x === x)
      throw inputError("refinements", `found x = ${x} twice; allowed: once`);
    if (!Number.isFinite(value)) {
      throw inputError("refinements", `found the value ${value} at x = ${x}; allowed: finite values`);
    }
  }
  return course;
}

export function isSameRatio(a: number, b: number): boolean {
  return Math.abs(a / b - 1) <= SAME_RATIO;
}

function changes(course: readonly Refinement[]): Refinement[] {
  const ratio = course.length > 1 ? course[0].x / course[1].x : 1;
  return course.slice(1).map(({ x, value }, k) => {
    const next = course[k].x / x;
    if (!isSameRatio(next, ratio)) {
      const ratios = `${ratio.toPrecision(6)} and ${next.toPrecision(6)}`;
      throw inputError(
        "refinements",
        `found the ratios ${ratios} of x; allowed: one, where no exact value is known`,
      );
    }
    return { x, value: value - course[k].value };
  });
}

/** What a term is known to: a change is that of two values. */
function termFloor(course: readonly Refinement[], { values, floor }: OrderOptions): number {
  if (floor !== undefined && !(floor >= 0)) throw inputError("floor", `found ${floor}; allowed: ≥ 0`);
  if (values === "errors") return floor ?? 0;
  return 2 * (floor ?? 1e-14 * largestOf(course.map(({ value }) => Math.abs(value))));
}

function orderBetween(a: Refinement, b: Refinement): number {
  return log(a.value / b.value) / log(a.x / b.x);
}

/** `changes`: of the order, the last and the one before. */
function errorOf(
  a: Refinement,
  b: Refinement,
  [last, before]: readonly [number, number],
  floor: number,
): number {
  const ratio = a.x / b.x;
  const floors = (floor / Math.abs(a.value) + floor / Math.abs(b.value)) / log(ratio);
  const change = Math.max(Math.abs(last), Math.abs(before) / (ratio * ratio));
  return (SAFETY * change) / Math.min(1, ratio - 1) + floors;
}
