// An experiment in words: what is minimised, what moves, which functional falls, which hypotheses of the theory hold,
// what it costs; and the literature behind it.

import { BIBTEX, type Source } from "../base/sources.ts";
import { WORDS } from "../dynamics/words.ts";
import { CACHE_BUDGET } from "../kernels/kernel.ts";
import { INTEGRATOR_SOURCES } from "../particles/integrators.ts";
import { exhaustive } from "../pde/branches.ts";
import type { Problem } from "../problem/problem.ts";
import type { BuiltExperiment } from "./build.ts";
import { type DensityRun, isPhaseSpace, type Run } from "./runs.ts";

/** The problem, the dynamics and the solvers, a line each. */
export function describe(built: BuiltExperiment): string[] {
  const { problem, dynamics, runs } = built;
  const { data, neuron, loss, potential, interaction, temperature, domain } = problem;
  const lines: string[] = [];
  if (neuron !== null) {
    const d = data.inputs;
    lines.push(`data: ${data.size} points, ${d} input${d === 1 ? "" : "s"}`);
    lines.push(
      `neuron: ${neuronFormula(problem)}, θ = (${problem.names.join(", ")}), p = ${problem.dimension}`,
    );
    lines.push(`risk: R(f) = Σ q_i ℓ(f(x_i), y_i), ℓ = ${loss.formula}`);
  } else {
    lines.push(
      `no data: a McKean–Vlasov problem on ${domain === "torus" ? "the torus" : "R"}^${problem.dimension}`,
    );
  }
  lines.push(`V(θ) = ${potential.formula}`);
  if (interaction !== null) lines.push(`interaction: ${interaction.formula}, summed over coordinates`);
  lines.push(`temperature: τ = ${temperature}`);
  lines.push(`neurons follow ${dynamics.neuronEquation}`);
  if (dynamics.order === "second") lines.push(`friction: γ = ${dynamics.friction.formula}`);
  else lines.push(`mobility: D = diag(${Array.from(dynamics.mobility(problem)).join(", ")})`);
  lines.push(`as N → ∞: ${dynamics.densityEquation}`);
  const lyapunov = dynamics.lyapunov(temperature);
  lines.push(`Lyapunov functional: ${lyapunov.name} ${lyapunov.formula}, ${lyapunov.identity}`);
  const { step, steps } = runs[0].schedule;
  lines.push(`time: step ${step}, ${steps} step${steps === 1 ? "" : "s"} to t = ${step * steps}`);
  const networks = runs.filter((run) => run.solver === "particles");
  if (networks.length > 0) {
    const widths = [...new Set(networks.map((run) => run.width))];
    const integrators = [...new Set(networks.map((run) => run.integrator))];
    const count = networks.length === 1 ? "one network" : `${networks.length} networks`;
    lines.push(`particles: ${count}, N = ${widths.join(", ")}, by ${integrators.join(", ")}`);
  }
  for (const run of runs) if (run.solver !== "particles") lines.push(densityLine(run));
  return lines;
}

function densityLine(run: DensityRun): string {
  const box = run.extent.map(([low, high]) => `[${low}, ${high}]`).join(" × ");
  const size = `${run.cells.join(" × ")} cells on ${box}`;
  const faces = run.problem.domain === "torus" ? "periodic" : "closed to flux at its faces";
  if (isPhaseSpace(run)) {
    const how = run.scheme === "spectral" ? "spectral shifts" : "positive, conservative remap";
    return `grid: (θ, ω), ${size}; scheme ${run.scheme} (${how}), ${run.integrator}, order ${run.order}${run.refine ? ", then repeated on finer cells and with half the step" : ""}`;
  }
  if (run.solver === "grid") {
    const scheme = run.scheme === "implicit" ? "first order in time, positive" : "second order in time";
    return `grid: ${size}, ${faces}; scheme ${run.scheme} (${scheme})`;
  }
  if (run.solver === "stationary") return `stationary: ${equilibriaText(run.problem)}, ${size}, ${faces}`;
  return `jko: ${run.method} steps of least E_τ + W₂²/2h, ${size}`;
}

function equilibriaText(problem: Problem): string {
  if (problem.interaction === null) return "the minimiser of E_τ with its certificate";
  return exhaustive(problem)
    ? "all equilibria with their stability"
    : "the equilibria that a search finds, perhaps not all";
}

function neuronFormula({ neuron }: Problem): string {
  if (neuron === null || neuron.kind === "custom") return "ψ(θ; x) given by the user";
  const a = { trained: "a ", bounded: "tanh(θ₀) ", fixed: "" }[neuron.output];
  const argument = `${neuron.inputs === 1 ? "w x" : "w·x"}${neuron.bias ? " + b" : ""}`;
  return `ψ(θ; x) = ${a}σ(${argument}), σ(z) = ${neuron.activation.formula}`;
}

