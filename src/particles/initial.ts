// Where neurons start: θ_j i.i.d. from a law on R^p (Gaussian, uniform on a box, uniform on a sphere), or read
// from a file; ω_j i.i.d. Gaussian. Draws are counted by (neuron, coordinate): wider ensembles extend narrower ones.

import { inputError } from "../base/errors.ts";
import { fillNormals, fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { lanesIn, TILE } from "../kernels/layout.ts";
import type { Domain } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";
import { wrap } from "./torus.ts";

export type PositionLaw =
  | { kind: "gaussian"; mean: readonly number[]; std: readonly number[] }
  | { kind: "uniform"; low: readonly number[]; high: readonly number[] }
  | { kind: "sphere"; radius: number }
  | { kind: "points"; rows: readonly (readonly number[])[] };

export interface InitialLaw {
  readonly position: PositionLaw;
  /** Law of ω, used by dynamics with momenta; default mean 0 and standard deviation √τ. */
  readonly momentum?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** N(mean, diag(std²)). */
export function gaussian(options: {
  mean: readonly number[];
  std: readonly number[];
  momentum?: { mean: readonly number[]; std: readonly number[] };
}): InitialLaw {
  const { mean, std, momentum } = options;
  return withMomentum({ kind: "gaussian", mean, std }, momentum);
}

/** Uniform on the box [low, high]. */
export function uniform(options: {
  low: readonly number[];
  high: readonly number[];
  momentum?: { mean: readonly number[]; std: readonly number[] };
}): InitialLaw {
  return withMomentum({ kind: "uniform", low: options.low, high: options.high }, options.momentum);
}

/** Uniform on the sphere |θ| = radius. */
export function sphere(options: {
  radius: number;
  momentum?: { mean: readonly number[]; std: readonly number[] };
}): InitialLaw {
  return withMomentum({ kind: "sphere", radius: options.radius }, options.momentum);
}

/** Given neurons, one a row: p numbers, then p momenta where the dynamics has them and the rows hold 2p. */
export function points(rows: readonly (readonly number[])[]): InitialLaw {
  return { position: { kind: "points", rows } };
}

function withMomentum(position: PositionLaw, momentum: InitialLaw["momentum"]): InitialLaw {
  return momentum === undefined ? { position } : { position, momentum };
}

/** Fills the ensemble from the law. Errors (input): lengths that are not p or N, a negative standard deviation. */
export function initialise(
  particles: Ensemble,
  law: InitialLaw,
  options: { seed: number; replica: number; temperature: number; domain: Domain },
): void {
  const { dimension: p, momentum, state, rows, part } = particles;
  const { seed, replica } = options;
  checkLaw(law, p, part.width, momentum);
  const draw = sampler(particles, deriveKey(seed, PURPOSE.initial, replica));
  const { position } = law;
  if (position.kind === "gaussian") {
    for (let k = 0; k < p; k++) draw(fillNormals, k, k, position.mean[k], position.std[k]);
  } else if (position.kind === "uniform") {
    for (let k = 0; k < p; k++) {
      draw(fillUniforms, k, k, position.low[k], position.high[k] - position.low[k]);
    }
  } else if (position.kind === "sphere") {
    for (let k = 0; k < p; k++) draw(fillNormals, k, k, 0, 1);
    project(particles, position.radius);
  } else {
    copyRows(particles, position.rows);
  }
  if (options.domain === "torus") wrap(state, rows, p, part.tiles);
  if (!momentum || (position.kind === "points" && position.rows[0].length === rows)) return;
  const drawMomentum = sampler(particles, deriveKey(seed, PURPOSE.momentum, replica));
  const standard = Math.sqrt(options.temperature);
  for (let k = 0; k < p; k++) {
    drawMomentum(fillNormals, p + k, k, law.momentum?.mean[k] ?? 0, law.momentum?.std[k] ?? standard);
  }
}

type Fill = typeof fillNormals;

/** A function that sets row `row` of every neuron to shift + scale · draw, the draws counted by `lane`. */
function sampler(particles: Ensemble, [k0, k1]: readonly [number, number]) {
  const { part, rows, state } = particles;
  const raw = new Float64Array(TILE);
  return (fill: Fill, row: number, lane: number, shift: number, scale: number) => {
    for (let tile = 0; tile < part.tiles; tile++) {
      const lanes = lanesIn(part, tile);
      const at = (tile * rows + row) * TILE;
      fill(raw, 0, TILE, k0, k1, (part.firstTile + tile) * TILE, 0, lane);
      for (let l = 0; l < lanes; l++) state[at + l] = shift + scale * raw[l];
    }
  };
}

function project(particles: Ensemble, radius: number): void {
  const { part, rows, dimension, state } = particles;
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const at = tile * rows * TILE + lane;
      let square = 0;
      for (let k = 0; k < dimension; k++) square += state[at + k * TILE] * state[at + k * TILE];
      const scale = radius / Math.sqrt(square);
      for (let k = 0; k < dimension; k++) state[at + k * TILE] *= scale;
    }
  }
}

