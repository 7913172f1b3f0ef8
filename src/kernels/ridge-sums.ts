// ψ-sums of ridges ψ = a σ(w·x + b), a = A(θ₀) or 1, one neuron against a block of data at a time:
//   z_i = w·x_i + b, s_i = σ(z_i);  Σ_j a s_i;  ∂_a: Σ g_i s_i,  ∂_b: a Σ g_i σ′(z_i),  ∂_w: a Σ g_i σ′(z_i) x_i;  a Σ g_i s_i.
// σ(z) dominates the cost, so `observe` keeps s for the others where N·M numbers fit the budget; the bits are the same.

import { stopRequested } from "../base/interrupt.ts";
import { dotBetween } from "../base/sum.ts";
import type { DataSet } from "../problem/data.ts";
import { firstInner, outerWeight, type Ridge } from "../problem/feature.ts";
import { lanesIn, type Slice, TILE } from "./layout.ts";
import type { PsiSums } from "./psi-sums.ts";
import type { Reduction } from "./reduction.ts";

/** Data points per block: three such buffers and the data's columns stay in the first-level cache. */
const BLOCK = 512;

/** What a run that has ended kept its activations in: it would wait for the collector while the next run has as much of its own. */
let spare: Float64Array | null = null;

function activations(entries: number): Float64Array {
  const left = spare;
  spare = null;
  return left !== null && left.length >= entries ? left : new Float64Array(entries);
}

/** Before other work that takes memory. */
export function forgetActivations(): void {
  spare = null;
}

export class RidgeSums implements PsiSums {
  private readonly neuron: Ridge;
  private readonly data: DataSet;
  private readonly part: Slice;
  private readonly z = new Float64Array(BLOCK);
  private readonly slope = new Float64Array(BLOCK);
  private readonly value = new Float64Array(BLOCK);
  /** s of every (neuron, data point) of the slice, or null where that is more than the budget. */
  private readonly cache: Float64Array | null;
  /** Of one neuron: Σ g σ, Σ g σ′, then Σ g σ′ x_k. */
  private readonly sums: Float64Array;

  constructor(neuron: Ridge, data: DataSet, part: Slice, cacheBytes: number) {
    this.neuron = neuron;
    this.data = data;
    this.part = part;
    this.sums = new Float64Array(2 + neuron.inputs);
    const entries = part.tiles * TILE * data.size;
    this.cache = entries * Float64Array.BYTES_PER_ELEMENT <= cacheBytes ? activations(entries) : null;
  }

  release(): void {
    if (this.cache !== null && this.cache.length > (spare?.length ?? 0)) spare = this.cache;
  }

  observe(state: Float64Array, rows: number, partial: Float64Array, reduction: Reduction): void {
    const { neuron, data, part, z, cache } = this;
    const size = data.size;
    for (const chunk of part.chunks) {
      const row = reduction.row(chunk.index);
      for (let tile = chunk.from; tile < chunk.to; tile++) {
        if (stopRequested()) return;
        const lanes = lanesIn(part, tile);
        for (let lane = 0; lane < lanes; lane++) {
          const at = tile * rows * TILE + lane;
          const a = outerWeight(neuron, state[at]);
          const stored = (tile * TILE + lane) * size;
          for (let i = 0; i < size; i += BLOCK) {
            const count = Math.min(BLOCK, size - i);
            preactivations(neuron, state, at, data.x, size, i, count, z);
            const value = cache ?? this.value;
            const valueAt = cache === null ? 0 : stored + i;
            neuron.activation.values(z, value, valueAt, count);
            addScaled(a, value, valueAt, partial, row + i, count);
          }
        }
      }
    }
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { neuron, data, part, z, slope, cache, sums } = this;
    const size = data.size;
    const p = neuron.dimension;
    const d = neuron.inputs;
    const first = firstInner(neuron);
    const { outer } = neuron;
    const needsArguments = cache === null || neuron.activation.slopesFrom === "arguments";
    gradient.fill(0);
    for (let tile = 0; tile < part.tiles; tile++) {
      if (stopRequested()) return;
      const lanes = lanesIn(part, tile);
      for (let lane = 0; lane < lanes; lane++) {
        const at = tile * rows * TILE + lane;
        const a = outerWeight(neuron, state[at]);
        const stored = (tile * TILE + lane) * size;
        sums.fill(0);
        for (let i = 0; i < size; i += BLOCK) {
          const count = Math.min(BLOCK, size - i);
          if (needsArguments) preactivations(neuron, state, at, data.x, size, i, count, z);
          const value = cache ?? this.value;
          const valueAt = cache === null ? 0 : stored + i;
          if (cache === null) neuron.activation.values(z, value, 0, count);
          neuron.activation.slopes(z, value, valueAt, slope, count);
          backward(g, i, value, valueAt, slope, data.x, i, count, sums);
          for (let k = 1; k < d; k++) sums[2 + k] += dot(data.x, k * size + i, slope, count);
        }
        const to = tile * p * TILE + lane;
        if (outer !== undefined) gradient[to] = outer.linear ? sums[0] : outer.slope(a) * sums[0];
        for (let k = 0; k < d; k++) gradient[to + (first + k) * TILE] = a * sums[2 + k];
        if (neuron.bias) gradient[to + (first + d) * TILE] = a * sums[1];
      }
    }
  }

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    const { neuron, data, part, z, cache } = this;
    const size = data.size;
    values.fill(0);
    for (let tile = 0; tile < part.tiles; tile++) {
      if (stopRequested()) return;
      const lanes = lanesIn(part, tile);
      for (let lane = 0; lane < lanes; lane++) {
        const at = tile * rows * TILE + lane;
        const stored = (tile * TILE + lane) * size;
        let total = 0;
        for (let i = 0; i < size; i += BLOCK) {
          const count = Math.min(BLOCK, size - i);
          if (cache === null) {
            preactivations(neuron, state, at, data.x, size, i, count, z);
            neuron.activation.values(z, this.value, 0, count);
            total += dotBetween(g, i, this.value, 0, count);
          } else total += dotBetween(g, i, cache, stored + i, count);
        }
        values[tile * TILE + lane] = outerWeight(neuron, state[at]) * total;
      }
    }
  }
}

