// One network of N neurons, by an integrator.

import { largestOf } from "../../base/extremes.ts";
import { counted } from "../../base/words.ts";
import { hasJumps } from "../../dynamics/dynamics.ts";
import { hasMomenta } from "../../dynamics/motion.ts";
import { backend } from "../../kernels/backend/backend.ts";
import { keptNumbers } from "../../kernels/block-ridge.ts";
import { CACHE_BUDGET } from "../../kernels/kernel.ts";
import { SOLO } from "../../kernels/team.ts";
import { boundAxes, lackOfDual } from "../../observables/lower-bound/lower-bound.ts";
import { batchPlan } from "../../particles/batch.ts";
import { sourcesOfBatch } from "../../particles/drifts.ts";
import { integratorOf, integratorText, settingsOf } from "../../particles/integrators.ts";
import { memoryFor } from "../../particles/network.ts";
import { requireStart } from "../../particles/start.ts";
import { isRidge } from "../../problem/feature.ts";
import type { Problem } from "../../problem/problem.ts";
import type { PARTICLES as FORM } from "../../spec/solvers/particles.ts";
import { boundLines, boundPlan } from "../bounds.ts";
import { MIB, slackOf } from "../memory-model.ts";
import type { NetworkSnapshot } from "../progress.ts";
import { type ParticleRun, pointsPerStep } from "../runs.ts";
import { simulateParticles } from "../simulate-particles.ts";
import { stabilityLimit } from "../stable-step.ts";
import type { SolverRecord } from "./record.ts";

/** Of one neuron as its run is computed: its share of buffers, and each of its numbers. */
const NEURON = 10;
const COORDINATE = 25;
const SLACK = 25 * MIB;
/** Of lower bounds along a run: values of ψ that are kept, and what V8 has not collected yet. At most, by whether the output weight is integrated over too. */
const BOUND = { inner: 10 * MIB, whole: 32 * MIB };
/** The same of few bounds: once, and each evaluation of ψ at all data. */
const FEW = { once: 6 * MIB, evaluation: 80 };

type Stated = ReturnType<(typeof FORM)["complete"]>;

export const PARTICLES: SolverRecord<ParticleRun, Stated, NetworkSnapshot> = {
  solver: "particles",
  holds: "network",
  runs(stated, common, seed) {
    const { width: widths, replicas, integrator, batch: asked, dual } = stated;
    const where = ["solvers", common.entry, "particles"];
    const batch = asked === undefined ? null : batchPlan(asked, common.problem.data.size, where);
    const settings = settingsOf(integrator, stated);
    const shared = { ...common, integrator, settings, seed, batch, dual };
    return widths.flatMap((width) =>
      Array.from({ length: replicas }, (_, replica) => {
        return { solver: "particles", holds: "network", ...shared, width, replica } as const;
      }),
    );
  },
  check: (run) => requireStart(run, run.width),
  simulate(run, hooks, resume, { team, memory, joined } = aloneWith(run)) {
    return simulateParticles(run, team, memory, hooks, joined ? (resume ?? "joined") : resume);
  },
  isKept({ width, problem: { dimension }, dynamics }, snapshot) {
    const length = width * dimension;
    if (!("theta" in snapshot) || snapshot.theta.length !== length) return false;
    return snapshot.omega?.length === (hasMomenta(dynamics) ? length : 0);
  },
  size: ({ width, replica }) => ({ width, replica }),
  details: ({ integrator }) => ({ integrator }),
  stability: (run) => ({
    method: integratorText(run.integrator, run.settings),
    limit: () => stabilityLimit(run),
  }),
  name: ({ width, replica }) => `N = ${width}, replica ${replica}`,
  lines: linesOf,
  costLines: costLinesOf,
  sources: ({ integrator, batch }) => [
    ...integratorOf(integrator).sources,
    ...(batch === null ? [] : sourcesOfBatch(batch)),
    "salmon2011",
  ],
  cost(run) {
    const { problem, width } = run;
    return width * (pointsPerStep(run) + problem.dimension + pairsOf(run) + meansOf(run));
  },
  shared: { by: "team", from: 1e6 },
  unit(run) {
    const { problem, width } = run;
    const points = pointsPerStep(run);
    const rest =
      TIMES[backend().backend].coordinate * problem.dimension +
      PAIR_NS * pairsOf(run) +
      MEAN_NS * meansOf(run);
    return (width * (points * evaluationOf(problem) + rest)) / PARTICLES.cost(run);
  },
  bytes(run, threads) {
    const { problem, dynamics, width, batch, schedule } = run;
    const activations = 8 * keptOf(problem) * width * (batch?.size ?? problem.data.size);
    const rows = (hasMomenta(dynamics) ? 2 : 1) * problem.dimension;
    const snapshots = 8 * schedule.snapshots.length;
    return (
      slackOf(SLACK, width * rows) +
      boundBytes(run) +
      (activations <= CACHE_BUDGET / threads ? activations : 0) +
      width * (NEURON + (COORDINATE + snapshots) * rows)
    );
  },
  numbers: ({ width, problem, dynamics }) => width * problem.dimension * (hasMomenta(dynamics) ? 2 : 1),
  shrink: {
    key: "width",
    to: (run, share) => ({ ...run, width: Math.floor(run.width * share) }),
    text: ({ width }) => `${width}`,
    serves: () => true,
  },
};

