// From a problem and a dynamics to the rate at which it settles: the equilibrium that attracts, of least free energy, then the spectrum
// of the full linearised equation there (mean-field term included): first order on the grid of the scheme, kinetic spectrally.
// The best friction is where the kinetic gap is largest: a scan in log γ, then golden sections about the best of it.

import { exp, log } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { requireKeys, requireMade, requireNumbers, showValue } from "../../base/keys.ts";
import {
  type Dynamics,
  type Friction,
  jumpRate,
  requireDynamics,
  temperatureOf,
} from "../../dynamics/dynamics.ts";
import { hasMomenta } from "../../dynamics/motion.ts";
import { axis } from "../../grid/axis.ts";
import { grid as product } from "../../grid/grid.ts";
import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { type Problem, requireProblem } from "../../problem/problem.ts";
import { branches } from "../equilibrium/branches.ts";
import { requireNormalisable, stationary } from "../equilibrium/stationary.ts";
import { GridField } from "../field/field.ts";
import { firstOrderSpectrum } from "./first-order.ts";
import { kineticSpectrum } from "./kinetic.ts";
import type { Spectrum } from "./spectrum.ts";

/** The grid of θ: what `grid({ cells, extent })` gives; more axes than θ has (those of ω) are left out. */
export interface PositionCells {
  readonly cells: readonly number[];
  /** Whether they are one number that stands for all coordinates. */
  readonly alike?: boolean;
  /** By coordinate; on the torus [−π, π], and left out. */
  readonly extent?: readonly (readonly [number, number])[] | null;
  /** The most mass beside a face; default 1e-6. */
  readonly leak?: number;
}

/**
 * The spectrum of the linearised dynamics at the equilibrium of least free energy: gap, the rate of outputs; 2 gap, that of
 * the Lyapunov functional's excess. Restrictions: τ > 0, constant; constant friction, and p = 1, 2, for kinetic dynamics.
 * Errors: those of the stationary solver, of firstOrderSpectrum and of kineticSpectrum. Source: docs/theory.md §5.4.
 *
 * @example
 * ```ts
 * import { data, grid, langevin, neuron, problem, spectralGap } from "muflow";
 *
 * // The linear neuron ψ = θx on Σ q x² = 1 with λ = ½: the gap is min(s + λ, 2λ) = 1.
 * const task = problem({
 *   data: data.fromArrays([1, -1], [1, -1]),
 *   neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
 *   regulariser: { l2: 0.5 },
 *   temperature: 0.1,
 * });
 * const { gap, zeroModes } = spectralGap(task, langevin(), grid({ cells: 400, extent: [-3, 5] }));
 * console.log(gap.toFixed(3), zeroModes); // 1.000 [ 'mass' ]
 * ```
 */
export function spectralGap(problem: Problem, dynamics: Dynamics, solver: PositionCells): Spectrum {
  requireProblem(problem);
  requireDynamics(dynamics);
  requireCells(solver);
  if (!temperatureOf(problem, dynamics).constant) {
    throw inputError(
      "dynamics.kind",
      `found ${dynamics.kind}; a spectrum belongs to one temperature: take langevin, and the problem.temperature of interest`,
    );
  }
  const { field, density } = equilibriumOn(problem, solver);
  if (hasMomenta(dynamics)) {
    return kineticSpectrum(field, density).at(constantFriction(dynamics.friction));
  }
  const frozen = dynamics.mobility(problem).indexOf(0);
  if (frozen >= 0) {
    throw inputError(
      "dynamics.mobility",
      `freezes ${problem.names[frozen]}; allowed: numbers > 0, as a density that cannot move along a coordinate keeps its law there and has no gap`,
    );
  }
  return firstOrderSpectrum(field, density, {
    mobility: dynamics.mobility(problem),
    rate: jumpRate(dynamics),
  });
}

export interface BestFriction {
  readonly friction: number;
  readonly spectrum: Spectrum;
  /** The scan, by rising friction. */
  readonly scan: readonly { readonly friction: number; readonly spectrum: Spectrum }[];
}

