// The features ψ(θ; x_i) at the cells of a grid: observe μ ↦ c_i = ∫ψ(θ; x_i) μ(dθ), and potential g ↦ Σ_i g_i ψ(θ; x_i).
// Where the output weight is a coordinate, ψ = A(θ₀) σ(w·x + b) is a product, and neither costs M times the grid: O(n + U n/n₀)
// with n cells, n₀ of them along θ₀, and U distinct inputs among the x_i (equal ones share ψ); otherwise O(U n). As many numbers are held.

import { inputError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { dotBetween as dot, sumOf } from "../../base/sum.ts";
import { coordinatesOf, type Grid } from "../../grid/grid.ts";
import { residentArray, residentCopy } from "../../kernels/resident.ts";
import type { DataSet } from "../../problem/data.ts";
import { firstInner, tabulated } from "../../problem/feature.ts";
import type { Neuron } from "../../problem/neuron.ts";
import { type Problem, testProblem } from "../../problem/problem.ts";
import {
  type FeatureProducts,
  type FeatureTable,
  featureProducts,
  foldLine,
  isOfParity,
  keptOf,
  type Parity,
  start,
} from "./feature-products.ts";

/** Numbers of features that a grid may hold: 2 GiB. */
const MOST_FEATURES = 2 ** 28;
/** Cells that fit a near cache. */
const BLOCK = 1024;

/** ψ at every cell and data point. */
export class Features {
  /** M */
  readonly count: number;
  /** U */
  readonly distinct: number;
  /** By datum: which of the U inputs is its own. */
  readonly inputOf: Int32Array;
  private readonly grid: Grid;
  /** A(θ₀) along the first axis; a single 1 where ψ is no such product. */
  private readonly outer: Float64Array;
  /** Cells of the other axes (or of all). */
  readonly inner: number;
  /** ψ/A, input by input, at the cells that are kept: [u·kept + cell] */
  private readonly values: Float64Array;
  private readonly parity: Parity;
  private readonly kept: number;
  /** Of the kept cells. */
  private readonly half: Float64Array;
  private readonly line: Float64Array;
  /** A number an input. */
  private readonly shared: Float64Array;
  private readonly products: FeatureProducts;

  /** Errors (input): features that do not fit memory, and a ψ that is not finite somewhere on the grid. */
  constructor(problem: Problem, grid: Grid) {
    const { neuron, data } = problem;
    this.grid = grid;
    this.count = data.size;
    const { outer } = neuron ?? {};
    this.outer = residentCopy(outer === undefined ? Float64Array.of(1) : grid.axes[0].centres.map(outer.at));
    this.inner = grid.size / this.outer.length;
    const { inputOf, representatives } = distinctInputs(data);
    this.inputOf = inputOf;
    this.distinct = representatives.length;
    requireFew(neuron, grid, this.distinct);
    this.line = residentArray(this.inner);
    this.shared = new Float64Array(this.distinct);
    const { outer: weights, inner: cells, distinct: rows } = this;
    const axes = grid.axes.slice(neuron === null ? 0 : firstInner(neuron)).map(({ centres }) => centres);
    const table: Table =
      neuron === null
        ? { values: new Float64Array(0), parity: 0 }
        : tabulate(neuron, data, representatives, axes, cells);
    this.values = table.values;
    this.parity = table.parity;
    this.kept = keptOf({ cells, parity: table.parity });
    this.half = new Float64Array(this.kept);
    requireFiniteFeatures(this.values, this.kept, representatives);
    this.products = featureProducts({ ...table, outer: weights, cells, rows });
  }

  /** c[i] = ∫ψ(θ; x_i) dμ, i < M. */
  observe(density: Float64Array, c: Float64Array): void {
    if (this.count === 0) return;
    const { inputOf, shared, count, grid } = this;
    const { products, outer, line } = this;
    if (outer.length > 1) products.collapse(density, line);
    products.integrate(outer.length > 1 ? line : density, shared);
    for (let i = 0; i < count; i++) c[i] = grid.volume * shared[inputOf[i]];
  }

  /** The largest of ∫|ψ(θ; x_i)| dμ: what rounding in `observe` is relative to. */
  largest(density: Float64Array): number {
    const { inner, kept, half, values, outer, grid } = this;
    const line = new Float64Array(inner);
    for (let a = 0; a < outer.length; a++) {
      const weight = grid.volume * Math.abs(outer[a]);
      for (let k = 0; k < inner; k++) line[k] += weight * Math.abs(density[a * inner + k]);
    }
    let most = 0;
    this.fold(line);
    for (let row = 0; row < values.length; row += kept) {
      checkpoint();
      let total = 0;
      for (let k = 0; k < kept; k++) total += Math.abs(values[row + k]) * half[k];
      most = Math.max(most, total);
    }
    return most;
  }

  /** out = base + Σ_i g_i ψ(·; x_i); `base` may be `out`, and is 0 where it is null. */
  potential(g: Float64Array, base: Float64Array | null, out: Float64Array): void {
    const { products, outer, line, inputOf, shared, count } = this;
    if (count === 0) {
      start(base, out);
      return;
    }
    shared.fill(0);
    for (let i = 0; i < count; i++) shared[inputOf[i]] += g[i];
    if (outer.length === 1) {
      products.combine(shared, base, out);
      return;
    }
    products.combine(shared, null, line);
    products.spread(line, base, out);
  }

  /** ∫A² dμ on each cell of the other axes, or μ|cell| itself: the weights of second moments. */
  squareWeights(density: Float64Array): Float64Array {
    const { inner, outer, grid } = this;
    const weights = new Float64Array(inner);
    for (let a = 0; a < outer.length; a++) {
      const square = outer[a] * outer[a] * grid.volume;
      for (let k = 0; k < inner; k++) weights[k] += square * density[a * inner + k];
    }
    return weights;
  }

  /** out[u] = ∫ψ(θ; x_u)² dμ of the distinct inputs. */
  squares(weights: Float64Array, out: Float64Array): void {
    const { distinct: count, kept, half, values } = this;
    this.fold(weights);
    for (let u = 0; u < count; u++) {
      checkpoint();
      const row = u * kept;
      let total = 0;
      for (let k = 0; k < kept; k++) total += half[k] * values[row + k] * values[row + k];
      out[u] = total;
    }
  }

  /** out[u] = Σ_v ∫ψ(θ; x_u) ψ(θ; x_v) dμ v_v: two passes over the features. */
  applySecondMoments(weights: Float64Array, v: Float64Array, out: Float64Array): void {
    const { products, line, inner } = this;
    products.combine(v, null, line);
    for (let k = 0; k < inner; k++) line[k] *= weights[k];
    products.integrate(line, out);
  }

  /** out[u·U + v] = ∫ψ(θ; x_u) ψ(θ; x_v) dμ, both triangles. O(U² n/n₀), or O(U² n). */
  secondMoments(weights: Float64Array, out: Float64Array): void {
    const { distinct: count, kept, half, values } = this;
    out.fill(0, 0, count * count);
    this.fold(weights);
    const weighted = new Float64Array(BLOCK);
    for (let from = 0; from < kept; from += BLOCK) {
      const size = Math.min(BLOCK, kept - from);
      for (let i = 0; i < count; i++) {
        checkpoint();
        const row = i * kept + from;
        for (let k = 0; k < size; k++) weighted[k] = values[row + k] * half[from + k];
        for (let j = 0; j <= i; j++) out[i * count + j] += dot(values, j * kept + from, weighted, 0, size);
      }
    }
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) out[j * count + i] = out[i * count + j];
  }

  /** Weights of squares of ψ, which are even where there is a parity, into `half`. */
  private fold(weights: Float64Array): void {
    foldLine(weights, this.parity === 0 ? 0 : 1, this.half);
  }
}

