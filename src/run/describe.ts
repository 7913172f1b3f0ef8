// An experiment in words: what is minimised, what moves, which functional falls, which hypotheses of the theory hold,
// what it costs; and the literature behind it.

import { largestOf } from "../base/extremes.ts";
import { BIBTEX, type Source } from "../base/sources.ts";
import { bytesText, counted, printable, rounded, secondsText } from "../base/words.ts";
import { hasJumps, isNoisy, jumpRate, temperatureOf } from "../dynamics/dynamics.ts";
import { WORDS } from "../dynamics/words.ts";
import { CACHE_BUDGET } from "../kernels/kernel.ts";
import { sourcesOfBatch } from "../particles/drifts.ts";
import { integratorOf, integratorText, settingsOf } from "../particles/integrators.ts";
import { exhaustive } from "../pde/equilibrium/branches.ts";
import { hypocoercive } from "../pde/kinetic/hypocoercive.ts";
import type { DataSet } from "../problem/data.ts";
import type { Problem } from "../problem/problem.ts";
import { boundLines } from "./bounds.ts";
import type { BuiltExperiment } from "./build.ts";
import { commandSeconds, memoryOf } from "./needs.ts";
import { type DensityRun, isPhaseSpace, type ParticleRun, pointsPerStep, type Run } from "./runs.ts";

