// −dE_τ/dt of the equation discrete in space, Σ_faces J_{i+½}(ξ_i − ξ_{i+1}) with ξ = Φ + τ log μ and J Scharfetter–Gummel's fluxes: every
// term is ≥ 0 for μ ≥ 0, and the sum tends to ∫ D|∂ξ|² dμ at order 2. Order of additions: along each line, then line after line, both
// compensated; then axis after axis. Cost: an exponential and a logarithm a face.

import { log } from "../../base/elementary.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { sumOf } from "../../base/sum.ts";
import type { Grid } from "../../grid/grid.ts";
import { LANES, stretchOf } from "../../grid/panel.ts";
import { backend } from "../../kernels/backend/backend.ts";
import type { Engine } from "../../kernels/backend/kernels.ts";
import { residentArray } from "../../kernels/resident.ts";
import { LineKernels } from "./line-kernels.ts";
import { type Faces, rates, scaleOf } from "./scharfetter-gummel.ts";

/** What a density dissipates in a potential. */
export type Dissipation = (phi: Float64Array, mu: Float64Array, temperature: number) => number;

/** Along all axes. */
export function dissipation(grid: Grid, mobility: Float64Array): Dissipation {
  const along = grid.axes.map((_, k) => dissipationAlong({ grid, k, mobility: mobility[k]! }));
  return (phi, mu, temperature) => along.reduce((total, one) => total + one(phi, mu, temperature), 0);
}

/** Along one axis. */
export function dissipationAlong(faces: Omit<Faces, "temperature">): Dissipation {
  const { engine } = backend();
  return engine === null ? inJs(faces) : onEngine(engine, faces);
}

export function onEngine(engine: Engine, { grid, k, mobility }: Omit<Faces, "temperature">): Dissipation {
  const lines = new LineKernels(engine, grid, k);
  lines.set("scale", scaleOf({ grid, k, mobility }, 1));
  const lanes = residentArray(lines.lanes, engine);
  lines.place("sums", lanes);
  const stretch = stretchOf(grid, k);
  const apart = LANES * Math.ceil(stretch / LANES);
  const sums = new Float64Array(grid.size / grid.axes[k]!.cells);
  return (phi, mu, temperature) => {
    lines.set("temperature", temperature);
    lines.read("phi", phi);
    lines.read("from", mu);
    lines.run("lines_dissipation", null);
    // Lanes that are no lines are left out.
    for (let line = 0, at = 0; line < sums.length; line += stretch, at += apart) {
      sums.set(lanes.subarray(at, at + stretch), line);
    }
    return grid.volume * sumOf(sums);
  };
}

/** The smallest positive double: log μ of an empty cell stays finite. */
const TINY = Number.MIN_VALUE;

export function inJs({ grid, k, mobility }: Omit<Faces, "temperature">): Dissipation {
  const stride = grid.strides[k]!;
  const { cells, periodic } = grid.axes[k]!;
  const right = new Float64Array(grid.size);
  const left = new Float64Array(grid.size);
  const sums = new Float64Array(grid.size / cells);
  const total = new Float64Array(stride);
  const lost = new Float64Array(stride);
  return (phi, mu, temperature) => {
    rates({ grid, k, mobility, temperature }, phi, 1, right, left);
    /** Over the faces between the lines' cells there, at `at + j` and `next + j`. */
    const add = (at: number, next: number) => {
      for (let j = 0; j < stride; j++) {
        const [below, above] = [mu[at + j], mu[next + j]];
        if (!(below > 0) && !(above > 0)) continue;
        const flux = right[at + j] * below - left[next + j] * above;
        const entropy =
          temperature === 0 ? 0 : temperature * (log(Math.max(below, TINY)) - log(Math.max(above, TINY)));
        const x = flux * (phi[at + j] - phi[next + j] + entropy);
        const sum = total[j] + x;
        lost[j] += Math.abs(total[j]) >= Math.abs(x) ? total[j] - sum + x : x - sum + total[j];
        total[j] = sum;
      }
    };
    for (let from = 0; from < grid.size; from += cells * stride) {
      checkpoint();
      total.fill(0);
      lost.fill(0);
      const last = from + (cells - 1) * stride;
      for (let at = from; at < last; at += stride) add(at, at + stride);
      if (periodic) add(last, from);
      for (let j = 0; j < stride; j++) sums[from / cells + j] = total[j] + lost[j];
    }
    return grid.volume * sumOf(sums);
  };
}
