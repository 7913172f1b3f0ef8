// Where neurons start: the law of θ at t = 0 (Gaussian, uniform on a box, uniform on a sphere, or given points), and
// of ω where there are momenta (Gaussian). Shared by every representation: particles draw from it, a grid integrates it.

import { inputError } from "../base/errors.ts";

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
