// ℰ against closed forms on Gaussians, the algebra of its proof, its bound and its fall along runs on which H alone stands
// still, and its tails.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { axis } from "../../grid/axis.ts";
import { grid } from "../../grid/grid.ts";
import { hamiltonianOf, limitOf, linearNeuron, type PhaseGaussian } from "../../limits/gaussian.ts";
import { gaussian, type InitialLaw, uniform } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { fromFunction } from "../../problem/synthetic.ts";
import { normalised } from "../testing.ts";
import { declineOf, hypocoercive, hypocoerciveConstants, hypocoerciveFunctional } from "./hypocoercive.ts";
import { phaseDensity } from "./phase-density.ts";
import { KineticStepper } from "./step.ts";
import { gaussianDensity, gaussianProblem, plane, tanhProblem } from "./testing.ts";

const TAU = 0.05;

describe("a Gaussian under a linear neuron", () => {
  const made = gaussianProblem();
  const { s, c, lambda, tau } = linearNeuron(made);
  const law: PhaseGaussian = { theta: 0.3, omega: -0.4, varTheta: 0.3, covariance: 0.1, varOmega: 0.2 };
  const phase = plane(128, 5, 4);
  const { mean, variance } = limitOf(linearNeuron(made));
  const rest: PhaseGaussian = { theta: mean, omega: 0, varTheta: variance, covariance: 0, varOmega: tau };
  const dynamics = kinetic({ friction: 0.7 });
  const start = gaussianDensity(phase, law);
  const functional = hypocoerciveFunctional({ problem: made, dynamics, phase, start });
  const read = (one: PhaseGaussian) => {
    const density = gaussianDensity(phase, one);
    return functional.observe(density);
  };
  // X = (s + λ)m − c + (λ − τP₁₁)u − τP₁₂v and Y = w + (1 − τP₂₂)v − τP₁₂u with (u, v) off the mean, P the inverse covariance.
  const { varTheta: A, covariance: B, varOmega: C } = law;
  const det = A * C - B * B;
  const [P11, P12, P22] = [C / det, -B / det, A / det];
  const force = (s + lambda) * law.theta - c;
  const X = [lambda - tau * P11, -tau * P12] as const;
  const Y = [-tau * P12, 1 - tau * P22] as const;
  const form = (p: readonly [number, number], q: readonly [number, number]) =>
    A * p[0] * q[0] + B * (p[0] * q[1] + p[1] * q[0]) + C * p[1] * q[1];

  it("Λ is λ + s and a tenth, ν a tenth", () => {
    const { stiffness, concavity, friction } = functional.constants;
    expect(Math.abs(stiffness - 1.1 * (lambda + s))).toBeLessThan(1e-12);
    expect(Math.abs(concavity - 0.1 * (lambda + s))).toBeLessThan(1e-12);
    expect(friction).toBe(0.7);
  });

  it("H − H*, ℰ and its decline are closed forms", () => {
    const position = force * force + form(X, X);
    const cross = force * law.omega + form(X, Y);
    const momentum = law.omega * law.omega + form(Y, Y);
    const excess = hamiltonianOf(linearNeuron(made), law) - hamiltonianOf(linearNeuron(made), rest);
    const { stiffness, beta } = functional.constants;
    const found = read(law);
    expect(Math.abs(found.excess - excess)).toBeLessThan(1e-12);
    const square = momentum + (2 * cross) / Math.sqrt(stiffness) + position / stiffness;
    expect(Math.abs(found.value - excess - beta * square)).toBeLessThan(1e-12);
    expect(Math.abs(found.decline - declineOf(functional.constants, position, momentum))).toBeLessThan(1e-12);
  });

  it("an odd number of cells gives the same", () => {
    const odd = plane(125, 5, 4);
    const density = gaussianDensity(odd, law);
    const other = hypocoerciveFunctional({ problem: made, dynamics, phase: odd, start: density });
    const [found, expected] = [other.observe(density), read(law)];
    for (const key of ["value", "excess", "decline"] as const) {
      expect(Math.abs(found[key] - expected[key]), key).toBeLessThan(1e-10);
    }
  });

  it("all vanish at the equilibrium", () => {
    const found = read(rest);
    for (const value of Object.values(found)) expect(Math.abs(value)).toBeLessThan(1e-12);
  });
});