/** Golden sections stop at this relative width: at a kink, γ's own error; at a smooth maximum the gap's is its square. */
const SHARP = 1e-4;
/** Relative change of the gap that ends its refinement. */
const SEARCHED = 1e-5;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The friction in [from, to] whose predicted gap is largest, of the best interval of a logarithmic scan (several local maxima may
 * lie inside one interval: a finer scan tells). p = 1, 2. Cost: count + 20 kinetic spectra.
 *
 * @example
 * ```ts
 * import { bestFriction, grid, problem } from "muflow";
 *
 * // One mode Φ = λθ²/2 with λ = 1: the best friction is critical, 2√λ.
 * const task = problem({ regulariser: { l2: 1 }, temperature: 0.1 });
 * const solver = grid({ cells: 16, extent: [-2, 2] });
 * const { friction, spectrum } = bestFriction(task, solver, { from: 1, to: 4, count: 3 });
 * console.log(friction.toFixed(2), spectrum.gap.toFixed(2)); // 2.00 1.00
 * ```
 */
export function bestFriction(
  problem: Problem,
  solver: PositionCells,
  range: { from: number; to: number; count?: number },
): BestFriction {
  requireProblem(problem);
  requireCells(solver);
  requireKeys("friction", range, ["from", "to", "count"]);
  const { from, to, count = 25 } = range;
  if (!(from > 0 && to > from) || !Number.isInteger(count) || count < 3) {
    throw inputError(
      "friction",
      `found from ${showValue(from)}, to ${showValue(to)}, count ${showValue(count)}; allowed: 0 < from < to, count ≥ 3`,
    );
  }
  const { field, density } = equilibriumOn(problem, solver);
  const spectra = kineticSpectrum(field, density);
  const at = (logarithm: number) => {
    const friction = exp(logarithm);
    return { friction, spectrum: spectra.at(friction, { tolerance: SEARCHED }) };
  };
  const step = log(to / from) / (count - 1);
  const scan = Array.from({ length: count }, (_, i) => at(log(from) + i * step));
  let top = 0;
  for (let i = 1; i < count; i++) if (scan[i].spectrum.gap > scan[top].spectrum.gap) top = i;
  let best = scan[top];
  let low = log(scan[Math.max(0, top - 1)].friction);
  let high = log(scan[Math.min(count - 1, top + 1)].friction);
  let left = at(high - GOLDEN * (high - low));
  let right = at(low + GOLDEN * (high - low));
  while (high - low > SHARP) {
    if (left.spectrum.gap >= right.spectrum.gap) {
      high = log(right.friction);
      right = left;
      left = at(high - GOLDEN * (high - low));
    } else {
      low = log(left.friction);
      left = right;
      right = at(low + GOLDEN * (high - low));
    }
    for (const tried of [left, right]) if (tried.spectrum.gap > best.spectrum.gap) best = tried;
  }
  return { ...best, scan };
}

function requireCells(solver: PositionCells): void {
  requireMade("grid", solver, ["cells"], "grid");
  requireNumbers("grid.cells", solver.cells);
}

function equilibriumOn(problem: Problem, solver: PositionCells) {
  requireNormalisable(problem);
  const p = problem.dimension;
  const { leak = DEFAULT_LEAK } = solver;
  const cells = solver.alike === true ? new Array<number>(p).fill(solver.cells[0]) : solver.cells;
  const only = solver.extent?.length === 1 ? solver.extent[0] : undefined;
  const extent = only === undefined ? (solver.extent ?? null) : Array.from({ length: p }, () => only);
  const periodic = problem.domain === "torus";
  if (cells.length < p || (!periodic && (extent === null || extent.length < p))) {
    throw inputError(
      "grid",
      `found ${cells.length} numbers of cells and ${extent?.length ?? 0} extents; allowed: one for each of ${p} coordinates of θ`,
    );
  }
  const axes = cells.slice(0, p).map((count, k) => {
    const [low, high] = periodic ? [-Math.PI, Math.PI] : (extent ?? [])[k];
    return axis({ low, high, cells: count, periodic });
  });
  const field = new GridField(problem, product(axes));
  const density =
    problem.interaction === null ? stationary(field, { leak }).density : branches(field, { leak })[0].density;
  return { field, density };
}

function constantFriction({ nesterov, at, formula }: Friction): number {
  if (nesterov !== null) {
    throw inputError(
      "dynamics.friction",
      `found ${formula}; a spectrum needs constant friction (Nesterov's decays like a power of t, not exponentially)`,
    );
  }
  return at(0);
}
