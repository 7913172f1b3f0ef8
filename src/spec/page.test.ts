// docs/dynamics.md, what it says of dynamics, of experiment files and of schemes for densities: every entry measured, and then
// compared with the page as it is written. Deterministic throughout.

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { MuflowError } from "../base/errors.ts";
import { codes, Page, type Values } from "../base/page-testing.ts";
import { temperatureOf } from "../dynamics/dynamics.ts";
import { SOLO } from "../kernels/team.ts";
import { memoryFor } from "../particles/network.ts";
import { FIRST_ORDER_NAMES } from "../pde/fokker-planck/schemes.ts";
import { JKO_NAMES } from "../pde/jko/jko.ts";
import { KINETIC_NAMES } from "../pde/kinetic/schemes.ts";
import { advance, boxOf, distanceOf, normalised, solver } from "../pde/testing.ts";
import { problem } from "../problem/problem.ts";
import { buildExperiment, readInputs } from "../run/build.ts";
import { findEquilibria } from "../run/equilibria.ts";
import type { Row } from "../run/progress.ts";
import { gridOf, isAtRest, isNetwork } from "../run/runs.ts";
import { simulateParticles } from "../run/simulate-particles.ts";
import { type Run, simulate } from "../run/solvers/list.ts";
import type { JsonSchema } from "./issues.ts";
import { experimentJsonSchema, parseExperiment } from "./schema.ts";

const page = new Page("dynamics.md");
const NONE = "–";

type Spec = Readonly<Record<string, unknown>>;

function built(spec: Spec) {
  const experiment = parseExperiment(spec, "page");
  return buildExperiment(experiment, readInputs(experiment, "."));
}

/** Whether that is an experiment; if not, it is refused as bad input. */
function accepts(spec: Spec): boolean {
  try {
    built(spec);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(MuflowError);
    expect((error as MuflowError).kind).toBe("input");
    expect((error as Error).message).toMatch(/^page: [\w.-]+: found .*; allowed: /);
    return false;
  }
}

/** The rows of a run to its end, and its last density where it holds one. */
function ran(run: Run): { rows: readonly Row[]; density: Float64Array } {
  if (isNetwork(run)) {
    const end = simulateParticles(run, SOLO, memoryFor(run, 1));
    expect(end.status).toBe("done");
    return { rows: end.progress.rows, density: new Float64Array() };
  }
  if (isAtRest(run)) {
    const { rows, snapshots } = findEquilibria(run.problem, gridOf(run), run.leak);
    return { rows, density: snapshots[snapshots.length - 1].density };
  }
  const end = simulate(run);
  expect(end.failure).toBe(undefined);
  const { rows, snapshots } = end.progress;
  return { rows, density: snapshots[snapshots.length - 1].density };
}

// ---- Dynamics ----

/** ψ = a sin(wx + b), untrained parts left out. */
const learning = (temperature: number, neuron: Spec = { output: "fixed", bias: false }): Spec => ({
  data: { function: "tanh", interval: [-1, 1], samples: 8 },
  neuron: { activation: "sin", inputs: 1, ...neuron },
  regulariser: { l2: 0.5 },
  temperature,
});

const MOTIONS: Readonly<Record<string, Spec>> = {
  "gradient-flow": {},
  langevin: {},
  "annealed-langevin": { constant: 0.3 },
  kinetic: { friction: 1 },
  "two-timescale": { epsilon: 0.2 },
  "birth-death": { rate: 1 },
  "reflected-langevin": { low: -5, high: 5 },
};

/** The trained output is there where a dynamics needs it. */
function experimentOn(kind: string, solvers: readonly Spec[], temperature: number, more: Spec = {}): Spec {
  const p = kind === "two-timescale" ? 2 : 1;
  const second = kind === "kinetic" ? { momentum: { std: 0.4 } } : {};
  return {
    name: "page",
    problem: learning(temperature, kind === "two-timescale" ? { bias: false } : undefined),
    dynamics: { kind, ...MOTIONS[kind] },
    initial: { kind: "gaussian", mean: new Array(p).fill(0.4), std: new Array(p).fill(0.6), ...second },
    time: { until: 1, step: 0.1 },
    solvers,
    ...more,
  };
}

