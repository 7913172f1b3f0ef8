// An experiment in words: what is minimised, what moves, which functional falls, which hypotheses of the theory hold,
// what it costs; and the literature behind it.

import { BIBTEX, type Source } from "../base/sources.ts";
import { bytesText, counted, printable, rounded, secondsText } from "../base/words.ts";
import { hasJumps, jumpRate, temperatureOf } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { wallsOf } from "../dynamics/reflected-langevin.ts";
import type { DataSet } from "../problem/data.ts";
import type { BuiltExperiment } from "./build.ts";
import { commandSeconds, memoryOf } from "./needs.ts";
import { byRecord, recordOf } from "./solvers/list.ts";

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
    lines.push(`data: ${counted(data.size, "point")}, ${counted(d, "input")}${namesText(data)}${tested}`);
    lines.push(...(data.notices ?? []).map((notice) => `data: ${notice}`));
    const psi = neuron.formula === undefined ? "given by the user" : `= ${neuron.formula}`;
    lines.push(`neuron: ψ(θ; x) ${psi}, θ = (${problem.names.join(", ")}), p = ${problem.dimension}`);
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
  if (hasMomenta(dynamics)) lines.push(`friction: γ = ${dynamics.friction.formula}`);
  else {
    lines.push(`mobility: D = diag(${Array.from(dynamics.mobility(problem)).join(", ")})`);
    if (hasJumps(dynamics)) lines.push(`births and deaths: κ = ${jumpRate(dynamics)}`);
  }
  lines.push(`as N → ∞: ${dynamics.densityEquation}`);
  const lyapunov = dynamics.lyapunov(temperature.at(0));
  const role = temperature.constant ? "Lyapunov functional" : "functional, which cooling may raise";
  lines.push(`${role}: ${lyapunov.name} ${lyapunov.formula}, ${lyapunov.identity}`);
  lines.push(`time: step ${step}, ${counted(steps, "step")} to t = ${step * steps}`);
  for (const { record, runs: alike } of byRecord(runs)) lines.push(...record.lines(alike));
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
  const list: Hypothesis[] = [];
  const add = (statement: string, holds: boolean | null, reason: string) =>
    list.push({ statement, holds, reason });
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
  const walls = wallsOf(dynamics);
  const compact = domain === "torus" ? "the torus" : walls && `the box [${walls.low}, ${walls.high}]^p`;
  const ownPotential = compact === null && potential.joint !== null;
  add(
    "a Gibbs measure can exist (V confines)",
    ownPotential ? null : compact !== null || potential.confining,
    ownPotential
      ? `how fast V grows is not known; mass at a grid's faces would tell: V = ${potential.formula}`
      : compact !== null
        ? `${compact} is compact`
        : potential.confining
          ? `V = ${potential.formula}`
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
  const { bounded, smoothness } = neuron ?? {};
  if (bounded !== undefined) add("ψ is bounded", bounded.holds, bounded.reason);
  if (smoothness !== undefined) {
    const { of, order } = smoothness;
    add("∇ψ is continuous", order >= 1, `${of} is ${smoothnessText(order)}`);
  }
  return list;
}

function smoothnessText(k: number): string {
  if (k === Number.POSITIVE_INFINITY) return "smooth";
  return k === 0 ? "continuous with a kink" : `of class C${k}`;
}

/** What the runs of each solver cost; time and memory of it all. */
export function costLines(built: BuiltExperiment, threads: number): string[] {
  const { runs } = built;
  return [
    ...byRecord(runs).flatMap(({ record, runs }) => record.costLines(runs)),
    `time: ${secondsText(commandSeconds(runs))} of one core, within a factor of 3`,
    `memory: at most ${bytesText(memoryOf(built, threads))} on ${counted(threads, "thread")}`,
  ];
}

/** The works behind an experiment, as BibTeX, in the order of the rooms. */
export function sourcesOf({ dynamics, runs, problem }: BuiltExperiment): { label: string; bibtex: string }[] {
  const keys: Source[] = [
    "muflow",
    ...dynamics.sources,
    ...runs.flatMap((run) => recordOf(run).sources(run)),
    ...(problem.potential.kind === "double-well" && problem.interaction?.kind === "quadratic"
      ? (["dawson1983"] as const)
      : []),
  ];
  return [...new Set(keys)].map((label) => ({ label, bibtex: BIBTEX[label] }));
}
