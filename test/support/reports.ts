// What tests of reports share: what experiments leave in their folders, computed naively.

import { NO_DATA } from "../../src/problem/data.ts";
import type { ReportInput } from "../../src/report/folder.ts";
import type { NetworkTrace, Trace } from "../../src/report/runs/traces.ts";
import { KEY_COLUMNS, type SeriesRow } from "../../src/results/formats/series.ts";
import type { RunSummary } from "../../src/results/formats/summary.ts";
import type { NetworkSnapshot } from "../../src/run/progress.ts";
import type { Experiment } from "../../src/spec/schema.ts";

/** A small experiment. */
export interface Synthetic {
  readonly widths?: readonly number[];
  readonly replicas?: number;
  readonly kinetic?: boolean;
  readonly temperature?: number;
  /** "full": θ = (a, w, b); "inner": θ = (w), output 1, no bias; "none": no data, a double well in two coordinates. */
  readonly neuron?: "full" | "inner" | "none";
  readonly until?: number;
  readonly l2?: number;
}

const STEP = 0.05;
const RECORDS = 40;
const X = Array.from({ length: 24 }, (_, i) => -2 + (4 * i) / 23);
const Y = X.map((x) => Math.sin(2 * x) * 0.8);

type Neurons = number[][];

/** tanh networks (or particles in a double well) trained by Euler steps with the spec's dynamics. */
export function synthetic(options: Synthetic = {}): ReportInput {
  const { widths = [20, 100, 500], replicas = 3, neuron = "full" } = options;
  const traces: NetworkTrace[] = [];
  const rows: SeriesRow[] = [];
  const runs: RunSummary[] = [];
  for (const width of widths) {
    for (let replica = 0; replica < replicas; replica++) {
      const run = runs.length;
      const { series, snapshots } = train(options, width, 1000 * width + replica);
      traces.push({ holds: "network", p: snapshots[0]!.theta.length / width, snapshots });
      rows.push(
        ...series.map((values) => ({
          run,
          solver: "particles",
          width,
          replica,
          label: "particles",
          ...values,
        })),
      );
      const { t: _, ...final } = series.at(-1)!;
      runs.push({ solver: "particles", width, replica, final });
    }
  }
  const observables = Object.keys(runs[0]?.final ?? {});
  return {
    summary: {
      name: "sine-by-tanh",
      hash: "sha256-5f2c1f0a9d",
      version: "0.1.0",
      seed: 7,
      spec: specOf(options),
      machine: { node: "v20.20.2", cpu: "a processor", cores: 8, platform: "linux-x64" },
      wallTime: 12.345,
      outcome: "done",
      runs,
      comparisons: [],
      rates: [],
    },
    series: { columns: [...KEY_COLUMNS, ...observables], rows },
    data:
      neuron === "none"
        ? NO_DATA
        : { size: X.length, inputs: 1, x: Float64Array.from(X), y: Float64Array.from(Y) },
    traces,
    description: ["Problem: squared loss on 24 points of 0.8 sin 2x.", "Solver: Euler steps of 0.05."],
    sources: [
      { label: "Mei, Montanari, Nguyen (2018)", bibtex: "@article{mmn, title = {A mean field view}}" },
    ],
  };
}

function specOf({ widths = [20, 100, 500], replicas = 3, ...options }: Synthetic): Experiment {
  const inner = options.neuron === "inner";
  const neuron = { activation: "tanh", inputs: 1, output: inner ? "fixed" : "trained", bias: !inner };
  const problem =
    options.neuron === "none"
      ? { potential: { kind: "double-well", strength: 1 } }
      : { data: { arrays: { x: X, y: Y } }, neuron, loss: "squared", regulariser: { l2: options.l2 ?? 0 } };
  return {
    name: "sine-by-tanh",
    problem: { ...problem, temperature: options.temperature ?? 0 },
    dynamics: options.kinetic ? { kind: "kinetic", friction: 1 } : { kind: "gradient-flow" },
    time: { until: options.until ?? 20, step: STEP, record: RECORDS },
    solvers: [{ particles: { width: widths, replicas, integrator: options.kinetic ? "baoab" : "euler" } }],
    seed: 7,
  } as unknown as Experiment;
}

