// The features ψ(θ; x_i) at the cells of a grid: observe μ ↦ c_i = ∫ψ(θ; x_i) μ(dθ), and potential g ↦ Σ_i g_i ψ(θ; x_i).
// Where the output weight is a coordinate, ψ = A(θ₀) σ(w·x + b) is a product, and neither costs M times the grid:
// O(n + M n/n₀) with n cells, n₀ of them along θ₀; otherwise O(M n). Held in memory: M n/n₀ (or M n) numbers.

import { tanh } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { dotBetween as dot, sumOf } from "../base/sum.ts";
import type { Grid } from "../grid/grid.ts";
import type { DataSet } from "../problem/data.ts";
import { type Neuron, neuronValue, type Perceptron } from "../problem/neuron.ts";
import type { Problem } from "../problem/problem.ts";

/** Numbers of features that a grid may hold: 2 GiB. */
const MOST_FEATURES = 2 ** 28;
/** Cells that fit a near cache, in the sums over i. */
const BLOCK = 1024;

/** ψ at every cell and data point. */
export class Features {
  /** M */
  readonly count: number;
  private readonly grid: Grid;
  /** A(θ₀) along the first axis; a single 1 where ψ is no such product. */
  private readonly outer: Float64Array;
  /** Cells of the other axes (or of all). */
  private readonly inner: number;
  /** ψ/A, data point by data point: [i·inner + cell] */
  private readonly values: Float64Array;
  private readonly line: Float64Array;

  /** Errors (input): features that do not fit memory, and a ψ that is not finite somewhere on the grid. */
  constructor(problem: Problem, grid: Grid) {
    const { neuron, data } = problem;
    this.grid = grid;
    this.count = data.size;
    const product = neuron?.kind === "perceptron" && neuron.output !== "fixed";
    this.outer = product ? outerFactor(neuron, grid) : Float64Array.of(1);
    this.inner = grid.size / this.outer.length;
    const length = neuron === null ? 0 : data.size * this.inner;
    if (length > MOST_FEATURES) {
      throw inputError(
        "grid.cells",
        `${data.size} data points on ${this.inner} cells need ${gib(length)} GiB of features; allowed: ${gib(MOST_FEATURES)} GiB, ` +
          `about ${Math.floor((MOST_FEATURES / data.size) ** (1 / Math.max(1, grid.axes.length - (product ? 1 : 0))))} cells an axis`,
      );
    }
    this.values = new Float64Array(length);
    this.line = new Float64Array(this.inner);
    if (neuron !== null) {
      const axes = product ? grid.axes.slice(1) : grid.axes;
      tabulate(
        neuron,
        data,
        axes.map(({ centres }) => centres),
        product,
        this.values,
      );
      requireFinite(this.values, this.inner);
    }
  }

  /** c[i] = ∫ψ(θ; x_i) dμ, i < M. */
  observe(density: Float64Array, c: Float64Array): void {
    if (this.count === 0) return;
    const { inner, values, count } = this;
    const line = this.collapse(density);
    const { volume } = this.grid;
    c.fill(0, 0, count);
    // Blocked sums, folded in order: the error grows with the block, not with the grid.
    for (let from = 0; from < inner; from += BLOCK) {
      const size = Math.min(BLOCK, inner - from);
      let i = 0;
      for (; i + 4 <= count; i += 4) addFourDots(values, i * inner + from, inner, line, from, size, c, i);
      for (; i < count; i++) c[i] += dot(values, i * inner + from, line, from, size);
    }
    for (let i = 0; i < count; i++) c[i] *= volume;
  }

  /** The largest of ∫|ψ(θ; x_i)| dμ: what rounding in `observe` is relative to. */
  largest(density: Float64Array): number {
    const { inner, values, outer, grid } = this;
    const line = new Float64Array(inner);
    for (let a = 0; a < outer.length; a++) {
      const weight = grid.volume * Math.abs(outer[a]);
      for (let k = 0; k < inner; k++) line[k] += weight * Math.abs(density[a * inner + k]);
    }
    let most = 0;
    for (let row = 0; row < values.length; row += inner) {
      let total = 0;
      for (let k = 0; k < inner; k++) total += Math.abs(values[row + k]) * line[k];
      most = Math.max(most, total);
    }
    return most;
  }

  /** out += Σ_i g_i ψ(·; x_i) */
  addPotential(g: Float64Array, out: Float64Array): void {
    if (this.count === 0) return;
    const { outer, inner, count, values, line } = this;
    const direct = outer.length === 1;
    const target = direct ? out : line;
    if (!direct) line.fill(0);
    for (let from = 0; from < inner; from += BLOCK) {
      const size = Math.min(BLOCK, inner - from);
      let i = 0;
      for (; i + 4 <= count; i += 4) addFour(values, i * inner + from, inner, g, i, target, from, size);
      for (; i < count; i++) addOne(values, i * inner + from, g[i], target, from, size);
    }
    if (direct) return;
    for (let a = 0; a < outer.length; a++) addOne(line, 0, outer[a], out, a * inner, inner);
  }

