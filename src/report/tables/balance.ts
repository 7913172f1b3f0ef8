import type { Summary } from "../../results/formats/summary.ts";
import { meanWithScatter } from "../../statistics/interval.ts";
import { formatNumber, notationToText } from "../notation.ts";
import { type Group, gridText } from "../runs/groups.ts";

/** How fast densities settle, a sentence each: fitted from the run, beside the linearised equation's prediction. */
export function rateNotes({ rates, runs }: Summary): string[] {
  return rates.map((rate) => {
    const { run, functional, predicted, predictedError, oscillating, measuredOn, offset } = rate;
    const { fitted, uncertainty, window, reason } = rate;
    const what = functional === "hamiltonian" ? "H − H*" : "E_τ − E_τ*";
    const whose = gridText(runs[run]!);
    const seen =
      fitted === null || uncertainty === null || window === null
        ? `${what} shows no clean rate`
        : `${what} falls at rate ${formatNumber(fitted)} ± ${formatNumber(uncertainty, 2)} (of the fit, read off ${measuredOn}) from t = ${formatNumber(window[0])} to ${formatNumber(window[1])}, as e^(−rate · t)`;
    const expected =
      predicted === null
        ? "no rate is predicted"
        : `twice the gap of the linearised equation is ${formatNumber(predicted)}${predictedError === null ? "" : ` ± ${formatNumber(predictedError, 2)} (of its cells)`}${oscillating ? ", its slowest mode oscillates" : ""}`;
    const why = fitted === null || predicted === null ? ` (${reason})` : "";
    const rest = offset === null ? "" : `; it rests ${formatNumber(offset, 2)} from the optimum`;
    return `${whose}: ${seen}${rest}; ${expected}${why}.`;
  });
}

/** Where chance moves neurons the balance of energy holds in expectation: its mean over replicas, a sentence per width. */
export function balanceNotes({ runs, spec }: Summary, groups: readonly Group[]): string[] {
  const bias = spec.dynamics.kind === "birth-death" ? "the step and of 1/N" : "the step";
  return groups.flatMap(({ label, runs: members }) => {
    const defects = members
      .map((run) => runs[run]!.final.identity_defect)
      .filter((value): value is number => typeof value === "number");
    if (defects.length < 2) return [];
    const { mean, interval, extremes } = meanWithScatter(defects, false);
    const ends = interval ?? extremes;
    if (ends === undefined) return [];
    const [low, high] = ends.map((end) => formatNumber(end, 3));
    const scatter =
      interval === null
        ? `by ${low} in one of two replicas and ${high} in the other`
        : `95 % interval [${low}, ${high}] over ${defects.length} replicas`;
    const energies = members.some((run) => "kinetic" in runs[run]!.final) ? "energy + kinetic" : "energy";
    return `${notationToText(label)}: ${energies} has changed by ${formatNumber(mean, 3)} more than −∫dissipation, ${scatter}; 0 in expectation, to the order of ${bias}.`;
  });
}

/** What refined runs found, a sentence each. */
export function refinementNotes({ runs }: Summary): string[] {
  return runs.flatMap((run) => {
    const { error_space: space, error_time: time } = run.final;
    if (typeof space !== "number" || typeof time !== "number") return [];
    return `${gridText(run)}: on 3/2 the cells risk, energies and H at the end change by at most ${formatNumber(space, 2)}, with half the step by ${formatNumber(time, 2)}.`;
  });
}
