// The ridge kernel in plain JavaScript, one neuron at a time: what the others are compared with, bit by bit, and what runs where they
// do not.

import type { Activation } from "../problem/activation.ts";
import type { DataSet } from "../problem/data.ts";
import { TILE } from "./layout.ts";
import { foldLanes } from "./reduction.ts";
import type { RidgeKernel, RidgeShape } from "./ridge-kernel.ts";

/** Data points per block: its buffers and the data's columns stay in the first-level cache. */
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

export class JsRidge implements RidgeKernel {
  readonly address = null;
  readonly weights: Float64Array;
  readonly inner: Float64Array;
  readonly residual: Float64Array;
  readonly sums: Float64Array;
  readonly outputs: Float64Array;
  private readonly activation: Activation;
  private readonly data: DataSet;
  private readonly lanes: Float64Array;
  private readonly z = new Float64Array(BLOCK);
  private readonly value = new Float64Array(BLOCK);
  private readonly weight = new Float64Array(BLOCK);
  private readonly pull = new Float64Array(BLOCK);
  /** s by neuron and datum; null where it is not kept. */
  private readonly kept: Float64Array | null;

  constructor({ activation, data, tiles, strip, keeps }: RidgeShape) {
    const { size, inputs } = data;
    this.activation = activation;
    this.data = data;
    this.weights = new Float64Array(strip * TILE);
    this.inner = new Float64Array(strip * (inputs + 1) * TILE);
    this.sums = new Float64Array(strip * (inputs + 2) * TILE);
    this.residual = new Float64Array(size);
    this.outputs = new Float64Array(size);
    this.lanes = new Float64Array(size * TILE);
    this.kept = keeps ? activations(tiles * size * TILE) : null;
  }

  refresh(): void {}

  begin(): void {
    this.lanes.fill(0);
  }

  forward(first: number, tiles: number): void {
    const { data, activation, z, lanes, weights, kept } = this;
    const { size } = data;
    for (let j = 0; j < tiles * TILE; j++) {
      for (let i = 0; i < size; i += BLOCK) {
        const count = Math.min(BLOCK, size - i);
        this.preactivations(j, i, count);
        const value = kept ?? this.value;
        const at = kept === null ? 0 : (first * TILE + j) * size + i;
        activation.values(z, value, at, count);
        addToLane(weights[j], value, at, lanes, i * TILE + (j % TILE), count);
      }
    }
  }

  fold(): void {
    foldLanes(this.lanes, this.data.size, this.outputs, 0);
  }

  backward(first: number, tiles: number): void {
    const { data, activation, z, residual, weight, pull, sums, kept } = this;
    const { size, inputs, x } = data;
    const needsArguments = kept === null || activation.slopesFrom === "arguments";
    sums.fill(0, 0, tiles * (inputs + 2) * TILE);
    for (let j = 0; j < tiles * TILE; j++) {
      const to = this.rowOf(j);
      for (let i = 0; i < size; i += BLOCK) {
        const count = Math.min(BLOCK, size - i);
        if (needsArguments) this.preactivations(j, i, count);
        const value = kept ?? this.value;
        const at = kept === null ? 0 : (first * TILE + j) * size + i;
        if (kept === null) activation.values(z, value, 0, count);
        for (let m = 0; m < count; m++) weight[m] = residual[i + m];
        activation.pulls(weight, z, value, at, pull, count);
        sums[to] = dotFrom(sums[to], weight, 0, value, at, count);
        sums[to + TILE] = sumFrom(sums[to + TILE], pull, count);
        for (let k = 0; k < inputs; k++) {
          const row = to + (2 + k) * TILE;
          sums[row] = dotFrom(sums[row], x, k * size + i, pull, 0, count);
        }
      }
    }
  }

  weigh(first: number, tiles: number): void {
    const { data, activation, z, residual, sums, kept } = this;
    const { size } = data;
    for (let j = 0; j < tiles * TILE; j++) {
      const to = this.rowOf(j);
      sums[to] = 0;
      for (let i = 0; i < size; i += BLOCK) {
        const count = Math.min(BLOCK, size - i);
        const value = kept ?? this.value;
        const at = kept === null ? 0 : (first * TILE + j) * size + i;
        if (kept === null) {
          this.preactivations(j, i, count);
          activation.values(z, value, 0, count);
        }
        sums[to] = dotFrom(sums[to], residual, i, value, at, count);
      }
    }
  }

  release(): void {
    if (this.kept !== null && this.kept.length > (spare?.length ?? 0)) spare = this.kept;
  }

  /** Where the first of neuron j's sums is. */
  private rowOf(j: number): number {
    return Math.floor(j / TILE) * (this.data.inputs + 2) * TILE + (j % TILE);
  }

  /** z of neuron j at `count` data from i on. */
  private preactivations(j: number, i: number, count: number): void {
    const { data, inner, z } = this;
    const { size, inputs, x } = data;
    const w = Math.floor(j / TILE) * (inputs + 1) * TILE + (j % TILE);
    z.fill(inner[w + inputs * TILE], 0, count);
    for (let k = 0; k < inputs; k++) addScaled(inner[w + k * TILE], x, k * size + i, z, count);
  }
}

/** z[i] += w x[at + i] */
function addScaled(w: number, x: Float64Array, at: number, z: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) z[i] += w * x[at + i];
}

/** sums[to + i·8] += a value[at + i] */
function addToLane(
  a: number,
  value: Float64Array,
  at: number,
  sums: Float64Array,
  to: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) sums[to + i * TILE] += a * value[at + i];
}

/** total + u[uAt] v[vAt] + u[uAt + 1] v[vAt + 1] + …, in that order */
function dotFrom(
  total: number,
  u: Float64Array,
  uAt: number,
  v: Float64Array,
  vAt: number,
  count: number,
): number {
  let sum = total;
  for (let i = 0; i < count; i++) sum += u[uAt + i] * v[vAt + i];
  return sum;
}

function sumFrom(total: number, values: Float64Array, count: number): number {
  let sum = total;
  for (let i = 0; i < count; i++) sum += values[i];
  return sum;
}
