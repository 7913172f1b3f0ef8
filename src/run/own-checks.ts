// Functions of one's own before anything runs: that they give finite numbers, the same each time, leave what they are given alone,
// and that each derivative agrees with differences of its function, at neurons of the start and points of the data.

import { inputError, type Path } from "../base/errors.ts";
import { showValue } from "../base/keys.ts";
import { spread, spreadIndices } from "../base/spread.ts";
import { rounded } from "../base/words.ts";
import { temperatureOf } from "../dynamics/dynamics.ts";
import { unpack } from "../kernels/layout.ts";
import { solo } from "../particles/solo.ts";
import type { Feature } from "../problem/feature.ts";
import type { OwnInteractionOption } from "../problem/interaction.ts";
import type { OwnPotentialOption } from "../problem/potential.ts";
import type { BuiltExperiment } from "./build.ts";
import { differenceQuotient, discrepancy } from "./differences.ts";
import { isNetwork } from "./runs.ts";

/** Neurons, data points and times that are tried. */
const NEURONS = 12;
const POINTS = 6;
const TIMES = 33;

const TURN = 2 * Math.PI;

/** Errors (input): the first function that fails, with the point and by how much. */
export function checkOwnFunctions(built: BuiltExperiment): void {
  const { problem, dynamics, runs } = built;
  const { neuron, potential, interaction, domain, data, names } = problem;
  const temperature = temperatureOf(problem, dynamics);
  const torus = domain === "torus";
  const custom = neuron !== null && neuron.formula === undefined ? neuron : null;
  const needed = custom !== null || potential.joint !== null || interaction?.kind === "own";
  const neurons = needed ? startOf(built) : [];
  if (custom !== null) {
    const rows = spreadIndices(data.size, POINTS).map((i) =>
      Float64Array.from({ length: data.inputs }, (_, k) => data.x[k * data.size + i]),
    );
    for (const theta of neurons) for (const x of rows) checkNeuron(custom, theta, x);
  }
  if (potential.joint !== null) {
    for (const theta of neurons) checkPotential(potential.joint.own, theta, names, torus);
  }
  if (interaction?.kind === "own") {
    for (const z of distancesOf(neurons)) checkInteraction(interaction.own, z, torus);
  }
  if (!temperature.constant) {
    const { step, steps } = runs[0].schedule;
    for (const k of spreadIndices(steps + 1, TIMES)) checkSchedule(temperature, k * step);
  }
}

/** Neurons as networks begin with them. */
function startOf({ problem, initial, dynamics, runs }: BuiltExperiment): Float64Array[] {
  const { position } = initial;
  const p = problem.dimension;
  if (position.kind === "points") {
    return spread(position.rows, NEURONS).map((row) => Float64Array.from(row.slice(0, p)));
  }
  const seed = runs.find((run) => isNetwork(run))?.seed ?? 0;
  const { state, rows, pass } = solo(problem, dynamics, NEURONS, initial, { seed }).particles;
  const theta = unpack(state, NEURONS, rows, 0, p);
  pass.release();
  return Array.from({ length: NEURONS }, (_, j) => theta.slice(j * p, (j + 1) * p));
}

/** Differences of coordinates between neurons, and 0. */
function distancesOf(neurons: readonly Float64Array[]): number[] {
  const [first, ...others] = neurons;
  return [...others.flatMap((theta) => Array.from(theta, (value, k) => value - first![k])), 0];
}

function checkNeuron(neuron: Feature, theta: Float64Array, x: Float64Array): void {
  const check = new Check(["problem", "neuron"], `θ = ${tuple(theta)}, x = ${tuple(x)}`, [theta, x]);
  const value = (point: Float64Array) => neuron.value(point, x);
  check.gradient(
    value,
    theta,
    (out) => neuron.gradient(theta, x, out),
    (k) => `∂ψ/∂${neuron.names[k]}`,
  );
}

function checkPotential(
  { value, gradient }: OwnPotentialOption,
  theta: Float64Array,
  names: readonly string[],
  torus: boolean,
): void {
  const check = new Check(["problem", "potential"], `θ = ${tuple(theta)}`, [theta]);
  check.gradient(
    value,
    theta,
    (out) => gradient(theta, out),
    (k) => `∂v/∂${names[k]}`,
    torus,
  );
}

function checkInteraction({ value: w, slope }: OwnInteractionOption, z: number, torus: boolean): void {
  const checkAt = (at: number) => new Check(["problem", "interaction"], `z = ${rounded(at, 6)}`);
  const check = checkAt(z);
  const here = check.pure("value", () => w(z));
  const mirrored = checkAt(-z).pure("value", () => w(-z));
  const most = 64 * Number.EPSILON * Math.max(Math.abs(here), Math.abs(mirrored));
  if (Math.abs(here - mirrored) > most) {
    throw inputError(
      ["problem", "interaction", "value"],
      `w is to be even; found w(${rounded(z, 6)}) = ${here}, w(${rounded(-z, 6)}) = ${mirrored}`,
    );
  }
  const stated = check.pure("slope", () => slope(z));
  check.agree("w′", "slope", stated, w, z);
  // A neuron does not push itself: of the slopes at a corner only 0 is odd.
  if (z === 0 && Math.abs(stated) > Number.EPSILON) {
    throw check.error("slope", `found ${stated}; allowed: 0, as w is even`);
  }
  if (torus) check.periodic(w, z);
}

