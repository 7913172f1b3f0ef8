// The integrals behind lower bounds, number by number: values, their errors, what they spend of a budget and what they are said to cost, of problems of
// every kind. Their lattices, boxes and budgets are measured choices, so that a bound is as true, though wider or dearer, when one of them moves.

import { expect, it } from "vitest";
import { exp, log, sin } from "../../base/elementary.ts";
import { random } from "../../base/random-testing.ts";
import { ACTIVATION_NAMES } from "../../problem/activation.ts";
import { fromArrays } from "../../problem/data.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import type { PotentialOption } from "../../problem/potential.ts";
import { type Problem, problem, residualAt } from "../../problem/problem.ts";
import { BoxIntegral } from "./box-integral.ts";
import { coneIntegral } from "./cones.ts";
import { Integrand } from "./integrand.ts";
import { costOfBound, LowerBound, lackOfBound } from "./lower-bound.ts";

const own = customNeuron({
  dimension: 2,
  inputs: 1,
  value: ([a, b], [x]) => a * sin(b + x),
  gradient() {},
});

const HOMOGENEOUS = ["relu", "leaky-relu", "relu2"] as const;
const OUTPUTS = ["trained", "trained", "fixed", "bounded"] as const;
const POTENTIALS: PotentialOption[] = [
  { kind: "quadratic", strength: 0.3 },
  { kind: "double-well", strength: 0.7 },
  { kind: "cosine", strength: 0.4 },
];

/** A problem, outputs of a network, and what a bound may spend, over what it typically takes. */
function caseOf(seed: number) {
  const u = random(seed);
  const over = (low: number, high: number) => low * exp(u() * log(high / low));
  const pick = <T>(list: readonly T[]) => list[Math.floor(u() * list.length)]!;
  const [activation, output, bias] = [
    pick(u() < 0.25 ? HOMOGENEOUS : ACTIVATION_NAMES),
    seed > 110 ? "fixed" : pick(OUTPUTS),
    u() < 0.5,
  ];
  const inputs = u() < 0.6 ? 1 : 2;
  const custom = u() < 0.1;
  const size = 2 + Math.floor(7 * u());
  const x = Array.from({ length: size }, () =>
    Array.from({ length: custom ? 1 : inputs }, () => 4 * u() - 2),
  );
  const y = x.map(() => 2 * u() - 1);
  const potential = u() < 0.4 ? pick(POTENTIALS) : undefined;
  const l2 = { a: over(0.05, 2), w: over(0.05, 2), b: over(0.05, 2) };
  const task = problem({
    data: fromArrays(x, y),
    neuron: custom ? own : neuron({ activation, inputs, bias, output }),
    regulariser: {
      l2: custom
        ? l2.a
        : output === "fixed"
          ? bias
            ? { w: l2.w, b: l2.b }
            : { w: l2.w }
          : bias
            ? l2
            : { a: l2.a, w: l2.w },
    },
    ...(potential === undefined ? {} : { potential }),
    temperature: over(0.02, 1),
  });
  // Far from the data boxes are far from the origin, and wider than what is looked at.
  const distance = seed > 110 ? over(10, 1e8) : over(0.01, 5);
  const outputs = Float64Array.from(y, (value) => value + distance * (2 * u() - 1));
  return { task, outputs, ample: over(0.3, 100), steady: u() < 0.7, share: u() };
}

const short = (value: number, digits = 9) => String(Number(value.toPrecision(digits)));

function integralsOf(
  task: Problem,
  outputs: Float64Array,
  evaluations: number,
  steady: boolean,
  share: number,
) {
  const g = new Float64Array(task.data.size);
  residualAt(task, outputs, g);
  const cones = coneIntegral(task, evaluations);
  if (cones !== null) {
    cones.load(g);
    const critical = cones.critical();
    const { value, error } = cones.estimate(share * Math.min(1, critical), task.temperature);
    return `cones ${short(critical)} ${short(value)} ${short(error, 3)}`;
  }
  const integrand = new Integrand(task, 1e5, steady);
  const boxes = new BoxIntegral(integrand);
  integrand.load(g);
  boxes.at(task.temperature);
  const budget = { left: evaluations };
  const rough = [share, 0.3 * share].map((scale) => boxes.rough(scale, budget));
  const roughly = `${rough.map((value) => (value === null ? "none" : short(value))).join(" ")} for ${short(evaluations - budget.left)}`;
  budget.left = evaluations;
  const { value, error } = boxes.estimate(share, budget, true);
  return `boxes ${roughly}; ${short(value)} ${short(error, 3)} for ${short(evaluations - budget.left)}`;
}

function described(seed: number): string {
  const { task, outputs, ample, steady, share } = caseOf(seed);
  const lack = lackOfBound(task);
  if (lack !== null) return lack;
  const { once, each } = costOfBound(task, steady);
  const evaluations = Math.min(ample * each, 2e5);
  const bound = new LowerBound(task, task.temperature, { evaluations, steady }).boundAt(outputs);
  const words = `${short(bound.value)} ${short(bound.scale)} ${bound.lack ?? "whole"}`;
  return `${words}; costs ${short(once)} ${short(each)}; ${integralsOf(task, outputs, evaluations, steady, share)}`;
}

it("the numbers are those that were measured", async () => {
  const lines = Array.from({ length: 130 }, (_, k) => `${k + 1}: ${described(k + 1)}`);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("lower-bound-numbers.txt");
});

/** How far V reaches, which boxes hold the integrand by bounds on ψ, and what lattices cost. */
function bounds(task: Problem, u: () => number): string {
  const g = new Float64Array(task.data.size);
  residualAt(
    task,
    Float64Array.from(g, () => 2 * u() - 1),
    g,
  );
  const integrand = new Integrand(task, 0, u() < 0.5);
  integrand.load(g);
  const rise = 0.01 + 3 * u();
  const reach = integrand.reach(rise);
  const levels = [0, 0.05, 0.4, 1].map((scale) => integrand.level(scale, reach, rise));
  const costs = [integrand.once, integrand.cost(9, true), integrand.cost(9, false), integrand.nodeCost(9)];
  const logs = [integrand.logOuter(0.3), integrand.logFree(0.3) ?? Number.NaN];
  const words = `${integrand.smooth ? "smooth" : "rough"}${integrand.steep ? " steep" : ""}`;
  return `${words}; ${[...reach, ...costs, ...logs].map((value) => short(value)).join(" ")}; ${levels.join(" ")}`;
}

it("the bounds are those that they were", async () => {
  const lines: string[] = [];
  const u = random(1);
  for (const options of [undefined, ...POTENTIALS]) {
    const given = options === undefined ? {} : { potential: options };
    const alone = problem({ dimension: 2, regulariser: { l2: 0.3 + u() }, temperature: 0.1, ...given });
    lines.push(`${options?.kind}: ${bounds(alone, u)}`);
    for (const activation of ACTIVATION_NAMES) {
      for (const output of ["trained", "fixed", "bounded"] as const) {
        const task = problem({
          data: fromArrays([-1.5 * u(), u(), 2 * u()], [1, 0, -1]),
          neuron: neuron({ activation, inputs: 1, output }),
          regulariser: { l2: 0.1 + u() },
          temperature: 0.1,
          ...given,
        });
        lines.push(`${options?.kind} ${activation} ${output}: ${bounds(task, u)}`);
      }
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("lower-bound-boxes.txt");
});
