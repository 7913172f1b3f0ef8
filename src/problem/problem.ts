// The problem: minimise F(μ) = R(f_μ) + ∫V dμ + ½∬W dμ dμ, or E_τ = F + τ ∫ μ log μ (docs/theory.md §1.2, §1.3).
// μ enters its own first variation only through the M numbers c_i = f_μ(x_i) (and W∗μ):
//   Φ[μ](θ) = Σ_i g_i ψ(θ; x_i) + V(θ) + (W∗μ)(θ),   g_i = q_i ∂ℓ(c_i, y_i).

import { type Breach, refuse } from "../base/breach.ts";
import { inputError, type Path } from "../base/errors.ts";
import {
  requireCount,
  requireKeys,
  requireMade,
  requireNonNegative,
  requireWord,
  showValue,
} from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import { type DataSet, NO_DATA } from "./data.ts";
import {
  type Interaction,
  type InteractionOption,
  interaction,
  type OwnInteractionOption,
} from "./interaction.ts";
import { type Loss, type LossOption, loss } from "./loss.ts";
import { type Block, type Neuron, noBlockText } from "./neuron.ts";
import { type OwnPotentialOption, type Potential, type PotentialOption, potential } from "./potential.ts";
import { type Teacher, teacherData } from "./synthetic.ts";

export type Domain = "plane" | "torus";

export interface RegulariserOption {
  /** λ of V = (λ/2)|θ|², one number or by block of θ */
  l2: number | { a?: number; w?: number; b?: number };
}

export interface ProblemOptions {
  /** Without data, V and W alone make a McKean–Vlasov problem. */
  data?: DataSet | Teacher;
  /** Needed exactly when there is data. */
  neuron?: Neuron;
  /** default "squared" */
  loss?: LossOption;
  regulariser?: RegulariserOption;
  potential?: PotentialOption | OwnPotentialOption;
  interaction?: InteractionOption | OwnInteractionOption;
  /** plane R^p (default), or torus [−π, π)^p */
  domain?: Domain;
  /** τ ≥ 0, default 0 */
  temperature?: number;
  /** p, where there is no neuron to give it; default 1 */
  dimension?: number;
}

const PROBLEM_KEYS = [
  "data",
  "neuron",
  "loss",
  "regulariser",
  "potential",
  "interaction",
  "domain",
  "temperature",
  "dimension",
] as const satisfies readonly (keyof ProblemOptions)[];

/** What is minimised. Immutable; shared by every solver. */
export interface Problem {
  /** p */
  readonly dimension: number;
  /** A name per coordinate of θ. */
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
  readonly data: DataSet;
  readonly neuron: Neuron | null;
  readonly loss: Loss;
  readonly potential: Potential;
  readonly interaction: Interaction | null;
  readonly domain: Domain;
  /** τ */
  readonly temperature: number;
}

/**
 * The problem those options state.
 * Errors (input): data without neuron or the reverse, inputs that do not match, labels the loss does not know,
 * τ < 0, and on the torus a V or W that is not 2π-periodic.
 *
 * @example
 * ```ts
 * import { data, neuron, problem } from "muflow";
 *
 * const regression = problem({
 *   data: data.fromFunction({ function: "sin", interval: [-3, 3], samples: 32 }),
 *   neuron: neuron({ activation: "tanh", inputs: 1 }),
 *   loss: { huber: { delta: 0.5 } },
 *   regulariser: { l2: 0.001 },
 *   temperature: 0.0005,
 * });
 * console.log(regression.dimension, regression.names); // 3 [ 'a', 'w', 'b' ]
 * // McKean–Vlasov: particles in a double well that attract one another.
 * const wells = problem({
 *   potential: { kind: "double-well" },
 *   interaction: { kind: "quadratic", strength: 1 },
 *   temperature: 0.3,
 * });
 * console.log(wells.dimension, wells.neuron); // 1 null
 * ```
 */
