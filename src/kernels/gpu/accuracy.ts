// How far sums in single precision are from those in double precision, on a sample, and how far rounding may bring them. With u = 2^−24, of a sum of n
// terms t = c s(z), n ≤ 256 at a time, |error| ≤ Σ|c| (|s(z ± δ) − s(z)| + (n + 32) u |s(z)|) + a little, δ = (d + 16) u (|b| + Σ|w_k x_k|):
// z is a rounded sum of d + 1 rounded products; s, evaluated with an e^x good to 3 + 2|x| units (WGSL), is off by 32 u, and by what moves z by δ at most.

import type { Activation } from "../../problem/activation.ts";
import type { DataSet } from "../../problem/data.ts";
import { BLOCK } from "./program.ts";

const U = 2 ** -24;
/** Of σ where it all but vanishes: e^x is kept above e^(−87), and double precision rounds as well. */
const LITTLE = 2 ** -50;

/** A neuron in double precision: a, w_1 … w_d, b. */
export interface RidgeNeuron {
  weight: number;
  readonly inner: Float64Array;
}

export interface Compared {
  /** The largest error over the largest number. */
  readonly error: number;
  /** The largest error over what rounding explains. */
  readonly excess: number;
}

/** s and what may be wrong of each, per unit of |c|, at `count` arguments. */
class Terms {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly valueErrors: Float64Array;
  readonly slopeErrors: Float64Array;
  private readonly z: Float64Array;
  private readonly delta: Float64Array;
  /** z ± δ, and σ and σ′ there. */
  private readonly beside: readonly [Float64Array, Float64Array, Float64Array];

  constructor(
    private readonly activation: Activation,
    private readonly data: DataSet,
    count: number,
  ) {
    const fresh = () => new Float64Array(count);
    this.values = fresh();
    this.slopes = fresh();
    this.valueErrors = fresh();
    this.slopeErrors = fresh();
    this.z = fresh();
    this.delta = fresh();
    this.beside = [fresh(), fresh(), fresh()];
  }

  /** Of that neuron at these data; `terms`: how many are added up. */
  of({ inner }: RidgeNeuron, at: ArrayLike<number>, terms: number): void {
    const { data, activation, z, delta, values, slopes, valueErrors, slopeErrors } = this;
    const { inputs, size, x } = data;
    const count = at.length;
    for (let i = 0; i < count; i++) {
      z[i] = inner[inputs];
      let spread = Math.abs(inner[inputs]);
      for (let k = 0; k < inputs; k++) {
        const product = inner[k] * x[k * size + at[i]];
        z[i] += product;
        spread += Math.abs(product);
      }
      delta[i] = (inputs + 16) * U * spread;
    }
    activation.values(z, values, 0, count);
    activation.slopes(z, values, 0, slopes, count);
    const rounding = (terms + 32) * U;
    for (let i = 0; i < count; i++) {
      const little = LITTLE * (1 + Math.abs(z[i]));
      valueErrors[i] = rounding * Math.abs(values[i]) + little;
      slopeErrors[i] = rounding * Math.abs(slopes[i]) + little;
    }
    this.widen(1, count);
    this.widen(-1, count);
  }

  /** By what σ and σ′ differ on that side of z. */
  private widen(side: 1 | -1, count: number): void {
    const { activation, z, delta, values, slopes, valueErrors, slopeErrors } = this;
    const [near, value, slope] = this.beside;
    for (let i = 0; i < count; i++) near[i] = z[i] + side * delta[i];
    activation.values(near, value, 0, count);
    activation.slopes(near, value, 0, slope, count);
    for (let i = 0; i < count; i++) {
      valueErrors[i] += Math.abs(value[i] - values[i]);
      slopeErrors[i] += Math.abs(slope[i] - slopes[i]);
    }
  }
}

class Comparison {
  private worst = 0;
  private largest = 0;
  private excess = 0;

  add(found: number, exact: number, bound: number): void {
    const error = Math.abs(found - exact);
    this.worst = Math.max(this.worst, error);
    this.largest = Math.max(this.largest, Math.abs(exact));
    if (error > 0) this.excess = Math.max(this.excess, error / bound);
  }

  get result(): Compared {
    const { worst, largest, excess } = this;
    return { error: worst === 0 ? 0 : worst / Math.max(worst, largest), excess };
  }
}

/** Σ_j a_j σ(z_ij) over these neurons, found[i] at all data, looked at where `at` says. */
export function compareOutputs(
  activation: Activation,
  data: DataSet,
  neurons: Iterable<RidgeNeuron>,
  at: readonly number[],
  found: Float64Array,
): Compared {
  const terms = new Terms(activation, data, at.length);
  const exact = new Float64Array(at.length);
  const bound = new Float64Array(at.length);
  for (const neuron of neurons) {
    const { weight } = neuron;
    terms.of(neuron, at, BLOCK);
    for (let i = 0; i < at.length; i++) {
      exact[i] += weight * terms.values[i];
      bound[i] += Math.abs(weight) * terms.valueErrors[i];
    }
  }
  const compared = new Comparison();
  for (let i = 0; i < at.length; i++) compared.add(found[at[i]], exact[i], bound[i]);
  return compared.result;
}

/** Σ_i g_i σ, Σ_i g_i σ′, Σ_i g_i σ′ x_ik of these neurons; found(j) has those of the j-th, as far as they are known (null: not). */
export function compareSums(
  activation: Activation,
  data: DataSet,
  neurons: readonly RidgeNeuron[],
  residual: Float64Array,
  found: (j: number) => readonly (number | null)[],
): Compared {
  const { size, inputs, x } = data;
  const all = Uint32Array.from({ length: size }, (_, i) => i);
  const terms = new Terms(activation, data, size);
  // Rows are of different sizes: each is measured by its own largest.
  const rows = Array.from({ length: inputs + 2 }, () => new Comparison());
  neurons.forEach((neuron, j) => {
    terms.of(neuron, all, BLOCK + Math.ceil(size / BLOCK));
    found(j).forEach((value, row) => {
      if (value === null) return;
      const [s, errors] = row === 0 ? [terms.values, terms.valueErrors] : [terms.slopes, terms.slopeErrors];
      let exact = 0;
      let bound = 0;
      for (let i = 0; i < size; i++) {
        const factor = residual[i] * (row < 2 ? 1 : x[(row - 2) * size + i]);
        exact += factor * s[i];
        bound += Math.abs(factor) * errors[i];
      }
      rows[row].add(value, exact, bound);
    });
  });
  return rows.map(({ result }) => result).reduce(worse, { error: 0, excess: 0 });
}

function worse(a: Compared, b: Compared): Compared {
  return { error: Math.max(a.error, b.error), excess: Math.max(a.excess, b.excess) };
}
