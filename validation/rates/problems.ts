// Random decays with known rates: a mean-field problem, its motion, a start, a scheme and a step, whose rates an eigenvalue solver knows. What a verdict
// on a rate is calibrated on: runs of the solvers, with their transients, tails and rounding.

import { random } from "../../src/base/random-testing.ts";
import { kinetic } from "../../src/dynamics/kinetic.ts";
import { langevin } from "../../src/dynamics/langevin.ts";
import { spectralGap } from "../../src/pde/spectrum/predict.ts";
import { fromArrays } from "../../src/problem/data.ts";
import { gaussian } from "../../src/problem/law.ts";
import { neuron } from "../../src/problem/neuron.ts";
import { problem } from "../../src/problem/problem.ts";
import type { Row } from "../../src/run/progress.ts";
import type { GridRun } from "../../src/run/runs.ts";
import { simulate } from "../../src/run/solvers/list.ts";
import { schedule } from "../../src/spec/schedule.ts";

/** Sizes of the computation: cells of θ, and of (θ, ω); data, records; sizes of a step, and how many are made at most; e-folds of the slowest mode in the longest run. */
export interface Size {
  readonly line: number;
  readonly phase: readonly [number, number];
  readonly data: readonly number[];
  readonly records: number;
  readonly folds: number;
  readonly step: readonly number[];
  readonly most: { readonly langevin: number; readonly kinetic: number };
}

export const FULL: Size = {
  line: 200,
  phase: [128, 48],
  data: [5, 9, 16, 24],
  records: 200,
  folds: 60,
  step: [0.02, 0.05, 0.1],
  most: { langevin: 4000, kinetic: 1600 },
};

export interface Drawn {
  readonly words: string;
  readonly run: GridRun;
  /** Twice the gap of the linearised equation, on many cells, and how far it may be off. */
  readonly truth: number;
  readonly truthError: number;
  /** Its rates, slowest first. */
  readonly modes: readonly number[];
}

const ACTIVATIONS = ["tanh", "tanh", "sigmoid", "erf", "sin", "gaussian", "softplus"] as const;
const LOSSES = ["squared", "squared", "squared", "logistic", "huber"] as const;

/** The k-th random decay under that seed; the same whatever was drawn before. Errors: those of the solvers, for problems that have no answer on these cells. */
export function drawn(kind: "langevin" | "kinetic", seed: number, k: number, size: Size): Drawn {
  const u = random(1e6 * seed + 2 * k + (kind === "kinetic" ? 1 : 0));
  const over = (low: number, high: number) => low * (high / low) ** u();
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(u() * items.length)]!;
  const count = pick(size.data);
  const loss = pick(LOSSES);
  const reach = over(1, 3);
  const x = Array.from({ length: count }, () => reach * (2 * u() - 1));
  const [slope, shift, height] = [0.5 + 2.5 * u(), 2 * u() - 1, over(0.3, 1.5)];
  const target = pick([Math.sin, Math.tanh, Math.sign]);
  const y = x.map((one) => {
    const value = target(slope * one + shift);
    return loss === "logistic" ? (value > 0 ? 1 : -1) : height * value + 0.2 * (u() - 0.5);
  });
  const activation = pick(ACTIVATIONS);
  // Momenta make a density of phase space sharper than its cells where the extent is wide, or the start narrow.
  const [flat, narrow, slow] = kind === "langevin" ? [0.03, 0.15, 0.015] : [0.08, 0.35, 0.03];
  const [l2, temperature] = [over(flat, 0.4), over(slow, 0.15)];
  const task = problem({
    data: fromArrays(
      x,
      y,
      Array.from({ length: count }, () => 0.5 + u()),
    ),
    neuron: neuron({ activation, inputs: 1, output: "fixed", bias: false }),
    loss: loss === "huber" ? { huber: { delta: 0.5 } } : loss,
    regulariser: { l2 },
    temperature,
  });
  const end = Math.max(4, Math.ceil(7.5 * Math.max(Math.sqrt(temperature / l2), 0.4)));
  // Narrow and wide, in the middle and off it.
  const std = over(narrow, 1.3) * Math.min(1, end / 9);
  const mean = u() < 0.6 ? 0 : (2 * u() - 1) * Math.min(2.5, end / 3);
  const friction = over(0.35, 4);
  const motion = kind === "langevin" ? langevin() : kinetic({ friction });
  const step = pick(size.step);
  const scheme = pick(["implicit", "second-order"] as const);
  const order = pick([2, 4] as const);
  const fine = { cells: [kind === "langevin" ? 2 * size.line : 192], extent: [[-end, end]] as const };
  const { gap, estimate, eigenvalues } = spectralGap(task, motion, fine);
  // Long and short windows.
  const folds = over(6, size.folds);
  const every = Math.max(1, Math.round(folds / (2 * gap) / size.records / step));
  const steps = every * size.records;
  // A gap as of two wells that hardly know of each other: such a run has no end.
  if (steps > size.most[kind]) throw new Error(`${steps} steps; ${size.most[kind]} are made at most`);
  const until = steps * step;
  const base = {
    entry: 0,
    problem: task,
    initial: gaussian({ mean: [mean], std: [std] }),
    schedule: schedule({ until, step, record: size.records, snapshots: [] }),
    solver: "grid" as const,
    leak: 1e-6,
  };
  const wide = Math.ceil(10 * (6.5 * Math.sqrt(temperature) + 0.5)) / 10;
  const run: GridRun =
    motion.order === "first"
      ? { ...base, holds: "density", dynamics: motion, scheme, cells: [size.line], extent: fine.extent }
      : {
          ...base,
          holds: "phase space",
          dynamics: motion,
          scheme: "spectral",
          integrator: "aboba",
          order,
          refine: false,
          cells: size.phase,
          extent: [...fine.extent, [-wide, wide]],
        };
  const how = motion.order === "first" ? scheme : `order ${order}, γ = ${friction.toPrecision(3)}`;
  return {
    words: `${kind} ${k}: ${activation}, ${loss}, M = ${count}, τ = ${temperature.toPrecision(3)}, l2 = ${l2.toPrecision(3)}, N(${mean.toPrecision(3)}, ${std.toPrecision(3)}²), ${how}, h = ${step}, to ${until.toPrecision(4)}`,
    run,
    truth: 2 * gap,
    truthError: 2 * estimate,
    modes: eigenvalues.map(({ re }) => -2 * re),
  };
}

/** The rows of a run; why it broke. */
export function rowsOf(run: GridRun, from?: Float64Array): readonly Row[] | string {
  const start = from && { step: 0, rows: [], snapshots: [], ledger: null, state: from };
  const end = simulate(run, {}, start);
  return end.status === "done" ? end.progress.rows : (end.failure ?? "broken");
}
