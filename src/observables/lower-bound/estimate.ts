// What is known of log∫e^(−Φ/τ): a value that lies at most `error` below the truth, or that it is infinite or was not resolved.

import { log } from "../../base/elementary.ts";

export interface Estimate {
  /** Infinity: the integral is infinite. NaN: not resolved. */
  readonly value: number;
  readonly error: number;
}

export const DIVERGES: Estimate = { value: Number.POSITIVE_INFINITY, error: 0 };
export const UNRESOLVED: Estimate = { value: Number.NaN, error: Number.NaN };

/** log∫e^(−V/τ)dθ where V is quadratic, of those λ; null else. */
export function logFree(penalties: readonly number[] | null, temperature: number): number | null {
  return penalties?.reduce((sum, lambda) => sum + gaussianLog(temperature, lambda), 0) ?? null;
}

/** log ∫ e^(−λu²/2τ) du, what a coordinate adds that is integrated out in closed form. */
export function gaussianLog(temperature: number, lambda: number): number {
  return 0.5 * log((2 * Math.PI * temperature) / lambda);
}