/** The problem, the dynamics and the solvers, a line each. */
export function describe(built: BuiltExperiment): string[] {
  const { problem, dynamics, runs } = built;
  const { data, neuron, loss, potential, interaction, domain } = problem;
  const temperature = temperatureOf(problem, dynamics);
  const { step, steps } = runs[0].schedule;
  const lines: string[] = [];
  if (neuron !== null) {
    const d = data.inputs;
    const tested = data.test === undefined ? "" : `, ${data.test.size} more to test on`;
    lines.push(
      `data: ${counted(data.size, "point")}, ${d} input${d === 1 ? "" : "s"}${namesText(data)}${tested}`,
    );
    lines.push(...(data.notices ?? []).map((notice) => `data: ${notice}`));
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
  const falls = temperature.constant
    ? ""
    : `, from ${rounded(temperature.at(0), 4)} to ${rounded(temperature.at(step * steps), 4)}`;
  lines.push(`temperature: τ = ${temperature.formula}${falls}`);
  lines.push(`neurons follow ${dynamics.neuronEquation}`);
  if (dynamics.order === "second") lines.push(`friction: γ = ${dynamics.friction.formula}`);
  else {
    lines.push(`mobility: D = diag(${Array.from(dynamics.mobility(problem)).join(", ")})`);
    if (hasJumps(dynamics)) lines.push(`births and deaths: κ = ${jumpRate(dynamics)}`);
  }
  lines.push(`as N → ∞: ${dynamics.densityEquation}`);
  const lyapunov = dynamics.lyapunov(temperature.at(0));
  const role = temperature.constant ? "Lyapunov functional" : "functional, which cooling may raise";
  lines.push(`${role}: ${lyapunov.name} ${lyapunov.formula}, ${lyapunov.identity}`);
  lines.push(`time: step ${step}, ${steps} step${steps === 1 ? "" : "s"} to t = ${step * steps}`);
  const networks = runs.filter((run) => run.solver === "particles");
  if (networks.length > 0) {
    const widths = [...new Set(networks.map((run) => run.width))];
    const methods = new Map(networks.map((run) => [integratorText(run.integrator, run.settings), run]));
    const count = networks.length === 1 ? "one network" : `${networks.length} networks`;
    lines.push(`particles: ${count}, N = ${widths.join(", ")}, by ${[...methods.keys()].join("; ")}`);
    if (hasJumps(dynamics)) {
      lines.push(
        "particles: after each step of transport neurons are killed and cloned at random, all at once, and uniformly random ones dropped or doubled until they are N again; clones coincide, so the number of different neurons only falls",
      );
    }
    for (const run of methods.values()) lines.push(...iterationLine(run));
    lines.push(...new Set(networks.flatMap((run) => batchLine(run))));
  }
  for (const run of runs) if (run.solver !== "particles") lines.push(densityLine(run));
  return lines;
}

/** Columns told in a list; more than these are counted. */
const MOST_COLUMNS = 8;

/** What inputs and target are called, where they have names. */
function namesText({ names, standardised }: DataSet): string {
  if (names === undefined) return "";
  const some = names.inputs.slice(0, MOST_COLUMNS).map(printable);
  const more = names.inputs.length > MOST_COLUMNS ? ", …" : "";
  const scaled =
    standardised === undefined ? "" : `, ${standardised === "all" ? "all" : "inputs"} standardised`;
  return ` (${some.join(", ")}${more}), target ${printable(names.target)}${scaled}`;
}

/** The iteration that friction and step make of a momentum integrator. */
function iterationLine({ integrator, settings, dynamics, schedule }: ParticleRun): string[] {
  const { iteration } = integratorOf(integrator);
  if (dynamics.order !== "second" || iteration === undefined) return [];
  const text = iteration(dynamics.friction, schedule.step, settingsOf(integrator, settings));
  return [`${integrator}: ${text}`];
}

function batchLine({ batch, problem }: ParticleRun): string[] {
  if (batch === null) return [];
  const { size, sampling, anchor } = batch;
  const how = sampling === "reshuffled" ? "reshuffled every epoch" : `drawn ${sampling.replace("-", " ")}`;
  const corrected =
    anchor === null ? "" : `; svrg, a full gradient every ${anchor} step${anchor === 1 ? "" : "s"}`;
  return [`batches: ${size} of ${problem.data.size} points, ${how}${corrected}`];
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
  /** null: it cannot be decided from the problem alone. */
  readonly holds: boolean | null;
  readonly reason: string;
}

/** The hypotheses of the theorems behind an experiment. */
export function hypotheses({ problem, dynamics }: BuiltExperiment): Hypothesis[] {
  const { neuron, loss, potential, interaction, temperature, domain } = problem;
  const found: Hypothesis[] = [];
  const add = (statement: string, holds: boolean | null, reason: string) =>
    found.push({ statement, holds, reason });
  const pairConvex = interaction === null || interaction.convex;
  const ownPair = interaction?.kind === "own";
  add(
    "F is convex in μ",
    ownPair ? null : pairConvex,
    ownPair
      ? `whether W is positive semidefinite is not known: ${interaction.formula}`
      : pairConvex
        ? `ℓ is convex (${loss.name}) and no W spoils it`
        : `W is not positive semidefinite: ${interaction?.formula}`,
  );
  const confined = domain === "torus" || potential.confining;
  const ownPotential = domain !== "torus" && potential.joint !== null;
  add(
    "a Gibbs measure can exist (V confines)",
    ownPotential ? null : confined,
    ownPotential
      ? `how fast V grows is not known; mass at a grid's faces would tell: V = ${potential.formula}`
      : confined
        ? domain === "torus"
          ? "the torus is compact"
          : `V = ${potential.formula}`
        : "V does not grow in every coordinate",
  );
  const annealed = temperatureOf(problem, dynamics);
  if (annealed.constant) {
    const rests = dynamics.order === "first" && !hasJumps(dynamics) && dynamics.mobility(problem).includes(0);
    add(
      "noise (τ > 0), which theorems on exponential convergence ask for",
      temperature > 0 && !rests,
      rests ? "a block is frozen (mobility 0): its law stays as it is" : `τ = ${temperature}`,
    );
  } else {
    add(
      "annealing is slow enough for F to fall to its infimum (c above Chizat's threshold)",
      null,
      `τ = ${annealed.formula}; the threshold, limsup −τ log ρ(τ) as τ → 0 with ρ a log-Sobolev constant of e^(−Φ/τ), is not known in general, and nothing here computes it`,
    );
  }
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

/** ψ-evaluations and memory of the largest network; those of lower bounds, or why there are none; cells of the grids; time and memory of it all. */
export function costLines(built: BuiltExperiment, threads: number): string[] {
  const { problem, runs } = built;
  const networks = runs.filter((run) => run.solver === "particles");
  const lines: string[] = [];
  if (networks.length > 0 && problem.data.size > 0) {
    const evaluations = networks.reduce(
      (sum, run) => sum + run.width * pointsPerStep(run) * run.schedule.steps,
      0,
    );
    const widest = largestOf(networks.map((run) => run.width));
    const points = largestOf(networks.map((run) => run.batch?.size ?? problem.data.size));
    const cache = 8 * widest * points <= CACHE_BUDGET;
    lines.push(
      `ψ-evaluations: ${evaluations.toExponential(2)} over all networks (Σ N·points·steps)`,
      `activations of the widest network ${cache ? "are kept between observe and drift" : "exceed the cache budget and are recomputed"}`,
    );
  }
  lines.push(...boundLines(networks));
  for (const run of runs) {
    if (run.solver === "particles") continue;
    const cells = run.cells.reduce((product, count) => product * count, 1);
    const steps = run.solver === "stationary" ? "" : `, ${run.schedule.steps} steps`;
    lines.push(`${run.solver}: ${cells} cells${steps}`);
  }
  lines.push(
    `time: ${secondsText(commandSeconds(runs))} of one core, within a factor of 3`,
    `memory: at most ${bytesText(memoryOf(built, threads))} on ${counted(threads, "thread")}`,
  );
  return lines;
}

function sourcesOfSolver(run: Run): readonly Source[] {
  switch (run.solver) {
    case "particles":
      return [
        ...integratorOf(run.integrator).sources,
        ...(run.batch === null ? [] : sourcesOfBatch(run.batch)),
      ];
    case "grid":
      if (isPhaseSpace(run)) {
        const own = run.scheme === "positive" ? (["filbet2001", "chang1970"] as const) : [];
        const falls = hypocoercive(run.problem, run.dynamics, run.initial);
        return [
          ...WORDS[run.integrator].sources,
          ...own,
          ...(falls ? (["villani2009", "chen2023"] as const) : []),
        ];
      }
      return isNoisy(run.problem, run.dynamics)
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
