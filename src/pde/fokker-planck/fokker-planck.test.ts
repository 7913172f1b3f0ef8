// What first-order dynamics on a grid keeps: mass, positivity, Gibbs measures, the fall of the free energy, its rate, and
// the equilibria of docs/theory.md §3.4. Orders of convergence are in order.test.ts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annealedLangevin } from "../../dynamics/annealed-langevin.ts";
import { constantTemperature } from "../../dynamics/dynamics.ts";
import { leastCell, massOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import { type Problem, type ProblemOptions, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { advance, boxOf, circle, freeEnergy, normalised, solver } from "../testing.ts";
import { dissipationAlong } from "./dissipation.ts";

const SCHEMES = ["implicit", "second-order"] as const;

/**
 * A problem with its stationary density on that grid: choose g, then μ̂ ∝ exp(−(Σg_iψ_i + V)/τ), c = ∫ψ dμ̂, and
 * targets y = c − g/q make g the residuals of μ̂.
 */
function stationary(options: ProblemOptions, grid: Grid): { problem: Problem; density: Float64Array } {
  const random = uniforms(11);
  const { neuron: chosen, temperature = 1 } = options;
  const x = Array.from({ length: 5 }, () =>
    Array.from({ length: chosen?.inputs ?? 1 }, () => 3 * random() - 1.5),
  );
  const blank = problem({
    ...options,
    data: fromArrays(
      x,
      x.map(() => 0),
    ),
  });
  const g = Float64Array.from({ length: 5 }, () => 0.6 * random() - 0.3);
  const field = new GridField(blank, grid);
  const phi = field.external.slice();
  field.features.potential(g, phi, phi);
  const density = normalised(
    grid,
    phi.map((value) => Math.exp(-value / temperature)),
  );
  const c = new Float64Array(5);
  field.observe(density, c);
  const y = Array.from(c, (value, i) => value - g[i] / blank.data.weight[i]);
  return { problem: problem({ ...options, data: fromArrays(x, y) }), density };
}

const box = { low: -3, high: 3 };
const GIBBS: readonly (readonly [string, ProblemOptions, Grid])[] = [
  [
    "p = 1, tanh(θx)",
    {
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.2 },
      temperature: 0.1,
    },
    boxOf({ ...box, cells: 200 }),
  ],
  [
    "p = 1, sin on a circle",
    {
      neuron: customNeuron({
        dimension: 1,
        inputs: 1,
        value: (theta, x) => Math.sin(theta[0] + x[0]),
        gradient: () => {},
      }),
      potential: { kind: "cosine", strength: 0.4 },
      domain: "torus",
      temperature: 0.2,
    },
    boxOf(circle(150)),
  ],
  [
    "p = 2, a tanh(wx)",
    {
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.3 },
      temperature: 0.15,
    },
    boxOf({ ...box, cells: 30 }, { ...box, cells: 41 }),
  ],
  [
    "p = 3, tanh(θ₀) σ(wx + b)",
    {
      neuron: neuron({ activation: "softplus", inputs: 1, output: "bounded" }),
      regulariser: { l2: 0.3 },
      temperature: 0.3,
    },
    boxOf({ ...box, cells: 14 }, { ...box, cells: 11 }, { ...box, cells: 12 }),
  ],
];

