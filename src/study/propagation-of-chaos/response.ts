// How F(μ_T) answers to outputs that were other than they are: a_n = ∂F(μ_T)/∂c(t_n), an impulse on the numbers of μ at t_n alone,
// with all that the mean field makes of it afterwards. The fluctuations of copies are such impulses on their neurons, so that
//   F(μ_N) − F(μ_T) = (1/N) Σ_j Φ(θ̄_j) − ∫Φ dμ_T + Σ_n a_n·(f̄_N(t_n) − c(t_n)) + O(1/N)
// (Hoeffding's projection of F(μ_N)); the sum over n is of mean 0 whatever a_n is. By differences, on a pilot network.

import { requireKeys } from "../../base/keys.ts";
import type { Drift } from "../../particles/drift.ts";
import type { FieldNumbers, MeanField } from "../../particles/field.ts";
import { makeIntegrator } from "../../particles/integrators.ts";
import { moved } from "../../particles/system.ts";
import { riskAt } from "../../problem/problem.ts";
import { type ResponseWeights, systemOf } from "./coupling.ts";
import { type MeanFieldLimit, requireLimit } from "./mean-field-limit.ts";

/** Outputs are of order 1, and F is smooth in them. An error of the weights costs variance alone. */
const IMPULSE = 1e-4;

/**
 * The weights for F at the end of the course: a run of N pilot neurons, and for every step and number one more from there on,
 * O(N M² T²) for M data and T steps. The pilots' noise puts errors of O(N^(−1/2)) in the weights. Errors (input): a width that is none.
 *
 * @example
 * ```ts
 * import { coupledCopies, data, gaussian, grid, langevin, meanFieldLimit, neuron, problem, responseOf } from "muflow";
 *
 * const task = problem({
 *   data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: 4 }),
 *   neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
 *   regulariser: { l2: 0.1 },
 *   temperature: 0.1,
 * });
 * const course = { initial: gaussian({ mean: 0, std: 1 }), until: 1, step: 0.1 };
 * const limit = await meanFieldLimit(task, langevin(), grid({ cells: 100, extent: [-6, 6] }), course);
 * // The control variate and the reaction leave a scatter of O(1/N).
 * const response = responseOf(limit, { width: 1000 });
 * const [state] = coupledCopies(limit, { width: 1000, response });
 * const difference = state.energy - limit.states[10].energy;
 * console.log(difference.toExponential(1), (difference - state.control - state.reaction!).toExponential(1)); // -6.6e-3 6.9e-5
 * ```
 */
export function responseOf(
  limit: MeanFieldLimit,
  options: { width: number; seed?: number; replica?: number },
): ResponseWeights {
  requireLimit(limit);
  requireKeys("response", options, ["width", "seed", "replica"]);
  const { width, seed = 0, replica = 0 } = options;
  const system = systemOf(
    limit,
    { width, seed, replica },
    (field) => new DisturbedDrift(field, limit.states[0]),
  );
  const { particles, field, problem } = system;
  const drift = system.drift as DisturbedDrift;
  const mover = makeIntegrator(limit.integrator, system, limit.step);
  const steps = limit.states.length - 1;
  const energyAfter = (from: number) => {
    for (let n = from; n < steps; n++) mover.step(n);
    field.observe();
    return riskAt(problem, field.outputs) + field.externalEnergy();
  };
  const course: Float64Array[] = [];
  for (let n = 0; n < steps; n++) {
    course.push(particles.state.slice());
    mover.step(n);
  }
  const undisturbed = energyAfter(steps);
  const weights = limit.states.map((_, n) => {
    // The gradient at t_n may be asked for at the end of the step before.
    const from = Math.max(0, n - 1);
    return Float64Array.from({ length: drift.count }, (_, at) => {
      particles.state.set(course[from]);
      drift.disturb(n, at, IMPULSE);
      moved(system);
      return (energyAfter(from) - undisturbed) / IMPULSE;
    });
  });
  particles.pass.release();
  return weights;
}

/** The mean field, with one number of μ at one time disturbed. */
class DisturbedDrift implements Drift {
  /** How many numbers there are. */
  readonly count: number;
  private readonly impulse: FieldNumbers;
  /** When; −1: never. */
  private when = -1;
  /** The time that `gradient` is of; −1: of none. */
  private current = -1;

  constructor(
    private readonly field: MeanField,
    { outputs, moments }: FieldNumbers,
  ) {
    this.count = outputs.length + moments.length;
    this.impulse = { outputs: outputs.map(() => 0), moments: moments.map(() => 0) };
  }

  get gradient(): Float64Array {
    return this.field.gradient;
  }

  /** From now on `size` is added to number `at` of t_n. */
  disturb(n: number, at: number, size: number): void {
    const { outputs, moments } = this.impulse;
    outputs.fill(0);
    moments.fill(0);
    if (at < outputs.length) outputs[at] = size;
    else moments[at - outputs.length] = size;
    this.when = n;
  }

  moved(): void {
    this.current = -1;
  }

  differentiate(n: number): void {
    if (this.current === n) return;
    const { field, impulse } = this;
    if (n === this.when) {
      field.observe();
      field.differentiateIn({
        outputs: impulse.outputs.map((value, i) => value + field.outputs[i]),
        moments: impulse.moments.map((value, k) => value + field.moments[k]),
      });
    } else field.differentiate();
    this.current = n;
  }

  evaluateAt(): void {
    throw new Error("unreachable: integrators of copies take every gradient at t = nh");
  }
}
