// What several keys of the experiment file must agree on. A check says where, what was found, and what is allowed. Here what
// belongs to no one solver; solvers/checks.ts asks each for the rest.

import type { Path } from "../base/errors.ts";
import { counted, rounded } from "../base/words.ts";
import { startBreaches } from "../particles/initial.ts";
import { boxBreaches } from "../problem/law.ts";
import {
  inputsBreaches,
  labelBreaches,
  neuronBreaches,
  penaltyBreaches,
  torusBreaches,
} from "../problem/problem.ts";
import { type Check, reportAll } from "./check.ts";
import { divisors, isPerceptron, knownDimension, positionVectors, stepCount, thetaText } from "./layout.ts";
import { fittingSteps, isWhole } from "./schedule.ts";
import type { DataSpec } from "./shapes/data.ts";
import type { NumberOrList } from "./shapes/shared.ts";
import { checkSolvers, checkWidths } from "./solvers/checks.ts";

const checkNeuron: Check = ({ problem }, report) => reportAll(neuronBreaches(problem), [], report);

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
  if (inputs !== null) reportAll(inputsBreaches(neuron.inputs, { inputs }), [], report);
};

/** null where a file tells, whose own columns are looked at first. */
function inputCount(data: DataSpec): number | null {
  if ("csv" in data || "npy" in data || "npz" in data) return null;
  if ("arrays" in data) return data.arrays.x[0]!.length;
  return "teacher" in data ? data.teacher.dim : 1;
}

const checkStandardise: Check = ({ problem: { data, loss } }, report) => {
  const standardised = data !== undefined && "standardise" in data ? data.standardise : false;
  reportAll(labelBreaches(loss, standardised), [], report);
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
  if (initial.kind === "uniform") reportAll(boxBreaches(initial), [], report);
};

const checkDynamics: Check = (_spec, report, { breaches }) => reportAll(breaches, [], report);

const checkNames: Check = ({ problem: { neuron } }, report) => {
  if (neuron === undefined || isPerceptron(neuron) || neuron.names === undefined) return;
  const { names, dimension } = neuron;
  if (names.length !== dimension) {
    report(["problem", "neuron", "names"], names, `${counted(dimension, "name")}, one a coordinate of θ`);
  }
};

const checkBlocks: Check = ({ problem: { regulariser } }, report, { unknowns }) =>
  reportAll(penaltyBreaches(regulariser.l2, unknowns), [], report);

const checkMomentum: Check = (spec, report, { motion }) => {
  const momentum = "momentum" in spec.initial ? spec.initial.momentum : undefined;
  if (momentum !== undefined) reportAll(startBreaches({ momentum }, motion, 0), [], report);
};

const checkTorus: Check = ({ problem }, report) => {
  if (problem.domain === "torus") reportAll(torusBreaches(problem), [], report);
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
