// How fast a density settles, beside what the linearised equation predicts: the rate at which E_τ (or H) falls to its optimum, as the
// run shows it (decay.ts), against twice the gap of the full linearised operator at the equilibrium (docs/theory.md §5.4), which advises and measures
// nothing. Where an experiment holds the equilibrium too (solver stationary, without W) and θ has one coordinate.

import { attempt } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { momentumFreeEnergy } from "../pde/field/phase.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import type { Spectrum } from "../pde/spectrum/spectrum.ts";
import { fitRate } from "../statistics/rate.ts";
import type { BuiltExperiment } from "./build.ts";
import { judgedOn, rateOptions } from "./decay.ts";
import type { Progress } from "./progress.ts";
import { type GridRun, hasScheme, isAtRest, isPhaseSpace, type RunBase } from "./runs.ts";

/** An entry of `rates` in summary.json. */
export interface SettlingRate {
  /** Index of the run. */
  readonly run: number;
  readonly functional: "free energy" | "hamiltonian";
  /** Twice the gap of the linearised operator; null where there is none, with the reason. */
  readonly predicted: number | null;
  /** How much that differs on half the cells: three times Richardson's estimate for a scheme of order 2; null where none. */
  readonly predictedError: number | null;
  /** Whether the slowest mode oscillates. */
  readonly oscillating: boolean;
  readonly zeroModes: readonly string[];
  /** From the run; null where the series shows no clean decay, with the reason. */
  readonly fitted: number | null;
  /** J, the ± that holds in 95 % of solver runs and more; and I, in 99.9 %. Of the fit: the error of step and cells is not in it. */
  readonly uncertainty: number | null;
  readonly widened: number | null;
  /** The observable that the rate is read off: it falls at the same rate, and vanishes at rest without a reference. */
  readonly measuredOn: string;
  /** The local rate of that along the run; and the rates of the linearised equation, slowest first. Empty where there are none. */
  readonly local: readonly { readonly t: number; readonly rate: number }[];
  readonly modes: readonly number[];
  /** How far above the optimum the run ends, once it has settled: the cells' and the scheme's own; null while it still falls. */
  readonly offset: number | null;
  readonly window: readonly [number, number] | null;
  /** How the window was chosen, or why there is no rate. */
  readonly reason: string;
}

/** A run has settled when what judges has fallen to that share of its largest value. */
const SETTLED = 1e-12;

const KINETIC_CELLS = 256;

/** Whether the rates of the linearised equation are known: under noise, of one coordinate without W, at a friction that is constant. */
export function hasSpectrum({ problem, dynamics }: Pick<RunBase, "problem" | "dynamics">): boolean {
  const constant = !hasMomenta(dynamics) || dynamics.friction.nesterov === null;
  return problem.temperature > 0 && problem.dimension === 1 && problem.interaction === null && constant;
}

/** Cells enough for a spectrum, which is accurate spectrally in θ, and dense: more would add nothing but time. */
export function spectralCells(cells: readonly number[], dynamics: Dynamics): readonly number[] {
  return hasMomenta(dynamics) ? cells.map((count) => Math.min(count, KINETIC_CELLS)) : cells;
}

/** The rates of the grid runs of an experiment; none where it holds no equilibrium to settle to. */
export function ratesOf(
  { runs, problem, dynamics }: BuiltExperiment,
  results: readonly (Progress | null)[],
): SettlingRate[] {
  // The spectrum costs seconds: only where a grid run has a rate to compare with it.
  if (!runs.some(hasScheme)) return [];
  const resting = runs.find(isAtRest);
  if (resting === undefined || !hasSpectrum({ problem, dynamics })) return [];
  const optimum = results[runs.indexOf(resting)]?.rows.at(-1)?.observables.free_energy;
  if (optimum === undefined) return [];
  const { extent } = resting;
  const enough = spectralCells(resting.cells, dynamics);
  const predicted = attempt(() => spectralGap(problem, dynamics, { cells: enough, extent }));
  const coarse = attempt(() => spectralGap(problem, dynamics, { cells: enough.map(halved), extent }));
  const spectrum = predicted.result;
  const predictedError =
    spectrum === null || coarse.result === null ? null : 2 * Math.abs(spectrum.gap - coarse.result.gap);
  return runs.flatMap((run, index) => {
    const rows = results[index]?.rows ?? [];
    if (!hasScheme(run) || rows.length < 2) return [];
    const measuredOn = judgedOn(run, "free_energy");
    const series = rows.flatMap(({ t, observables }) => {
      const x = observables[measuredOn];
      return Number.isFinite(x) ? [{ t, x }] : [];
    });
    const x = series.map(({ x }) => x);
    const fitted = attempt(() =>
      fitRate(
        series.map(({ t }) => t),
        x,
        rateOptions(run, measuredOn, 0),
      ),
    );
    const settled = x.length > 0 && x[x.length - 1] <= SETTLED * largestOf(x);
    const rate = fitted.result;
    const reasons = [predicted.failure, fitted.failure].filter((failure) => failure !== undefined);
    return {
      run: index,
      functional: isPhaseSpace(run) ? "hamiltonian" : "free energy",
      predicted: spectrum === null ? null : 2 * spectrum.gap,
      predictedError,
      oscillating: spectrum?.oscillating ?? false,
      zeroModes: spectrum?.zeroModes ?? [],
      fitted: rate?.rate ?? null,
      uncertainty: rate?.uncertainty ?? null,
      widened: rate?.widened ?? null,
      measuredOn,
      local: rate === null ? [] : Array.from(rate.local.times, (t, k) => ({ t, rate: rate.local.rates[k] })),
      modes: spectrum === null ? [] : modesOf(spectrum),
      offset: settled ? rows[rows.length - 1].observables.free_energy - leastOf(run, optimum) : null,
      window: rate === null ? null : [rate.window.from, rate.window.to],
      reason: reasons.length > 0 ? reasons.join("; ") : (rate?.reason ?? ""),
    };
  });
}

/** Half as many cells, an even number. */
function halved(cells: number): number {
  return 2 * Math.round(cells / 4);
}

/** E_τ*, and H* where there are momenta. */
function leastOf(run: GridRun, optimum: number): number {
  const { temperature, dimension } = run.problem;
  return optimum + (isPhaseSpace(run) ? momentumFreeEnergy(temperature, dimension) : 0);
}

/** Rates of a Lyapunov functional, one of each that differs. */
function modesOf({ eigenvalues }: Spectrum): number[] {
  return [...new Set(eigenvalues.map(({ re }) => -2 * re))];
}