function copyRows(particles: Ensemble, source: readonly (readonly number[])[]): void {
  const { part, rows, state } = particles;
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let lane = 0; lane < lanesIn(part, tile); lane++) {
      const row = source[(part.firstTile + tile) * TILE + lane];
      for (let k = 0; k < row.length; k++) state[(tile * rows + k) * TILE + lane] = row[k];
    }
  }
}

/** Throws an input error where the law does not fit N neurons of p coordinates. */
export function checkLaw(law: InitialLaw, p: number, width: number, momentum: boolean): void {
  const { position } = law;
  const requireLength = (where: string, values: readonly number[]) => {
    if (values.length !== p) {
      throw inputError(where, `found ${values.length} numbers; θ has ${p} coordinate${p === 1 ? "" : "s"}`);
    }
  };
  const requireDeviations = (where: string, values: readonly number[]) => {
    requireLength(where, values);
    const bad = values.find((value) => !(value >= 0) || !Number.isFinite(value));
    if (bad !== undefined) throw inputError(where, `found ${bad}; allowed: numbers ≥ 0`);
  };
  if (position.kind === "gaussian") {
    requireLength("initial.mean", position.mean);
    requireDeviations("initial.std", position.std);
  } else if (position.kind === "uniform") {
    requireLength("initial.low", position.low);
    requireLength("initial.high", position.high);
    const k = position.low.findIndex((low, at) => !(low < position.high[at]));
    if (k >= 0) {
      throw inputError("initial.low", `found ${position.low[k]}; must lie below high = ${position.high[k]}`);
    }
  } else if (position.kind === "sphere") {
    if (!(position.radius > 0)) {
      throw inputError("initial.radius", `found ${position.radius}; allowed: a number > 0`);
    }
  } else {
    checkRows(position.rows, p, width, momentum);
  }
  if (law.momentum !== undefined) {
    if (!momentum) throw inputError("initial.momentum", "only kinetic dynamics has momenta; leave it out");
    requireLength("initial.momentum.mean", law.momentum.mean);
    requireDeviations("initial.momentum.std", law.momentum.std);
  }
}

function checkRows(rows: readonly (readonly number[])[], p: number, width: number, momentum: boolean): void {
  if (rows.length !== width) {
    throw inputError("initial", `found ${rows.length} neurons; the width is ${width}`);
  }
  const columns = rows[0].length;
  if (columns !== p && !(momentum && columns === 2 * p)) {
    const allowed = momentum ? `${p} (θ) or ${2 * p} (θ, ω)` : `${p}`;
    throw inputError("initial", `found ${columns} numbers a neuron; allowed: ${allowed}`);
  }
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd >= 0) {
    throw inputError(
      "initial",
      `row ${odd + 1} has ${rows[odd].length} numbers; the first row has ${columns}`,
    );
  }
}
