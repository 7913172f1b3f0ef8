// Data made rather than read: a teacher network f*(x) = (1/m) Σ_k ψ(θ*_k; x) with θ*_k ~ N(0, I_p),
// and a function of one variable on an interval, with its quadrature as the weights q.

import { cos, exp, sin, tanh } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { atOnce } from "../base/interrupt.ts";
import {
  didYouMean,
  foundAllowed,
  requireCount,
  requireKeys,
  requireNonNegative,
  requireNumbers,
  requireWord,
  showValue,
} from "../base/keys.ts";
import { fillNormals, fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { counted } from "../base/words.ts";
import { type DataSet, fromColumns } from "./data.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import type { Loss } from "./loss.ts";
import { type Neuron, neuronSum } from "./neuron.ts";
import { type SplitOptions, split } from "./split.ts";

export interface TeacherOptions {
  /** m, the teacher's width */
  neurons: number;
  /** d */
  dim: number;
  /** M */
  samples: number;
  /** law of x: N(0, I_d), uniform on the unit sphere, or uniform on [−1, 1]^d; default gaussian */
  inputs?: "gaussian" | "sphere" | "uniform";
  /** standard deviation of the Gaussian noise on labels; default 0 */
  noise?: number;
  /** default 0 */
  seed?: number;
  /** Samples that nothing is learnt from. */
  test?: SplitOptions;
}

/** A teacher is completed by the problem it is part of: its neuron makes the labels, its loss their kind. */
export interface Teacher extends Required<Omit<TeacherOptions, "test">> {
  readonly test?: SplitOptions;
  readonly kind: "teacher";
}

/** A teacher labels its data in no more seconds. MNIST has its teacher of 200. */
const MOST_SECONDS = 25;
/** Measured: of a normal number drawn, of a label besides, and of a neuron's part in it, some ten multiplications and one an input. */
const LABEL = { draw: 1.1e-7, label: 1.5e-7, multiplication: 2.5e-9 };

/** Seconds of one core that a teacher takes to make its data, roughly. */
export function labelSeconds({
  neurons,
  dim,
  samples,
}: Pick<TeacherOptions, "neurons" | "dim" | "samples">): number {
  return samples * (LABEL.label + (dim + 1) * LABEL.draw + neurons * (10 + dim) * LABEL.multiplication);
}

/**
 * Data labelled by a random network of that many neurons, whose parameters are standard normal; the problem that it is part of gives the neuron.
 *
 * @example
 * ```ts
 * import { data, neuron, problem } from "muflow";
 *
 * // The problem completes the teacher: its neuron makes the labels, here without noise.
 * const { data: set } = problem({
 *   data: data.teacher({ neurons: 3, dim: 2, samples: 50, seed: 1 }),
 *   neuron: neuron({ activation: "tanh", inputs: 2 }),
 * });
 * console.log(set.size, set.inputs); // 50 2
 * ```
 */
export function teacher(options: TeacherOptions): Teacher {
  requireKeys("data.teacher", options, ["neurons", "dim", "samples", "inputs", "noise", "seed", "test"]);
  const { inputs = "gaussian", noise = 0, seed = 0 } = options;
  for (const key of ["neurons", "dim", "samples"] as const) requireCount(`data.teacher.${key}`, options[key]);
  requireWord("data.teacher.inputs", inputs, ["gaussian", "sphere", "uniform"]);
  const { neurons, dim, samples } = options;
  if (labelSeconds(options) > MOST_SECONDS) {
    const none = labelSeconds({ ...options, neurons: 0 });
    const most = Math.floor(((MOST_SECONDS - none) * neurons) / (labelSeconds(options) - none));
    throw inputError(
      "data.teacher.neurons",
      `found ${neurons} for ${counted(samples, "sample")} of ${counted(dim, "input")}; allowed: ${most < 1 ? "fewer samples" : `up to ${most} for these, which take half a minute`}`,
    );
  }
  requireNonNegative("data.teacher.noise", noise);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw inputError("data.teacher.seed", `found ${showValue(seed)}; allowed: an integer from 0 to 2^53 − 1`);
  }
  return { kind: "teacher", ...options, inputs, noise, seed };
}

/** Draws of the teacher stream are counted by (index, what, coordinate). */
const STREAM = { weights: 0, inputs: 1, noise: 2 } as const;

/** The teacher's data. With the logistic loss labels are the signs of the noisy outputs. */
export function teacherData(recipe: Teacher, neuron: Neuron, loss: Loss): DataSet {
  return atOnce(teacherPieces(recipe, neuron, loss));
}

/** Between two pieces of a teacher's work. */
const PIECE_SECONDS = 0.1;

