// Products with features at the cells of a grid, ψ = A(θ₀) s_u there, u < U: sums over cells, and sums over u. In JavaScript, which the kernels of
// c/features.h follow to the bit. Where all s_u are odd, or all even, about the middle of the cells, half of them is kept and passed over: what is
// summed against them is folded onto that half, f(k) ± f(n − 1 − k), and what is made of them is unfolded.
// Order of additions: over θ₀ and over u (in fours) one after the other; a sum over the other axes is one of blocks of 2048 cells, a block's one of
// eight lanes, cell k in lane k mod 8, folded as those of neurons are (kernels/reduction.ts).

import { checkpoint } from "../../base/interrupt.ts";
import { backend } from "../../kernels/backend/backend.ts";
import type { Engine, KernelName } from "../../kernels/backend/kernels.ts";
import { runParts } from "../../kernels/crew.ts";
import { TILE } from "../../kernels/layout.ts";
import { NamedHead } from "../../kernels/named-head.ts";
import { foldLanes } from "../../kernels/reduction.ts";
import { Lent, residentArray } from "../../kernels/resident.ts";

/** Cells that fit a near cache, in the sums over u. */
const BLOCK = 2048;
const LANES = TILE;

export interface FeatureProducts {
  /** line = Σ_a A_a μ(a, ·) */
  collapse(density: Float64Array, line: Float64Array): void;
  /** out[u] = Σ s_u line, of a `line` of all cells that s has. */
  integrate(line: Float64Array, out: Float64Array): void;
  /** out = base + Σ_u g_u s_u on the cells of s; `base`: default 0, may be `out`. */
  combine(g: Float64Array, base: Float64Array | null, out: Float64Array): void;
  /** out(a, ·) = base + A_a line */
  spread(line: Float64Array, base: Float64Array | null, out: Float64Array): void;
}

/** s(n − 1 − k) = ±s(k) for all k, of n; 0: neither. */
export type Parity = -1 | 0 | 1;

/** s, a row of the kept cells for each input, and A. */
export interface FeatureTable {
  readonly values: Float64Array;
  readonly outer: Float64Array;
  readonly cells: number;
  readonly parity: Parity;
  readonly rows: number;
}

/** Of so many cells, the first, those of which s is kept. */
export function keptOf({ cells, parity }: Pick<FeatureTable, "cells" | "parity">): number {
  return parity === 0 ? cells : Math.ceil(cells / 2);
}

/** out = what each kept cell and the one opposite have together; where there is no parity what it has. */
export function foldLine(line: Float64Array, parity: Parity, out: Float64Array): void {
  const last = line.length - 1;
  const half = parity === 0 ? 0 : line.length >> 1;
  for (let k = 0; k < half; k++) out[k] = line[k] + parity * line[last - k];
  for (let k = half; k < out.length; k++) out[k] = line[k];
}

/** Whether values on all cells are even (1) or odd (−1) about the middle. */
export function isOfParity(values: Float64Array, sign: -1 | 1): boolean {
  const last = values.length - 1;
  for (let k = 0; 2 * k <= last; k++) if (values[k] !== sign * values[last - k]) return false;
  return true;
}

/** By this thread's backend; on an engine `values` and `outer` are of `residentArray`. */
export function featureProducts(table: FeatureTable): FeatureProducts {
  const { engine } = backend();
  return engine === null || table.rows === 0 ? inJs(table) : onEngine(engine, table);
}

export function inJs(table: FeatureTable): FeatureProducts {
  const { values, outer, cells, rows, parity } = table;
  const kept = keptOf(table);
  const lanes = new Float64Array(LANES);
  const half = new Float64Array(kept);
  return {
    collapse(density, line) {
      line.fill(0);
      for (let a = 0; a < outer.length; a++) addOne(density, a * cells, outer[a], line, 0, cells);
    },
    integrate(line, out) {
      out.fill(0, 0, rows);
      if (parity !== 0) foldLine(line, parity, half);
      const folded = parity === 0 ? line : half;
      for (let from = 0; from < kept; from += BLOCK) {
        checkpoint();
        const size = Math.min(BLOCK, kept - from);
        for (let u = 0; u < rows; u++) {
          out[u] += dotInLanes(values, u * kept + from, folded, from, size, lanes);
        }
      }
    },
    combine(g, base, out) {
      half.fill(0);
      for (let from = 0; from < kept; from += BLOCK) {
        checkpoint();
        const size = Math.min(BLOCK, kept - from);
        let u = 0;
        for (; u + 4 <= rows; u += 4) addFour(values, u * kept + from, kept, g, u, half, from, size);
        for (; u < rows; u++) addOne(values, u * kept + from, g[u], half, from, size);
      }
      start(base, out);
      for (let k = 0; k < kept; k++) out[k] += half[k];
      for (let k = kept; k < cells; k++) out[k] += parity * half[cells - 1 - k];
    },
    spread(line, base, out) {
      start(base, out);
      for (let a = 0; a < outer.length; a++) addOne(line, 0, outer[a], out, a * cells, cells);
    },
  };
}

