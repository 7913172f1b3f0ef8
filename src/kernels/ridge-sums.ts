// ψ-sums of ridges ψ = a σ(w·x + b), a = A(θ₀) or 1, in strips of tiles: what a neuron's rows mean, around a kernel that computes
//   Σ_j a_j σ(z_i);  Σ_i g_i σ, Σ_i g_i σ′, Σ_i g_i σ′ x_i, from which  ∂_θ₀ = A′ Σ g σ, ∂_w = a Σ g σ′ x, ∂_b = a Σ g σ′, Φ = a Σ g σ.
// Where σ(z) dominates the cost `observe` keeps it for the others, if N·M numbers fit the budget; the bits are the same.

import type { DataSet } from "../problem/data.ts";
import { firstInner, type Ridge } from "../problem/feature.ts";
import { backend } from "./backend/backend.ts";
import { BlockRidge, keptNumbers } from "./block-ridge.ts";
import { JsRidge } from "./js-ridge.ts";
import { lanesIn, TILE } from "./layout.ts";
import { type Pass, STRIP, type TileWork, type WorkKernel } from "./pass.ts";
import type { PsiSums } from "./psi-sums.ts";
import type { Reduction } from "./reduction.ts";
import type { RidgeKernel, RidgeShape } from "./ridge-kernel.ts";
import { fieldsOf, NO_ROWS, restOf, rowsIn } from "./row-works.ts";

/** Products at a time, most: some ten milliseconds pass between two looks at whether to stop. */
const MOST_PRODUCTS = 1e7;

/** From so many inputs on z costs more than to keep s, however cheap σ is. */
const MANY_INPUTS = 8;

/** Tiles at a time; an even number, as kernels take them in pairs. */
function tilesAtATime({ size, inputs }: DataSet): number {
  const most = Math.floor(MOST_PRODUCTS / (TILE * (inputs + 2) * Math.max(1, size)));
  return Math.max(2, Math.min(STRIP, most - (most % 2)));
}

/** By the backend of this thread. */
export function ridgeKernel(shape: RidgeShape): RidgeKernel {
  const { engine } = backend();
  return engine === null ? new JsRidge(shape) : new BlockRidge(engine, shape);
}

/** What is computed of one state: kernels of neurons in its rows, and of their gradients in those of an array. */
interface AtState {
  readonly state: Float64Array;
  readonly observe: WorkKernel | null;
  readonly differentiate: Map<Float64Array, WorkKernel | null>;
}

export class RidgeSums implements PsiSums {
  private readonly neuron: Ridge;
  private readonly pass: Pass;
  private readonly kernel: RidgeKernel;
  private readonly forward: TileWork;
  private readonly backward: TileWork;
  private readonly weigh: TileWork;
  private readonly states: AtState[] = [];
  /** What the works that wait are of. */
  private state: Float64Array = new Float64Array(0);
  private rows = 0;
  private reduction: Reduction | null = null;
  private gradient: Float64Array = new Float64Array(0);
  private values: Float64Array = new Float64Array(0);

  constructor(neuron: Ridge, data: DataSet, pass: Pass, cacheBytes: number) {
    const { tiles } = pass.part;
    this.neuron = neuron;
    this.pass = pass;
    const strip = tilesAtATime(data);
    pass.shorten(strip);
    const { engine } = backend();
    const numbers = tiles * TILE * data.size * (engine === null ? 1 : keptNumbers(neuron.activation));
    const fits = numbers * Float64Array.BYTES_PER_ELEMENT <= cacheBytes;
    const keeps = fits && !(neuron.activation.cheap && data.inputs < MANY_INPUTS);
    const shape = { activation: neuron.activation, data, tiles, strip, keeps };
    const kernel = ridgeKernel(shape);
    this.kernel = kernel;
    pass.own(kernel);
    this.forward = {
      begin: () => kernel.begin(),
      run: (first, end) => {
        this.load(first, end - first);
        kernel.forward(first, end - first);
      },
      end: (chunk) => {
        kernel.fold();
        this.reduction?.put(chunk, kernel.outputs);
      },
    };
    this.backward = {
      run: (first, end) => {
        this.load(first, end - first);
        kernel.backward(first, end - first);
        for (let tile = first; tile < end; tile++) this.putGradient(tile - first, tile);
      },
    };
    this.weigh = {
      run: (first, end) => {
        this.load(first, end - first);
        kernel.weigh(first, end - first);
        for (let tile = first; tile < end; tile++) this.putPotential(tile - first, tile);
      },
    };
  }