describe("on the torus", () => {
  const made = problem({
    potential: { kind: "cosine", strength: 0.5 },
    domain: "torus",
    dimension: 1,
    temperature: 0.3,
  });
  const circle = (cells: number) =>
    grid([
      axis({ low: -Math.PI, high: Math.PI, cells, periodic: true }),
      axis({ low: -4, high: 4, cells: 64 }),
    ]);
  const laws = {
    rest: (theta: number) => Math.exp((0.5 * Math.cos(theta)) / 0.3),
    other: (theta: number) => 1 + 0.5 * Math.sin(theta),
  };
  const read = (cells: number, law: (theta: number) => number) => {
    const phase = circle(cells);
    const [theta, omega] = phase.axes;
    const values = Float64Array.from({ length: phase.size }, (_, at) => {
      const momentum = omega.centres[at % omega.cells];
      return law(theta.centres[Math.floor(at / omega.cells)]) * Math.exp((-0.5 * momentum * momentum) / 0.3);
    });
    const density = normalised(phase, values);
    const dynamics = kinetic({ friction: 1 });
    return hypocoerciveFunctional({ problem: made, dynamics, phase, start: density }).observe(density);
  };

  it("ℰ does not notice whether the number of cells is odd, and vanishes at rest", () => {
    const [odd, even] = [read(63, laws.other), read(64, laws.other)];
    expect(even.value).toBeGreaterThan(0.1);
    // β comes from curvatures by differences of order 2 in the cells.
    expect(Math.abs(odd.value - even.value)).toBeLessThan(1e-3);
    expect(read(63, laws.rest).value).toBeLessThan(1e-12);
    expect(read(64, laws.rest).value).toBeLessThan(1e-12);
  });
});

