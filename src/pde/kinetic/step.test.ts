// The kinetic solver against what is known: docs/theory.md §4.2's Gaussian case, product laws in p = 2, Gibbs measures, the torus,
// noiseless flows; H and its ledger; resuming, refusals. Orders are measured, then asserted. Long cases: validation/.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { kinetic } from "../../dynamics/kinetic.ts";
import type { WordName } from "../../dynamics/words.ts";
import { axis } from "../../grid/axis.ts";
import { boundaryMassOf, leastCell, massOf, negativeMassOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { hamiltonianOf, kineticAt, linearNeuron, type PhaseGaussian } from "../../limits/gaussian.ts";
import { Ledger } from "../../observables/ledger.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian, type InitialLaw } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { positionGrid } from "../field/phase.ts";
import { kineticLedger } from "./ledger.ts";
import { phaseDensity } from "./phase-density.ts";
import { observeCourse } from "./refinement.ts";
import type { KineticScheme } from "./schemes.ts";
import { KineticStepper } from "./step.ts";
import {
  distance,
  GAUSSIAN_LAW,
  GAUSSIAN_START,
  gaussianDensity,
  gaussianProblem,
  orders,
  plane,
  tanhProblem,
} from "./testing.ts";

interface Case {
  problem: Problem;
  dynamics?: KineticDynamics;
  phase: Grid;
  law?: InitialLaw;
  scheme?: KineticScheme;
  integrator?: WordName;
  order?: 2 | 4;
  step: number;
}

function stepper(options: Case): KineticStepper {
  const { problem, phase, law = GAUSSIAN_LAW } = options;
  return new KineticStepper({
    dynamics: kinetic({ friction: 1 }),
    scheme: "spectral",
    integrator: "aboba",
    order: 2,
    ...options,
    density: phaseDensity(phase, law, 1e-5, problem.temperature),
  });
}

function advanced(options: Case, until: number): KineticStepper {
  const made = stepper(options);
  for (let n = 0; n < Math.round(until / options.step); n++) made.step(n);
  return made;
}

describe("docs/theory.md §4.2's Gaussian case, L1 error at t = 4", () => {
  const exact = kineticAt(linearNeuron(gaussianProblem()), 1, GAUSSIAN_START, 4);
  const errorOf = (phase: Grid, density: Float64Array) =>
    distance(phase, density, gaussianDensity(phase, exact));
  const errors = (steps: readonly number[], options: Omit<Case, "problem" | "step">) =>
    steps.map((step) =>
      errorOf(options.phase, advanced({ problem: gaussianProblem(), step, ...options }, 4).density()),
    );
  const STEPS = [0.1, 0.05, 0.025];

  it("spectral, aboba, order 2: time error only, below 2.3e-3, 5.7e-4, 1.5e-4", () => {
    const found = errors(STEPS, { phase: plane(128, 4, 3) });
    for (const [i, ceiling] of [2.3e-3, 5.7e-4, 1.5e-4].entries()) expect(found[i]).toBeLessThan(ceiling);
    for (const order of orders(found)) expect(Math.abs(order - 2), `${found}`).toBeLessThan(0.05);
  });

  it.each(["baoab", "obabo"] as const)("spectral, %s is of order 2", (integrator) => {
    const found = errors(STEPS.slice(0, 2), { phase: plane(128, 4, 4), integrator });
    for (const order of orders(found)) expect(Math.abs(order - 2), `${found}`).toBeLessThan(0.05);
  });

  it("spectral, aboba, order 4, ω ∈ [−4, 4]: below 2.1e-6, 1.4e-7", () => {
    const found = errors(STEPS.slice(0, 2), { phase: plane(128, 4, 4), order: 4 });
    for (const [i, ceiling] of [2.1e-6, 1.4e-7].entries()) expect(found[i]).toBeLessThan(ceiling);
    expect(Math.abs(orders(found)[0] - 4), `${found}`).toBeLessThan(0.1);
  });

  it("spectral, order 4, ω ∈ [−3, 3]: the truncated tails stop it at 4.7e-6, and boundary_mass shows them", () => {
    const phase = plane(128, 4, 3);
    const run = stepper({ problem: gaussianProblem(), phase, order: 4, step: 0.05 });
    let rim = 0;
    for (let n = 0; n < 80; n++) {
      run.step(n);
      rim = Math.max(rim, boundaryMassOf(phase, run.density())?.mass ?? 0);
    }
    const error = errorOf(phase, run.density());
    expect(error).toBeGreaterThan(4e-6);
    expect(error).toBeLessThan(5e-6);
    expect(rim).toBeGreaterThan(1e-7);
    expect(rim).toBeLessThan(1e-6);
  });

  it("spectral, 96 and 100 cells (no powers of two) as well as 128", () => {
    for (const cells of [96, 100]) {
      const [found] = errors([0.1], { phase: plane(cells, 4, 4) });
      expect(Math.abs(found - 2.26e-3)).toBeLessThan(1e-5);
    }
  });

  it("positive, h ∝ Δ, 64² and 128² (to 512² in validation/): order ≥ 2, ≥ 0, mass to 1e-12", () => {
    const found = [64, 128].map((cells) => {
      const phase = plane(cells, 4, 4);
      const run = advanced({ problem: gaussianProblem(), phase, scheme: "positive", step: 6.4 / cells }, 4);
      expect(run.density().every((value) => value >= 0)).toBe(true);
      expect(Math.abs(massOf(phase, run.density()) - 1)).toBeLessThan(1e-12);
      return errorOf(phase, run.density());
    });
    // 64² takes Chang–Cooper (√v = 1.08 Δω), 128² Mehler: the order between them is far above 2.
    expect(orders(found)[0], `${found}`).toBeGreaterThan(2);
    expect(found[1]).toBeLessThan(1e-3);
  });
});

describe("p = 2", () => {
  // V = ½|θ|²/2, W = .7 z²/2, without data: coordinate by coordinate the linear neuron with s = −.7, λ = 1.2.
  const coupled = problem({
    dimension: 2,
    potential: { kind: "quadratic", strength: 0.5 },
    interaction: { kind: "quadratic", strength: 0.7 },
    temperature: 0.3,
  });
  const alone = problem({
    potential: { kind: "quadratic", strength: 0.5 },
    interaction: { kind: "quadratic", strength: 0.7 },
    temperature: 0.3,
  });
  const laws = [
    { mean: -0.6, std: 0.5, drift: 0.3, spread: 0.5 },
    { mean: 0.5, std: 0.6, drift: -0.2, spread: 0.6 },
  ];
  const law = (chosen: typeof laws) =>
    gaussian({
      mean: chosen.map(({ mean }) => mean),
      std: chosen.map(({ std }) => std),
      momentum: { mean: chosen.map(({ drift }) => drift), std: chosen.map(({ spread }) => spread) },
    });
  const axes = (cells: number, p: number) =>
    grid(
      [5, 3.5].flatMap((reach) => Array.from({ length: p }, () => axis({ low: -reach, high: reach, cells }))),
    );

  function product(phase: Grid, factors: readonly Float64Array[]): Float64Array {
    const n = phase.axes[0].cells;
    return Float64Array.from({ length: phase.size }, (_, at) => {
      const index = (k: number) => Math.floor(at / phase.strides[k]) % n;
      return factors[0][index(0) * n + index(2)] * factors[1][index(1) * n + index(3)];
    });
  }

  it.each([
    "spectral",
    "positive",
  ] as const)("a product law stays the product of two runs with p = 1: %s", (scheme) => {
    const [cells, step, until] = [20, 0.2, 0.4];
    const phase = axes(cells, 2);
    const found = advanced({ problem: coupled, phase, law: law(laws), scheme, step }, until).density();
    const factors = laws.map((one) =>
      advanced({ problem: alone, phase: axes(cells, 1), law: law([one]), scheme, step }, until).density(),
    );
    // Linear moves: rounding alone, for the positive scheme too where its clamp (not linear) acts on tails only.
    expect(distance(phase, found, product(phase, factors))).toBeLessThan(
      scheme === "spectral" ? 1e-13 : 1e-4,
    );
  });

  it("spectral, 32⁴: the product Gaussian, time error of order 2", () => {
    const phase = axes(32, 2);
    const found = [0.2, 0.1].map((step) => {
      const exact = laws.map(({ mean, std, drift, spread }) =>
        kineticAt(
          { s: -0.7, c: 0, lambda: 1.2, tau: 0.3, constant: 0 },
          1,
          { theta: mean, omega: drift, varTheta: std * std, covariance: 0, varOmega: spread * spread },
          0.4,
        ),
      );
      const factors = exact.map((each) => gaussianDensity(axes(32, 1), each));
      const density = advanced({ problem: coupled, phase, law: law(laws), step }, 0.4).density();
      return distance(phase, density, product(phase, factors));
    });
    expect(Math.abs(orders(found)[0] - 2), `${found}`).toBeLessThan(0.05);
    expect(found[1]).toBeLessThan(3e-3);
  });

  it("a network ψ = a tanh(wx): mass, and the ledger closes", () => {
    const network = problem({
      data: fromArrays([-1, -0.3, 0.6, 1.2], [-0.5, 0.2, 0.4, 0.1]),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0.3,
    });
    const phase = grid([4, 4, 3.2, 3.2].map((reach) => axis({ low: -reach, high: reach, cells: 24 })));
    const dynamics = kinetic({ friction: 1 });
    const run = stepper({ problem: network, phase, law: law(laws), step: 0.1 });
    const ledger = kineticLedger(network, dynamics, phase);
    const first = ledger.observe(run.density(), 0);
    const books = new Ledger(0.1);
    books.push(first.dissipation);
    let last = first;
    for (let n = 0; n < 4; n++) {
      run.step(n);
      last = ledger.observe(run.density(), 0.1 * (n + 1));
      expect(last.free_energy).toBeLessThan(first.free_energy);
      books.push(last.dissipation);
    }
    expect(Math.abs(massOf(phase, run.density()) - 1)).toBeLessThan(1e-13);
    const change = last.free_energy - first.free_energy;
    expect(Math.abs(change + books.total())).toBeLessThan(1e-2 * Math.abs(change));
  });
});

describe("ψ = tanh(θx), 24 points", () => {
  const course = {
    problem: tanhProblem(),
    dynamics: kinetic({ friction: 1 }),
    law: gaussian({ mean: [1], std: [0.5], momentum: { mean: [0], std: [0.4] } }),
    leak: 1e-5,
    scheme: "spectral",
    integrator: "aboba",
    order: 4,
  } as const;

  it("spectral, order 4, t = 40: the product Gibbs measure, risk to 1e-8, H to 1e-10", () => {
    const phase = plane(128, 5, 2.5);
    const [found] = observeCourse({ ...course, phase, step: 0.2 }, [40]);
    const { risk, hamiltonian } = productGibbs(tanhProblem(), positionGrid(phase));
    expect(Math.abs(found.risk - risk)).toBeLessThan(1e-8);
    expect(Math.abs(found.free_energy - hamiltonian)).toBeLessThan(1e-10);
  });

  it("positive, t = 40: the product Gibbs measure to order 2 in h", () => {
    const phase = plane(96, 5, 2.5);
    const { risk } = productGibbs(tanhProblem(), positionGrid(phase));
    const found = [0.4, 0.2].map((step) => {
      const density = advanced({ ...course, scheme: "positive", order: 2, phase, step }, 40).density();
      expect(leastCell(density)).toBeGreaterThanOrEqual(0);
      const end = kineticLedger(course.problem, course.dynamics, phase).observe(density, 40);
      return Math.abs(end.risk - risk);
    });
    expect(Math.abs(orders(found)[0] - 2), `${found}`).toBeLessThan(0.1);
  });
});

/** ρ ∝ e^(−Φ[ρ]/τ) by damped iteration, and H = E_τ(ρ) − (τ/2) log 2πτ of ρ ⊗ N(0, τ), p = 1. */
function productGibbs(made: Problem, theta: Grid): { risk: number; hamiltonian: number } {
  const { temperature: tau } = made;
  const field = new GridField(made, theta);
  const z = new Float64Array(field.count);
  const phi = new Float64Array(theta.size);
  const rho = new Float64Array(theta.size).fill(1 / (theta.volume * theta.size));
  for (let round = 0; round < 800; round++) {
    field.observe(rho, z);
    field.potential(z, phi);
    const weights = phi.map((value) => Math.exp(-value / tau));
    const mass = massOf(theta, weights);
    for (let i = 0; i < rho.length; i++) rho[i] += 0.05 * (weights[i] / mass - rho[i]);
  }
  field.observe(rho, z);
  const risk = field.risk(z);
  const entropy = theta.volume * rho.reduce((sum, value) => sum + value * Math.log(value), 0);
  const energy = risk + field.externalEnergy(rho, z) + tau * entropy;
  return { risk, hamiltonian: energy - 0.5 * tau * Math.log(2 * Math.PI * tau) };
}

describe("the torus: kinetic Kuramoto, K = 1, τ = .3, t = 40", () => {
  const made = problem({
    domain: "torus",
    interaction: { kind: "cosine", strength: 1 },
    temperature: 0.3,
  });
  const phase = grid([
    axis({ low: -Math.PI, high: Math.PI, cells: 64, periodic: true }),
    axis({ low: -4, high: 4, cells: 64 }),
  ]);
  // I₁(z)/I₀(z) by the trapezium rule over a period, spectrally accurate.
  const ratio = (z: number) => {
    let [zero, one] = [0, 0];
    for (let i = 0; i < 64; i++) {
      const u = (2 * Math.PI * i) / 64;
      zero += Math.exp(z * Math.cos(u));
      one += Math.exp(z * Math.cos(u)) * Math.cos(u);
    }
    return one / zero;
  };
  let expected = 0.5;
  for (let round = 0; round < 400; round++) expected = ratio(expected / 0.3);

  function order(scheme: KineticScheme, order: 2 | 4, step: number): number {
    const law = gaussian({ mean: [1], std: [0.8] });
    const run = advanced({ problem: made, phase, law, scheme, order, step }, 40);
    const rho = kineticLedger(made, kinetic({ friction: 1 }), phase).sumsOf(run.density()).rho;
    let [re, im] = [0, 0];
    for (const [i, theta] of phase.axes[0].centres.entries()) {
      re += rho[i] * Math.cos(theta);
      im += rho[i] * Math.sin(theta);
    }
    return phase.axes[0].spacing * Math.hypot(re, im);
  }

  it.each([
    ["spectral", 2],
    ["positive", 2],
    ["spectral", 4],
  ] as const)("%s: the order parameter is r = I₁(Kr/τ)/I₀(Kr/τ) to order %i in h", (scheme, claimed) => {
    const errors = [0.4, 0.2].map((step) => Math.abs(order(scheme, claimed, step) - expected));
    expect(orders(errors)[0], `${errors}`).toBeGreaterThan(claimed - 0.1);
    expect(errors[1]).toBeLessThan(claimed === 2 ? 2e-3 : 5e-6);
  });
});

/** Mean and covariance under kinetic dynamics at τ = 0 with any friction, by Runge–Kutta on their equations. */
function noiselessAt(friction: (t: number) => number, until: number): PhaseGaussian {
  const { theta, omega, varTheta, covariance, varOmega } = GAUSSIAN_START;
  let y = [theta, omega, varTheta, covariance, varOmega];
  const slope = ([m, v, a, b, c]: number[], t: number) => {
    const gamma = friction(t);
    return [v, -gamma * v - 1.5 * m + 1, 2 * b, c - 0.5 * a - gamma * b, -b - 2 * gamma * c];
  };
  const steps = 2000;
  const h = until / steps;
  const along = (direction: number[], share: number) => y.map((value, i) => value + share * h * direction[i]);
  for (let n = 0; n < steps; n++) {
    const k1 = slope(y, n * h);
    const k2 = slope(along(k1, 0.5), (n + 0.5) * h);
    const k3 = slope(along(k2, 0.5), (n + 0.5) * h);
    const k4 = slope(along(k3, 1), (n + 1) * h);
    y = y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return { theta: y[0], omega: y[1], varTheta: y[2], covariance: y[3], varOmega: y[4] };
}

describe("τ = 0, t = 0.6", () => {
  const noiseless = gaussianProblem(0);
  const frictions = [
    ["heavy ball, γ = 1", kinetic({ friction: 1 })],
    ["Nesterov, 3/(t + 1)", kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["no friction", kinetic({ friction: 0 })],
  ] as const;

  it.each(frictions)("%s: spectral, orders 2 and 4", (_name, dynamics) => {
    const phase = plane(192, 4, 4);
    const exact = gaussianDensity(phase, noiselessAt(dynamics.friction.at, 0.6));
    for (const order of [2, 4] as const) {
      const errors = [0.2, 0.1].map((step) =>
        distance(phase, advanced({ problem: noiseless, dynamics, phase, order, step }, 0.6).density(), exact),
      );
      expect(Math.abs(orders(errors)[0] - order), `${errors}`).toBeLessThan(0.1);
    }
  });

  it.each(frictions)("%s: positive, order 2 with h ∝ Δ, ≥ 0", (_name, dynamics) => {
    const errors = [96, 192].map((cells) => {
      const phase = plane(cells, 4, 4);
      const exact = gaussianDensity(phase, noiselessAt(dynamics.friction.at, 0.6));
      const step = 9.6 / cells;
      const run = advanced({ problem: noiseless, dynamics, phase, scheme: "positive", step }, 0.6);
      expect(run.density().every((value) => value >= 0)).toBe(true);
      return distance(phase, run.density(), exact);
    });
    expect(orders(errors)[0], `${errors}`).toBeGreaterThan(1.9);
  });
});

describe("H", () => {
  const uniforms = fc.double({ min: 0, max: 1, noNaN: true });
  const phase = plane(128, 5, 3);

  function largestRise(options: Case & { dynamics: KineticDynamics }, until: number) {
    const run = stepper(options);
    const ledger = kineticLedger(options.problem, options.dynamics, options.phase);
    const first = ledger.observe(run.density(), 0);
    let [before, rise, negative, mass] = [first.free_energy, Number.NEGATIVE_INFINITY, 0, 0];
    for (let n = 0; n < Math.round(until / options.step); n++) {
      run.step(n);
      const now = ledger.observe(run.density(), (n + 1) * options.step);
      rise = Math.max(rise, now.free_energy - before);
      negative = Math.max(negative, negativeMassOf(options.phase, run.density()));
      mass = Math.max(mass, Math.abs(massOf(options.phase, run.density()) - 1));
      before = now.free_energy;
    }
    return { rise, negative, mass };
  }

  it("falls, or rises by O(h³) at most, on resolved runs: random data, neurons, γ ≥ .1, τ ≥ .02", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("tanh", "sigmoid", "erf", "sin", "gaussian", "softplus"),
        fc.array(fc.tuple(uniforms, uniforms), { minLength: 2, maxLength: 12 }),
        fc.tuple(uniforms, uniforms, uniforms, uniforms),
        fc.constantFrom(["spectral", 2], ["spectral", 4], ["positive", 2]),
        (activation, points, [u, v, w, m], [scheme, order]) => {
          const made = problem({
            data: fromArrays(
              points.map(([x]) => 3 * x - 1.5),
              points.map(([, y]) => 2 * y - 1),
            ),
            neuron: neuron({ activation, inputs: 1, output: "fixed", bias: false }),
            regulariser: { l2: 0.15 + 0.3 * w },
            temperature: 0.02 + 0.1 * u,
          });
          const dynamics = kinetic({ friction: 0.1 + 1.5 * v });
          const law = gaussian({ mean: [2 * m - 1], std: [0.5] });
          const [whole, half] = [0.1, 0.05].map((step) =>
            largestRise(
              {
                problem: made,
                dynamics,
                phase,
                law,
                scheme: scheme as KineticScheme,
                order: order as 2 | 4,
                step,
              },
              0.6,
            ),
          );
          fc.pre(whole.negative < 1e-10);
          expect(whole.mass).toBeLessThan(1e-12);
          // Where ω starts as N(0, τ) nothing is dissipated at first: a rise there must be of order ≥ 3 in h.
          if (whole.rise > 1e-13) expect(half.rise).toBeLessThan(whole.rise / 8);
        },
      ),
      { numRuns: 8, seed: 5 },
    );
  });

  it("may rise for a step where its dissipation passes 0 (mean at a turning point, γ = .1), by O(h³) or less", () => {
    const made = gaussianProblem();
    const law = gaussian({ mean: [-1], std: [Math.sqrt(0.2)] });
    const phase = grid([axis({ low: -5, high: 7, cells: 96 }), axis({ low: -4.5, high: 4.5, cells: 96 })]);
    const dynamics = kinetic({ friction: 0.1 });
    const rises = [0.4, 0.2, 0.1].map(
      (step) => largestRise({ problem: made, dynamics, phase, law, step }, 6).rise,
    );
    expect(rises[0]).toBeGreaterThan(0);
    for (const order of orders(rises)) expect(order, `${rises}`).toBeGreaterThan(3);
  });

  it.each([
    ["spectral", 2],
    ["spectral", 4],
    ["positive", 2],
  ] as const)("its identity closes, %s, order %i in h, from a start without dissipation", (scheme, order) => {
    const made = tanhProblem();
    const phase = plane(128, 5, 2.5);
    const dynamics = kinetic({ friction: 1 });
    const reader = kineticLedger(made, dynamics, phase);
    const residuals = [0.2, 0.1].map((step) => {
      const law = gaussian({ mean: [1], std: [0.5] });
      const run = stepper({ problem: made, phase, law, scheme, order, step });
      const books = new Ledger(step);
      const first = reader.observe(run.density(), 0);
      expect(Math.abs(first.dissipation)).toBeLessThan(1e-9);
      books.push(first.dissipation);
      let last = first;
      for (let n = 0; n < Math.round(2 / step); n++) {
        run.step(n);
        last = reader.observe(run.density(), (n + 1) * step);
        books.push(last.dissipation);
      }
      const change = last.free_energy - first.free_energy;
      return Math.abs(change + books.total()) / Math.abs(change);
    });
    expect(orders(residuals)[0], `${residuals}`).toBeGreaterThan(order - 0.5);
  });

  it("of the Gaussian case is right to the order of the scheme", () => {
    const made = gaussianProblem();
    const phase = plane(128, 4, 4);
    const exact = linearNeuron(made);
    const run = advanced({ problem: made, phase, order: 4, step: 0.05 }, 4);
    const { free_energy } = kineticLedger(made, kinetic({ friction: 1 }), phase).observe(run.density(), 4);
    expect(Math.abs(free_energy - hamiltonianOf(exact, kineticAt(exact, 1, GAUSSIAN_START, 4)))).toBeLessThan(
      2e-8,
    );
  });
});

