// Where neurons start: the law of θ at t = 0 (Gaussian, uniform on a box, uniform on a sphere, or given points), and
// of ω where there are momenta (Gaussian). Shared by every representation: particles draw from it, a grid integrates it.

import { type Breach, refuse } from "../base/breach.ts";
import { inputError } from "../base/errors.ts";
import {
  foundAllowed,
  requireKeys,
  requireMade,
  requireNumber,
  requireNumbers,
  requirePositive,
  showValue,
} from "../base/keys.ts";
import { counted } from "../base/words.ts";

export type PositionLaw =
  | { kind: "gaussian"; mean: readonly number[]; std: readonly number[] }
  | { kind: "uniform"; low: readonly number[]; high: readonly number[] }
  | { kind: "sphere"; radius: number }
  | { kind: "points"; rows: readonly (readonly number[])[] };

export interface InitialLaw {
  readonly position: PositionLaw;
  /** Law of ω, used by dynamics with momenta; default mean 0 and standard deviation √τ. */
  readonly momentum?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Keys given by one number that stands for all coordinates: lists of one, until p is known (lawOf). */
  readonly alike?: { readonly position: readonly string[]; readonly momentum: readonly string[] };
}

/** One number a coordinate of θ; one number alone stands for all. */
export type Coordinates = number | readonly number[];

export interface MomentumOption {
  mean: Coordinates;
  std: Coordinates;
}

/** A law of θ as it is written: one number may stand for all coordinates. */
export type WrittenPosition =
  | { readonly kind: "gaussian"; readonly std: Coordinates }
  | { readonly kind: "uniform"; readonly low: Coordinates; readonly high: Coordinates }
  | { readonly kind: "sphere" | "points" | "file" };

interface Box {
  readonly low: Coordinates;
  readonly high: Coordinates;
}

/** The widths of a box; NaN beside a list that is too short. */
function widthsOf({ low, high }: Box): number[] {
  const [lows, highs] = [[low].flat(), [high].flat()];
  const at = (side: readonly number[], k: number) => side[side.length === 1 ? 0 : k]!;
  return (lows.length > highs.length ? lows : highs).map((_, k) => at(highs, k) - at(lows, k));
}

/** Why a box is none: sides that change places, or a width beyond all numbers. */
export function boxBreaches(box: Box): Breach[] {
  const widths = widthsOf(box);
  const breach = (allowed: string) => [{ key: ["initial", "high"], found: box.high, allowed }];
  if (widths.some((width) => width < 0)) return breach("numbers >= initial.low");
  return widths.includes(Number.POSITIVE_INFINITY)
    ? breach("numbers whose distance from initial.low is below 1.8e308")
    : [];
}

/** Why a law of θ is no density, which `who` needs. */
export function densityBreaches(position: WrittenPosition, who: string): Breach[] {
  const wide = (key: string, found: unknown, least: string) => [
    { key: ["initial", key], found, allowed: `numbers > ${least} with ${who}: a density needs a width` },
  ];
  switch (position.kind) {
    case "gaussian": {
      const { std } = position;
      return [std].flat().every((value) => value > 0) ? [] : wide("std", std, "0");
    }
    case "uniform":
      return widthsOf(position).includes(0) ? wide("high", position.high, "initial.low") : [];
    default: {
      const allowed = `gaussian, uniform with ${who}, which needs a density`;
      return [{ key: ["initial", "kind"], found: position.kind, allowed }];
    }
  }
}

/**
 * N(mean, diag(std²)).
 *
 * @example
 * ```ts
 * import { gaussian } from "muflow";
 *
 * const plain = gaussian({ mean: 0, std: 1 });
 * // Of two coordinates with different means, and momenta at rest.
 * const other = gaussian({ mean: [1, -1], std: [0.5, 0.5], momentum: { mean: 0, std: 0 } });
 * console.log(plain.position, other.momentum); // { kind: 'gaussian', mean: [ 0 ], std: [ 1 ] } { mean: [ 0 ], std: [ 0 ] }
 * ```
 */
export function gaussian(options: {
  mean: Coordinates;
  std: Coordinates;
  momentum?: MomentumOption;
}): InitialLaw {
  requireKeys("initial", options, ["mean", "std", "momentum"]);
  const mean = listOf("initial.mean", options.mean);
  const std = listOf("initial.std", options.std);
  return withMomentum({ kind: "gaussian", mean, std }, options, options.momentum);
}

/**
 * Uniform on the box [low, high].
 *
 * @example
 * ```ts
 * import { uniform } from "muflow";
 *
 * const law = uniform({ low: [-2, 0], high: [2, 1] });
 * console.log(law.position); // { kind: 'uniform', low: [ -2, 0 ], high: [ 2, 1 ] }
 * ```
 */
export function uniform(options: {
  low: Coordinates;
  high: Coordinates;
  momentum?: MomentumOption;
}): InitialLaw {
  requireKeys("initial", options, ["low", "high", "momentum"]);
  const low = listOf("initial.low", options.low);
  const high = listOf("initial.high", options.high);
  return withMomentum({ kind: "uniform", low, high }, options, options.momentum);
}

/**
 * Uniform on the sphere |θ| = radius.
 *
 * @example
 * ```ts
 * import { evolve, gradientFlow, particles, problem, sphere } from "muflow";
 *
 * const law = sphere({ radius: 1 });
 * const course = { initial: law, until: 0.1, step: 0.1 };
 * const task = problem({ dimension: 3, potential: { kind: "quadratic" } });
 * const { snapshots } = await evolve(task, gradientFlow(), particles({ width: 100 }), course);
 * console.log(Math.hypot(...snapshots[0].theta.subarray(0, 3)).toFixed(12)); // 1.000000000000
 * ```
 */