describe("the constants", () => {
  // What is left of −dℰ/dt without second derivatives, for one mode: B's eigenvalue, X and Y.
  const fall = (
    { friction, stiffness, beta }: ReturnType<typeof hypocoerciveConstants>,
    [curvature, X, Y]: readonly [number, number, number],
  ) => {
    const [a, b, c] = [beta, beta / Math.sqrt(stiffness), beta / stiffness];
    const ofY = (friction + 2 * a * friction - 2 * b * curvature) * Y * Y;
    return 2 * b * X * X + ofY + 2 * (a + b * friction - c * curvature) * X * Y;
  };
  const scale = fc.double({ min: -2, max: 2, noNaN: true }).map((exponent) => 10 ** exponent);
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const coordinate = fc.integer({ min: -3000, max: 3000 }).map((thousandths) => thousandths / 1000);
  const mode = fc.tuple(share, coordinate, coordinate);

  it("bound the fall for every curvature between −ν and Λ, and leave a quarter of both squares", () => {
    fc.assert(
      fc.property(
        scale,
        scale,
        share,
        fc.array(mode, { minLength: 1, maxLength: 4 }),
        (friction, stiffness, part, modes) => {
          const constants = hypocoerciveConstants(friction, stiffness, part * stiffness);
          const { concavity, beta } = constants;
          const scaled = modes.map(
            ([at, X, Y]) => [at * (stiffness + concavity) - concavity, X * Math.sqrt(stiffness), Y] as const,
          );
          const total = scaled.reduce((sum, one) => sum + fall(constants, one), 0);
          const [x, y] = [1, 2].map((k) => scaled.reduce((sum, one) => sum + one[k]! * one[k]!, 0));
          const decline = declineOf(constants, x!, y!);
          const root = Math.sqrt(stiffness);
          const relative = friction / root;
          const squares =
            root * (2 * beta * (x! / stiffness) + (relative - 2 * beta + 2 * beta * relative) * y!);
          const roundOff = 1e-13 * root * (1 + relative) * (x! / stiffness + y!);
          expect(total).toBeGreaterThanOrEqual(decline - roundOff);
          expect(decline).toBeGreaterThanOrEqual(0.25 * squares - roundOff);
          expect(beta).toBeGreaterThan(0);
          expect(squares).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("make a harmonic well's ℰ fall at a constant rate, γ = √Λ/2", () => {
    // Of the mean: H − H* = ½(v² + Λm²), X = Λm, Y = v. A quadratic form of a damped oscillation falls as e^(−γt) throughout
    // where it is a multiple of v² + γmv + Λm².
    const [friction, stiffness] = [0.6, 1.44];
    const { beta } = hypocoerciveConstants(friction, stiffness, 0);
    expect(Math.abs((2 * beta * Math.sqrt(stiffness)) / (0.5 + beta) - friction)).toBeLessThan(1e-15);
  });
});

describe("ψ = tanh(θx), from a product law, where H stands still", () => {
  const made = tanhProblem();
  const phase = plane(96, 5, 2.5);

  it.each([0.3, 1, 3])("ℰ falls at least as fast as proved, and never rests; γ = %d", (friction) => {
    const dynamics = kinetic({ friction });
    const density = phaseDensity(phase, gaussian({ mean: [-1], std: [0.5] }), 1e-6, TAU);
    const functional = hypocoerciveFunctional({ problem: made, dynamics, phase, start: density });
    const read = (now: Float64Array) => functional.observe(now);
    const step = 0.05;
    const options = { problem: made, dynamics, phase, scheme: "spectral", integrator: "aboba" } as const;
    const stepper = new KineticStepper({ ...options, order: 4, step, density });
    let last = read(stepper.density());
    let slowest = Number.POSITIVE_INFINITY;
    let slowestOfH = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 160; n++) {
      stepper.step(n);
      const now = read(stepper.density());
      // Trapezoidal rule for the integral of the bound: its error, h²/12 of the bound's curvature, is far below what the bound gives away.
      expect(last.value - now.value).toBeGreaterThanOrEqual(0.5 * step * (last.decline + now.decline));
      expect(now.value).toBeGreaterThanOrEqual(now.excess);
      slowest = Math.min(slowest, Math.log(last.value / now.value) / step);
      slowestOfH = Math.min(slowestOfH, Math.log(last.excess / now.excess) / step);
      last = now;
    }
    // Measured: ℰ falls at .042, .112, .154 at least, H at .0002, .0006, .0018.
    expect(slowest).toBeGreaterThan(40 * slowestOfH);
  });

  it("rounding noise in the tails does not count", () => {
    const dynamics = kinetic({ friction: 1 });
    const law = gaussian({ mean: [-0.5], std: [0.4], momentum: { mean: [0.3], std: [0.3] } });
    const start = phaseDensity(phase, law, 1e-6, TAU);
    const functional = hypocoerciveFunctional({ problem: made, dynamics, phase, start });
    const clean = functional.observe(start);
    const noisy = functional.observe(start.map((mu, i) => mu + 1e-17 * Math.sin(12.9898 * i * i)));
    // 4τ²ε(π/Δ)² of the finer axis times the volume: 4 · .0025 · 1e-17 · 3600 · 50 = 2e-14, times the forces of the tails, up to 5² : 2τ.
    for (const key of ["value", "decline"] as const) {
      expect(Math.abs(noisy[key] - clean[key]), key).toBeLessThan(1e-11);
    }
  });
});

it("where Φ is curved beyond Λ or −ν nothing is proved", () => {
  const well = problem({ potential: { kind: "double-well" }, temperature: 0.1 });
  const phase = plane(128, 4, 4);
  const at = (mean: number, std = 0.3) =>
    phaseDensity(
      phase,
      gaussian({ mean: [mean], std: [std], momentum: { mean: [0], std: [0.4] } }),
      1e-6,
      0.1,
    );
  const dynamics = kinetic({ friction: 1 });
  const functional = hypocoerciveFunctional({ problem: well, dynamics, phase, start: at(0.5) });
  // 3θ² − 1 between the cells that hold 1e-12 of the mass; beyond them further out.
  expect(functional.constants.concavity).toBeGreaterThan(1);
  expect(functional.observe(at(0.4)).decline).toBeGreaterThan(0);
  const far = functional.observe(at(1.6));
  expect(far.decline).toBeNaN();
  expect(far.value).toBeGreaterThan(far.excess);
  // From a start within |θ| < 0.8: Λ is that of the equilibrium, whose e^(−V/τ) holds mass out to |θ| = 1.8, where 3θ² − 1 = 8.7.
  const narrow = hypocoerciveFunctional({ problem: well, dynamics, phase, start: at(0, 0.1) });
  expect(narrow.constants.stiffness).toBeGreaterThan(8);
});

describe("where ℰ is not proved to fall", () => {
  const law = gaussian({ mean: [0.5], std: [0.3] });
  const data = fromFunction({ function: "sin", interval: [-2, 2], samples: 9 });
  const one = (activation: "relu" | "relu2") =>
    neuron({ activation, inputs: 1, output: "fixed", bias: false });
  const smooth = { data, neuron: one("relu2"), regulariser: { l2: 0.1 }, temperature: 0.1 } as const;
  const holds = (
    made: ReturnType<typeof problem>,
    friction = kinetic({ friction: 1 }),
    start: InitialLaw = law,
  ) => hypocoercive(made, friction, start);

  it("it is not asked for", () => {
    expect(holds(problem(smooth))).toBe(true);
    expect(holds(problem({ domain: "torus", potential: { kind: "cosine" }, temperature: 0.1 }))).toBe(true);
    expect(holds(problem({ ...smooth, temperature: 0 }))).toBe(false);
    expect(holds(problem({ ...smooth, interaction: { kind: "quadratic", strength: 1 } }))).toBe(false);
    expect(holds(problem({ ...smooth, regulariser: { l2: 0 } }))).toBe(false);
    expect(holds(problem({ ...smooth, neuron: one("relu") }))).toBe(false);
    expect(holds(problem({ potential: { kind: "quadratic" }, temperature: 0.1, dimension: 2 }))).toBe(false);
    expect(holds(problem(smooth), kinetic({ friction: { nesterov: 3, from: 1 } }))).toBe(false);
    expect(holds(problem(smooth), undefined, uniform({ low: [-1], high: [1] }))).toBe(false);
  });

  it("nor where nothing is curved", () => {
    const flat = problem({ domain: "torus", potential: { kind: "cosine", strength: 0 }, temperature: 0.1 });
    const phase = plane(32, Math.PI, 3, true);
    const start = phaseDensity(phase, law, 1e-6, 0.1);
    const make = () =>
      hypocoerciveFunctional({ problem: flat, dynamics: kinetic({ friction: 1 }), phase, start });
    expect(make).toThrow(/found friction 1 and stiffness 0; allowed: finite numbers > 0/);
  });
});
