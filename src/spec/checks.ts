// What several keys of the experiment file must agree on. Here what belongs to no one solver; solvers/checks.ts asks each for
// the rest.

import { under } from "../base/breach.ts";
import type { Path } from "../base/errors.ts";
import { counted, rounded } from "../base/words.ts";
import { startBreaches } from "../particles/start.ts";
import { arrayBreaches } from "../problem/array-data.ts";
import { boxBreaches } from "../problem/law.ts";
import {
  inputsBreaches,
  labelBreaches,
  neuronBreaches,
  penaltyBreaches,
  torusBreaches,
} from "../problem/problem.ts";
import { breach, type Check } from "./check.ts";
import { divisors, knownDimension, positionVectors, stepCount } from "./layout.ts";
import { formOfNeuron } from "./neurons/list.ts";
import { fittingSteps, isWhole } from "./schedule.ts";
import type { DataSpec } from "./shapes/data.ts";
import type { NumberOrList } from "./shapes/shared.ts";
import { checkSolvers, checkWidths } from "./solvers/checks.ts";

/** Parameters of a neuron, each with a name and with numbers of its own in every vector: more are a slip, and would be written out before a file is read. */
const MOST_PARAMETERS = 1e6;

const checkInputs: Check = ({ problem: { data, neuron } }) => {
  if (data === undefined || neuron === undefined) return [];
  const [key, count] = formOfNeuron(neuron).size(neuron);
  if (count > MOST_PARAMETERS) {
    return [breach(["problem", "neuron", key], count, `a whole number from 1 to ${MOST_PARAMETERS}`)];
  }
  const inputs = inputCount(data);
  return inputs === null ? [] : inputsBreaches(neuron.inputs, { inputs });
};

/** null where a file tells, whose own columns are looked at first. */
function inputCount(data: DataSpec): number | null {
  if ("csv" in data || "npy" in data || "npz" in data) return null;
  if ("arrays" in data) return data.arrays.x[0]!.length;
  return "teacher" in data ? data.teacher.dim : 1;
}

const checkStandardise: Check = ({ problem: { data, loss } }) =>
  labelBreaches(loss, data !== undefined && "standardise" in data && data.standardise);

const checkArrays: Check = ({ problem: { data } }) => {
  if (data === undefined || !("arrays" in data)) return [];
  const { x, y, weight } = data.arrays;
  const at = (...keys: Path) => ["problem", "data", "arrays", ...keys];
  const uneven = x.findIndex((row) => row.length !== x[0]!.length);
  const list = `a list of ${x.length}, one`;
  return [
    uneven >= 0 && breach(at("x", uneven), x[uneven], `a row of ${x[0]!.length}, as the first`),
    y.length !== x.length && breach(at("y"), y, `${list} target a row of x`),
    weight !== undefined && weight.length !== x.length && breach(at("weight"), weight, `${list} a row of x`),
    weight?.every((value) => value === 0) === true &&
      breach(at("weight"), weight, "weights that are not all 0"),
  ];
};

const checkNames: Check = ({ problem: { data } }) =>
  data !== undefined && "npz" in data
    ? arrayBreaches(data).map((breach) => under(["problem", "data"], breach))
    : [];

const checkInterval: Check = ({ problem: { data } }) => {
  if (data === undefined || !("function" in data)) return [];
  const [low, high] = data.interval;
  return [low >= high && breach(["problem", "data", "interval"], data.interval, "[lo, hi] with lo < hi")];
};

const checkDimension: Check = (spec) => {
  const { initial, problem } = spec;
  if (problem.data !== undefined || knownDimension(spec) !== undefined) return [];
  const lists = "without problem.data the length of a list gives p, the number of coordinates";
  const [first] = positionVectors(initial);
  return first === undefined
    ? [breach(["initial", "kind"], initial.kind, `gaussian, uniform: ${lists}`)]
    : [breach(["initial", first[0]], first[1], `a list: ${lists}`)];
};

