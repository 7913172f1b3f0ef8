// The largest stable step that stability.ts states, against the spectral radius of the matrix that the integrator itself
// applies to one neuron in V = λθ²/2.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import {
  type IntegratorName,
  type IntegratorSettings,
  makeIntegrator,
  momentumBound,
  stableStep,
} from "./integrators.ts";
import { solo } from "./solo.ts";
import { largestCurvature } from "./stability.ts";
import { moved } from "./system.ts";

interface Method {
  readonly name: IntegratorName;
  readonly settings?: IntegratorSettings;
  /** The step whose matrix is taken: late where the first is another. */
  readonly at?: number;
}

function oneNeuron(lambda: number, dynamics: Dynamics, name: IntegratorName) {
  const made = problem({ potential: { kind: "quadratic", strength: lambda }, dimension: 1 });
  const row = dynamics.order === "second" ? [1, 0] : [1];
  return solo(made, dynamics, 1, points([row]), { integrator: name });
}

/** Column by column: what a step makes of each unit vector of a neuron's rows. */
function matrixOf({ name, settings, at = 0 }: Method, dynamics: Dynamics, lambda: number, h: number) {
  const system = oneNeuron(lambda, dynamics, name);
  const { state, rows } = system.particles;
  const integrator = makeIntegrator(name, system, h, settings);
  const row = (k: number) => k * (state.length / rows);
  return Array.from({ length: rows }, (_, unit) => {
    state.fill(0);
    state[row(unit)] = 1;
    moved(system);
    integrator.step(at);
    return Array.from({ length: rows }, (_, k) => system.particles.state[row(k)]);
  });
}

/** ‖Aⁿ‖^(1/n) for n = 2⁴⁰, by squaring with the size taken out: within e^(2⁻³⁴) of the radius for these sizes. */
function spectralRadius(matrix: readonly (readonly number[])[]): number {
  let power = matrix.map((column) => [...column]);
  let logarithm = 0;
  for (let k = 0; k <= 40; k++) {
    const size = Math.max(...power.flat().map(Math.abs));
    if (size === 0) return 0;
    logarithm += Math.log(size) / 2 ** k;
    const scaled = power.map((column) => column.map((value) => value / size));
    power = scaled.map((column) =>
      column.map((_, i) => column.reduce((total, value, k) => total + value * scaled[k][i], 0)),
    );
  }
  return Math.exp(logarithm);
}

/** A thousandth below the stated step every mode up to Λ is stable, and a thousandth above it some mode is not. */
function expectLimit(method: Method, dynamics: Dynamics, curvature: number): void {
  const system = oneNeuron(curvature, dynamics, method.name);
  const limit = stableStep(system, method.name, curvature, method.settings);
  const modes = [1e-7, 0.01, 0.1, 0.3, 0.6, 0.9, 1].map((share) => share * curvature);
  const radius = (h: number) =>
    Math.max(...modes.map((lambda) => spectralRadius(matrixOf(method, dynamics, lambda, h))));
  expect(radius(limit * 0.999), `${method.name} below ${limit}`).toBeLessThan(1);
  expect(radius(limit * 1.001), `${method.name} above ${limit}`).toBeGreaterThan(1);
}