export function sphere(options: { radius: number; momentum?: MomentumOption }): InitialLaw {
  requireKeys("initial", options, ["radius", "momentum"]);
  requireNumber("initial.radius", options.radius, "a number > 0");
  return withMomentum({ kind: "sphere", radius: options.radius }, {}, options.momentum);
}

/**
 * Given neurons, one a row: p numbers, then p momenta where the dynamics has them and the rows hold 2p.
 *
 * @example
 * ```ts
 * import { evolve, gradientFlow, particles, points, problem } from "muflow";
 *
 * // Three neurons of one parameter each.
 * const course = { initial: points([[-1], [0], [2]]), until: 1, step: 0.01 };
 * const task = problem({ potential: { kind: "quadratic" } });
 * const { snapshots } = await evolve(task, gradientFlow(), particles({ width: 3, integrator: "rk4" }), course);
 * // θ(1) = θ(0)/e.
 * console.log(Array.from(snapshots[1].theta, (value) => value.toFixed(6))); // [ '-0.367879', '0.000000', '0.735759' ]
 * ```
 */
export function points(rows: readonly (readonly number[])[]): InitialLaw {
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every((row) => Array.isArray(row))) {
    throw inputError("initial", foundAllowed(showValue(rows), "a list of rows of numbers, one row a neuron"));
  }
  return { position: { kind: "points", rows } };
}

function withMomentum(
  position: PositionLaw,
  stated: object,
  momentum: MomentumOption | undefined,
): InitialLaw {
  const numbers = (options: object) =>
    Object.entries(options).flatMap(([key, value]) => (typeof value === "number" ? [key] : []));
  const keys = { position: numbers(stated), momentum: numbers(momentum ?? {}) };
  const alike = keys.position.length + keys.momentum.length > 0 ? { alike: keys } : {};
  if (momentum === undefined) return { position, ...alike };
  requireKeys("initial.momentum", momentum, ["mean", "std"]);
  const mean = listOf("initial.momentum.mean", momentum.mean);
  const std = listOf("initial.momentum.std", momentum.std);
  return { position, momentum: { mean, std }, ...alike };
}

function listOf(where: string, coordinates: Coordinates): readonly number[] {
  const list = typeof coordinates === "number" ? [coordinates] : coordinates;
  requireNumbers(where, list, "numbers, one a coordinate, such as [0], or one number for all");
  return list;
}

/** The law of p coordinates: what was given by one number for all is there for each. Errors (input): what is no law. */
export function lawOf(law: InitialLaw, p: number): InitialLaw {
  requireMade("initial", law, ["position"], "gaussian, uniform, sphere or points");
  const { position, momentum, alike } = law;
  if (alike === undefined) return law;
  const spread = <Part extends object>(part: Part, keys: readonly string[]): Part => ({
    ...part,
    ...Object.fromEntries(
      keys.map((key) => [key, new Array(p).fill((part as Record<string, number[]>)[key]![0])]),
    ),
  });
  const momenta = momentum === undefined ? {} : { momentum: spread(momentum, alike.momentum) };
  return { position: spread(position, alike.position), ...momenta };
}

/** Throws an input error where the law does not fit N neurons of p coordinates. */
export function checkLaw(law: InitialLaw, p: number, width: number, momentum: boolean): void {
  const { position } = law;
  const requireLength = (where: string, values: readonly number[]) => {
    if (values.length !== p) {
      throw inputError(where, `found ${counted(values.length, "number")}; θ has ${counted(p, "coordinate")}`);
    }
    const bad = values.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw inputError(where, `found ${bad}; allowed: finite numbers`);
  };
  const requireDeviations = (where: string, values: readonly number[]) => {
    requireLength(where, values);
    const bad = values.find((value) => value < 0);
    if (bad !== undefined) throw inputError(where, `found ${bad}; allowed: numbers ≥ 0`);
  };
  if (position.kind === "gaussian") {
    requireLength("initial.mean", position.mean);
    requireDeviations("initial.std", position.std);
  } else if (position.kind === "uniform") {
    requireLength("initial.low", position.low);
    requireLength("initial.high", position.high);
    refuse(boxBreaches(position)[0]);
  } else if (position.kind === "sphere") {
    requirePositive("initial.radius", position.radius);
  } else {
    checkRows(position.rows, p, width, momentum);
  }
  if (law.momentum !== undefined) {
    requireLength("initial.momentum.mean", law.momentum.mean);
    requireDeviations("initial.momentum.std", law.momentum.std);
  }
}

/** 0, 1, 2, … or 1, 2, 3, …, as programs name columns. */
function countsColumns(row: readonly number[]): boolean {
  return (row[0] === 0 || row[0] === 1) && row.every((value, k) => value === row[0]! + k);
}

function checkRows(rows: readonly (readonly number[])[], p: number, width: number, momentum: boolean): void {
  if (rows.length !== width) {
    const header = rows.length === width + 1 && countsColumns(rows[0]!);
    const advice = header ? ". The first row counts the columns: if these are names, set header: true" : "";
    throw inputError("initial", `found ${rows.length} neurons; the width is ${width}${advice}`);
  }
  const columns = rows[0].length;
  if (columns !== p && !(momentum && columns === 2 * p)) {
    const allowed = momentum ? `${p} (θ) or ${2 * p} (θ, ω)` : `${p}`;
    throw inputError("initial", `found ${columns} numbers a neuron; allowed: ${allowed}`);
  }
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd >= 0) {
    const found = `row ${odd + 1} has ${rows[odd].length} numbers`;
    throw inputError("initial", `${found}; the first row has ${columns}`);
  }
  for (const [at, row] of rows.entries()) {
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    throw inputError("initial", `found ${showValue(row[bad])} in row ${at + 1}; allowed: finite numbers`);
  }
}