  observe(state: Float64Array, rows: number, reduction: Reduction): void {
    this.pass.clear(this.forward);
    // At the same state, moved on, what waits goes first; at another it is done with.
    if (state !== this.state) this.finish();
    const { observe } = this.prepare(state, rows);
    this.reduction = reduction;
    this.forward.kernel = observe;
    this.pass.add(this.forward);
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    this.finish();
    const { differentiate } = this.prepare(state, rows);
    this.kernel.residual.set(g);
    this.gradient = gradient;
    if (!differentiate.has(gradient)) {
      differentiate.set(gradient, this.kernelOf("differentiate_ridge", state, gradient));
    }
    this.backward.kernel = differentiate.get(gradient)!;
    this.pass.add(this.backward);
  }

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    this.finish();
    this.prepare(state, rows);
    this.kernel.residual.set(g);
    this.values = values;
    this.pass.add(this.weigh);
  }

  /** What waits of residuals and arrays that are to be others. */
  private finish(): void {
    this.pass.clear(this.backward);
    this.pass.clear(this.weigh);
  }

  private prepare(state: Float64Array, rows: number): AtState {
    this.state = state;
    this.rows = rows;
    this.kernel.refresh();
    const known = this.states.find((one) => one.state === state);
    if (known !== undefined) return known;
    const made = { state, observe: this.kernelOf("observe_ridge", state, null), differentiate: new Map() };
    this.states.push(made);
    return made;
  }

  /** A kernel of this neuron's rows in that state, and of its gradients'; none of those whose A is not θ₀. */
  private kernelOf(
    name: "observe_ridge" | "differentiate_ridge",
    state: Float64Array,
    gradient: Float64Array | null,
  ): WorkKernel | null {
    const { neuron, pass, kernel, rows } = this;
    const { address } = kernel;
    if (address === null || neuron.outer?.linear === false) return null;
    const theta = rowsIn(pass, state, rows);
    const slopes = gradient === null ? null : rowsIn(pass, gradient, neuron.dimension);
    return pass.kernel({
      name,
      reads: [theta.image],
      writes: slopes === null ? [] : [slopes.image],
      head: () => [
        ...fieldsOf(theta),
        ...(slopes === null ? NO_ROWS : fieldsOf(slopes)),
        ...restOf(pass.part),
        address,
        firstInner(neuron),
        neuron.inputs + (neuron.bias ? 1 : 0),
      ],
      holds: [kernel],
    });
  }

  /** Weights and inner rows; unused lanes have the weight 0. */
  private load(first: number, tiles: number): void {
    const { neuron, pass, kernel, state, rows } = this;
    const { weights, inner } = kernel;
    const width = (neuron.inputs + 1) * TILE;
    const given = (neuron.inputs + (neuron.bias ? 1 : 0)) * TILE;
    const from = firstInner(neuron) * TILE;
    for (let tile = 0; tile < tiles; tile++) {
      const at = (first + tile) * rows * TILE;
      putWeights(neuron, state, at, weights, tile * TILE);
      copy(state, at + from, inner, tile * width, given);
      inner.fill(0, tile * width + given, (tile + 1) * width);
    }
    const lanes = lanesIn(pass.part, first + tiles - 1);
    if (lanes < TILE) weights.fill(0, (tiles - 1) * TILE + lanes, tiles * TILE);
  }

  private putGradient(tile: number, slot: number): void {
    const { neuron, pass, kernel, gradient } = this;
    const { weights, sums } = kernel;
    const { inputs, outer, dimension, bias } = neuron;
    const a = tile * TILE;
    const from = tile * (inputs + 2) * TILE;
    const to = slot * dimension * TILE;
    const first = to + firstInner(neuron) * TILE;
    if (outer !== undefined) {
      if (outer.linear) copy(sums, from, gradient, to, TILE);
      else for (let l = 0; l < TILE; l++) gradient[to + l] = outer.slope(weights[a + l]) * sums[from + l];
    }
    for (let k = 0; k < inputs; k++) {
      multiply(weights, a, sums, from + (2 + k) * TILE, gradient, first + k * TILE);
    }
    if (bias) multiply(weights, a, sums, from + TILE, gradient, first + inputs * TILE);
    const lanes = lanesIn(pass.part, slot);
    if (lanes === TILE) return;
    for (let k = 0; k < dimension; k++) gradient.fill(0, to + k * TILE + lanes, to + (k + 1) * TILE);
  }

  private putPotential(tile: number, slot: number): void {
    const { neuron, pass, kernel, values } = this;
    const { weights, sums } = kernel;
    multiply(weights, tile * TILE, sums, tile * (neuron.inputs + 2) * TILE, values, slot * TILE);
    values.fill(0, slot * TILE + lanesIn(pass.part, slot), (slot + 1) * TILE);
  }
}

/** A(θ₀) of a tile whose first row is at `at`. */
function putWeights(neuron: Ridge, state: Float64Array, at: number, weights: Float64Array, to: number): void {
  const { outer } = neuron;
  if (outer === undefined) weights.fill(1, to, to + TILE);
  else if (outer.linear) copy(state, at, weights, to, TILE);
  else for (let l = 0; l < TILE; l++) weights[to + l] = outer.at(state[at + l]);
}

/** to[at + i] = from[fromAt + i] */
function copy(from: Float64Array, fromAt: number, to: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[fromAt + i];
}

/** out[outAt + l] = a[aAt + l] b[bAt + l], of a row */
function multiply(
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let l = 0; l < TILE; l++) out[outAt + l] = a[aAt + l] * b[bAt + l];
}
