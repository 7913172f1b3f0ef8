// Which law a series decays by: e^(−rt), t^(−k), either with a constant beside it, or t^(−k)(log t)^m, each fitted to log |x| by least squares
// over one window. AICc = n log(RSS/n) + 2p + 2p(p + 1)/(n − p − 1), p parameters with the variance, n the number of independent
// residuals (Hurvich, Tsai, Biometrika 76, 1989; Burnham, Anderson, Model selection and multimodel inference, 2002).

import { Matrix, solve } from "ml-matrix";
import { exp, log } from "../base/elementary.ts";
import { requireKeys, requireNumbers } from "../base/keys.ts";
import { dotOf } from "../base/sum.ts";
import { bestWindow, type DecayOptions, decaySeries, effectiveCount } from "./decay.ts";

export type DecayLaw =
  | "exponential"
  | "exponential + constant"
  | "power"
  | "power + constant"
  | "power × logarithm";

export interface LawEvidence {
  readonly law: DecayLaw;
  /** The rate r or the exponent k over the window. */
  readonly speed: number;
  /** The constant over the last value, or the power m of the logarithm; null where there is neither. */
  readonly extra: number | null;
  /** Root mean square of the residuals of log |x|. */
  readonly residual: number;
  /** AICc less the least of all. */
  readonly excess: number;
}

export interface DecayComparison {
  /** By excess. */
  readonly laws: readonly LawEvidence[];
  /** The family of the best law, where the best of the other has an excess of 6 (odds of 20 to 1) or more; null where not. */
  readonly family: "exponential" | "power" | null;
  /** What every law was fitted to; `independent` of the samples count. */
  readonly window: {
    readonly from: number;
    readonly to: number;
    readonly samples: number;
    readonly independent: number;
  };
}

/** Odds of e^(6/2) = 20 to 1. */
const EVIDENT = 6;
/** AICc needs two more residuals than a law has parameters, the variance among them: 4 at most. */
const FEWEST_INDEPENDENT = 6;
/** Residuals of log |x| as small are rounding: log |x| itself is up to 30, and a fit adds some of its own. */
const ROUNDING = 1e-13;
/** Of Levenberg's and Marquardt's method, from several constants, in units of the last value. */
const STEPS = 200;
const CONVERGED = 1e-9;
const CONSTANTS = [-1, 0, 0.5, 0.9];
/** log t is a factor of its own where it is well above 0. */
const LOGARITHM_FROM = 2;

/**
 * Compares the laws over the later of the two windows that `fitPowerDecay`'s rule chooses for e^(−rt) and t^(−k). Residuals that follow
 * their neighbours count as fewer: n(1 − ρ)/(1 + ρ) of them, ρ that of the law with the least, for all laws alike. The law with a
 * logarithm takes part where the window begins after t = 2; its m depends on the unit of t. Restriction: the evidence speaks of
 * the window, and for the best of these laws, not for its truth: look at `residual`. The rate or the exponent itself, with its
 * uncertainty, is that of `fitRate` (statistics/rate.ts) or `fitPowerDecay`.
 * Errors: as `fitPowerDecay`, but no clean decay is an answer here.
 *
 * @example
 * ```ts
 * import { compareDecays } from "muflow";
 *
 * const times = Array.from({ length: 60 }, (_, n) => 1 + n);
 * const values = times.map((t) => 5 * t ** -2);
 * const { family, laws } = compareDecays(times, values);
 * console.log(family, laws[0].law, laws[0].speed.toFixed(3)); // power power 2.000
 * ```
 */