export function problem(options: ProblemOptions): Problem {
  requireKeys("problem", options, PROBLEM_KEYS);
  const { domain = "plane", temperature = 0, neuron } = options;
  requireWord("problem.domain", domain, ["plane", "torus"]);
  refuse(neuronBreaches(options)[0]);
  if (options.data !== undefined) requireMade("problem.data", options.data, [], "a function of data");
  if (neuron !== undefined) {
    requireMade(
      "problem.neuron",
      neuron,
      ["kind", "dimension", "inputs", "names", "blocks"],
      "neuron or customNeuron",
    );
  }
  if (options.dimension !== undefined) requireCount("problem.dimension", options.dimension);
  requireNonNegative("problem.temperature", temperature, "a finite number ≥ 0");
  const chosen = loss(options.loss ?? "squared");
  const data = neuron === undefined ? NO_DATA : completed(options.data as DataSet | Teacher, neuron, chosen);
  const dimension = neuron?.dimension ?? options.dimension ?? 1;
  const names = neuron?.names ?? Array.from({ length: dimension }, (_, k) => `θ${k}`);
  const blocks = neuron?.blocks ?? names.map(() => "custom" as const);
  const external = potential(coefficients(options.regulariser, { blocks, neuron }), options.potential);
  if (domain === "torus") refuse(torusBreaches(options)[0]);
  // Data and neuron go with it as they are made.
  const { data: _data, neuron: _neuron, ...others } = options;
  return withRecipe(others, {
    dimension,
    names,
    blocks,
    data,
    neuron: neuron ?? null,
    loss: chosen,
    potential: external,
    interaction:
      options.interaction === undefined ? null : interaction(options.interaction, domain === "torus"),
    domain,
    temperature,
  });
}

/** Refuses what `problem` has not made. */
export function requireProblem(found: Problem): void {
  requireMade("problem", found, ["dimension", "potential", "loss", "data"], "problem");
}

/** The same problem on the data that nothing is learnt from, or null. */
export function testProblem(problem: Problem): Problem | null {
  const { test } = problem.data;
  return test === undefined ? null : { ...problem, data: test };
}

/** R(f) = Σ q_i ℓ(f_i, y_i) at the outputs c = f(x_i). */
export function riskAt(problem: Problem, outputs: Float64Array): number {
  const { data, loss } = problem;
  let total = 0;
  for (let i = 0; i < data.size; i++) total += data.weight[i] * loss.value(outputs[i], data.y[i]);
  return total;
}

/** B_R(f, f*) = Σ q_i [ℓ(f_i) − ℓ(f*_i) − ℓ′(f*_i)(f_i − f*_i)] ≥ 0, which does not cancel however near the outputs c are to those of f*. */
export function riskDivergence(
  { data, loss }: Problem,
  outputs: ArrayLike<number>,
  rest: ArrayLike<number>,
): number {
  let total = 0;
  for (let i = 0; i < data.size; i++) {
    total += data.weight[i] * loss.divergence(outputs[i], rest[i], data.y[i]);
  }
  return total;
}

/** g_i = q_i ∂ℓ(c_i, y_i), written into `residual` (length M). */
export function residualAt(problem: Problem, outputs: Float64Array, residual: Float64Array): void {
  const { data, loss } = problem;
  for (let i = 0; i < data.size; i++) residual[i] = data.weight[i] * loss.slope(outputs[i], data.y[i]);
}

/** Data without a neuron, or a neuron without data. */
export function neuronBreaches({
  data,
  neuron,
}: {
  readonly data?: unknown;
  readonly neuron?: unknown;
}): Breach[] {
  if ((data === undefined) === (neuron === undefined)) return [];
  const allowed =
    data === undefined
      ? "nothing without problem.data"
      : "{activation, inputs, output?, bias?}, which problem.data needs";
  return [{ key: ["problem", "neuron"], found: neuron, allowed }];
}

/** Data of another number of inputs than the neuron takes. */
export function inputsBreaches(taken: number, { inputs }: { readonly inputs: number }): Breach[] {
  const allowed = `${inputs}, the number of inputs of problem.data`;
  return taken === inputs ? [] : [{ key: ["problem", "neuron", "inputs"], found: taken, allowed }];
}

