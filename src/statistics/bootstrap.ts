// Confidence intervals by resampling replicas, for statistics t without a formula (Efron, Tibshirani, An introduction to the
// bootstrap, 1993). Percentile: quantiles of t* itself. Studentised: t − σq, q the quantiles of (t* − t)/σ*, σ and σ* standard errors
// by the jackknife; its coverage errs in second order only (Hall, Ann. Statist. 16, 1988).

import { inputError, MuflowError } from "../base/errors.ts";
import { largestOf, leastOf } from "../base/extremes.ts";
import { requireCount, requireFunction, requireKeys } from "../base/keys.ts";
import { fillUniforms } from "../base/normal.ts";
import { deriveKey } from "../base/philox.ts";
import { type Level, type Pairing, requireLevels } from "./levels.ts";
import { meanOf, squaresAbout } from "./sample.ts";

export interface BootstrapOptions {
  /** Paired replicas are drawn whole, independent ones at each level. */
  readonly pairing: Pairing;
  /** Default "studentised", the sharper, for which t takes every real value: of what is positive, take the logarithm. */
  readonly method?: "studentised" | "percentile";
  /** B; default 1999. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface Bootstrap {
  readonly estimate: number;
  /** Standard error, by the jackknife. */
  readonly error: number;
  /** Confidence interval, 0 < level ≤ 1 − 2/(B + 1): beyond, an input error. */
  interval(level: number): readonly [number, number];
}

/** "boot", apart from every PURPOSE of a run. */
const STREAM = 0x626f6f74;

/**
 * Resamples the replicas of levels and evaluates `statistic` on them: levels in the given order with samples drawn anew, or with
 * one replica missing. A function of its arguments alone. Coverage of 95 % intervals of a slope by logarithms of means, 16 and 32
 * replicas of χ²₁ and lognormal values: studentised 93.5 to 94.7 %, percentile 91.4 to 93.3 % (2000 studies each).
 * Cost: 1 + B evaluations by percentile, (1 + B)(1 + n) studentised, n independent draws in all.
 * Errors: as `requireLevels`, fewer than 3 replicas (input); a statistic that is not finite on a resample (numerics).
 *
 * @example
 * ```ts
 * import { bootstrap, type Level } from "muflow";
 *
 * const levels = [{ x: 1, samples: [0.9, 1.1, 1.2, 0.7, 1.0, 1.1] }];
 * const mean = ([{ samples }]: readonly Level[]) => samples.reduce((sum, value) => sum + value) / samples.length;
 * const { estimate, error, interval } = bootstrap(levels, mean, { pairing: "independent", method: "percentile" });
 * console.log(estimate.toFixed(3), error.toFixed(3)); // 1.000 0.073
 * console.log(interval(0.95).map((end) => end.toFixed(2))); // [ '0.87', '1.12' ]
 * ```
 */
export function bootstrap(
  levels: readonly Level[],
  statistic: (levels: readonly Level[]) => number,
  options: BootstrapOptions,
): Bootstrap {
  requireKeys("bootstrap", options, ["pairing", "method", "resamples", "seed"]);
  const { pairing, method = "studentised", resamples = 1999, seed = 0 } = options;
  requireLevels(levels, pairing);
  requireFunction("bootstrap: statistic", statistic, "of the levels");
  const fewest = leastOf(levels.map(({ samples }) => samples.length));
  if (fewest < 3) throw inputError("replicas", `found ${fewest}; allowed: ≥ 3 to resample`);
  requireCount("resamples", resamples);
  const evaluate: Evaluate = (drawn) => {
    const value = statistic(drawn);
    if (Number.isFinite(value)) return value;
    throw new MuflowError(
      "numerics",
      `bootstrap: the statistic of a resample is ${value}; choose one that is always finite`,
    );
  };
  const estimate = evaluate(levels);
  const error = jackknife(levels, evaluate, pairing);

  const draws = new Float64Array(resamples);
  const drawer = drawerOf(levels, pairing, seed);
  for (let b = 0; b < resamples; b++) {
    const drawn = drawer(b);
    const value = evaluate(drawn);
    if (method === "percentile") draws[b] = value;
    // A resample without scatter says no more than on which side it is.
    else draws[b] = value === estimate ? 0 : (value - estimate) / jackknife(drawn, evaluate, pairing);
  }
  draws.sort();

  return {
    estimate,
    error,
    interval(level) {
      // Of B + 1 gaps between B ordered draws, each as likely.
      const outside = Math.floor(0.5 * (1 - level) * (resamples + 1) + 1e-9);
      if (!(level > 0 && level < 1) || outside < 1) {
        const most = 1 - 2 / (resamples + 1);
        throw inputError(
          "level",
          `found ${level}; allowed with ${resamples} resamples: 0 < level ≤ ${most.toPrecision(6)}`,
        );
      }
      const [low, high] = [draws[outside - 1], draws[resamples - outside]];
      return method === "percentile" ? [low, high] : [estimate - error * high, estimate - error * low];
    },
  };
}

type Evaluate = (levels: readonly Level[]) => number;

/** (1 − 1/R) Σ (t without a replica − their mean)², summed over what is drawn independently; its root. */
function jackknife(levels: readonly Level[], evaluate: Evaluate, pairing: Pairing): number {
  const groups = pairing === "paired" ? [levels.map((_, k) => k)] : levels.map((_, k) => [k]);
  let variance = 0;
  for (const group of groups) {
    const replicas = levels[group[0]].samples.length;
    const values = Float64Array.from({ length: replicas }, (_, r) =>
      evaluate(
        levels.map((level, k) =>
          group.includes(k) ? { x: level.x, samples: level.samples.toSpliced(r, 1) } : level,
        ),
      ),
    );
    variance += (1 - 1 / replicas) * squaresAbout(values, meanOf(values));
  }
  return Math.sqrt(variance);
}

/** Resample b: replicas drawn with replacement, by the uniform numbers of step b. */
function drawerOf(levels: readonly Level[], pairing: Pairing, seed: number): (b: number) => Level[] {
  const [k0, k1] = deriveKey(seed, STREAM, 0);
  const most = largestOf(levels.map(({ samples }) => samples.length));
  const uniforms = new Float64Array(most + (most % 2));
  return (b) =>
    levels.map(({ x, samples }, k) => {
      fillUniforms(uniforms, 0, uniforms.length, k0, k1, 0, b, pairing === "paired" ? 0 : k);
      return { x, samples: samples.map((_, r) => samples[Math.floor(uniforms[r] * samples.length)]) };
    });
}