function solverNamed(name: string, kind: string): Spec {
  const phase = name === "grid" && kind === "kinetic";
  switch (name) {
    case "particles":
      return { particles: { width: 10 } };
    case "moments":
      return { moments: {} };
    case "jko":
      return { jko: { cells: 20, extent: [[-5, 5]], method: "entropic" } };
    default:
      return {
        [name]: {
          cells: phase ? 48 : 40,
          extent: phase
            ? [
                [-5, 5],
                [-3, 3],
              ]
            : [[-5, 5]],
        },
      };
  }
}

/** The values of τ at which that is an experiment, as the page writes them. */
function temperatures(kind: string, name: string): string {
  const taken = [0, 0.15].map((tau) => {
    const experiment = experimentOn(kind, [solverNamed(name, kind)], tau);
    const linear = { ...(experiment.problem as Spec).neuron!, activation: "identity" };
    const problem = { ...(experiment.problem as Spec), ...(name === "moments" && { neuron: linear }) };
    return accepts({ ...experiment, problem });
  });
  if (taken[0]) return taken[1] ? "τ ≥ 0" : "τ = 0";
  return taken[1] ? "τ > 0" : NONE;
}

/** The functionals of the column "what falls", from what a row records; a box of size |Θ| = 10. */
const FUNCTIONALS: Readonly<Record<string, (observables: Row["observables"]) => number>> = {
  F: ({ energy }) => energy,
  E_τ: ({ free_energy }) => free_energy,
  "E_τ + τ_t log|Θ|": ({ free_energy, temperature }) => free_energy + temperature * Math.log(10),
  H: ({ free_energy }) => free_energy,
};

describe("dynamics", () => {
  const { header, rows } = page.table("what falls");
  const solvers = header.slice(3, 8);
  const schema = experimentJsonSchema();
  const motions = new Map(
    (schema.properties!.dynamics as JsonSchema).oneOf!.map((node) => [
      (node.properties!.kind as JsonSchema).const,
      node,
    ]),
  );

  it("are all there, and all solvers", () => {
    expect(rows.map(([kind]) => codes(kind)[0]).sort()).toEqual([...motions.keys()].sort());
    expect(solvers).toEqual(["particles", "grid", "stationary", "jko", "moments"]);
  });

  it.each(rows.map((row) => [codes(row[0])[0], row] as const))("%s", (kind, row) => {
    const [, equation, falls, ...others] = row;
    const keys = codes(others.pop()!);
    expect(keys).toEqual(
      Object.keys(motions.get(kind)!.properties!)
        .filter((key) => key !== "kind")
        .sort((a, b) => Number(a === "mobility") - Number(b === "mobility")),
    );
    expect(others).toEqual(solvers.map((name) => temperatures(kind, name)));

    // Where there is a temperature, from a start that is far from Gibbs's.
    const tau = others[1] === "τ = 0" ? 0 : 0.15;
    // What falls is seen of a density.
    if (others[1] === NONE) {
      const { dynamics } = built(experimentOn(kind, [solverNamed("particles", kind)], tau));
      expect(equation).toBe(dynamics.neuronEquation.replace("[-5, 5]", "[low, high]"));
      expect(dynamics.lyapunov(tau).formula).toMatch(falls);
      return;
    }
    const grid = solverNamed("grid", kind);
    const { cells, extent } = grid.grid as { cells: number; extent: number[][] };
    const sides =
      kind === "two-timescale" ? { cells: [40, 40], extent: [...extent, ...extent] } : { cells, extent };
    const { dynamics, problem: made, runs } = built(experimentOn(kind, [{ grid: sides }], tau));
    expect(equation).toBe(dynamics.neuronEquation);
    const { formula } = dynamics.lyapunov(temperatureOf(made, dynamics).at(0));
    expect(formula.slice(0, formula.indexOf("("))).toBe(falls.split(" ")[0]);
    const values = ran(runs[0]).rows.map(({ observables }) => FUNCTIONALS[falls](observables));
    for (const [n, value] of values.entries()) if (n > 0) expect(value).toBeLessThan(values[n - 1]);
  });

  it("p, as far as each solver goes", () => {
    const neurons: readonly Spec[] = [
      { output: "fixed", bias: false },
      { output: "fixed" },
      {},
      { inputs: 2 },
    ];
    const most = (kind: string, solver: (p: number) => Spec) =>
      neurons.filter((neuron, i) => {
        const p = i + 1;
        const inputs = (neuron.inputs as number | undefined) ?? 1;
        const x = Array.from({ length: 3 }, (_, k) => new Array(inputs).fill(k - 1));
        const task = { ...learning(0.1, neuron), data: { arrays: { x, y: [0, 1, 2] } } };
        const initial = { kind: "gaussian", mean: 0, std: 0.6 };
        return accepts(experimentOn(kind, [solver(p)], 0, { problem: task, initial }));
      }).length;
    const box = (axes: number) => ({ cells: new Array(axes).fill(8), extent: new Array(axes).fill([-5, 5]) });
    expect(most("langevin", () => ({ particles: { width: 2 } }))).toBe(4);
    const [, grid, phase, stationary, line, entropic] =
      /`grid` has p ≤ (\d), with momenta p ≤ (\d),\s+`stationary` p ≤ (\d), and `jko` p ≤ (\d) by quantiles and p ≤ (\d) entropically/.exec(
        page.text,
      )!;
    expect(most("langevin", (p) => ({ grid: box(p) }))).toBe(Number(grid));
    expect(most("kinetic", (p) => ({ grid: box(2 * p) }))).toBe(Number(phase));
    expect(most("langevin", (p) => ({ stationary: box(p) }))).toBe(Number(stationary));
    expect(most("langevin", (p) => ({ jko: { ...box(p), method: "quantile" } }))).toBe(Number(line));
    expect(most("langevin", (p) => ({ jko: { ...box(p), method: "entropic" } }))).toBe(Number(entropic));
  });
});