/** Numbers that are kept of a neuron at a datum. */
function keptOf({ neuron }: Problem): number {
  return isRidge(neuron) && backend().engine !== null ? keptNumbers(neuron.activation) : 1;
}

/** Of one neuron with others. */
function pairsOf({ problem, width }: ParticleRun): number {
  return problem.interaction?.type === "pairs" ? width : 0;
}

/** Numbers of μ through which one neuron sees the others. */
function meansOf({ problem: { interaction, dimension } }: ParticleRun): number {
  return interaction?.type === "moments" ? interaction.count * dimension : 0;
}

/**
 * Nanoseconds of ψ at a datum with its share of ∇Φ: of a σ that is cheap, of another, and of each input; and what else a coordinate of θ takes in a
 * step. ψ that is no ridge is a user's function.
 */
const TIMES = {
  native: { cheap: 0.3, other: 2.4, input: 0.25, coordinate: 12 },
  wasm: { cheap: 0.5, other: 4, input: 0.5, coordinate: 20 },
  js: { cheap: 20, other: 18, input: 6, coordinate: 80 },
  // Of a GPU nothing is known beforehand.
  gpu: { cheap: 0.5, other: 0.5, input: 0.25, coordinate: 80 },
} as const;
const OWN_NS = 60;
const PAIR_NS = 15;
const MEAN_NS = 8;

function evaluationOf({ neuron, data }: Problem): number {
  if (!isRidge(neuron)) return OWN_NS;
  const { cheap, other, input } = TIMES[backend().backend];
  return (neuron.activation.cheap ? cheap : other) + input * data.inputs;
}

function aloneWith(run: ParticleRun) {
  return { team: SOLO, memory: memoryFor(run, 1), joined: false };
}

function boundBytes(run: ParticleRun): number {
  if (lackOfDual(run) !== null) return 0;
  const { every, count, evaluations } = boundPlan(run);
  if (every === 0) return 0;
  const { neuron } = run.problem;
  const inner = boundAxes(run.problem) === 1 || (isRidge(neuron) && neuron.outer === undefined);
  const most = inner ? BOUND.inner : BOUND.whole;
  return Math.min(most, FEW.once + FEW.evaluation * count * evaluations);
}

function linesOf(runs: readonly ParticleRun[]): string[] {
  const widths = [...new Set(runs.map((run) => run.width))];
  const methods = new Map(runs.map((run) => [integratorText(run.integrator, run.settings), run]));
  const count = runs.length === 1 ? "one network" : `${runs.length} networks`;
  const jumps = hasJumps(runs[0]!.dynamics)
    ? [
        "particles: after each step of transport neurons are killed and cloned at random, all at once, and uniformly random ones dropped or doubled until they are N again; clones coincide, so the number of different neurons only falls",
      ]
    : [];
  return [
    `particles: ${count}, N = ${widths.join(", ")}, by ${[...methods.keys()].join("; ")}`,
    ...jumps,
    ...[...methods.values()].flatMap(iterationLine),
    ...new Set(runs.flatMap(batchLine)),
  ];
}

/** The iteration that friction and step make of a momentum integrator. */
function iterationLine({ integrator, settings, dynamics, schedule }: ParticleRun): string[] {
  const { iteration } = integratorOf(integrator);
  if (!hasMomenta(dynamics) || iteration === undefined) return [];
  const text = iteration(dynamics.friction, schedule.step, settingsOf(integrator, settings));
  return [`${integrator}: ${text}`];
}

function batchLine({ batch, problem }: ParticleRun): string[] {
  if (batch === null) return [];
  const { size, sampling, anchor } = batch;
  const how = sampling === "reshuffled" ? "reshuffled every epoch" : `drawn ${sampling.replace("-", " ")}`;
  const corrected = anchor === null ? "" : `; svrg, a full gradient every ${counted(anchor, "step")}`;
  return [`batches: ${size} of ${problem.data.size} points, ${how}${corrected}`];
}

/** ψ-evaluations and memory of the largest network; those of lower bounds, or why there are none. */
function costLinesOf(runs: readonly ParticleRun[]): string[] {
  const { data } = runs[0]!.problem;
  if (data.size === 0) return boundLines(runs);
  const evaluations = runs.reduce((sum, run) => sum + run.width * pointsPerStep(run) * run.schedule.steps, 0);
  const widest = largestOf(runs.map((run) => run.width));
  const points = largestOf(runs.map((run) => run.batch?.size ?? data.size));
  const cache = 8 * keptOf(runs[0]!.problem) * widest * points <= CACHE_BUDGET;
  return [
    `ψ-evaluations: ${evaluations.toExponential(2)} over all networks (Σ N·points·steps)`,
    `activations of the widest network ${cache ? "are kept between observe and drift" : "exceed the cache budget and are recomputed"}`,
    ...boundLines(runs),
  ];
}
