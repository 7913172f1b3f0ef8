// What several keys of the experiment file must agree on. A check says where, what was found, and what is allowed. Here what
// belongs to no one solver; solvers/checks.ts asks each for the rest.

import type { Path } from "../base/errors.ts";
import { counted, rounded } from "../base/words.ts";
import type { Check, Report } from "./check.ts";
import {
  BLOCKS,
  type BlockName,
  blocksOf,
  broadcast,
  divisors,
  isPerceptron,
  knownDimension,
  positionVectors,
  stepCount,
  thetaText,
} from "./layout.ts";
import { dynamicsBreaches } from "./motion.ts";
import { fittingSteps, isWhole } from "./schedule.ts";
import type { Shape } from "./shape.ts";
import type { DataSpec } from "./shapes/data.ts";
import type { NeuronSpec } from "./shapes/problem.ts";
import type { NumberOrList } from "./shapes/shared.ts";
import { checkSolvers, checkWidths } from "./solvers/checks.ts";

const checkNeuron: Check = ({ problem: { data, neuron } }, report) => {
  if (data !== undefined && neuron === undefined) {
    report(
      ["problem", "neuron"],
      undefined,
      "{activation, inputs, output?, bias?}, which problem.data needs",
    );
  }
  if (data === undefined && neuron !== undefined) {
    report(["problem", "neuron"], neuron, "nothing without problem.data");
  }
};

/** Parameters of a neuron, each with a name and with numbers of its own in every vector: more are a slip, and would be written out before a file is read. */
const MOST_PARAMETERS = 1e6;

const checkInputs: Check = ({ problem: { data, neuron } }, report) => {
  if (data === undefined || neuron === undefined) return;
  const key = isPerceptron(neuron) ? "inputs" : "dimension";
  const count = isPerceptron(neuron) ? neuron.inputs : neuron.dimension;
  if (count > MOST_PARAMETERS) {
    report(["problem", "neuron", key], count, `a whole number from 1 to ${MOST_PARAMETERS}`);
    return;
  }
  const inputs = inputCount(data);
  if (inputs !== null && neuron.inputs !== inputs) {
    report(["problem", "neuron", "inputs"], neuron.inputs, `${inputs}, the number of inputs of problem.data`);
  }
};

/** null where a file tells, whose own columns are looked at first. */
function inputCount(data: DataSpec): number | null {
  if ("csv" in data || "npy" in data || "npz" in data) return null;
  if ("arrays" in data) return data.arrays.x[0]!.length;
  return "teacher" in data ? data.teacher.dim : 1;
}

const checkStandardise: Check = ({ problem: { data, loss } }, report) => {
  if (data === undefined || !("standardise" in data) || data.standardise !== "all") return;
  if (loss !== "logistic") return;
  report(
    ["problem", "data", "standardise"],
    "all",
    "false, inputs with the logistic loss, whose labels must stay ±1",
  );
};

const checkArrays: Check = ({ problem: { data } }, report) => {
  if (data === undefined || !("arrays" in data)) return;
  const { x, y, weight } = data.arrays;
  const at = (...keys: Path) => ["problem", "data", "arrays", ...keys];
  const uneven = x.findIndex((row) => row.length !== x[0]!.length);
  if (uneven >= 0) report(at("x", uneven), x[uneven], `a row of ${x[0]!.length}, as the first`);
  if (y.length !== x.length) report(at("y"), y, `a list of ${x.length}, one target a row of x`);
  if (weight === undefined) return;
  if (weight.length !== x.length) report(at("weight"), weight, `a list of ${x.length}, one a row of x`);
  if (weight.every((value) => value === 0)) report(at("weight"), weight, "weights that are not all 0");
};

const checkInterval: Check = ({ problem: { data } }, report) => {
  if (data === undefined || !("function" in data)) return;
  const [low, high] = data.interval;
  if (!(low < high)) report(["problem", "data", "interval"], data.interval, "[lo, hi] with lo < hi");
};

const checkDimension: Check = (spec, report) => {
  const { initial, problem } = spec;
  if (problem.data !== undefined || knownDimension(spec) !== undefined) return;
  const lists = "without problem.data the length of a list gives p, the number of coordinates";
  const [first] = positionVectors(initial);
  if (first === undefined) report(["initial", "kind"], initial.kind, `gaussian, uniform: ${lists}`);
  else report(["initial", first[0]], first[1], `a list: ${lists}`);
};

const checkVectors: Check = (spec, report) => {
  const { initial, problem } = spec;
  const p = knownDimension(spec);
  if (p === undefined) return;
  const theta = problem.neuron === undefined ? "" : `, as ${thetaText(problem.neuron)}`;
  const check = (path: Path, value: NumberOrList | undefined) => {
    if (Array.isArray(value) && value.length !== p) {
      report(path, value, `one number, or a list of ${p}${theta}`);
    }
  };
  for (const [key, value] of positionVectors(initial)) check(["initial", key], value);
  if (!("momentum" in initial)) return;
  check(["initial", "momentum", "mean"], initial.momentum?.mean);
  check(["initial", "momentum", "std"], initial.momentum?.std);
};