/** z[i] = w·x_{from+i} + b; w in rows `first …`, four inputs at a time so that z is read and written less often. */
function preactivations(
  neuron: Ridge,
  state: Float64Array,
  at: number,
  x: Float64Array,
  size: number,
  from: number,
  count: number,
  z: Float64Array,
): void {
  const first = at + firstInner(neuron) * TILE;
  const d = neuron.inputs;
  const b = neuron.bias ? state[first + d * TILE] : 0;
  const head = d % 4;
  if (head === 0) z.fill(b, 0, count);
  else if (head === 1) affine1(x, from, state[first], b, z, count);
  else if (head === 2) affine2(x, from, size, state[first], state[first + TILE], b, z, count);
  else {
    affine2(x, from, size, state[first], state[first + TILE], b, z, count);
    addScaled(state[first + 2 * TILE], x, 2 * size + from, z, 0, count);
  }
  for (let k = head; k < d; k += 4) {
    const w = first + k * TILE;
    addFour(
      x,
      k * size + from,
      size,
      state[w],
      state[w + TILE],
      state[w + 2 * TILE],
      state[w + 3 * TILE],
      z,
      count,
    );
  }
}

function affine1(x: Float64Array, at: number, w: number, b: number, z: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) z[i] = w * x[at + i] + b;
}

function affine2(
  x: Float64Array,
  at: number,
  stride: number,
  w0: number,
  w1: number,
  b: number,
  z: Float64Array,
  count: number,
): void {
  const second = at + stride;
  for (let i = 0; i < count; i++) z[i] = w0 * x[at + i] + w1 * x[second + i] + b;
}

function addFour(
  x: Float64Array,
  at0: number,
  stride: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  z: Float64Array,
  count: number,
): void {
  const at1 = at0 + stride;
  const at2 = at1 + stride;
  const at3 = at2 + stride;
  for (let i = 0; i < count; i++) {
    z[i] += w0 * x[at0 + i] + w1 * x[at1 + i] + (w2 * x[at2 + i] + w3 * x[at3 + i]);
  }
}

/** y[yAt + i] += a·v[at + i] */
function addScaled(
  a: number,
  v: Float64Array,
  at: number,
  y: Float64Array,
  yAt: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) y[yAt + i] += a * v[at + i];
}

/**
 * One pass over a block for what every neuron needs: sums[0] += Σ g σ, sums[1] += Σ g σ′, sums[2] += Σ g σ′ x₁.
 * Leaves g σ′ in `slope` for the other inputs. An access to a typed array costs more here than the arithmetic.
 */
function backward(
  g: Float64Array,
  gAt: number,
  value: Float64Array,
  valueAt: number,
  slope: Float64Array,
  x: Float64Array,
  xAt: number,
  count: number,
  sums: Float64Array,
): void {
  let outer = 0;
  let bias = 0;
  let inner = 0;
  for (let i = 0; i < count; i++) {
    const weight = g[gAt + i];
    const t = weight * slope[i];
    slope[i] = t;
    outer += weight * value[valueAt + i];
    bias += t;
    inner += t * x[xAt + i];
  }
  sums[0] += outer;
  sums[1] += bias;
  sums[2] += inner;
}

/** Σ u[uAt + i] v[i], in two interleaved sums so that additions need not wait for one another. */
function dot(u: Float64Array, uAt: number, v: Float64Array, count: number): number {
  let even = 0;
  let odd = 0;
  const pairs = count - (count % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += u[uAt + i] * v[i];
    odd += u[uAt + i + 1] * v[i + 1];
  }
  if (pairs < count) even += u[uAt + pairs] * v[pairs];
  return even + odd;
}