function checkSchedule({ at: value, slope }: { at(t: number): number; slope(t: number): number }, t: number) {
  const check = new Check(["dynamics", "schedule"], `t = ${rounded(t, 6)}`);
  const here = check.pure("value", () => value(t));
  if (!(here > 0)) throw check.error("value", `found ${here}; allowed: a temperature > 0`);
  const stated = check.pure("slope", () => slope(t));
  // Before t = 0 a schedule need not exist.
  if (t > 0) check.agree("τ̇", "slope", stated, value, t);
}

/** The functions of one key at one place, `at` in words; `given`: the arguments there, which they are to leave alone. */
class Check {
  private readonly before: readonly Float64Array[];

  constructor(
    private readonly key: Path,
    private readonly at: string,
    private readonly given: readonly Float64Array[] = [],
  ) {
    this.before = given.map((array) => array.slice());
  }

  /** A finite number, the same again, of arguments that stay what they are. */
  pure(name: string, compute: () => unknown): number {
    const value = compute();
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw this.error(name, `found ${showValue(value)}; allowed: a finite number`);
    }
    const again = compute();
    if (again !== value) {
      throw this.error(name, `found ${value}, then ${again}; allowed: a function of its arguments alone`);
    }
    this.untouched(name);
    return value;
  }

  private untouched(name: string): void {
    const { given, before } = this;
    if (given.every((array, i) => array.every((value, k) => Object.is(value, before[i]![k])))) return;
    for (const [i, array] of given.entries()) array.set(before[i]!);
    throw this.error(name, "writes into its arguments; allowed: to read them");
  }

  /** The value, and its gradient, which `fill` writes, beside differences of the value; `label`: what a derivative is called. */
  gradient(
    value: (point: Float64Array) => number,
    theta: Float64Array,
    fill: (out: Float64Array) => unknown,
    label: (k: number) => string,
    torus = false,
  ): void {
    this.pure("value", () => value(theta));
    for (const [k, stated] of this.filled(theta.length, fill).entries()) {
      const along = (u: number) => value(moved(theta, k, u));
      this.agree(label(k), "gradient", stated, along, theta[k]);
      if (torus) this.periodic(along, theta[k]);
    }
  }

  private filled(length: number, fill: (out: Float64Array) => unknown): Float64Array {
    const out = new Float64Array(length).fill(Number.NaN);
    const returned = fill(out);
    const bad = out.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const advice =
        typeof returned === "object" && returned !== null
          ? "; it returned a list: write its numbers into the last argument"
          : "";
      const what = Number.isNaN(out[bad]) ? "no number (NaN, or nothing written)" : String(out[bad]);
      throw this.error(
        "gradient",
        `found ${what} in out[${bad}]; allowed: ${length} finite numbers${advice}`,
      );
    }
    const again = new Float64Array(length);
    fill(again);
    const changed = out.findIndex((value, k) => value !== again[k]);
    if (changed >= 0) {
      throw this.error(
        "gradient",
        `found ${out[changed]} in out[${changed}], then ${again[changed]} where 0 lay before; allowed: a function of its arguments alone, which sets out`,
      );
    }
    this.untouched("gradient");
    return out;
  }

  agree(what: string, name: string, stated: number, f: (u: number) => number, u: number): void {
    const quotient = differenceQuotient(f, u);
    const off = discrepancy(stated, quotient);
    if (off === 0) return;
    const share =
      Math.abs(quotient.value) > quotient.error ? `, ${percent(off / Math.abs(quotient.value))}` : "";
    throw this.error(
      name,
      `found ${what} = ${stated}; differences of value give ${rounded(quotient.value, 6)} ± ${quotient.error.toPrecision(1)}: off by ${rounded(off, 6)}${share}`,
    );
  }

  periodic(f: (u: number) => number, u: number): void {
    const here = f(u);
    const turned = f(u + TURN);
    // u + 2π rounds: the value may move by its slope there times that, and by its own rounding.
    const { value: slope } = differenceQuotient(f, u);
    const most = 64 * Number.EPSILON * (Math.abs(here) + (Math.abs(slope) + 1) * (Math.abs(u) + TURN));
    if (Math.abs(turned - here) <= most) return;
    throw this.error(
      "value",
      `found ${here}, and ${turned} one turn further; on the torus allowed: 2π-periodic functions`,
    );
  }

  error(name: string, message: string): Error {
    return inputError([...this.key, name], `at ${this.at}: ${message}`);
  }
}

function moved(theta: Float64Array, k: number, u: number): Float64Array {
  const point = theta.slice();
  point[k] = u;
  return point;
}

function tuple(values: Float64Array): string {
  return `(${Array.from(values, (value) => rounded(value, 6)).join(", ")})`;
}

function percent(share: number): string {
  return `${rounded(100 * share, 2)} %`;
}