/** One run: the rows of its series, and its snapshots. */
function train(options: Synthetic, width: number, seed: number) {
  const { kinetic = false, temperature = 0, until = 20 } = options;
  const model = modelOf(options);
  const normal = normals(seed);
  const theta: Neurons = Array.from({ length: width }, () => model.start.map((std) => std * normal()));
  const omega: Neurons = theta.map((row) => row.map(() => 0));
  const snapshots: NetworkSnapshot[] = [];
  const steps = Math.round(until / STEP);
  const dissipates = kinetic || temperature === 0;
  const series = [];
  let dissipated = 0;
  let start = Number.NaN;
  for (let step = 0; step <= steps; step++) {
    const { outputs, gradient, risk, energy } = model.evaluate(theta);
    const dissipation = kinetic ? meanSquare(omega) - temperature * model.start.length : meanSquare(gradient);
    if (step === 0) start = energy + (kinetic ? meanSquare(omega) / 2 : 0);
    if (step % Math.max(steps / RECORDS, 1) === 0) {
      const t = step * STEP;
      const momentum = meanSquare(omega) / 2;
      const residual = step === 0 ? 0 : 1e-3 * STEP * (1 + normal() ** 2);
      series.push({
        t,
        risk,
        energy,
        ...(kinetic && { kinetic: momentum }),
        ...(dissipates && { dissipation, identity_residual: residual }),
        ...(kinetic && temperature > 0 && { identity_defect: energy + momentum - start + dissipated }),
        ...moments("theta", theta),
        ...(kinetic && moments("omega", omega)),
      });
    }
    if (step === 0 || step === steps) {
      snapshots.push({
        t: step * STEP,
        theta: Float64Array.from(theta.flat()),
        omega: Float64Array.from(kinetic ? omega.flat() : []),
        outputs: Float64Array.from(outputs),
      });
    }
    move(theta, omega, gradient, kinetic, temperature, normal);
    dissipated += STEP * dissipation;
  }
  return { series, snapshots };
}

/** ⟨|x|²⟩ */
function meanSquare(values: Neurons): number {
  return values.flat().reduce((total, value) => total + value * value, 0) / values.length;
}

function moments(of: "theta" | "omega", values: Neurons): Record<string, number> {
  return Object.fromEntries(
    values[0]!.map((_, k) => [
      `mean_${of}_${k}`,
      values.reduce((sum, row) => sum + row[k]! / values.length, 0),
    ]),
  );
}

function move(
  theta: Neurons,
  omega: Neurons,
  gradient: Neurons,
  kinetic: boolean,
  temperature: number,
  normal: () => number,
): void {
  theta.forEach((row, j) => {
    for (let k = 0; k < row.length; k++) {
      const noise = Math.sqrt(2 * temperature * STEP) * normal();
      if (kinetic) {
        omega[j]![k]! += -STEP * (omega[j]![k]! + gradient[j]![k]!) + noise;
        row[k]! += STEP * omega[j]![k]!;
      } else row[k]! += -STEP * gradient[j]![k]! + noise;
    }
  });
}

/** The start's standard deviations, and the network with its energy and ∇Φ at every neuron. */
function modelOf({ neuron = "full", l2 = 0 }: Synthetic) {
  if (neuron === "none") return { start: [0.3, 1], evaluate: doubleWell };
  const full = neuron === "full";
  const parts = (row: readonly number[]) => (full ? row : [1, row[0]!, 0]) as [number, number, number];
  const evaluate = (theta: Neurons) => {
    const hidden = theta.map((row) => X.map((x) => Math.tanh(parts(row)[1] * x + parts(row)[2])));
    const outputs = X.map(
      (_, i) => theta.reduce((f, row, j) => f + parts(row)[0] * hidden[j]![i]!, 0) / theta.length,
    );
    const residual = outputs.map((f, i) => (f - Y[i]!) / X.length);
    const risk = residual.reduce((sum, r) => sum + (r * r * X.length) / 2, 0);
    const gradient = theta.map((row, j) => {
      const sum = [0, 0, 0];
      residual.forEach((r, i) => {
        const slope = parts(row)[0] * (1 - hidden[j]![i]! ** 2);
        sum[0]! += r * hidden[j]![i]!;
        sum[1]! += r * slope * X[i]!;
        sum[2]! += r * slope;
      });
      return (full ? sum : [sum[1]!]).map((value, k) => value + l2 * row[k]!);
    });
    return { outputs, gradient, risk, energy: risk + (l2 / 2) * meanSquare(theta) };
  };
  return { start: full ? [2, 1.5, 1] : [1.5], evaluate };
}

function doubleWell(theta: Neurons) {
  const gradient = theta.map((row) => row.map((value) => value ** 3 - value));
  const energy = theta.flat().reduce((sum, v) => sum + v ** 4 / 4 - v ** 2 / 2, 0) / theta.length;
  return { outputs: [] as number[], gradient, risk: 0, energy };
}

/** A solver that holds a density, added to an experiment. */
export interface SyntheticDensity {
  readonly solver: "grid" | "jko" | "stationary";
  /** Cells along every axis. */
  readonly cells?: number;
  readonly p?: number;
  /** Of a search for equilibria: how many it finds. */
  readonly branches?: number;
  /** Without: a problem that has no dual. */
  readonly certified?: boolean;
  readonly scheme?: string;
}

/** The least free energy of the synthetic densities. */
export const OPTIMUM = 0.25;
const HALF_EXTENT = 5;