  /** out[i·M + j] = ∫ψ(θ; x_i) ψ(θ; x_j) dμ, both triangles. O(n + M² n/n₀), or O(M² n). */
  secondMoments(density: Float64Array, out: Float64Array): void {
    const { count, inner, outer, values, grid } = this;
    const weights = new Float64Array(inner);
    for (let a = 0; a < outer.length; a++) {
      addOne(density, a * inner, outer[a] * outer[a] * grid.volume, weights, 0, inner);
    }
    out.fill(0, 0, count * count);
    const weighted = new Float64Array(BLOCK);
    for (let from = 0; from < inner; from += BLOCK) {
      const size = Math.min(BLOCK, inner - from);
      for (let i = 0; i < count; i++) {
        const row = i * inner + from;
        for (let k = 0; k < size; k++) weighted[k] = values[row + k] * weights[from + k];
        for (let j = 0; j <= i; j++) out[i * count + j] += dot(values, j * inner + from, weighted, 0, size);
      }
    }
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) out[j * count + i] = out[i * count + j];
  }

  /** Σ_a A(a) μ(a, ·), or μ itself where there is no output weight. */
  private collapse(density: Float64Array): Float64Array {
    const { outer, inner, line } = this;
    if (outer.length === 1) return density;
    line.fill(0);
    for (let a = 0; a < outer.length; a++) addOne(density, a * inner, outer[a], line, 0, inner);
    return line;
  }
}

function outerFactor({ output }: Perceptron, grid: Grid): Float64Array {
  const { centres } = grid.axes[0];
  return output === "bounded" ? centres.map(tanh) : centres.slice();
}

function tabulate(
  neuron: Neuron,
  data: DataSet,
  axes: readonly Float64Array[],
  product: boolean,
  values: Float64Array,
): void {
  const cells = axes.reduce((size, { length }) => size * length, 1);
  const theta = new Float64Array(neuron.dimension);
  const x = new Float64Array(data.inputs);
  const z = new Float64Array(cells);
  for (let i = 0; i < data.size; i++) {
    for (let k = 0; k < data.inputs; k++) x[k] = data.x[k * data.size + i];
    for (let cell = 0; cell < cells; cell++) {
      let rest = cell;
      for (let k = axes.length - 1; k >= 0; k--) {
        theta[(product ? 1 : 0) + k] = axes[k][rest % axes[k].length];
        rest = Math.floor(rest / axes[k].length);
      }
      if (neuron.kind === "custom") values[i * cells + cell] = neuronValue(neuron, theta, x);
      else z[cell] = preactivation(neuron, theta, x);
    }
    if (neuron.kind === "perceptron") neuron.activation.values(z, values, i * cells, cells);
  }
}

function preactivation(neuron: Perceptron, theta: Float64Array, x: Float64Array): number {
  const first = neuron.output === "fixed" ? 0 : 1;
  let z = neuron.bias ? theta[first + neuron.inputs] : 0;
  for (let k = 0; k < neuron.inputs; k++) z += theta[first + k] * x[k];
  return z;
}

function requireFinite(values: Float64Array, inner: number): void {
  if (Number.isFinite(sumOf(values))) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw inputError(
    "problem.neuron",
    `ψ is ${values[at]} at data point ${Math.floor(at / inner) + 1} on cell ${at % inner} of the grid; allowed: finite values on the whole extent`,
  );
}

/** c[at … at + 4) += the products of four rows of `a` with b: each entry of b is read once. */
function addFourDots(
  a: Float64Array,
  atA: number,
  stride: number,
  b: Float64Array,
  atB: number,
  count: number,
  c: Float64Array,
  at: number,
): void {
  const a1 = atA + stride;
  const a2 = a1 + stride;
  const a3 = a2 + stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < count; k++) {
    const weight = b[atB + k];
    s0 += a[atA + k] * weight;
    s1 += a[a1 + k] * weight;
    s2 += a[a2 + k] * weight;
    s3 += a[a3 + k] * weight;
  }
  c[at] += s0;
  c[at + 1] += s1;
  c[at + 2] += s2;
  c[at + 3] += s3;
}

function addOne(
  a: Float64Array,
  atA: number,
  scale: number,
  out: Float64Array,
  to: number,
  count: number,
): void {
  for (let k = 0; k < count; k++) out[to + k] += scale * a[atA + k];
}

function addFour(
  a: Float64Array,
  atA: number,
  stride: number,
  g: Float64Array,
  atG: number,
  out: Float64Array,
  to: number,
  count: number,
): void {
  const g0 = g[atG];
  const g1 = g[atG + 1];
  const g2 = g[atG + 2];
  const g3 = g[atG + 3];
  const a1 = atA + stride;
  const a2 = a1 + stride;
  const a3 = a2 + stride;
  for (let k = 0; k < count; k++) {
    out[to + k] += g0 * a[atA + k] + g1 * a[a1 + k] + (g2 * a[a2 + k] + g3 * a[a3 + k]);
  }
}

function gib(numbers: number): string {
  return (numbers / 2 ** 27).toPrecision(3);
}