describe.each(GIBBS)("the Gibbs measure, %s", (_name, options, grid) => {
  const { problem: made, density } = stationary(options, grid);
  const mobility = Float64Array.of(1, 0.3, 2).subarray(0, grid.axes.length);

  it.each(
    SCHEMES,
  )("%s: is stationary to 1e-13 relative per step, h = 1e-3 … 1000, mobilities, birth–death", (scheme) => {
    for (const step of [1e-3, 0.1, 10, 1000]) {
      for (const rate of [0, 0.7]) {
        const { stepper } = solver(made, grid, { scheme, step, rate, mobility });
        const mu = density.slice();
        const count = 3;
        advance(stepper, mu, count);
        let worst = 0;
        for (let i = 0; i < mu.length; i++) worst = Math.max(worst, Math.abs(mu[i] / density[i] - 1));
        expect(worst, `h = ${step}, κ = ${rate}`).toBeLessThan(count * 1e-13);
      }
    }
  });

  it("is reached from afar by long steps, with and without birth–death", () => {
    for (const rate of [0, 0.7]) {
      const { stepper } = solver(made, grid, { scheme: "implicit", step: 1000, rate, mobility });
      const start = normalised(
        grid,
        Float64Array.from(density, (_, i) => (i === 7 ? 1 : 1e-6)),
      );
      advance(stepper, start, 8);
      for (let i = 0; i < start.length; i++) expect(Math.abs(start[i] - density[i])).toBeLessThan(1e-9);
    }
  });

  it.each(SCHEMES)("%s: mass drifts by less than 1e-16 per cell and step from a rough start", (scheme) => {
    for (const step of [1e-3, 0.1, 1000]) {
      const { stepper } = solver(made, grid, { scheme, step, mobility });
      const random = uniforms(5);
      const mu = normalised(grid, Float64Array.from(density, random));
      const before = massOf(grid, mu);
      advance(stepper, mu, 10);
      expect(Math.abs(massOf(grid, mu) - before)).toBeLessThan(10 * 1e-16 * grid.size);
      if (scheme === "implicit") expect(leastCell(mu)).toBeGreaterThanOrEqual(0);
    }
  });
});