// ---- Recommendations ----

/** Where a line of the page belongs in an experiment file. */
function withLine(spec: Spec, line: string): Spec {
  const [[key, value]] = Object.entries(parseYaml(line) as Spec);
  const solvers = spec.solvers as readonly { particles: Spec }[];
  switch (key) {
    case "dynamics":
      return { ...spec, dynamics: value };
    case "step":
      return { ...spec, time: { ...(spec.time as Spec), step: value } };
    case "neuron":
    case "temperature":
      return { ...spec, problem: { ...(spec.problem as Spec), [key]: value } };
    case "integrator":
    case "order":
    case "batch": {
      const [{ particles }, ...others] = solvers;
      return { ...spec, solvers: [{ particles: { ...particles, [key]: value } }, ...others] };
    }
    case "grid":
    case "stationary":
      return { ...spec, solvers: [...solvers, { [key]: value }] };
    default:
      throw new Error(`no place for ${line}`);
  }
}

describe("recommendations", () => {
  const [example, ...others] = page.blocks("yaml");
  const base = parseYaml(example) as Spec;
  const { rows } = page.table("situation");

  it("blocks of yaml are experiments", () => {
    expect(others).toEqual([]);
    expect(accepts(base)).toBe(true);
  });

  /** The experiment of the page's first block with those lines in it. */
  const written = (lines: readonly string[]) => {
    // A neuron with three coordinates starts at three.
    const start = lines.some((line) => line.startsWith("neuron"))
      ? { ...base, initial: { kind: "gaussian", mean: 0, std: 1 } }
      : base;
    return built(lines.reduce(withLine, start)).runs;
  };
  const shorter = (run: Run, steps: number): Run => {
    const { schedule } = run;
    const short = { ...run, schedule: { ...schedule, steps, recordEvery: 1, snapshots: [0, steps] } };
    return short.solver === "particles" ? { ...short, width: 50 } : short;
  };

  it.each(rows.map(([situation, lines]) => [situation, codes(lines)] as const))("%s", (_, lines) => {
    for (const run of written(lines)) {
      const last = ran(shorter(run, 5)).rows.at(-1)!;
      if (!isAtRest(run)) expect(last.t).toBeCloseTo(5 * run.schedule.step, 12);
      expect(Number.isFinite(last.observables.energy)).toBe(true);
    }
  });

  describe("as people run it: the textbook's loop, to round-off", () => {
    const COUNT = 20;
    type Loop = (
      slopes: (theta: readonly number[]) => number[],
      given: Values,
    ) => (k: number, theta: number[][]) => number[];
    /** θ_{k+1} from θ_{k−1} and θ_k. */
    const loops: Readonly<Record<string, Loop>> = {
      "gradient descent":
        (slopes, { η }) =>
        (_k, [, now]) =>
          slopes(now).map((slope, j) => now[j] - η * slope),
      "heavy ball":
        (slopes, { β, s }) =>
        (_k, [old, now]) =>
          slopes(now).map((slope, j) => now[j] + β * (now[j] - old[j]) - s * slope),
      Nesterov:
        (slopes, { s, r }) =>
        (k, [old, now]) => {
          const momentum = Math.max(0, (k - 1) / (k + r - 1));
          const ahead = now.map((value, j) => value + momentum * (value - old[j]));
          return slopes(ahead).map((slope, j) => ahead[j] - s * slope);
        },
    };
    const asRun = rows.filter(([situation]) => situation.includes(" as people run it"));

    it("in three ways", () => {
      expect(asRun.map(([situation]) => situation.split(" as ")[0])).toEqual(Object.keys(loops));
    });

    it.each(
      asRun.map(([situation, lines]) => [situation, codes(lines)] as const),
    )("%s", (situation, lines) => {
      const [run] = written(lines);
      const end = shorter(run, COUNT);
      if (end.solver !== "particles") throw new Error(end.solver);
      const { data } = end.problem;
      const [first, last] = simulateParticles(end, SOLO, memoryFor(end, 1)).progress.snapshots;
      const slopes = (theta: readonly number[]) => {
        const outputs = Array.from(
          data.x,
          (x) => theta.reduce((sum, u) => sum + Math.tanh(u * x), 0) / theta.length,
        );
        return theta.map((u) =>
          outputs.reduce((sum, c, i) => {
            const bend = 1 - Math.tanh(u * data.x[i]) ** 2;
            return sum + data.weight[i] * (c - data.y[i]) * bend * data.x[i];
          }, 0.05 * u),
        );
      };
      // What the situation states, η, which is the step, and r of the friction.
      const stated = [...situation.matchAll(/(\S) = ([\d.]+)/g)].map(([, name, value]) => [
        name,
        Number(value),
      ]);
      const given = { η: run.schedule.step, r: 3, ...(Object.fromEntries(stated) as Values) };
      const next = loops[situation.split(" as ")[0]](slopes, given);
      let theta = [Array.from(first.theta), Array.from(first.theta)];
      for (let k = 0; k < COUNT; k++) theta = [theta[1], next(k, theta)];
      for (const [j, value] of theta[1].entries())
        expect(Math.abs(last.theta[j] - value)).toBeLessThan(1e-13);
      expect(Math.abs(last.theta[0] - first.theta[0])).toBeGreaterThan(1e-3);
    });
  });
});