/** The experiment with densities too: Gaussians that relax to their equilibria exponentially, the free energy with them. */
export function withDensities(input: ReportInput, ...added: readonly SyntheticDensity[]): ReportInput {
  const { spec } = input.summary;
  const rows = [...input.series.rows];
  const runs = [...input.summary.runs];
  const densities: (Trace | null)[] = [...input.traces];
  for (const options of added) {
    const { solver, cells = 40, p = 1, branches = 1 } = options;
    const phase = solver === "grid" && spec.dynamics.kind === "kinetic";
    const axes = phase ? 2 * p : p;
    const run = runs.length;
    const times =
      solver === "stationary"
        ? new Array<number>(branches).fill(Number.POSITIVE_INFINITY)
        : Array.from({ length: RECORDS + 1 }, (_, k) => (k * spec.time.until) / RECORDS);
    const observed = times.map((t, k) => {
      const branch = solver === "stationary" ? branches - 1 - k : 0;
      const still = densityObservables(options, t, branch, input.data.size > 0);
      return phase ? withMomenta(still, t, p, spec.problem.temperature ?? 0) : still;
    });
    rows.push(
      ...observed.map((values, k) => ({ run, solver, width: null, replica: null, t: times[k]!, ...values })),
    );
    runs.push({ solver, cells: new Array<number>(axes).fill(cells), final: observed.at(-1)! });
    const snapshots =
      solver === "stationary"
        ? times.map((t, k) => [t, branches - 1 - k] as const)
        : [[0, 0] as const, [spec.time.until, 0] as const];
    const line = Array.from({ length: cells }, (_, i) => HALF_EXTENT * ((2 * i + 1) / cells - 1));
    densities.push({
      ...{ holds: "density", p },
      axes: Array.from({ length: axes }, () => Float64Array.from(line)),
      snapshots: snapshots.map(([t, branch]) => ({
        t,
        density: Float64Array.from(gaussianOn(line, axes, t, branch)),
        outputs: Float64Array.from(input.data.size > 0 ? Y.map((y) => y * (1 - Math.exp(-t))) : []),
      })),
    });
  }
  const options = added.map(({ solver, cells = 40, p = 1, scheme }) => {
    const phase = solver === "grid" && spec.dynamics.kind === "kinetic";
    const axes = phase ? 2 * p : p;
    return {
      [solver]: {
        cells: new Array<number>(axes).fill(cells),
        extent: new Array<number[]>(axes).fill([-HALF_EXTENT, HALF_EXTENT]),
        ...(solver === "grid" && { scheme: scheme ?? "implicit" }),
        ...(phase && { integrator: "aboba" }),
        ...(solver === "jko" && { method: "quantile" }),
      },
    };
  });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    ...input,
    summary: {
      ...input.summary,
      spec: { ...spec, solvers: [...spec.solvers, ...options] } as unknown as Experiment,
      runs,
    },
    series: { columns, rows },
    traces: densities,
  };
}

/** Of branch k of the equilibria, the first the least; every second one is unstable. */
function densityObservables(
  { solver, certified = true, branches = 1 }: SyntheticDensity,
  t: number,
  branch: number,
  data: boolean,
): Record<string, number> {
  const still = solver === "stationary";
  const freeEnergy = OPTIMUM + 2 * Math.exp(-t) + 0.1 * branch;
  const dual = OPTIMUM - Math.exp(-2 * t);
  return {
    ...(data && { risk: 0.01 + 0.3 * Math.exp(-t) }),
    energy: 0.02 + 0.4 * Math.exp(-t),
    entropy: -1,
    free_energy: freeEnergy,
    ...(!still && { dissipation: 2 * Math.exp(-t), identity_residual: t === 0 ? 0 : 1e-4 }),
    ...(certified && { dual, gap: freeEnergy - dual }),
    mass: 1,
    mean_theta_0: branch,
    ...(branches > 1 && { stability: branch % 2 === 0 ? 1 : -1 }),
  };
}

/** In phase space: H = H* + 2e^{−t}, whose parts add up, and its certificate, e^{−t} above that of the marginal. */
function withMomenta(
  { free_energy, dual, gap, ...rest }: Record<string, number>,
  t: number,
  p: number,
  temperature: number,
): Record<string, number> {
  const shift = temperature > 0 ? (p * temperature * Math.log(2 * Math.PI * temperature)) / 2 : 0;
  const hamiltonian = free_energy! - shift;
  const kinetic = (p * temperature) / 2 + 0.5 * Math.exp(-t);
  return {
    ...rest,
    kinetic,
    entropy: temperature > 0 ? (hamiltonian - rest.energy! - kinetic) / temperature : 0,
    free_energy: hamiltonian,
    ...(gap !== undefined && { dual: dual!, gap: gap - Math.exp(-t), gap_hamiltonian: gap }),
    ...Object.fromEntries(Array.from({ length: p }, (_, k) => [`mean_omega_${k}`, Math.exp(-t)])),
  };
}

function gaussianOn(line: readonly number[], p: number, t: number, branch: number): number[] {
  const width = (2 * HALF_EXTENT) / line.length;
  const mean = Math.exp(-t) + branch;
  const weights = line.map((x) => Math.exp(-((x - mean) ** 2)));
  const total = weights.reduce((sum, value) => sum + value, 0) * width;
  const one = weights.map((value) => value / total);
  return Array.from({ length: p - 1 }).reduce<number[]>(
    (values) => values.flatMap((value) => one.map((factor) => value * factor)),
    one,
  );
}

/** Standard normals by Box and Muller over a small linear congruential generator. */
function normals(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