/** ψ at the data that nothing is learnt from, or null. Errors (input): as of the others. */
export function testFeatures(problem: Problem, grid: Grid): Features | null {
  const test = testProblem(problem);
  return test === null ? null : new Features(test, grid);
}

/** Refuses a grid whose features do not fit, before anything is made of its cells. Errors (input). */
export function requireFeatures({ neuron, data }: Problem, grid: Grid): void {
  // Equal inputs are looked for where there would be too many features without.
  if (neuron === null || featuresOf(neuron, grid, data.size) <= MOST_FEATURES) return;
  requireFew(neuron, grid, distinctInputs(data).representatives.length);
}

function requireFew(neuron: Neuron | null, grid: Grid, distinct: number): void {
  if (neuron === null) return;
  const numbers = featuresOf(neuron, grid, distinct);
  if (numbers <= MOST_FEATURES) return;
  const axes = Math.max(1, grid.axes.length - firstInner(neuron));
  throw inputError(
    "grid.cells",
    `${distinct} data points on ${numbers / distinct} cells need ${gib(numbers)} GiB of features; allowed: ${gib(MOST_FEATURES)} GiB, ` +
      `about ${Math.floor((MOST_FEATURES / distinct) ** (1 / axes))} cells an axis`,
  );
}

function featuresOf(neuron: Neuron, grid: Grid, distinct: number): number {
  return (distinct * grid.size) / (neuron.outer === undefined ? 1 : grid.axes[0].cells);
}