it.each(SCHEMES)("%s: a thousand steps do not each gain the same ε of mass", (scheme) => {
  const made = problem({
    data: fromArrays([-1, 0.4, 1.5], [0.7, -0.2, 0.5]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  });
  const grid = boxOf({ low: -6, high: 6, cells: 100 });
  const { stepper } = solver(made, grid, { scheme, step: 0.2 });
  const mu = initialDensity(grid, gaussian({ mean: [0], std: [0.7] }), 1e-6);
  const before = massOf(grid, mu);
  advance(stepper, mu, 1000);
  // Rounding that goes either way, some √1000 ε; an ε at every step would be 2.2e-13.
  expect(Math.abs(massOf(grid, mu) - before)).toBeLessThan(1000 * 0.2 * Number.EPSILON);
});

/** A number log-uniform between 10^low and 10^high. */
const decades = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const ACTIVATIONS = [
  "tanh",
  "relu",
  "leaky-relu",
  "relu2",
  "sin",
  "sigmoid",
  "softplus",
  "gelu",
  "erf",
  "gaussian",
  "identity",
  "cubic-step",
] as const;

/** Problems, grids and steps of every kind that the scheme admits. */
const anyRun = fc.record({
  plane: fc.boolean(),
  torus: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
  loss: fc.oneof(
    fc.constant("squared" as const),
    fc.constant("logistic" as const),
    decades(-1.5, 0.5).map((delta) => ({ huber: { delta } })),
  ),
  activation: fc.constantFrom(...ACTIVATIONS),
  output: fc.constantFrom("trained", "bounded", "fixed"),
  points: fc.array(fc.tuple(between(-3, 3), between(-4, 4), between(0.1, 1)), { minLength: 0, maxLength: 8 }),
  temperature: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: decades(-3, 0.5) }),
  l2: between(0, 1),
  potential: fc.constantFrom(null, "quadratic", "double-well", "cosine"),
  pair: fc.constantFrom(null, "quadratic", "cosine", "gaussian"),
  strength: decades(-1, 0.8),
  attracts: fc.boolean(),
  scale: decades(-1, 0.5),
  extent: between(2, 5),
  cells: fc.integer({ min: 8, max: 90 }),
  mobility: fc.tuple(decades(-1.5, 0.5), decades(-1.5, 0.5)),
  rate: fc.oneof(fc.constant(0), decades(-1, 0.7)),
  step: decades(-3, 3),
  start: fc.constantFrom("rough", "spike", "holes"),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

type Run = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

function built(run: Run): { problem: Problem; grid: Grid; start: Float64Array } {
  const { plane, torus, loss, activation, output, points, temperature, pair, potential } = run;
  const fixed = plane ? output : "fixed";
  const random = uniforms(run.seed);
  const options: ProblemOptions = {
    loss,
    temperature,
    ...(points.length > 0
      ? {
          data: fromArrays(
            points.map(([x]) => x),
            points.map(([, y]) => (loss === "logistic" ? (y < 0 ? -1 : 1) : y)),
            points.map(([, , q]) => q),
          ),
          neuron: neuron({ activation, inputs: 1, output: fixed, bias: plane && fixed === "fixed" }),
        }
      : { dimension: plane ? 2 : 1, loss: "squared" }),
    ...(torus ? { domain: "torus" } : { regulariser: { l2: run.l2 } }),
    ...(potential !== null && (!torus || potential === "cosine") ? { potential: { kind: potential } } : {}),
    ...(pair !== null && !(torus && pair === "quadratic")
      ? {
          interaction: {
            kind: pair,
            strength: run.attracts ? run.strength : -run.strength,
            scale: run.scale,
          },
        }
      : {}),
  };
  const sides = plane ? [Math.ceil(run.cells / 4) + 4, Math.ceil(run.cells / 5) + 4] : [run.cells];
  const grid = boxOf(
    ...sides.map((cells) => (torus ? circle(cells) : { low: -run.extent, high: 1.2 * run.extent, cells })),
  );
  const start = new Float64Array(grid.size);
  const spike = Math.floor(random() * grid.size);
  for (let i = 0; i < grid.size; i++) {
    start[i] =
      run.start === "spike" ? Number(i === spike) : Math.max(0, random() - (run.start === "holes" ? 0.5 : 0));
  }
  return { problem: problem(options), grid, start: normalised(grid, start) };
}

describe("implicit", () => {
  it("lowers the free energy at every step of every length 1e-3 … 1000, positive, mass kept: 400 random problems", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { problem: made, grid, start } = built(run);
        const mobility = Float64Array.from(run.mobility).subarray(0, grid.axes.length);
        const { rate, step } = run;
        const { field, stepper } = solver(made, grid, { scheme: "implicit", step, rate, mobility });
        let before = freeEnergy(field, start);
        for (let n = 1; n <= 6; n++) {
          stepper.step(start, n - 1);
          const after = freeEnergy(field, start);
          const allowed = 1e-13 * Math.max(before.scale, after.scale);
          if (!(after.value <= before.value + allowed)) {
            throw new Error(`step ${n}: E rises by ${after.value - before.value}, allowed ${allowed}`);
          }
          expect(leastCell(start)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(massOf(grid, start) - 1)).toBeLessThan(n * 1e-16 * grid.size + 1e-15);
          before = after;
        }
      }),
      { seed: 2026, numRuns: 400 },
    );
  });

  it("annealed: each step lowers E of the τ at its end, and E_τ + τ log|Θ| falls, at every h: 400 random problems", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        fc.pre(run.temperature > 0);
        const { problem: made, grid, start } = built(run);
        const mobility = Float64Array.from(run.mobility).subarray(0, grid.axes.length);
        const { rate, step } = run;
        const temperature = annealedLangevin({ constant: run.temperature }).temperature!;
        const options = { scheme: "implicit", step, rate, mobility, temperature } as const;
        const { field, stepper } = solver(made, grid, options);
        const volume = Math.log(grid.size * grid.volume);
        let tau = temperature.at(0);
        let relative = freeEnergy(field, start, tau).value + tau * volume;
        for (let n = 0; n < 6; n++) {
          tau = temperature.at((n + 1) * step);
          const before = freeEnergy(field, start, tau);
          stepper.step(start, n);
          const after = freeEnergy(field, start, tau);
          const allowed = 1e-13 * Math.max(before.scale, after.scale);
          if (!(after.value <= before.value + allowed)) {
            throw new Error(`step ${n}: E rises by ${after.value - before.value}, allowed ${allowed}`);
          }
          expect(leastCell(start)).toBeGreaterThanOrEqual(0);
          const next = after.value + tau * volume;
          expect(next).toBeLessThanOrEqual(relative + allowed + 1e-13 * Math.abs(tau * volume));
          relative = next;
        }
      }),
      { seed: 2026, numRuns: 400 },
    );
  });

  it.each([
    ["without noise", constantTemperature(0)],
    ["annealed, all halves at one τ", annealedLangevin({ constant: 1e-6 }).temperature!],
  ])("takes steps that throw the mass far in halves where Newton gets stuck: %s", (_name, temperature) => {
    // Without noise, h|ΔΦ|/Δ² reaches 10⁵: z ↦ ∫ψ dμ⁺ is all but a staircase, with corners.
    const random = uniforms(7);
    const grid = boxOf(circle(25));
    let halved = 0;
    for (let trial = 0; trial < 60; trial++) {
      const x = Array.from({ length: 8 }, () => 7 * random() - 3.5);
      const made = problem({
        data: fromArrays(
          x,
          x.map(() => 8 * random() - 4),
        ),
        neuron: neuron({ activation: "gelu", inputs: 1, output: "fixed", bias: false }),
        domain: "torus",
      });
      const { field, stepper } = solver(made, grid, { scheme: "implicit", step: 300, temperature });
      const mu = normalised(
        grid,
        Float64Array.from({ length: 25 }, () => Math.exp(-20 * random())),
      );
      for (let n = 0; n < 4; n++) {
        const tau = temperature.at((n + 1) * 300);
        const before = freeEnergy(field, mu, tau);
        stepper.step(mu, n);
        const after = freeEnergy(field, mu, tau);
        expect(after.value - before.value).toBeLessThanOrEqual(1e-13 * before.scale);
      }
      if ((stepper as unknown as { half: unknown }).half !== null) halved += 1;
    }
    expect(halved).toBeGreaterThan(0);
  });
});