/** out = base, which may be `out`, and is 0 where it is null. */
export function start(base: Float64Array | null, out: Float64Array): void {
  if (base === null) out.fill(0);
  else if (base !== out) out.set(base);
}

function dotInLanes(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  count: number,
  lanes: Float64Array,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let k = 0;
  for (; k + LANES <= count; k += LANES) {
    const [p, q] = [atA + k, atB + k];
    s0 += a[p] * b[q];
    s1 += a[p + 1] * b[q + 1];
    s2 += a[p + 2] * b[q + 2];
    s3 += a[p + 3] * b[q + 3];
    s4 += a[p + 4] * b[q + 4];
    s5 += a[p + 5] * b[q + 5];
    s6 += a[p + 6] * b[q + 6];
    s7 += a[p + 7] * b[q + 7];
  }
  lanes[0] = s0;
  lanes[1] = s1;
  lanes[2] = s2;
  lanes[3] = s3;
  lanes[4] = s4;
  lanes[5] = s5;
  lanes[6] = s6;
  lanes[7] = s7;
  for (let lane = 0; k < count; lane++, k++) lanes[lane] += a[atA + k] * b[atB + k];
  foldLanes(lanes, 1, lanes, 0);
  return lanes[0];
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

/** Cells of a part, as in c/features.h, and about what a number takes, in nanoseconds. */
const COLUMNS = 32;
const SPREAD = 4096;
const NANOSECONDS = 0.3;

/** `struct features`. */
const FIELDS = [
  ...["cells", "kept", "parity", "rows", "entries", "values", "outer"],
  ...["density", "line", "partial", "weights", "base", "out"],
] as const;

export function onEngine(engine: Engine, table: FeatureTable): FeatureProducts {
  const { values, outer, cells, rows, parity } = table;
  const kept = keptOf(table);
  const head = new NamedHead(engine, FIELDS);
  const blocks = Math.ceil(kept / BLOCK);
  const partial = residentArray(blocks * rows, engine);
  const weights = residentArray(rows, engine);
  const lines = new Lent(engine, cells);
  const densities = outer.length === 1 ? lines : new Lent(engine, cells * outer.length);
  const sizes = { cells, kept, parity, rows, entries: outer.length };
  for (const [field, size] of Object.entries(sizes)) head.set(field as keyof typeof sizes, size);
  const arrays = { values, outer, partial, weights };
  for (const [field, array] of Object.entries(arrays)) head.place(field as keyof typeof arrays, array);
  const run = (kernel: KernelName, count: number, size: number) => {
    checkpoint();
    runParts(engine, kernel, head.block, count, NANOSECONDS * size);
  };
  return {
    collapse(density, line) {
      head.set("density", densities.read(density, 0));
      head.set("line", lines.write(line, 1));
      run("features_collapse", Math.ceil(cells / COLUMNS), COLUMNS * outer.length);
      lines.written(line, 1);
    },
    integrate(line, out) {
      head.set("line", lines.read(line, 1));
      run("features_integrate", blocks, rows * Math.min(BLOCK, kept));
      out.fill(0, 0, rows);
      for (let at = 0; at < partial.length; at += rows) {
        for (let u = 0; u < rows; u++) out[u] += partial[at + u];
      }
    },
    combine(g, base, out) {
      for (let u = 0; u < rows; u++) weights[u] = g[u];
      head.set("base", lines.read(base, 1));
      head.set("out", lines.write(out, 2));
      run("features_combine", blocks, rows * Math.min(BLOCK, kept));
      lines.written(out, 2);
    },
    spread(line, base, out) {
      head.set("line", lines.read(line, 1));
      head.set("base", densities.read(base, 2));
      head.set("out", densities.write(out, 3));
      run("features_spread", Math.ceil((cells * outer.length) / SPREAD), 2 * SPREAD);
      densities.written(out, 3);
    },
  };
}