/**
 * The inputs that differ, by the first datum of each, and which of them each datum has. Coordinate after coordinate: data are numbered by what
 * they have in common so far, and then by that number and the next coordinate.
 */
function distinctInputs({ size, inputs, x }: DataSet): { inputOf: Int32Array; representatives: number[] } {
  const inputOf = new Int32Array(size);
  let representatives = size === 0 ? [] : [0];
  for (let k = 0; k < inputs; k++) {
    const values = new Map<number, number>();
    const pairs = new Map<number, number>();
    representatives = [];
    for (let i = 0; i < size; i++) {
      const value = x[k * size + i]!;
      const place = values.get(value) ?? values.size;
      if (place === values.size) values.set(value, place);
      const pair = inputOf[i]! * size + place;
      const u = pairs.get(pair) ?? representatives.length;
      if (u === representatives.length) {
        pairs.set(pair, u);
        representatives.push(i);
      }
      inputOf[i] = u;
    }
  }
  return { inputOf, representatives };
}

type Table = Pick<FeatureTable, "values" | "parity">;

/** ψ/A at all inputs: at half of the cells where that says all, as where an odd σ meets a grid that is symmetric. */
function tabulate(
  neuron: Neuron,
  data: DataSet,
  representatives: readonly number[],
  axes: readonly Float64Array[],
  cells: number,
): Table {
  const along = tabulated(neuron, coordinatesOf(axes));
  const x = new Float64Array(data.inputs);
  const at = (i: number, out: Float64Array, from: number) => {
    checkpoint();
    for (let k = 0; k < data.inputs; k++) x[k] = data.x[k * data.size + i];
    along(x, 0, cells, out, from);
  };
  const kept = keptOf({ cells, parity: 1 });
  let halves: Float64Array | null = null;
  const row = new Float64Array(cells);
  let parities: readonly (-1 | 1)[] = [-1, 1];
  for (const [u, i] of representatives.entries()) {
    at(i, row, 0);
    parities = parities.filter((parity) => isOfParity(row, parity));
    if (parities.length === 0) break;
    halves ??= residentArray(representatives.length * kept);
    halves.set(row.subarray(0, kept), u * kept);
  }
  const [parity] = parities;
  if (parity !== undefined) return { values: halves ?? new Float64Array(0), parity };
  const values = residentArray(representatives.length * cells);
  for (const [u, i] of representatives.entries()) at(i, values, u * cells);
  return { values, parity: 0 };
}

function requireFiniteFeatures(
  values: Float64Array,
  inner: number,
  representatives: readonly number[],
): void {
  if (Number.isFinite(sumOf(values))) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw inputError(
    "problem.neuron",
    `ψ is ${values[at]} at data point ${representatives[Math.floor(at / inner)] + 1} on cell ${at % inner} of the grid; allowed: finite values on the whole extent`,
  );
}

function gib(numbers: number): string {
  return (numbers / 2 ** 27).toPrecision(3);
}