describe("second-order, at every step size and from every start", () => {
  it("goes on: μ ≥ 0 exactly, mass to round-off, over random problems", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, "double-well", "quadratic"),
        fc.constantFrom(null, "quadratic", "cosine", "gaussian"),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        fc.double({ min: -2, max: 0.3, noNaN: true }),
        fc.double({ min: -3, max: 1, noNaN: true }),
        fc.boolean(),
        (kind, pairs, strength, temperature, mean, logStd, logStep, two) => {
          const made = problem({
            regulariser: { l2: 0.3 },
            ...(kind === undefined ? {} : { potential: { kind } }),
            ...(pairs === null ? {} : { interaction: { kind: pairs, strength: 0.25 * strength } }),
            temperature,
            dimension: two ? 2 : 1,
          });
          const side = { low: -4, high: 4, cells: two ? 16 : 80 };
          const grid = boxOf(...(two ? [side, side] : [side]));
          const law = gaussian({
            mean: grid.axes.map(() => mean),
            std: grid.axes.map(() => 10 ** logStd),
          });
          const mu = initialDensity(grid, law, 1);
          const { stepper } = solver(made, grid, { scheme: "second-order", step: 10 ** logStep });
          for (let n = 0; n < 4; n++) {
            stepper.step(mu, n);
            expect(Math.min(...mu)).toBeGreaterThanOrEqual(0);
          }
          // Each solve drifts by 1e-16 a cell at most, and no start takes a thousand of them.
          expect(Math.abs(massOf(grid, mu) - 1)).toBeLessThan(1e-13 * grid.size);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a potential that is not finite", () => {
  it.each([
    ["implicit", 0.1],
    ["second-order", 0.1],
    ["second-order", 0],
  ] as const)("%s, τ = %d: is an error, not a density", (scheme, temperature) => {
    const made = problem({
      data: fromArrays([1e150, 2e150], [1e160, -1e160]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      temperature,
    });
    const grid = boxOf({ ...box, cells: 20 });
    const { stepper } = solver(made, grid, { scheme, step: 0.1 });
    const mu = initialDensity(grid, gaussian({ mean: [0], std: [0.5] }), 1e-6);
    expect(() => advance(stepper, mu, 3)).toThrow(/try a smaller time\.step/);
  });
});

/** Σ over axes of the semi-discrete dissipation, plus κ Var_μ ξ. */
function dissipation(field: GridField, mu: Float64Array, mobility: Float64Array, rate: number): number {
  const { grid, problem: made } = field;
  const { temperature } = made;
  const z = new Float64Array(field.count);
  const phi = new Float64Array(grid.size);
  field.observe(mu, z);
  field.potential(z, phi);
  let total = 0;
  for (let k = 0; k < grid.axes.length; k++) {
    total += dissipationAlong({ grid, k, mobility: mobility[k] })(phi, mu, temperature);
  }
  const xi = phi.map((value, i) => value + (temperature > 0 ? temperature * Math.log(mu[i]) : 0));
  const mean = grid.volume * xi.reduce((sum, value, i) => sum + value * mu[i], 0);
  return total + rate * grid.volume * xi.reduce((sum, value, i) => sum + (value - mean) ** 2 * mu[i], 0);
}

describe("the rate of fall", () => {
  const settings: readonly (readonly [string, ProblemOptions, Grid, number[]])[] = [
    [
      "p = 1",
      {
        data: fromArrays([1, -0.4, 2], [0.5, 1, -1]),
        neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
        regulariser: { l2: 0.3 },
      },
      boxOf({ ...box, cells: 60 }),
      [1.5],
    ],
    [
      "p = 2 with W",
      {
        data: fromArrays([1, -0.4, 2], [0.5, 1, -1]),
        neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
        regulariser: { l2: 0.3 },
        interaction: { kind: "gaussian", strength: -0.5 },
      },
      boxOf({ ...box, cells: 20 }, { ...box, cells: 24 }),
      [1, 0.25],
    ],
    [
      "Kuramoto on two circles",
      { interaction: { kind: "cosine", strength: 1.3 }, domain: "torus", dimension: 2 },
      boxOf(circle(18), circle(21)),
      [0.5, 2],
    ],
  ];
  it.each(
    settings,
  )("−dE/dt = Σ_k ∫ξ_k D ξ_k dμ + κ Var ξ, %s, τ = 0 and 0.2, κ = 0 and 1.2", (_name, options, grid, sides) => {
    const mobility = Float64Array.from(sides);
    const random = uniforms(8);
    const mu = normalised(
      grid,
      Float64Array.from({ length: grid.size }, (_, i) => (0.3 + random()) * (1 + 0.5 * Math.sin(i / 4))),
    );
    for (const temperature of [0, 0.2]) {
      for (const rate of [0, 1.2]) {
        // (E(0) − E(h))/h = −dE/dt + O(h); three levels of Richardson's extrapolation leave O(h³).
        const fall = (step: number) => {
          const { field, stepper } = solver(problem({ ...options, temperature }), grid, {
            scheme: "implicit",
            step,
            rate,
            mobility,
          });
          const before = freeEnergy(field, mu).value;
          return (before - freeEnergy(field, advance(stepper, mu.slice(), 1)).value) / step;
        };
        const [one, two, four] = [fall(1e-4), fall(5e-5), fall(2.5e-5)];
        const limit = (4 * (2 * four - two) - (2 * two - one)) / 3;
        const field = new GridField(problem({ ...options, temperature }), grid);
        const found = dissipation(field, mu, mobility, rate);
        expect(Math.abs(limit / found - 1)).toBeLessThan(1e-6);
      }
    }
  });
});

describe("equilibria with an interaction (docs/theory.md §3.4), by long steps", () => {
  /** I₁(x)/I₀(x) by their series. */
  function besselRatio(x: number): number {
    let [term, zero, one] = [1, 0, 0];
    for (let k = 0; k < 60; k++) {
      zero += term;
      one += (term * 0.5 * x) / (k + 1);
      term *= (0.5 * x) ** 2 / (k + 1) ** 2;
    }
    return one / zero;
  }

  it.each([
    [1, 0.2],
    [1, 0.45],
    [2.5, 0.3],
  ])("the circle, K = %d, τ = %d: r = I₁(Kr/τ)/I₀(Kr/τ) to 1e-9", (strength, temperature) => {
    let r = 1;
    for (let n = 0; n < 2000; n++) r = besselRatio((strength * r) / temperature);
    const made = problem({
      interaction: { kind: "cosine", strength },
      domain: "torus",
      temperature,
    });
    const grid = boxOf(circle(64));
    for (const scheme of SCHEMES) {
      const step = scheme === "implicit" ? 1000 : 1;
      const { field, stepper } = solver(made, grid, { scheme, step });
      const mu = initialDensity(grid, gaussian({ mean: [0.7], std: [1] }), 1e-6);
      advance(stepper, mu, scheme === "implicit" ? 150 : 400);
      const z = new Float64Array(2);
      field.observe(mu, z);
      expect(Math.abs(Math.hypot(z[0], z[1]) - r)).toBeLessThan(1e-9);
    }
  });

  it("the circle above its critical temperature, K < 2τ: disorder", () => {
    const made = problem({
      interaction: { kind: "cosine", strength: 1 },
      domain: "torus",
      temperature: 0.6,
    });
    const grid = boxOf(circle(32));
    const { field, stepper } = solver(made, grid, { scheme: "implicit", step: 1000 });
    const mu = advance(stepper, initialDensity(grid, gaussian({ mean: [0.7], std: [0.5] }), 1e-6), 150);
    const z = new Float64Array(2);
    field.observe(mu, z);
    expect(Math.hypot(z[0], z[1])).toBeLessThan(1e-9);
  });

  const well = (strength: number, temperature: number) =>
    problem({
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength },
      temperature,
    });

  /** Mean and variance of the Gibbs measure of V + K(θ − m)²/2 by the trapezoidal rule, spectrally accurate. */
  function gibbs(strength: number, temperature: number, m: number): { mean: number; variance: number } {
    let [mass, first, second] = [0, 0, 0];
    for (let i = -3000; i <= 3000; i++) {
      const u = i / 600;
      const weight = Math.exp(-(u ** 4 / 4 - u ** 2 / 2 + (strength * (u - m) ** 2) / 2) / temperature);
      mass += weight;
      first += weight * u;
      second += weight * u * u;
    }
    return { mean: first / mass, variance: second / mass - (first / mass) ** 2 };
  }

  function criticalTemperature(strength: number): number {
    let [low, high] = [0.05, 2];
    while (high - low > 1e-14) {
      const middle = 0.5 * (low + high);
      if (strength * gibbs(strength, middle, 0).variance > middle) low = middle;
      else high = middle;
    }
    return 0.5 * (low + high);
  }

  const published = new Map([
    [0.5, 0.2645],
    [1, 0.4569],
    [2, 0.8158],
  ]);
  it.each([
    ...published,
  ])("the double well, K = %d: symmetry breaks below τ = %d, to 6 digits", (strength, rounded) => {
    const critical = criticalTemperature(strength);
    expect(critical).toBeCloseTo(rounded, 4);
    const grid = boxOf({ low: -4.5, high: 4.5, cells: 300 });
    // A long step multiplies a small mean by K Var/τ (W is taken at the old time): 1 at the critical τ.
    const growth = (temperature: number) => {
      const { field, stepper } = solver(well(strength, temperature), grid, { scheme: "implicit", step: 1e6 });
      const mu = initialDensity(grid, gaussian({ mean: [0], std: [0.8] }), 1e-4);
      const z = new Float64Array(2);
      const means: number[] = [];
      advance(stepper, mu, 30);
      for (let i = 0; i < mu.length; i++) mu[i] *= 1 + 1e-5 * grid.axes[0].centres[i];
      for (let n = 0; n < 3; n++) {
        advance(stepper, mu, 1);
        field.observe(mu, z);
        means.push(z[0]);
      }
      return Math.log(means[2] / means[1]);
    };
    let [a, b] = [critical * 1.01, critical * 0.99];
    expect(growth(a)).toBeLessThan(0);
    expect(growth(b)).toBeGreaterThan(0);
    for (let n = 0; n < 5; n++) {
      const [ga, gb] = [growth(a), growth(b)];
      if (ga === gb) break;
      [a, b] = [b, b - (gb * (b - a)) / (gb - ga)];
    }
    expect(Math.abs(b / critical - 1)).toBeLessThan(1e-7);
  });

  it.each([
    [1, 0.3],
    [1, 0.44],
    [1, 0.5],
    [2, 0.5],
  ])("the double well, K = %d, τ = %d: the mean solves m = ∫θ dGibbs_m, and is 0 above the critical τ", (strength, temperature) => {
    const ordered = temperature < criticalTemperature(strength);
    // ∫θ dGibbs_m − m is positive between 0 and its other root.
    let [low, high] = [ordered ? 0.05 : 0, ordered ? 2 : 0];
    while (high - low > 1e-12) {
      const middle = 0.5 * (low + high);
      if (gibbs(strength, temperature, middle).mean > middle) low = middle;
      else high = middle;
    }
    const grid = boxOf({ low: -4, high: 4, cells: 250 });
    const { field, stepper } = solver(well(strength, temperature), grid, { scheme: "implicit", step: 1000 });
    const mu = initialDensity(grid, gaussian({ mean: [0.5], std: [0.6] }), 1e-6);
    advance(stepper, mu, 600);
    const z = new Float64Array(2);
    field.observe(mu, z);
    expect(Math.abs(z[0] - high)).toBeLessThan(1e-7);
    if (ordered) expect(high).toBeGreaterThan(0.2);
  });
});