// ---- Schemes of densities ----

interface Scheme {
  readonly solver: "grid" | "jko";
  readonly options: Spec;
  /** As the page names them: first order or kinetic, and τ. */
  readonly kinetic: boolean;
  readonly noisy: boolean;
}

function schemeOf([scheme, dynamics]: readonly string[]): Scheme {
  const [[solver, options]] = Object.entries(parseYaml(codes(scheme)[0]) as Record<string, Spec>);
  const kinetic = dynamics === "kinetic";
  const noisy = !dynamics.endsWith("τ = 0");
  expect(dynamics).toBe(kinetic ? "kinetic" : `first order, τ ${noisy ? ">" : "="} 0`);
  return { solver: solver as Scheme["solver"], options, kinetic, noisy };
}

interface Case {
  readonly h: number;
  readonly cells: number;
  readonly until?: number;
  readonly initial?: Spec;
  readonly problem?: Spec;
}

function runOf({ solver, options, kinetic, noisy }: Scheme, { h, cells, until = 1, ...rest }: Case): Run {
  const tau = noisy ? 0.15 : 0;
  const spec = {
    name: "page",
    problem: rest.problem ?? learning(tau),
    dynamics: kinetic ? { kind: "kinetic", friction: 1 } : { kind: noisy ? "langevin" : "gradient-flow" },
    initial: rest.initial ?? { kind: "gaussian", mean: [0.4], std: [0.6] },
    time: { until, step: h, record: Math.round(until / h) },
    solvers: [
      {
        [solver]: {
          cells,
          extent: kinetic
            ? [
                [-5, 5],
                [-3, 3],
              ]
            : [[-5, 5]],
          ...options,
        },
      },
    ],
  };
  return built(spec).runs[0];
}

/** Three runs, each finer than the one before: how far mean, variance, energy and entropy of neighbours are apart. */
function differences(scheme: Scheme, cases: readonly Case[]): number[] {
  const [coarse, middle, fine] = cases.map((one) => {
    const { observables } = ran(runOf(scheme, one)).rows.at(-1)!;
    const { mean_theta_0: mean, var_theta_0: variance, energy, entropy } = observables;
    return [mean, variance, energy, entropy];
  });
  return [
    [coarse, middle],
    [middle, fine],
  ].map(([left, right]) => Math.hypot(...left.map((value, i) => value - right[i])));
}