const checkBox: Check = ({ initial }, report) => {
  if (initial.kind !== "uniform") return;
  const { low, high } = initial;
  const p = Math.max(...[low, high].map((side) => (Array.isArray(side) ? side.length : 1)));
  const [lows, highs] = [broadcast(low, p), broadcast(high, p)];
  if (lows.some((value, k) => value > highs[k]!)) report(["initial", "high"], high, "numbers >= initial.low");
  else if (lows.some((value, k) => !Number.isFinite(highs[k]! - value))) {
    report(["initial", "high"], high, "numbers whose distance from initial.low is below 1.8e308");
  }
};

const checkDynamics: Check = (spec, report) => {
  for (const { key, found, allowed } of dynamicsBreaches(spec)) report(key, found, allowed);
};

const checkNames: Check = ({ problem: { neuron } }, report) => {
  if (neuron === undefined || isPerceptron(neuron) || neuron.names === undefined) return;
  const { names, dimension } = neuron;
  if (names.length !== dimension) {
    report(["problem", "neuron", "names"], names, `${counted(dimension, "name")}, one a coordinate of θ`);
  }
};

const checkBlocks: Check = ({ problem }, report) => {
  const { l2 } = problem.regulariser;
  if (typeof l2 === "object")
    refuseForeignBlocks(problem.neuron, ["problem", "regulariser", "l2"], l2, report);
};

/** Refuses values for blocks that θ does not have; a 0 there says nothing. */
function refuseForeignBlocks(
  neuron: NeuronSpec | undefined,
  path: Path,
  values: Partial<Record<BlockName, number>>,
  report: Report,
): void {
  const own = neuron === undefined ? [] : blocksOf(neuron);
  const why =
    neuron === undefined
      ? "without a neuron θ has no blocks"
      : !isPerceptron(neuron)
        ? "a neuron of your own has no blocks a, w, b"
        : `it is no part of ${thetaText(neuron)}`;
  for (const block of BLOCKS) {
    if (values[block] && !own.includes(block)) report([...path, block], values[block], `nothing: ${why}`);
  }
}

const checkMomentum: Check = ({ dynamics, initial }, report) => {
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  if (momentum === undefined) return;
  if (dynamics.kind !== "kinetic") {
    report(
      ["initial", "momentum"],
      momentum,
      `nothing with ${dynamics.kind}; only kinetic dynamics has momentum`,
    );
  } else if (
    hasInfiniteFriction(dynamics) &&
    [momentum.mean, momentum.std ?? 0].flat().some((value) => value !== 0)
  ) {
    report(
      ["initial", "momentum"],
      momentum,
      "mean 0 and std 0 with nesterov friction from 0, infinite at t = 0",
    );
  }
};

const checkTorus: Check = ({ problem: { domain, regulariser, potential, interaction } }, report) => {
  if (domain !== "torus") return;
  const at = (...keys: Path) => ["problem", ...keys];
  const why = "on the torus, as it is not periodic";
  const l2 = regulariser.l2;
  if (Object.values(typeof l2 === "number" ? [l2] : l2).some((value) => value > 0)) {
    report(at("regulariser", "l2"), l2, `0 ${why}`);
  }
  if (potential !== undefined && "kind" in potential && potential.kind !== "cosine") {
    report(at("potential", "kind"), potential.kind, `cosine ${why}`);
  }
  if (interaction !== undefined && "kind" in interaction && interaction.kind === "quadratic")
    report(at("interaction", "kind"), interaction.kind, `cosine, gaussian ${why}`);
};

const checkTime: Check = ({ time }, report) => {
  const { until, step, record, snapshots = [] } = time;
  const steps = Math.max(1, stepCount(time));
  const fitting = fittingSteps(time);
  if (!Number.isSafeInteger(steps)) {
    report(["time", "step"], step, `a larger step: until = ${until} holds more than 2^53 of these`);
  } else if (stepCount(time) < 1 || !isWhole(until / step)) {
    report(
      ["time", "step"],
      step,
      `a step that divides until = ${until}, such as ${rounded(until / fitting, 12)} (${counted(fitting, "step")})`,
    );
  } else {
    if (record !== undefined && steps % record !== 0) {
      report(
        ["time", "record"],
        record,
        `a divisor of the ${counted(steps, "step")}, such as ${nearestDivisors(steps, record)}`,
      );
    }
    snapshots.forEach((at, index) => {
      const path = ["time", "snapshots", index];
      const nearest = Math.round(at / step);
      if (nearest > steps) report(path, at, `a time from 0 to until = ${until}`);
      else if (!isWhole(at / step))
        report(path, at, `a multiple of the step ${step}, such as ${rounded(nearest * step, 12)}`);
    });
  }
};

function nearestDivisors(steps: number, record: number): string {
  const all = divisors(steps);
  const near = [all.findLast((d) => d < record), all.find((d) => d > record)];
  return near.filter((d) => d !== undefined).join(" or ");
}

/** γ(t) = r/t: infinite at t = 0. */
function hasInfiniteFriction(dynamics: Shape["dynamics"]): boolean {
  if (dynamics.kind !== "kinetic" || typeof dynamics.friction === "number") return false;
  return "nesterov" in dynamics.friction && dynamics.friction.from === 0;
}

export const CHECKS: readonly Check[] = [
  checkNeuron,
  checkInputs,
  checkStandardise,
  checkArrays,
  checkInterval,
  checkDimension,
  checkVectors,
  checkBox,
  checkDynamics,
  checkNames,
  checkBlocks,
  checkMomentum,
  checkTorus,
  checkTime,
  checkSolvers,
  checkWidths,
];
