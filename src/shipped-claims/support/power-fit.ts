// A power law as claims fit one: with a slope or a named error, and its levels as points of a figure.

import { MuflowError } from "../../base/errors.ts";
import type { ClaimCurve } from "../../claims/claim.ts";
import type { Level } from "../../statistics/levels.ts";
import { type PowerLaw, type PowerLawOptions, powerLaw } from "../../statistics/power-law.ts";
import { dots } from "./curves.ts";

/** The reach of 95 % of a Gaussian, of error bars. */
const BAR = 1.96;

export interface FittedPower extends PowerLaw {
  readonly slope: number;
  interval(level: number): readonly [number, number];
  /** |y| of every level with its error bar. */
  readonly measured: ClaimCurve;
}

/** Errors (numerics): fewer than three levels that count. */
export function fittedPower(levels: readonly Level[], options: PowerLawOptions): FittedPower {
  const fit = powerLaw(levels, options);
  const { slope } = fit;
  if (slope === null) {
    throw new MuflowError("numerics", `slope: ${fit.findings.map(({ reason }) => reason).join("; ")}`);
  }
  const points = fit.levels.map(({ x, value, error }) => {
    const size = Math.abs(value);
    return [x, size, size - BAR * error, size + BAR * error] as const;
  });
  return { ...fit, slope, interval: (level) => fit.interval(level)!, measured: dots("measured", points) };
}
