// What the spectrum of the linearised equation says about a fitted rate: which modes there are, whether the slowest is seen, how long a run must be. It
// advises: neither the measured number nor its verdict knows of it.

import { log } from "../../base/elementary.ts";
import { attempt } from "../../base/errors.ts";
import { rounded } from "../../base/words.ts";
import { spectralGap } from "../../pde/spectrum/predict.ts";
import { isQuadratic } from "../../run/decay.ts";
import { hasSpectrum, spectralCells } from "../../run/rates.ts";
import { isOnGrid } from "../../run/runs.ts";
import type { Run } from "../../run/solvers/list.ts";
import type { StudyFit } from "../summary.ts";

/** A second mode of less than that share of the first is out of the way. */
const ALONE = 0.01;
/** Where the local rate is so much of the way up to the second mode the slowest is not seen. */
const UNSEEN = 0.95;
/** Rates this close, relatively, are one. */
const SAME = 1e-6;

/** The rates at which that quantity of a run may fall, slowest first; none where the spectrum is not known. Costs seconds. */
export function modesFor(run: Run, quantity: string): number[] {
  const { problem, dynamics } = run;
  if (!isOnGrid(run) || !hasSpectrum(run)) return [];
  const cells = spectralCells(run.cells, dynamics);
  const { extent, leak } = run;
  const { result: spectrum } = attempt(() => spectralGap(problem, dynamics, { cells, extent, leak }));
  // No equilibrium on these cells, or a spectrum that does not settle: no advice.
  if (spectrum === null) return [];
  // What is linear in a small deviation falls at the gap.
  const factor = isQuadratic(quantity) ? 2 : 1;
  const rates = spectrum.eigenvalues.map(({ re }) => -factor * re);
  return rates.filter((rate, k) => k === 0 || rate > (1 + SAME) * rates[k - 1]!);
}

/** The fit with those modes, and where it does not resolve with what they advise. */
export function advised(fit: StudyFit, modes: readonly number[]): StudyFit {
  const [slow, next] = modes;
  if (slow === undefined || next === undefined) return fit;
  const known = { ...fit, modes };
  if (fit.verdict === "HOLDS" || fit.verdict === "FAILS") return known;
  const named = `the linearised equation's slowest rates are ${rounded(slow, 4)} and ${rounded(next, 4)}`;
  const last = fit.local?.at(-1);
  const least = fit.judged === null ? null : -fit.judged[1];
  const share = last === undefined ? 0 : Math.max(0, (last.rate - slow) / (next - slow));
  if (share > UNSEEN || (least !== null && least > slow)) {
    return withAdvice(
      known,
      `${named}: the slowest is not seen yet, this start hardly excites it; take another start, or run longer`,
    );
  }
  if (last === undefined) return withAdvice(known, named);
  const wait = Math.max(0, log(share / (1 - share) / ALONE) / (next - slow));
  const until =
    wait > 0 ? `: the second is below 1 % of the first from about t = ${rounded(last.t + wait, 4)} on` : "";
  return withAdvice(known, `${named}${until}`);
}

function withAdvice(fit: StudyFit, advice: string): StudyFit {
  return { ...fit, reason: `${fit.reason}; ${advice}` };
}