/** The order that three levels show: log₂ of the ratio of their differences. */
function orderOf([first, second]: readonly number[], what: string): string {
  const order = Math.log2(first / second);
  expect(Math.abs(order - Math.round(order)), `${what}: order ${order}`).toBeLessThan(0.2);
  return String(Math.round(order));
}

/** Neurons cross the corner of relu, where Φ′ jumps. */
const ACROSS_A_CORNER: Spec = {
  ...learning(0, { output: "fixed", bias: false, activation: "relu" }),
  data: { arrays: { x: [1, -1.5, 0.5, -0.7], y: [1.5, -1.2, 0.8, -0.5] } },
};

/** The orders in h and in Δ. */
function ordersOf(scheme: Scheme): [string, string] {
  const { kinetic, noisy } = scheme;
  const levels = [0, 1, 2].map((k) => 2 ** k);
  const first = kinetic ? { h: 0.2, cells: 64 } : { h: 0.1, cells: 200 };
  if (!noisy) {
    const orderWith = (problem: Spec) => {
      const both = differences(
        scheme,
        levels.map((fine) => ({ h: 0.025 / fine, cells: 400 * fine, problem })),
      );
      return orderOf(both, "h ∝ Δ");
    };
    const [smooth, corner] = [orderWith(learning(0)), orderWith(ACROSS_A_CORNER)];
    const order = smooth === corner ? smooth : `${smooth}, relu ${corner}`;
    return [order, order];
  }
  const timeOf = (problem?: Spec) =>
    differences(
      scheme,
      levels.map((fine) => ({ ...first, h: first.h / fine, ...(problem === undefined ? {} : { problem }) })),
    );
  const time = timeOf();
  // Diffusion mends corners.
  if (scheme.solver === "grid" && !kinetic) {
    const corner = timeOf({ ...ACROSS_A_CORNER, temperature: 0.15 });
    expect(orderOf(corner, "h, relu")).toBe(orderOf(time, "h"));
  }
  // So short kinetic steps that O cannot be a kernel on these cells.
  const coarse = kinetic ? { h: 0.002, cells: 48, until: 0.02 } : { h: 0.1, cells: 100 };
  const space = differences(
    scheme,
    levels.map((fine) => ({ ...coarse, cells: coarse.cells * fine })),
  );
  return [orderOf(time, "h"), Math.max(...space) < 1e-12 ? "round-off" : orderOf(space, "Δ")];
}

/** Runs that are hard on a scheme: rough or narrow starts, on few cells, with short steps and long ones. */
function hardCases({ solver, kinetic }: Scheme): Case[] {
  const narrow = { kind: "gaussian", mean: [0.4], std: [0.2] };
  const off = { kind: "gaussian", mean: [1.3], std: [0.45] };
  const rough = { kind: "uniform", low: [-1], high: [1.5] };
  const steps = kinetic ? [0.1, 0.5] : [0.01, 1, solver === "jko" ? 10 : 30];
  const starts = kinetic ? [narrow, rough] : [off, rough];
  return steps.flatMap((h) =>
    starts.map((initial) => ({ h, cells: kinetic ? 32 : 100, until: 8 * h, initial })),
  );
}

const [, MOST_NEGATIVE] = /stops at (\S+) of negative mass/.exec(page.text)!;

interface Hardship {
  readonly least: number;
  /** Of the mass from 1. */
  readonly drift: number;
  /** The most that E_τ, or H, rises in a step; negative where it only falls. */
  readonly rise: number;
}

/** Null where the run stops for its negative mass. */
function hardship(scheme: Scheme, one: Case): Hardship | null {
  const run = runOf(scheme, one);
  if (run.solver !== "grid" && run.solver !== "jko") throw new Error(run.solver);
  const { status, failure, progress } = simulate(run);
  if (status !== "done") {
    expect(failure).toContain(`, allowed ${MOST_NEGATIVE}: it is not resolved`);
    return null;
  }
  const seen = progress.rows.map(({ observables }) => observables);
  return {
    least: Math.min(...seen.map(({ min_density }) => min_density)),
    drift: Math.max(...seen.map(({ mass }) => Math.abs(mass - 1))),
    rise: Math.max(...seen.slice(1).map(({ free_energy }, n) => free_energy - seen[n].free_energy)),
  };
}

