// The mean-field limit of a course as copies of neurons need it: the numbers of μ_t at every step (what Φ[μ_t] depends on), F(μ_t),
// and ∫Φ[μ_t] dμ_t = Σ_i g_i c_i + ∫V dμ_t + ∬W dμ_t dμ_t, from the density of a grid.

import { inputError } from "../../base/errors.ts";
import { requireKeys, requireMade } from "../../base/keys.ts";
import { type Dynamics, hasJumps, requireDynamics } from "../../dynamics/dynamics.ts";
import { hasMomenta, motionOf } from "../../dynamics/motion.ts";
import { grid as productOf } from "../../grid/grid.ts";
import { thetaMarginal } from "../../observables/distances/compare.ts";
import type { FieldNumbers } from "../../particles/field.ts";
import { defaultIntegrator, type IntegratorName } from "../../particles/integrators.ts";
import { GridField } from "../../pde/field/field.ts";
import { type InitialLaw, lawOf } from "../../problem/law.ts";
import { type Problem, requireProblem, residualAt } from "../../problem/problem.ts";
import { boxOf, evolve, type GridSolver } from "../../run/evolve.ts";
import { gridOf } from "../../run/runs.ts";
import { type Course, schedule } from "../../spec/schedule.ts";

/** What is known of μ_t at a time. */
export interface LimitState extends FieldNumbers {
  readonly t: number;
  /** F(μ_t) */
  readonly energy: number;
  /** ∫Φ[μ_t] dμ_t */
  readonly meanPotential: number;
}

/** The mean-field limit of a course, by a grid, as copies need it. */
export interface MeanFieldLimit {
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly initial: InitialLaw;
  /** Of neurons and copies. */
  readonly integrator: IntegratorName;
  /** h */
  readonly step: number;
  /** At t = nh, n = 0 … steps. */
  readonly states: readonly LimitState[];
}

/** Refuses what `meanFieldLimit` has not made. */
export function requireLimit(found: MeanFieldLimit): void {
  requireMade("limit", found, ["problem", "dynamics", "states", "step"], "meanFieldLimit");
}

/**
 * The density of that solver, seen at every step. Kinetic grids and copies move by one word, BAOAB or OBABO, so that no error of h
 * comes between them; first-order ones differ by their own errors, O(h) for Euler–Maruyama's. All densities are held at once.
 * Errors: as `evolve`; a Gaussian W, births and deaths, ABOBA, which kicks in mid-step where no outputs are known (input).
 *
 * @example
 * ```ts
 * import { data, gaussian, grid, langevin, meanFieldLimit, neuron, problem } from "muflow";
 *
 * const task = problem({
 *   data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: 4 }),
 *   neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
 *   regulariser: { l2: 0.1 },
 *   temperature: 0.1,
 * });
 * const course = { initial: gaussian({ mean: 0, std: 1 }), until: 1, step: 0.1 };
 * const limit = await meanFieldLimit(task, langevin(), grid({ cells: 100, extent: [-6, 6] }), course);
 * console.log(limit.integrator, limit.states.length, limit.states[10].t); // euler-maruyama 11 1
 * ```
 */
export async function meanFieldLimit(
  problem: Problem,
  dynamics: Dynamics,
  solver: GridSolver,
  course: Course & { initial: InitialLaw },
): Promise<MeanFieldLimit> {
  requireKeys("course", course, ["initial", "until", "step", "record", "snapshots"]);
  requireProblem(problem);
  requireDynamics(dynamics);
  requireMade("solver", solver, ["cells", "extent", "leak"], "grid");
  if (problem.interaction?.type === "pairs") {
    throw inputError(
      "problem.interaction.kind",
      `found ${problem.interaction.kind}, whose field needs every pair of neurons; allowed for copies: quadratic, cosine, fourier, attention`,
    );
  }
  if (hasJumps(dynamics)) {
    throw inputError("dynamics.kind", `found ${dynamics.kind}; copies are neither born nor die`);
  }
  const kinetic = hasMomenta(dynamics);
  const word = solver.integrator ?? "aboba";
  if (kinetic && word === "aboba") {
    throw inputError(
      "grid.integrator",
      "found aboba, the default, which kicks in mid-step, where no outputs are known; allowed for copies: baoab, obabo",
    );
  }
  const { step, steps } = schedule(course);
  const times = Array.from({ length: steps + 1 }, (_, n) => n * step);
  const trajectory = await evolve(problem, dynamics, solver, { ...course, record: 1, snapshots: times });
  const whole = gridOf({ problem, ...boxOf(problem, solver, kinetic) });
  const field = new GridField(problem, productOf(whole.axes.slice(0, problem.dimension)));
  return {
    problem,
    dynamics,
    initial: lawOf(course.initial, problem.dimension),
    integrator: kinetic ? word : defaultIntegrator(motionOf(dynamics, problem)),
    step,
    states: trajectory.snapshots.map(({ t, density }) =>
      limitState(field, thetaMarginal(whole, density, problem.dimension).values, t),
    ),
  };
}

function limitState(field: GridField, density: Float64Array, t: number): LimitState {
  const { problem } = field;
  const z = new Float64Array(field.count);
  field.observe(density, z);
  const outputs = z.slice(0, field.outputs);
  const moments = z.slice(field.outputs);
  const external = field.externalEnergy(density, z);
  const residual = new Float64Array(outputs.length);
  residualAt(problem, outputs, residual);
  let meanPotential = external;
  for (let i = 0; i < residual.length; i++) meanPotential += residual[i] * outputs[i];
  // The energy holds half of ∬W.
  if (problem.interaction?.type === "moments") {
    for (let from = 0; from < moments.length; from += problem.interaction.count) {
      meanPotential += problem.interaction.energy(moments, from);
    }
  }
  return { t, outputs, moments, energy: field.risk(z) + external, meanPotential };
}