describe("the stated limit is where the spectral radius passes 1", () => {
  it.each([
    ["euler", gradientFlow()],
    ["rk4", gradientFlow()],
    ["euler-maruyama", langevin()],
  ] as const)("%s, first order", (name, dynamics) => {
    for (const curvature of [0.3, 1, 40]) expectLimit({ name }, dynamics, curvature);
  });

  const LATE = 1e12;
  const methods: readonly Method[] = [
    { name: "euler" },
    { name: "rk4" },
    { name: "aboba" },
    { name: "baoab" },
    { name: "obabo" },
    { name: "exact" },
    { name: "polyak" },
    { name: "polyak", settings: { order: 1 } },
    { name: "nesterov-iteration" },
    { name: "higher-momentum", settings: { beta2: 0 }, at: 1 },
    { name: "higher-momentum", settings: { beta2: 0.3 }, at: 1 },
    { name: "higher-momentum", settings: { beta2: 0.8 }, at: 1 },
    { name: "higher-momentum", settings: { beta2: -0.05 }, at: 1 },
    { name: "higher-momentum", settings: { beta2: -0.6 }, at: 1 },
  ];
  it.each(methods)("$name $settings, hardly damped, γ/√Λ from 0.02 to 0.7", (method) => {
    for (const gamma of [0.02, 0.2, 0.7]) expectLimit(method, kinetic({ friction: gamma }), 1);
    expectLimit(method, kinetic({ friction: 0.5 }), 30);
  });

  // The others' windows end there before the limit (below).
  const windowless = methods.filter(({ name }) => name !== "polyak" && name !== "nesterov-iteration");
  it.each(windowless)("$name $settings, to overdamped, γ/√Λ from 1.2 to 10", (method) => {
    for (const gamma of [1.2, 1.6, 1.9, 2.1, 3, 10]) expectLimit(method, kinetic({ friction: gamma }), 1);
  });

  it("Nesterov's iteration with γ = r/t, late, where its momentum is 1", () => {
    for (const curvature of [0.3, 1, 40]) {
      const dynamics = kinetic({ friction: { nesterov: 3 } });
      expectLimit({ name: "nesterov-iteration", at: LATE }, dynamics, curvature);
    }
  });

  it("γ = 2√m counts as the constant it is", () => {
    for (const name of ["polyak", "nesterov-iteration", "exact"] as const) {
      expectLimit({ name }, kinetic({ friction: { stronglyConvex: 0.04 } }), 1);
    }
  });
});

describe("momentum windows end a step before instability where friction is large", () => {
  it.each([
    ["polyak", 2, undefined],
    ["polyak", 1, 1],
    ["nesterov-iteration", 2, undefined],
  ] as const)("%s: γh ≤ %d", (name, most, order) => {
    const friction = 50;
    const system = oneNeuron(1, kinetic({ friction }), name);
    expect(stableStep(system, name, 1, { order })).toBeCloseTo(most / friction, 12);
  });
});

describe("the inequality of a momentum iteration holds exactly below the stated step", () => {
  it("sΛ meets its bound there, for random friction, curvature and β₂", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        fc.constantFrom<IntegratorName>("polyak", "nesterov-iteration", "higher-momentum"),
        (relative, curvature, beta2, name) => {
          const dynamics = kinetic({ friction: relative * Math.sqrt(curvature) });
          const system = oneNeuron(curvature, dynamics, name);
          const settings = name === "higher-momentum" ? { beta2 } : {};
          const limit = stableStep(system, name, curvature, settings);
          const bound = momentumBound(system, name, limit, curvature, settings)!;
          expect(Math.abs(bound.value / bound.most - 1)).toBeLessThan(1e-9);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

it("the curvature is that of the ensemble, memory rows and all", () => {
  for (const name of ["polyak", "higher-momentum"] as const) {
    const system = oneNeuron(3, kinetic({ friction: 1 }), name);
    expect(largestCurvature(system)).toBeCloseTo(3, 6);
  }
});

it.each([
  [{ w: 1, b: 1 }, 3],
  [{ w: 0.1, b: 2 }, 4],
])("the curvature is that of D∇Φ, each coordinate by its own D, %o", (mobility, largest) => {
  // Beside ∇²R = diag(3, 2) a Huber loss of δ = 1e-9 bends nothing; of the ratio 2/3 twenty rounds leave (2/3)⁴⁰.
  const made = problem({
    data: fromArrays([1], [0]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed" }),
    regulariser: { l2: { w: 3, b: 2 } },
    loss: { huber: { delta: 1e-9 } },
  });
  const start = points(Array.from({ length: 5 }, () => [0.3, 0.2]));
  expect(largestCurvature(solo(made, gradientFlow({ mobility }), 5, start))).toBeCloseTo(largest, 5);
});

it("Λ takes twenty gradients beside the first, moved by a millionth of where the neurons are", () => {
  for (const far of [1e-3, 1, 1e7]) {
    const made = problem({ potential: { kind: "quadratic", strength: 3 }, dimension: 1 });
    const system = solo(made, gradientFlow(), 2, points([[far], [-0.5 * far]]));
    const { field } = system;
    let count = 0;
    const evaluateAt = field.evaluateAt.bind(field);
    field.evaluateAt = (state) => {
      count += 1;
      evaluateAt(state);
    };
    // A difference of gradients over 1e-6 of their size keeps ten digits.
    expect(Math.abs(largestCurvature(system) / 3 - 1)).toBeLessThan(1e-8);
    expect(count).toBe(20);
  }
});