/** A hypothesis that theorems ask for, and whether this problem meets it. */
export interface Hypothesis {
  readonly statement: string;
  readonly holds: boolean;
  readonly reason: string;
}

/** What can be decided from the problem alone. */
export function hypotheses({ problem }: BuiltExperiment): Hypothesis[] {
  const { neuron, loss, potential, interaction, temperature, domain } = problem;
  const found: Hypothesis[] = [];
  const add = (statement: string, holds: boolean, reason: string) => found.push({ statement, holds, reason });
  const pairConvex = interaction === null || interaction.convex;
  add(
    "F is convex in μ",
    pairConvex,
    pairConvex
      ? `ℓ is convex (${loss.name}) and no W spoils it`
      : `W is not positive semidefinite: ${interaction?.formula}`,
  );
  const confined = domain === "torus" || potential.confining;
  add(
    "a Gibbs measure can exist (V confines)",
    confined,
    confined
      ? domain === "torus"
        ? "the torus is compact"
        : `V = ${potential.formula}`
      : "V does not grow in every coordinate",
  );
  add("noise (τ > 0): exponential convergence theorems", temperature > 0, `τ = ${temperature}`);
  if (neuron?.kind === "perceptron") {
    const { activation, output } = neuron;
    const bounded = activation.bound !== null && output !== "trained";
    const why =
      output === "trained" ? "the output weight a is not bounded" : `sup |σ| = ${activation.bound ?? "∞"}`;
    add("ψ is bounded", bounded, why);
    const smooth = activation.smoothness >= 1;
    add("∇ψ is continuous", smooth, `${activation.name} is ${smoothness(activation.smoothness)}`);
  }
  return found;
}

function smoothness(k: number): string {
  if (k === Number.POSITIVE_INFINITY) return "smooth";
  return k === 0 ? "continuous with a kink" : `of class C${k}`;
}

/** ψ-evaluations and memory of the largest network; cells of the grids. */
export function costLines({ problem, runs }: BuiltExperiment): string[] {
  const networks = runs.filter((run) => run.solver === "particles");
  const lines: string[] = [];
  if (networks.length > 0 && problem.data.size > 0) {
    const evaluations = networks.reduce(
      (sum, run) => sum + run.width * problem.data.size * run.schedule.steps,
      0,
    );
    const widest = Math.max(...networks.map((run) => run.width));
    const cache = 8 * widest * problem.data.size <= CACHE_BUDGET;
    lines.push(
      `ψ-evaluations: ${evaluations.toExponential(2)} over all networks (Σ N·M·steps)`,
      `activations of the widest network ${cache ? "are kept between observe and drift" : "exceed the cache budget and are recomputed"}`,
    );
  }
  for (const run of runs) {
    if (run.solver === "particles") continue;
    const cells = run.cells.reduce((product, count) => product * count, 1);
    const steps = run.solver === "stationary" ? "" : `, ${run.schedule.steps} steps`;
    lines.push(`${run.solver}: ${cells} cells${steps}`);
  }
  return lines;
}

function sourcesOfSolver(run: Run): readonly Source[] {
  switch (run.solver) {
    case "particles":
      return INTEGRATOR_SOURCES[run.integrator];
    case "grid":
      if (isPhaseSpace(run)) {
        const own = run.scheme === "positive" ? (["filbet2001", "chang1970"] as const) : [];
        return [...WORDS[run.integrator].sources, ...own];
      }
      return run.problem.temperature > 0
        ? [
            "scharfetter1969",
            "chang1970",
            ...(run.problem.interaction?.convex === false ? (["eyre1998"] as const) : []),
          ]
        : run.scheme === "second-order"
          ? ["vanleer1979"]
          : [];
    case "stationary":
      return run.problem.interaction === null
        ? ["nitanda2022"]
        : ["dawson1983", "bertini2010", "farrell2015"];
    case "jko":
      return run.method === "quantile" ? ["jordan1998"] : ["jordan1998", "peyre2015", "caluya2020"];
  }
}

/** The works behind an experiment, as BibTeX, in the order of the rooms. */
export function sourcesOf({ dynamics, runs, problem }: BuiltExperiment): { label: string; bibtex: string }[] {
  const keys: Source[] = [
    "muflow",
    ...dynamics.sources,
    ...runs.flatMap(sourcesOfSolver),
    ...(problem.potential.kind === "double-well" && problem.interaction?.kind === "quadratic"
      ? (["dawson1983"] as const)
      : []),
    ...(runs.some((run) => run.solver === "particles") ? (["salmon2011"] as const) : []),
  ];
  return [...new Set(keys)].map((label) => ({ label, bibtex: BIBTEX[label] }));
}