/** Labels that are standardised, where the loss asks for signs. */
export function labelBreaches(loss: unknown, standardised: unknown): Breach[] {
  if (loss !== "logistic" || standardised !== "all") return [];
  const allowed = "false, inputs with the logistic loss, whose labels must stay ±1";
  return [{ key: ["problem", "data", "standardise"], found: "all", allowed }];
}

function completed(data: DataSet | Teacher, neuron: Neuron, loss: Loss): DataSet {
  const parts = "kind" in data ? ["neurons", "dim", "samples"] : ["size", "inputs", "x", "y", "weight"];
  requireMade("problem.data", data, parts, "a function of data");
  const set = "kind" in data ? teacherData(data, neuron, loss) : data;
  refuse([...inputsBreaches(neuron.inputs, set), ...labelBreaches(loss.name, set.standardised)][0]);
  for (let i = 0; i < set.size; i++) loss.checkLabel(set.y[i], i + 1);
  for (let i = 0; i < (set.test?.size ?? 0); i++) loss.checkLabel(set.test!.y[i], i + 1);
  return set;
}

function coefficients(
  option: RegulariserOption | undefined,
  { blocks, neuron = null }: { blocks: readonly Block[]; neuron: Neuron | null | undefined },
): Float64Array {
  if (option !== undefined) requireKeys("problem.regulariser", option, ["l2"]);
  const l2 = option?.l2 ?? 0;
  if (typeof l2 === "object") requireKeys("problem.regulariser.l2", l2, ["a", "w", "b"]);
  else if (typeof l2 !== "number") {
    throw inputError("problem.regulariser.l2", `found ${showValue(l2)}; allowed: a number ≥ 0, {a?, w?, b?}`);
  }
  // One penalty by block may go with perceptrons of any shape; of other neurons it can mean nothing.
  if (blocks.includes("custom")) {
    refuse(penaltyBreaches(l2, { blocks, noBlock: noBlockText(neuron, blocks) })[0]);
  }
  return Float64Array.from(blocks, (block) => {
    if (typeof l2 === "number") return l2;
    // Any other block has passed the checks with 0 only.
    return block === "custom" ? 0 : (l2[block] ?? 0);
  });
}

/** Penalties on blocks that θ does not have, `noBlock` says why; a 0 there says nothing. */
export function penaltyBreaches(
  l2: RegulariserOption["l2"],
  { blocks, noBlock }: { readonly blocks: readonly Block[]; readonly noBlock: string },
): Breach[] {
  const foreign = Object.entries(typeof l2 === "number" ? {} : l2).filter(
    ([block, value]) => value && !blocks.includes(block as Block),
  );
  return foreign.map(([block, found]) => ({
    key: ["problem", "regulariser", "l2", block],
    found,
    allowed: `nothing: ${noBlock}`,
  }));
}

/** What of V and W is not 2π-periodic, as all must be on the torus. */
export function torusBreaches({
  regulariser,
  potential,
  interaction,
}: {
  readonly regulariser?: RegulariserOption;
  readonly potential?: object;
  readonly interaction?: object;
}): Breach[] {
  const breaches: Breach[] = [];
  const add = (keys: Path, found: unknown, allowed: string) =>
    breaches.push({
      key: ["problem", ...keys],
      found,
      allowed: `${allowed} on the torus, as it is not periodic`,
    });
  const l2 = regulariser?.l2 ?? 0;
  if (Object.values(typeof l2 === "number" ? [l2] : l2).some((value) => value > 0)) {
    add(["regulariser", "l2"], l2, "0");
  }
  if (potential !== undefined && "kind" in potential && potential.kind !== "cosine") {
    add(["potential", "kind"], potential.kind, "cosine");
  }
  if (interaction !== undefined && "kind" in interaction && interaction.kind === "quadratic") {
    add(["interaction", "kind"], interaction.kind, "cosine, gaussian, fourier, attention");
  }
  return breaches;
}
