// G(θ) = Σ_i g_i s(θ; x_i) at the nodes of lattices, for many g on few of them. s is the part of ψ that no output weight
// multiplies: σ(w·x + b), or a user's ψ. Its values are kept while they fit the memory that is given; where they do not they are
// computed again, a line of nodes at a time, with the same bits.

import type { Axis } from "../../grid/axis.ts";
import type { DataSet } from "../../problem/data.ts";
import { firstInner, isRidge } from "../../problem/feature.ts";
import type { Neuron } from "../../problem/neuron.ts";
import type { Problem } from "../../problem/problem.ts";

/** Rows of s that are added together: each node is read and written once for all of them. */
const ROWS = 4;
/** Nodes that fit a near cache. */
const BLOCK = 1024;

export class LatticeSums {
  private readonly neuron: Neuron;
  private readonly data: DataSet;
  private readonly keep: number;
  private kept = 0;
  /** s data point by data point, lattice by lattice, the one used last at the end. */
  private readonly tables = new Map<string, Float64Array>();
  private rows = new Float64Array(0);
  private z = new Float64Array(0);

  /** `keep`: numbers that may be kept between calls. */
  constructor({ neuron, data }: Problem, keep: number) {
    if (neuron === null) throw new Error("LatticeSums: a problem without data");
    this.neuron = neuron;
    this.data = data;
    this.keep = keep;
  }

  /** G at the nodes of that product of axes, one for each coordinate of θ that s depends on. `again`: others will ask for them. */
  at(axes: readonly Axis[], g: Float64Array, again: boolean): Float64Array {
    const size = axes.reduce((product, { cells }) => product * cells, 1);
    const out = new Float64Array(size);
    const table = again ? this.tableOf(axes, size) : null;
    if (table !== null) {
      for (let from = 0; from < size; from += BLOCK) {
        const count = Math.min(BLOCK, size - from);
        for (let i = 0; i < g.length; i += ROWS)
          addRows(table, i * size + from, size, g, i, out, from, count);
      }
      return out;
    }
    const { cells } = axes[axes.length - 1];
    if (this.rows.length < ROWS * cells) this.rows = new Float64Array(ROWS * cells);
    const theta = new Float64Array(this.neuron.dimension);
    for (let line = 0; line < size / cells; line++) {
      for (let i = 0; i < g.length; i += ROWS) {
        const count = Math.min(ROWS, g.length - i);
        for (let r = 0; r < count; r++) this.fill(axes, line, theta, i + r, this.rows, r * cells);
        addRows(this.rows, 0, cells, g, i, out, line * cells, cells);
      }
    }
    return out;
  }

  private tableOf(axes: readonly Axis[], size: number): Float64Array | null {
    const length = size * this.data.size;
    if (length > this.keep) return null;
    const key = axes.map(({ low, high, cells }) => `${low} ${high} ${cells}`).join(" ");
    const known = this.tables.get(key);
    if (known !== undefined) {
      this.tables.delete(key);
      this.tables.set(key, known);
      return known;
    }
    for (const [oldest, { length: freed }] of this.tables) {
      if (this.kept + length <= this.keep) break;
      this.tables.delete(oldest);
      this.kept -= freed;
    }
    const table = new Float64Array(length);
    const { cells } = axes[axes.length - 1];
    const theta = new Float64Array(this.neuron.dimension);
    for (let line = 0; line < size / cells; line++) {
      for (let i = 0; i < this.data.size; i++)
        this.fill(axes, line, theta, i, table, i * size + line * cells);
    }
    this.tables.set(key, table);
    this.kept += length;
    return table;
  }

  /** out[at + j] = s at x_i, on one line of nodes along the last axis. */
  private fill(
    axes: readonly Axis[],
    line: number,
    theta: Float64Array,
    i: number,
    out: Float64Array,
    at: number,
  ): void {
    const { neuron, data } = this;
    const first = firstInner(neuron);
    const last = axes.length - 1;
    for (let rest = line, k = last - 1; k >= 0; k--) {
      theta[first + k] = axes[k].centres[rest % axes[k].cells];
      rest = Math.floor(rest / axes[k].cells);
    }
    const { centres, cells } = axes[last];
    if (!isRidge(neuron)) {
      const x = Float64Array.from({ length: data.inputs }, (_, k) => data.x[k * data.size + i]);
      for (let j = 0; j < cells; j++) {
        theta[first + last] = centres[j];
        out[at + j] = valueOrNaN(() => neuron.value(theta, x));
      }
      return;
    }
    if (this.z.length < cells) this.z = new Float64Array(cells);
    const { z } = this;
    let start = 0;
    // A bias is the last coordinate.
    for (let k = 0; k < last; k++) start += theta[first + k] * data.x[k * data.size + i];
    const slope = last < data.inputs ? data.x[last * data.size + i] : 1;
    for (let j = 0; j < cells; j++) z[j] = start + slope * centres[j];
    neuron.activation.values(z, out, at, cells);
  }
}

/** A user's ψ may not be meant for θ as far as a lattice goes: what it throws there is no more than a number that it lacks. */
function valueOrNaN(value: () => number): number {
  try {
    return value();
  } catch {
    return Number.NaN;
  }
}

/** out[to + j] += Σ_r g[i + r] rows[at + r·stride + j] over up to four r, j < count. */
function addRows(
  rows: Float64Array,
  at: number,
  stride: number,
  g: Float64Array,
  i: number,
  out: Float64Array,
  to: number,
  count: number,
): void {
  if (i + ROWS > g.length) {
    for (let r = 0; i + r < g.length; r++) {
      const factor = g[i + r];
      const from = at + r * stride;
      for (let j = 0; j < count; j++) out[to + j] += factor * rows[from + j];
    }
    return;
  }
  const [g0, g1, g2, g3] = [g[i], g[i + 1], g[i + 2], g[i + 3]];
  const at1 = at + stride;
  const at2 = at1 + stride;
  const at3 = at2 + stride;
  for (let j = 0; j < count; j++) {
    out[to + j] += g0 * rows[at + j] + g1 * rows[at1 + j] + (g2 * rows[at2 + j] + g3 * rows[at3 + j]);
  }
}
