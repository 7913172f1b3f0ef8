// The error budget of a computed number: a bound for each source of error, with where it comes from. Bounds add up whatever the signs
// and correlations of the errors behind them: |Σ e_i| ≤ Σ |e_i|.

import { inputError } from "../base/errors.ts";
import { requireKeys, requireList, showValue } from "../base/keys.ts";

export type ErrorSource = "width" | "step" | "grid" | "domain" | "Monte Carlo";

export interface ErrorBound {
  readonly source: ErrorSource;
  /** Of |error|, ≥ 0, all in the unit of the number. */
  readonly bound: number;
  /** How it was found, such as "half the difference of h and h/2". */
  readonly provenance: string;
}

export interface ErrorBudget {
  /** Largest first, each with its share of the total. */
  readonly rows: readonly (ErrorBound & { readonly share: number })[];
  readonly total: number;
  /** The source of the largest part, its bounds taken together; null where the total is 0. */
  readonly dominant: ErrorSource | null;
}

/**
 * Adds bounds up; several may name one source. Errors (input): none given, a bound that is negative or not finite.
 *
 * @example
 * ```ts
 * import { errorBudget } from "muflow";
 *
 * const { rows, total, dominant } = errorBudget([
 *   { source: "width", bound: 3e-3, provenance: "half the 95 % interval of 16 replicas" },
 *   { source: "step", bound: 1e-3, provenance: "half the difference of h and h/2" },
 * ]);
 * console.log(dominant, total, rows.map(({ share }) => share)); // width 0.004 [ 0.75, 0.25 ]
 * ```
 */
export function errorBudget(bounds: readonly ErrorBound[]): ErrorBudget {
  requireList("error budget", bounds, "a list of {source, bound, provenance}");
  for (const bound of bounds) requireKeys("error budget", bound, ["source", "bound", "provenance"]);
  if (bounds.length === 0) throw inputError("error budget", "found no bounds; allowed: ≥ 1");
  const bySource = new Map<ErrorSource, number>();
  for (const { source, bound } of bounds) {
    if (typeof bound !== "number" || !(bound >= 0 && bound < Infinity)) {
      throw inputError(
        "error budget",
        `found ${showValue(bound)} for ${String(source)}; allowed: finite, ≥ 0`,
      );
    }
    bySource.set(source, (bySource.get(source) ?? 0) + bound);
  }
  const ordered = [...bounds].sort((a, b) => b.bound - a.bound);
  const total = ordered.reduce((sum, { bound }) => sum + bound, 0);
  const [[dominant]] = [...bySource].sort(([, a], [, b]) => b - a);
  return {
    rows: ordered.map((row) => ({ ...row, share: total === 0 ? 0 : row.bound / total })),
    total,
    dominant: total === 0 ? null : dominant,
  };
}