const checkVectors: Check = (spec) => {
  const { initial, problem } = spec;
  const p = knownDimension(spec);
  if (p === undefined) return [];
  const { neuron } = problem;
  const theta = neuron === undefined ? "" : `, as ${formOfNeuron(neuron).theta(neuron)}`;
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  const vectors: (readonly [Path, NumberOrList | undefined])[] = [
    ...positionVectors(initial).map(([key, value]) => [["initial", key], value] as const),
    [["initial", "momentum", "mean"], momentum?.mean],
    [["initial", "momentum", "std"], momentum?.std],
  ];
  return vectors.map(
    ([path, value]) =>
      Array.isArray(value) &&
      value.length !== p &&
      breach(path, value, `one number, or a list of ${p}${theta}`),
  );
};

const checkNeuron: Check = ({ problem: { neuron } }) => {
  const breaches = neuron === undefined ? [] : formOfNeuron(neuron).breaches?.(neuron);
  return (breaches ?? []).map((breach) => under(["problem", "neuron"], breach));
};

const checkMomentum: Check = ({ initial }, { motion }) => {
  const momentum = "momentum" in initial ? initial.momentum : undefined;
  return momentum === undefined ? [] : startBreaches({ momentum }, motion, 0);
};

const checkTime: Check = ({ time }) => {
  const { until, step, record, snapshots = [] } = time;
  const steps = Math.max(1, stepCount(time));
  const wrongStep = (allowed: string) => [breach(["time", "step"], step, allowed)];
  if (!Number.isSafeInteger(steps)) {
    return wrongStep(`a larger step: until = ${until} holds more than 2^53 of these`);
  }
  if (stepCount(time) < 1 || !isWhole(until / step)) {
    const fitting = fittingSteps(time);
    const example = `${rounded(until / fitting, 12)} (${counted(fitting, "step")})`;
    return wrongStep(`a step that divides until = ${until}, such as ${example}`);
  }
  return [
    record !== undefined &&
      steps % record !== 0 &&
      breach(
        ["time", "record"],
        record,
        `a divisor of the ${counted(steps, "step")}, such as ${nearestDivisors(steps, record)}`,
      ),
    ...snapshots.map((at, index) => {
      const path = ["time", "snapshots", index];
      const nearest = Math.round(at / step);
      if (nearest > steps) return breach(path, at, `a time from 0 to until = ${until}`);
      const allowed = `a multiple of the step ${step}, such as ${rounded(nearest * step, 12)}`;
      return !isWhole(at / step) && breach(path, at, allowed);
    }),
  ];
};

function nearestDivisors(steps: number, record: number): string {
  const all = divisors(steps);
  const near = [all.findLast((d) => d < record), all.find((d) => d > record)];
  return near.filter((d) => d !== undefined).join(" or ");
}

const checkBackend: Check = ({ backend, problem: { neuron, data }, solvers }) => {
  if (backend === undefined) return [];
  const perceptrons = neuron !== undefined && "activation" in neuron && data !== undefined;
  if (perceptrons && solvers.some((solver) => "particles" in solver)) return [];
  const networks = "networks (particles) of perceptrons (problem.neuron.activation) that learn from data";
  return [breach(["backend"], backend, `nothing: a GPU computes ${networks}, and here are none`)];
};

export const CHECKS: readonly Check[] = [
  ({ problem }) => neuronBreaches(problem),
  checkInputs,
  checkStandardise,
  checkArrays,
  checkNames,
  checkInterval,
  checkDimension,
  checkVectors,
  ({ initial }) => (initial.kind === "uniform" ? boxBreaches(initial) : []),
  (_spec, { breaches }) => breaches,
  checkNeuron,
  ({ problem }, { unknowns }) => penaltyBreaches(problem.regulariser.l2, unknowns),
  checkMomentum,
  ({ problem }) => (problem.domain === "torus" ? torusBreaches(problem) : []),
  checkTime,
  checkSolvers,
  checkWidths,
  checkBackend,
];