/** The same in pieces. */
export function* teacherPieces(recipe: Teacher, neuron: Neuron, loss: Loss): Generator<void, DataSet> {
  const { neurons, dim, samples } = recipe;
  if (neuron.inputs !== dim) {
    throw inputError("problem.data.teacher.dim", `found ${dim}; the neuron takes ${neuron.inputs} inputs`);
  }
  const [k0, k1] = deriveKey(recipe.seed, PURPOSE.teacher, 0);
  const draw = (fill: typeof fillNormals, count: number, what: number, lane: number) => {
    const out = new Float64Array(count + (count % 2));
    fill(out, 0, out.length, k0, k1, 0, what, lane);
    return out;
  };
  const parameters = columns(neuron.dimension, (k) => draw(fillNormals, neurons, STREAM.weights, k));
  const x = columns(dim, (k) =>
    draw(recipe.inputs === "uniform" ? fillUniforms : fillNormals, samples, STREAM.inputs, k).subarray(
      0,
      samples,
    ),
  );
  const noise = recipe.noise === 0 ? null : draw(fillNormals, samples, STREAM.noise, 0);
  const sum = neuronSum(neuron, parameters, neurons);
  const at = new Float64Array(dim);
  const y = new Float64Array(samples);
  const piece = Math.ceil((samples * PIECE_SECONDS) / labelSeconds(recipe));
  for (let i = 0; i < samples; i++) {
    if (i % piece === 0) yield;
    for (let k = 0; k < dim; k++) at[k] = x[k]![i]!;
    place(recipe.inputs, at);
    for (let k = 0; k < dim; k++) x[k]![i] = at[k]!;
    const label = sum(at) / neurons + (noise === null ? 0 : recipe.noise * noise[i]!);
    y[i] = loss.name === "logistic" ? (label >= 0 ? 1 : -1) : label;
  }
  const data = fromColumns(x, y);
  return recipe.test === undefined ? data : split(data, recipe.test);
}

function columns<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k));
}

/** An input of that law, in the place of the draws that it is made of. */
function place(law: Required<TeacherOptions>["inputs"], x: Float64Array): void {
  if (law === "gaussian") return;
  if (law === "uniform") {
    for (let k = 0; k < x.length; k++) x[k] = 2 * x[k]! - 1;
    return;
  }
  let square = 0;
  for (const value of x) square += value * value;
  const length = Math.sqrt(square);
  for (let k = 0; k < x.length; k++) x[k]! /= length;
}

const FUNCTIONS = {
  sin,
  cos,
  abs: (x: number) => Math.abs(x),
  step: (x: number) => (x >= 0 ? 1 : 0),
  sign: (x: number) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  identity: (x: number) => x,
  square: (x: number) => x * x,
  tanh,
  gaussian: (x: number) => exp(-0.5 * x * x),
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

export interface FunctionOptions {
  /** f*, by name or one's own */
  function: FunctionName | ((x: number) => number);
  interval: readonly [number, number];
  /** M */
  samples: number;
  /** midpoints with equal weights (default), or Gauss–Legendre nodes and weights, exact for degree 2M − 1 */
  quadrature?: "uniform" | "gauss-legendre";
}

/** Nodes of a Gauss–Legendre rule, each found by Newton's method: three seconds. */
const MOST_NODES = 1e6;

/**
 * y = f*(x) with x uniform on the interval, as a quadrature.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * // ∫x² dx/2 over [−1, 1] is ⅓, and two Gauss–Legendre nodes are exact for it.
 * const square = { function: (x: number) => x * x, interval: [-1, 1], samples: 2 } as const;
 * const { x, y, weight } = data.fromFunction({ ...square, quadrature: "gauss-legendre" });
 * console.log(Array.from(x, (node) => node.toFixed(4))); // [ '-0.5774', '0.5774' ]
 * console.log((weight[0] * y[0] + weight[1] * y[1]).toFixed(12)); // 0.333333333333
 * ```
 */
export function fromFunction(options: FunctionOptions): DataSet {
  requireKeys("data.fromFunction", options, ["function", "interval", "samples", "quadrature"]);
  const { interval } = options;
  requireNumbers("problem.data.interval", interval, "[lo, hi] with lo < hi");
  requireCount("problem.data.samples", options.samples);
  const [low, high] = interval;
  if (interval.length !== 2 || !(low < high) || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw inputError(
      "problem.data.interval",
      `found [${Array.from(interval).join(", ")}]; allowed: [lo, hi] with lo < hi`,
    );
  }
  if (options.quadrature === "gauss-legendre" && options.samples > MOST_NODES) {
    throw inputError(
      "problem.data.samples",
      `found ${options.samples}; allowed with quadrature gauss-legendre: up to ${MOST_NODES}`,
    );
  }
  const target = targetOf(options.function);
  const rule =
    options.quadrature === "gauss-legendre" ? gaussLegendre(options.samples) : midpoints(options.samples);
  const x = rule.nodes.map((u) => low + 0.5 * (high - low) * (1 + u));
  // What a function of one's own gives may be no number.
  const y: unknown[] = Array.from(x, (at) => target(at));
  const bad = y.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  if (bad >= 0) {
    throw inputError(
      "problem.data.function",
      `found ${showValue(y[bad])} at x = ${x[bad]}; allowed: finite numbers`,
    );
  }
  return fromColumns([x], Float64Array.from(y as number[]), { weight: rule.weights });
}

function targetOf(target: FunctionOptions["function"]): (x: number) => number {
  if (typeof target === "function") return target;
  const names = Object.keys(FUNCTIONS);
  if (typeof target === "string" && names.includes(target)) return FUNCTIONS[target];
  const meant = typeof target === "string" ? didYouMean(target, names) : "";
  throw inputError(
    "problem.data.function",
    foundAllowed(showValue(target), `${names.join(", ")}, or a function x ↦ y`) + meant,
  );
}

function midpoints(count: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = Float64Array.from({ length: count }, (_, i) => (2 * i + 1) / count - 1);
  return { nodes, weights: new Float64Array(count).fill(2 / count) };
}