describe("a stepper", () => {
  const phase = plane(32, 4, 3);

  it.each([
    ["spectral", "baoab", 2],
    ["spectral", "aboba", 4],
    ["positive", "obabo", 2],
  ] as const)("resumes with the same bits: %s, %s, order %i", (scheme, integrator, order) => {
    const options = { problem: gaussianProblem(), phase, scheme, integrator, order, step: 0.1 };
    const whole = advanced(options, 0.8).density().slice();
    const early = advanced(options, 0.5);
    const saved = early.save();
    const late = stepper(options);
    late.restore(saved);
    for (let n = 5; n < 8; n++) late.step(n);
    expect(late.density()).toEqual(whole);
  });

  it.each([
    [
      "an odd number of cells",
      { phase: plane(33, 4, 3) },
      "grid.cells: found [33,33]; allowed: even numbers with spectral",
    ],
    [
      "order 4 of scheme positive",
      { scheme: "positive", order: 4 },
      "grid.order: found 4; allowed: 2 with positive",
    ],
    [
      "γ = 0 at τ > 0",
      { dynamics: kinetic({ friction: 0 }) },
      "dynamics.friction: found 0; allowed: a number > 0 with temperature > 0",
    ],
    [
      "3/t from t = 0",
      { problem: gaussianProblem(0), dynamics: kinetic({ friction: { nesterov: 3 } }) },
      "dynamics.friction.from: found 0",
    ],
    [
      "3/(t + 1) at τ > 0",
      { dynamics: kinetic({ friction: { nesterov: 3, from: 1 } }) },
      "problem.temperature: found 0.1",
    ],
    [
      "axes that do not match p",
      { phase: grid(phase.axes.slice(0, 1)) },
      "grid.cells: found 1 axes for p = 1",
    ],
  ] as const)("refuses %s", (_what, change, message) => {
    expect(
      () =>
        new KineticStepper({
          problem: gaussianProblem(),
          dynamics: kinetic({ friction: 1 }),
          phase,
          scheme: "spectral",
          integrator: "aboba",
          order: 2,
          step: 0.1,
          density: new Float64Array(1),
          ...change,
        }),
    ).toThrow(message);
  });
});
