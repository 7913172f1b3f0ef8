// How fast a density settles, beside what the linearised equation predicts: the excess of E_τ (or H) over its optimum, as the
// run shows it, against twice the gap of the full linearised operator at the equilibrium (THEORY §5). Where an experiment
// holds the equilibrium too (solver stationary, without W) and θ has one coordinate.

import { log } from "../base/elementary.ts";
import { MuflowError } from "../base/errors.ts";
import { fitRate } from "../observables/rate.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import type { BuiltExperiment } from "./build.ts";
import type { Progress } from "./progress.ts";
import { type GridRun, isPhaseSpace, type StationaryRun } from "./runs.ts";

/** An entry of `rates` in summary.json. */
export interface SettlingRate {
  /** Index of the run. */
  readonly run: number;
  readonly functional: "free energy" | "hamiltonian";
  /** Twice the gap of the linearised operator; null where there is none, with the reason. */
  readonly predicted: number | null;
  /** How much that differs on half the cells: three times Richardson's estimate for a scheme of order 2; null where none. */
  readonly predicted_error: number | null;
  /** Whether the slowest mode oscillates. */
  readonly oscillating: boolean;
  readonly zeroModes: readonly string[];
  /** From the run; null where the series shows no clean decay, with the reason. */
  readonly fitted: number | null;
  readonly uncertainty: number | null;
  readonly window: readonly [number, number] | null;
  /** How the window was chosen, or why there is no rate. */
  readonly reason: string;
}

/** Round-off of a free energy: where its excess ends. */
const FLOOR = 1e-14;

const KINETIC_CELLS = 256;

/** The rates of the grid runs of an experiment; none where it holds no equilibrium to settle to. */
export function ratesOf(
  { runs, problem, dynamics }: BuiltExperiment,
  results: readonly (Progress | null)[],
): SettlingRate[] {
  // The spectrum costs seconds: only where a grid run has a rate to compare with it.
  if (!runs.some(({ solver }) => solver === "grid")) return [];
  const resting = runs.findIndex(({ solver }) => solver === "stationary");
  const constant = dynamics.order === "first" || dynamics.friction.nesterov === null;
  if (resting < 0 || problem.dimension !== 1 || problem.interaction !== null || !constant) return [];
  const optimum = results[resting]?.rows.at(-1)?.observables.free_energy;
  if (optimum === undefined || problem.temperature === 0) return [];
  const { cells, extent } = runs[resting] as StationaryRun;
  // Spectrally accurate in θ, and dense: more cells than these would add nothing but time.
  const enough = dynamics.order === "second" ? cells.map((count) => Math.min(count, KINETIC_CELLS)) : cells;
  const predicted = attempt(() => spectralGap(problem, dynamics, { cells: enough, extent }));
  const coarse = attempt(() => spectralGap(problem, dynamics, { cells: enough.map(halved), extent }));
  const gridError =
    typeof predicted === "string" || typeof coarse === "string"
      ? null
      : 2 * Math.abs(predicted.gap - coarse.gap);
  return runs.flatMap((run, index) => {
    const rows = results[index]?.rows ?? [];
    if (run.solver !== "grid" || rows.length < 2) return [];
    const least = leastOf(run, optimum);
    const fitted = attempt(() =>
      fitRate(
        Float64Array.from(rows, ({ t }) => t),
        Float64Array.from(rows, ({ observables }) => observables.free_energy - least),
        // A scheme has an optimum of its own, near that of the equilibrium's grid.
        { floor: FLOOR, offset: true },
      ),
    );
    const spectrum = typeof predicted === "string" ? null : predicted;
    const rate = typeof fitted === "string" ? null : fitted;
    const reasons = [predicted, fitted].filter((result) => typeof result === "string");
    return {
      run: index,
      functional: isPhaseSpace(run) ? "hamiltonian" : "free energy",
      predicted: spectrum === null ? null : 2 * spectrum.gap,
      predicted_error: gridError,
      oscillating: spectrum?.oscillating ?? false,
      zeroModes: spectrum?.zeroModes ?? [],
      fitted: rate?.rate ?? null,
      uncertainty: rate?.uncertainty ?? null,
      window: rate === null ? null : [rate.window.from, rate.window.to],
      reason: reasons.length > 0 ? reasons.join("; ") : (rate?.reason ?? ""),
    };
  });
}

/** Half as many cells, an even number. */
function halved(cells: number): number {
  return 2 * Math.round(cells / 4);
}

/** H* = E_τ* − (pτ/2) log 2πτ where there are momenta. */
function leastOf(run: GridRun, optimum: number): number {
  const { temperature: tau, dimension: p } = run.problem;
  return isPhaseSpace(run) ? optimum - 0.5 * p * tau * log(2 * Math.PI * tau) : optimum;
}

/** The result, or why there is none. */
function attempt<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    return error.message;
  }
}