export function compareDecays(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  options: DecayOptions = {},
): DecayComparison {
  requireNumbers("decays: times", times);
  requireNumbers("decays: values", values);
  requireKeys("decays", options, ["floor", "envelope"]);
  const series = decaySeries(times, values, options);
  const start = Math.max(
    bestWindow(series.times, series).start,
    bestWindow(series.times.map(log), series).start,
  );
  const t = series.times.slice(start);
  const logT = t.map(log);
  const y = series.logs.slice(start);
  const fits: Fit[] = [
    straight("exponential", y, t),
    withConstant("exponential + constant", y, t),
    straight("power", y, logT),
    withConstant("power + constant", y, logT),
  ];
  if (t[0] > LOGARITHM_FROM) fits.push(straight("power × logarithm", y, logT, logT.map(log)));

  const squaresOf = ({ residuals }: Fit) => dotOf(residuals, residuals);
  const finest = fits.reduce((best, fit) => (squaresOf(fit) < squaresOf(best) ? fit : best));
  const n = y.length;
  const independent = Math.max(FEWEST_INDEPENDENT, effectiveCount(finest.residuals));
  const criteria = fits.map((fit) => {
    const p = fit.extra === null ? 3 : 4;
    const variance = squaresOf(fit) / n + ROUNDING * ROUNDING;
    return independent * log(variance) + 2 * p + (2 * p * (p + 1)) / (independent - p - 1);
  });
  const least = Math.min(...criteria);
  const laws = fits
    .map((fit, i) => {
      const { law, speed, extra } = fit;
      return { law, speed, extra, residual: Math.sqrt(squaresOf(fit) / n), excess: criteria[i] - least };
    })
    .sort((a, b) => a.excess - b.excess);
  const best = familyOf(laws[0].law);
  const rival = laws.find(({ law }) => familyOf(law) !== best)!;
  return {
    laws,
    family: rival.excess >= EVIDENT ? best : null,
    window: { from: t[0], to: t[n - 1], samples: n, independent },
  };
}

interface Fit {
  readonly law: DecayLaw;
  readonly speed: number;
  readonly extra: number | null;
  readonly residuals: Float64Array;
}

function familyOf(law: DecayLaw): "exponential" | "power" {
  return law.startsWith("exponential") ? "exponential" : "power";
}

/** y = a − speed · clock (+ extra · second). */
function straight(law: DecayLaw, y: Float64Array, clock: Float64Array, second?: Float64Array): Fit {
  const rows = Array.from(clock, (value, i) => (second ? [1, -value, second[i]] : [1, -value]));
  const design = new Matrix(rows);
  const target = Matrix.columnVector(y);
  const coefficients = solve(design, target);
  const residuals = Float64Array.from(target.sub(design.mmul(coefficients)).to1DArray());
  return { law, speed: coefficients.get(1, 0), extra: second ? coefficients.get(2, 0) : null, residuals };
}

/** y = log(e^(a − speed · clock) + constant), in units of the last value, by Levenberg's and Marquardt's method. */
function withConstant(law: DecayLaw, logs: Float64Array, clock: Float64Array): Fit {
  const n = logs.length;
  // Both counted from the last sample, where the constant weighs most.
  const y = logs.map((value) => value - logs[n - 1]);
  const g = clock.map((value) => value - clock[n - 1]);
  const smallest = exp(y.reduce((least, value) => Math.min(least, value), 0));
  const tries = CONSTANTS.map((share) => {
    const constant = share * smallest;
    const line = straight(
      law,
      y.map((value) => log(exp(value) - constant)),
      g,
    );
    return marquardt(y, g, [log(1 - share), line.speed, constant]);
  });
  const { parameters, residuals } = tries.reduce((best, fit) => (fit.squares < best.squares ? fit : best));
  return { law, speed: parameters[1], extra: parameters[2], residuals };
}

type Parameters3 = readonly [a: number, speed: number, constant: number];

interface Try {
  readonly parameters: Parameters3;
  readonly residuals: Float64Array;
  readonly squares: number;
}

function marquardt(y: Float64Array, g: Float64Array, from: Parameters3): Try {
  const at = (parameters: Parameters3): Try => {
    const [a, speed, constant] = parameters;
    const residuals = y.map((value, i) => value - log(exp(a - speed * g[i]) + constant));
    return { parameters, residuals, squares: dotOf(residuals, residuals) };
  };
  let best = at(from);
  let damping = 1e-3;
  for (let n = 0; n < STEPS && damping < 1e12; n++) {
    const [a, speed, constant] = best.parameters;
    const jacobian = new Matrix(
      Array.from(g, (value) => {
        const moving = exp(a - speed * value);
        const total = moving + constant;
        return [moving / total, (-value * moving) / total, 1 / total];
      }),
    );
    const normal = jacobian.transpose().mmul(jacobian);
    for (let k = 0; k < 3; k++) normal.set(k, k, normal.get(k, k) * (1 + damping) + Number.MIN_VALUE);
    const step = solve(
      normal,
      jacobian.transpose().mmul(Matrix.columnVector(best.residuals)),
      true,
    ).to1DArray();
    const next = at([a + step[0], speed + step[1], constant + step[2]]);
    // NaN, where the logarithm has no value, is no progress either.
    if (!(next.squares < best.squares)) {
      damping *= 10;
      continue;
    }
    const gain = best.squares - next.squares;
    best = next;
    damping *= 0.1;
    if (gain <= CONVERGED * best.squares) break;
  }
  return best;
}
