// Verdicts on claims. One interval judges and is printed: I, the simultaneous one, level 1 − 10⁻³/claims, so that of all claims that are
// true one or more FAILS once in a thousand times. A claim HOLDS inside it, where I itself is as narrow as the claim asks. J, the 95 %
// interval, stands beside it. A deterministic number has J = its error by the last refinements, and I = twice that.

import { log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireCount } from "../base/keys.ts";
import { rounded } from "../base/words.ts";

export type Interval = readonly [low: number, high: number];

export const VERDICTS = ["HOLDS", "FAILS", "NOT RESOLVED"] as const;

export interface Verdict {
  readonly verdict: (typeof VERDICTS)[number];
  /** J */
  readonly interval: Interval;
  /** I, which judges. */
  readonly judged: Interval;
  /** One sentence. */
  readonly reason: string;
}

/** The intervals of a measured number, left open by chance, or by the error of what computed it. */
export interface Measurement {
  readonly leftOpenBy: "chance" | "error";
  readonly simultaneous: Interval;
  readonly ordinary: Interval;
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** The probability that any of the claims FAILS although all are true. */
const FALSE_ALARM = 1e-3;

/** The level of I among so many claims. */
export function simultaneousLevel(claims: number): number {
  requireCount("claims", claims);
  return 1 - FALSE_ALARM / claims;
}

/** Both intervals of an estimate that has one for every level. */
export function measurementOf(interval: (level: number) => Interval, claims: number): Measurement {
  return {
    leftOpenBy: "chance",
    simultaneous: interval(simultaneousLevel(claims)),
    ordinary: interval(0.95),
  };
}

/** I over J of a number without chance: an estimated error is itself known to a factor. */
export const WIDENED = 2;

/** Both intervals of a number known to an error ≥ 0, by its last two refinements; `widened`: the error of I, where it is known better than as twice that. */
export function deterministic(value: number, error: number, widened = WIDENED * error): Measurement {
  if (!(error >= 0)) throw inputError("error", `found ${error}; allowed: ≥ 0`);
  if (!(widened >= error))
    throw inputError("widened", `found ${widened}; allowed: at least the error ${error}`);
  return {
    leftOpenBy: "error",
    simultaneous: [value - widened, value + widened],
    ordinary: [value - error, value + error],
  };
}

/**
 * "The measured number is `predicted`": FAILS outside I; HOLDS inside, with I at most ± `within` wide; else NOT RESOLVED.
 * Errors (input): a prediction or interval that is not of numbers, `within` ≤ 0.
 */
export function equality(measured: Measurement, predicted: number, within: number): Verdict {
  const { simultaneous, ordinary } = checked(measured);
  if (!Number.isFinite(predicted)) throw inputError("predicted", `found ${predicted}; allowed: a number`);
  if (!(within > 0)) throw inputError("within", `found ${within}; allowed: > 0`);
  const [low, high] = simultaneous;
  const half = halfOf(simultaneous, within);
  const intervals = { interval: ordinary, judged: simultaneous };
  const told = short(predicted, tellingDigits(simultaneous));
  const place = (side: string) => `the prediction ${told} lies ${side} ${nameOf(measured)}`;
  if (!(low <= predicted && predicted <= high)) {
    return { verdict: "FAILS", ...intervals, reason: place("outside") };
  }
  const inside = place("inside");
  const width = widthText("it is", half, within);
  return half <= within
    ? { verdict: "HOLDS", ...intervals, reason: `${inside}, and ${width}` }
    : { verdict: "NOT RESOLVED", ...intervals, reason: `${inside}, but ${width}` };
}

/** Half the length of an interval; `within` where they differ by the rounding of its ends: an error of 0.05 beside 0.1 asked is as narrow as asked. */
function halfOf([low, high]: Interval, within: number): number {
  const half = 0.5 * (high - low);
  const rounding = Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
  return Number.isFinite(half) && Math.abs(half - within) <= rounding ? within : half;
}

/** "The measured number is at least, at most …": HOLDS when all of I satisfies it, FAILS when none does, else NOT RESOLVED. */
export function inequality(measured: Measurement, bound: Bound): Verdict {
  const { simultaneous, ordinary } = checked(measured);
  const [low, high] = simultaneous;
  const atLeast = "atLeast" in bound;
  const limit = atLeast ? bound.atLeast : bound.atMost;
  if (Number.isNaN(limit)) throw inputError("bound", "found NaN; allowed: a number");
  const all = atLeast ? low >= limit : high <= limit;
  const none = atLeast ? high < limit : low > limit;
  const [verdict, share] = all
    ? (["HOLDS", "all"] as const)
    : none
      ? (["FAILS", "nothing"] as const)
      : (["NOT RESOLVED", "a part"] as const);
  const side = `${atLeast ? "at least" : "at most"} ${short(limit, tellingDigits(simultaneous))}`;
  return {
    verdict,
    interval: ordinary,
    judged: simultaneous,
    reason: `${share} of ${nameOf(measured)} is ${side}`,
  };
}

function nameOf({ leftOpenBy, simultaneous }: Measurement): string {
  const name = leftOpenBy === "chance" ? "the simultaneous interval" : "what the error leaves open,";
  return `${name} ${text(simultaneous)}`;
}

/** How well a number is known beside what was asked, in digits enough to tell which is more. `what`: "it is", say. */
export function widthText(what: string, half: number, within: number): string {
  const isTold = Number(short(half)) <= Number(short(within)) === half <= within;
  const told = isTold ? short : String;
  return `${what} ± ${told(half)}, ± ${told(within)} asked`;
}

function checked(measured: Measurement): Measurement {
  for (const interval of [measured.simultaneous, measured.ordinary]) {
    if (!(interval[0] <= interval[1]))
      throw inputError("interval", `found ${text(interval)}; allowed: low ≤ high`);
  }
  return measured;
}

function text(interval: Interval): string {
  const digits = tellingDigits(interval);
  return `[${interval.map((end) => short(end, digits)).join(", ")}]`;
}

/** Digits that a text shows at least, and at most: those that a double has but the last, which rounding takes. */
const [FEWEST, MOST] = [4, 14];

/** How many digits tell the ends of an interval apart, to two of its length. */
export function tellingDigits([low, high]: Interval): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const needed = high > low ? 2 + Math.ceil(log(size / (high - low)) / Math.LN10) : FEWEST;
  return Number.isFinite(needed) ? Math.min(MOST, Math.max(FEWEST, needed)) : FEWEST;
}

function short(value: number, digits = FEWEST): string {
  return String(rounded(value, digits));
}