/** Round-off of sums of terms of size 1. */
const ROUNDING = 1e-13;

/** What is true of a density along hard runs; a fall that is seen is not yet one that is promised. */
function hardships(scheme: Scheme, promised: string): [positive: string, mass: string, falls: string] {
  const cases = hardCases(scheme);
  const found = cases.map((one) => hardship(scheme, one));
  const ended = found.filter((one) => one !== null);
  const positive = ended.length === found.length;
  if (positive) expect(Math.min(...ended.map(({ least }) => least))).toBeGreaterThanOrEqual(0);
  // 1e-16 a cell and step, with 1024 cells at most and 8 steps.
  const kept = ended.every(({ drift }) => drift < 1e-12);
  let falls = promised;
  if (promised !== NONE) {
    falls = "at every h";
    for (const [i, one] of found.entries()) {
      if (one !== null && one.rise <= ROUNDING) continue;
      falls = "at every h, to Δ²";
      const finer = hardship(scheme, { ...cases[i], cells: 2 * cases[i].cells });
      expect(finer!.rise).toBeLessThan(one!.rise / 2);
    }
  }
  return [positive ? "always" : "watched", kept ? "kept" : "not kept", falls];
}

/** What becomes of a Gibbs measure. */
function gibbs(scheme: Scheme): string {
  const { solver: name, options, kinetic, noisy } = scheme;
  if (name === "jko" || !noisy) return NONE;
  if (!kinetic) {
    // On a grid, exp(−V/τ) at the centres; V a double well.
    const [grid, tau] = [boxOf({ low: -3, high: 3, cells: 80 }), 0.2];
    const made = problem({ potential: { kind: "double-well" }, temperature: tau, dimension: 1 });
    const well = (theta: number) => theta ** 4 / 4 - theta ** 2 / 2;
    const rest = normalised(
      grid,
      grid.axes[0].centres.map((theta) => Math.exp(-well(theta) / tau)),
    );
    for (const step of [0.01, 1, 100]) {
      const { stepper } = solver(made, grid, { scheme: options.scheme as "implicit", step });
      // 1e-13 a step.
      expect(distanceOf(grid, advance(stepper, rest.slice(), 10), rest)).toBeLessThan(1e-12);
    }
    return "fixed";
  }
  const tau = 0.15;
  const off = [0.2, 0.1].map((h) => {
    const run = runOf(scheme, {
      h,
      cells: 64,
      problem: { potential: { kind: "quadratic" }, temperature: tau },
      initial: { kind: "gaussian", mean: [0], std: [Math.sqrt(tau)] },
    });
    const { var_theta_0: theta, var_omega_0: omega } = ran(run).rows.at(-1)!.observables;
    return Math.hypot(theta - tau, omega - tau);
  });
  const order = Math.log2(off[0] / off[1]);
  expect(Math.abs(order - Math.round(order)), `${off}`).toBeLessThan(0.15);
  return `to h${order < 3 ? "²" : "⁴"}`;
}

describe("schemes of densities", () => {
  const { header, rows } = page.table("order in Δ");
  it("all are there", () => {
    const named = rows.map(
      ([scheme]) => Object.values(parseYaml(codes(scheme)[0]) as Record<string, Spec>)[0],
    );
    const names = new Set(named.map(({ scheme, method }) => scheme ?? method));
    expect([...names]).toEqual([...FIRST_ORDER_NAMES, ...KINETIC_NAMES, ...JKO_NAMES]);
  });

  it("the columns are these", () => {
    expect(header.slice(2)).toEqual([
      "order in h",
      "order in Δ",
      "μ ≥ 0",
      "mass",
      "Gibbs measures",
      "E_τ falls",
    ]);
  });

  it.each(rows.map((row) => [row[0], row[1], row] as const))("%s, %s", (name, dynamics, row) => {
    const scheme = schemeOf(row);
    const [positive, mass, falls] = hardships(scheme, row[row.length - 1]);
    expect(row).toEqual([name, dynamics, ...ordersOf(scheme), positive, mass, gibbs(scheme), falls]);
  });
});

it("the figures are up to date", () => {
  execFileSync(process.execPath, ["scripts/dynamics-figures.mjs", "--check"], { stdio: "pipe" });
  const shown = [...page.text.matchAll(/!\[[^\]]+\]\(figures\/(\w+)\.svg\)/g)].map(([, name]) => name);
  expect(shown).toEqual(["polyak", "nesterov"]);
});
