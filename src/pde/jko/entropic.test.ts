// Entropic JKO steps against what is exact: the regularised recursion of Gaussians at every h and ε, the limit equation with
// (α/2)Δμ more at ε = αh, the quantile method as ε → 0, products in two coordinates, Fourier modes on a circle.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MuflowError } from "../../base/errors.ts";
import { slopeOf } from "../../base/slope.ts";
import { axis } from "../../grid/axis.ts";
import { massOf, momentsOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { langevinAt, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian, uniform } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { defaultEpsilon, entropicStepper } from "./entropic.ts";
import { quantileStepper } from "./quantile.ts";
import { gaussianSteps, type QuadraticForce } from "./testing.ts";

const line = (reach: number, cells: number) => grid([axis({ low: -reach, high: reach, cells })]);
const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: 0.3,
});
const force = linearNeuron(linear);

/** A stepper after `count` steps. */
function stepped(count: number, options: Parameters<typeof entropicStepper>[0]) {
  const stepper = entropicStepper(options);
  for (let k = 0; k < count; k++) stepper.step();
  return stepper;
}

/** What marginals off by 1e-9 in L1 a step can do to ⟨θ²⟩ on [−reach, reach]. */
const slack = (reach: number, count: number) => 1e-9 * reach * reach * count;

describe("Gaussians under a quadratic Φ: S⁺ = S/r² + ε/r", () => {
  const reach = 10;
  const g = line(reach, 200);
  const density = initialDensity(g, gaussian({ mean: [-1], std: [0.8] }), 1e-6);
  const [start] = momentsOf(g, density);
  const [h, count] = [0.1, 10];

  it.each<[string, QuadraticForce, typeof linear]>([
    ["the linear neuron", force, linear],
    [
      "Ornstein–Uhlenbeck",
      { s: 0, c: 0, lambda: 2, tau: 0.3 },
      problem({ potential: { kind: "quadratic", strength: 2 }, temperature: 0.3 }),
    ],
    ["heat", { s: 0, c: 0, lambda: 0, tau: 0.2 }, problem({ temperature: 0.2 })],
    ["no energy at all: a blur of variance ε", { s: 0, c: 0, lambda: 0, tau: 0 }, problem({})],
    [
      "a well without temperature",
      { s: 0, c: 0, lambda: 2, tau: 0 },
      problem({ potential: { kind: "quadratic", strength: 2 } }),
    ],
  ])("%s", (_, quadratic, made) => {
    for (const epsilon of [0.02, 0.06]) {
      for (const compensated of [false, true]) {
        const stepper = stepped(count, { problem: made, grid: g, density, step: h, epsilon, compensated });
        const tau = quadratic.tau - (compensated ? epsilon / (2 * h) : 0);
        const exact = gaussianSteps({ ...quadratic, tau }, start, h, count, epsilon);
        const [found] = momentsOf(g, stepper.density());
        expect(Math.abs(found.mean - exact.mean)).toBeLessThan(slack(reach, count));
        expect(Math.abs(found.variance - exact.variance)).toBeLessThan(slack(reach, count));
        expect(stepper.report().marginal_error).toBeLessThanOrEqual(1e-9);
        expect(Math.abs(massOf(g, stepper.density()) - 1)).toBeLessThan(1e-14);
      }
    }
  });
});

describe("the bias of ε = αh", () => {
  const reach = 9;
  const until = 1;
  const law = gaussian({ mean: [-1], std: [0.8] });
  const steps = [0.1, 0.05, 0.025];
  /** Variance at t = 1 at that h and α. */
  const variance = (h: number, alpha: number, compensated: boolean) => {
    const g = line(reach, Math.ceil((2 * reach) / Math.sqrt(alpha * h)));
    const density = initialDensity(g, law, 1e-6);
    const [start] = momentsOf(g, density);
    const made = stepped(Math.round(until / h), {
      problem: linear,
      grid: g,
      density,
      step: h,
      epsilon: alpha * h,
      compensated,
    });
    return { start, found: momentsOf(g, made.density())[0].variance };
  };

  it("converges at order 1 to the equation at temperature τ + α/2", () => {
    for (const alpha of [0.2, 0.6]) {
      const errors = steps.map((h) => {
        const { start, found } = variance(h, alpha, false);
        return Math.abs(found - langevinAt({ ...force, tau: force.tau + alpha / 2 }, start, until).variance);
      });
      expect(slopeOf(steps, errors)).toBeGreaterThan(0.85);
      expect(slopeOf(steps, errors)).toBeLessThan(1.15);
    }
  });

  it("its slope in α, extrapolated to h = 0, is that of the limit law, ½ ∂/∂τ Var = (1 − e^(−2λt))/2λ", () => {
    const exact = (1 - Math.exp(-2 * force.lambda * until)) / (2 * force.lambda);
    const slope = (h: number) => (variance(h, 0.6, false).found - variance(h, 0.2, false).found) / 0.4;
    const [coarse, fine] = [slope(0.05), slope(0.025)];
    const extrapolated = 2 * fine - coarse;
    // The difference of two extrapolations bounds the last one's error; the cells' Δ²/12 = αh/12 is part of what it removes.
    const error = Math.abs(extrapolated - (2 * coarse - slope(0.1)));
    expect(error).toBeLessThan(0.05 * exact);
    expect(Math.abs(extrapolated - exact)).toBeLessThan(error);
  });

  it("in equilibrium the variance is (τ + α/2)/λ, and τ/λ compensated, both to order 1 in h", () => {
    const alpha = 0.4;
    const long = [0.4, 0.2, 0.1];
    for (const compensated of [false, true]) {
      const errors = long.map((h) => {
        const g = line(reach, Math.ceil((2 * reach) / Math.sqrt(alpha * h)));
        const density = initialDensity(g, gaussian({ mean: [0.9], std: [0.9] }), 1e-6);
        const options = { problem: linear, grid: g, density, step: h, epsilon: alpha * h, compensated };
        const [found] = momentsOf(g, stepped(Math.round(16 / h), options).density());
        return Math.abs(found.variance - (force.tau + (compensated ? 0 : alpha / 2)) / force.lambda);
      });
      expect(slopeOf(long, errors)).toBeGreaterThan(0.85);
      expect(slopeOf(long, errors)).toBeLessThan(1.15);
    }
  });

  it("compensated, the limit is the problem's own equation, at order 1 in h", () => {
    const errors = steps.map((h) => {
      const { start, found } = variance(h, 0.6, true);
      return Math.abs(found - langevinAt(force, start, until).variance);
    });
    expect(slopeOf(steps, errors)).toBeGreaterThan(0.85);
    expect(slopeOf(steps, errors)).toBeLessThan(1.15);
  });
});

describe("against the quantile method, as ε → 0 at fixed h", () => {
  const law = gaussian({ mean: [0.3], std: [0.5] });
  const g = line(4, 400);
  const [h, count] = [0.1, 5];

  it.each([
    ["a double well", problem({ potential: { kind: "double-well" }, temperature: 0.2 })],
    [
      "a Gaussian W, at the old measure in both",
      problem({
        potential: { kind: "double-well" },
        interaction: { kind: "gaussian", strength: 0.8, scale: 0.7 },
        temperature: 0.2,
      }),
    ],
  ])("%s: the difference of variances is of order 1 in ε", (_, made) => {
    const density = initialDensity(g, law, 1e-6);
    const quantile = quantileStepper({ problem: made, grid: g, law, step: h, pieces: 3200 });
    for (let k = 0; k < count; k++) quantile.step();
    // Cell averages sampled at centres carry Δ²/12 more.
    const exact = quantile.moments().variance + g.volume ** 2 / 12;
    const epsilons = [0.008, 0.004, 0.002];
    const errors = epsilons.map((epsilon) => {
      const options = { problem: made, grid: g, density, step: h, epsilon };
      return Math.abs(momentsOf(g, stepped(count, options).density())[0].variance - exact);
    });
    expect(slopeOf(epsilons, errors)).toBeGreaterThan(0.9);
    expect(slopeOf(epsilons, errors)).toBeLessThan(1.1);
  });
});

describe("two coordinates", () => {
  it("V alone: the product of two runs in one, Gaussians and double wells", () => {
    const axes = [axis({ low: -4, high: 4, cells: 48 }), axis({ low: -5, high: 5, cells: 60 })] as const;
    const both = grid(axes);
    const laws = [
      { mean: 0.5, std: 0.6 },
      { mean: -1, std: 0.9 },
    ] as const;
    for (const kind of ["quadratic", "double-well"] as const) {
      const options = { step: 0.1, epsilon: 0.06 };
      const temperature = 0.3;
      const plane = problem({ dimension: 2, potential: { kind }, temperature });
      const density = initialDensity(both, gaussian({ mean: [0.5, -1], std: [0.6, 0.9] }), 1e-4);
      const found = stepped(4, { ...options, problem: plane, grid: both, density }).density();
      const factors = axes.map((own, k) => {
        const g = grid([own]);
        const start = initialDensity(g, gaussian({ mean: [laws[k].mean], std: [laws[k].std] }), 1e-4);
        const single = problem({ potential: { kind }, temperature });
        return stepped(4, { ...options, problem: single, grid: g, density: start }).density();
      });
      let distance = 0;
      for (let at = 0; at < both.size; at++) {
        distance += both.volume * Math.abs(found[at] - factors[0][Math.floor(at / 60)] * factors[1][at % 60]);
      }
      // Three runs, four steps, marginals off by 1e-9 each.
      expect(distance).toBeLessThan(12e-9);
    }
  });

  it("a network ψ = a tanh(wx): converged steps, mass 1, density ≥ 0, and the risk falls", () => {
    const x = Array.from({ length: 12 }, (_, i) => -2 + i / 3);
    const made = problem({
      data: fromArrays(x, x.map(Math.sin)),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.1 },
      temperature: 0.02,
    });
    const g = grid([axis({ low: -4, high: 4, cells: 48 }), axis({ low: -4, high: 4, cells: 48 })]);
    const density = initialDensity(g, gaussian({ mean: [0.2, 0.2], std: [0.5, 0.5] }), 1e-4);
    const stepper = entropicStepper({ problem: made, grid: g, density, step: 0.2, compensated: true });
    const means = [momentsOf(g, density)];
    for (let k = 0; k < 5; k++) {
      stepper.step();
      expect(stepper.report().marginal_error).toBeLessThanOrEqual(1e-9);
      const now = stepper.density();
      expect(Math.abs(massOf(g, now) - 1)).toBeLessThan(1e-14);
      expect(Math.min(...now)).toBeGreaterThanOrEqual(0);
      means.push(momentsOf(g, now));
    }
    // a and w grow together: sin is odd and increasing at 0.
    for (const k of [0, 1]) expect(means[5][k].mean).toBeGreaterThan(means[0][k].mean);
  });
});

describe("a circle", () => {
  const circle = grid([axis({ low: -Math.PI, high: Math.PI, cells: 64, periodic: true })]);
  const density = circle.axes[0].centres.map(
    (u) => (1 + 0.5 * Math.cos(u) + 0.2 * Math.sin(3 * u)) / (2 * Math.PI),
  );

  it("without energy each Fourier mode k shrinks by e^(−εk²/2), to round-off", () => {
    const epsilon = 0.3;
    const found = stepped(3, {
      problem: problem({ domain: "torus" }),
      grid: circle,
      density,
      step: 1,
      epsilon,
    });
    for (const [i, u] of circle.axes[0].centres.entries()) {
      const first = 0.5 * Math.exp(-0.5 * 3 * epsilon) * Math.cos(u);
      const third = 0.2 * Math.exp(-0.5 * 9 * 3 * epsilon) * Math.sin(3 * u);
      expect(Math.abs(found.density()[i] - (1 + first + third) / (2 * Math.PI))).toBeLessThan(1e-14);
    }
  });

  it("noisy Kuramoto below its threshold K = 2τ forgets its phase, above it keeps it", () => {
    const order = (strength: number) => {
      const made = problem({ domain: "torus", interaction: { kind: "cosine", strength }, temperature: 0.5 });
      const options = { problem: made, grid: circle, density, step: 0.2, compensated: true };
      const end = stepped(100, options).density();
      return (
        circle.volume *
        end.reduce((total, value, i) => total + value * Math.cos(circle.axes[0].centres[i]), 0)
      );
    };
    expect(Math.abs(order(0.5))).toBeLessThan(0.01);
    // r = I₁(Kr/τ)/I₀(Kr/τ) at K = 2, τ = ½: r = 0.8244…; the scheme's bias is O(h).
    expect(order(2)).toBeGreaterThan(0.75);
  });
});

it("marginals, mass, positivity, and resuming, whatever the step", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.03, 0.3, 3),
      fc.constantFrom(0, 0.05, 0.5),
      fc.constantFrom(1, 4, 20),
      fc.boolean(),
      fc.constantFrom("none", "quadratic", "cosine", "gaussian") as fc.Arbitrary<
        "none" | "quadratic" | "cosine" | "gaussian"
      >,
      (step, temperature, resolution, compensated, kind) => {
        const made = problem({
          data: fromArrays([-1, 0.5, 2], [0.5, -0.2, 1]),
          neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
          potential: { kind: "double-well" },
          temperature,
          ...(kind === "none" ? {} : { interaction: { kind, strength: 0.4 } }),
        });
        const g = line(3, 60);
        // A box: the density has cells without mass.
        const density = initialDensity(g, uniform({ low: [-1], high: [0.5] }), 1e-6);
        const options = {
          problem: made,
          grid: g,
          density,
          step,
          epsilon: resolution * g.volume ** 2,
          compensated,
        };
        const stepper = entropicStepper(options);
        for (let k = 0; k < 3; k++) {
          stepper.step();
          const now = stepper.density();
          expect(stepper.report().marginal_error).toBeLessThanOrEqual(1e-9);
          expect(Math.abs(massOf(g, now) - 1)).toBeLessThan(1e-14);
          expect(Math.min(...now)).toBeGreaterThanOrEqual(0);
        }
        const again = entropicStepper(options);
        again.restore(stepper.save());
        stepper.step();
        again.step();
        expect(again.save()).toEqual(stepper.save());
      },
    ),
    { numRuns: 40, seed: 4 },
  );
});

describe("errors and defaults", () => {
  const g = line(4, 400);
  const density = initialDensity(g, gaussian({ mean: [0], std: [0.5] }), 1e-6);
  const made = problem({ potential: { kind: "double-well" }, temperature: 1 });

  it("the default ε: Δ², and 2τh where that is more, compensated", () => {
    expect(defaultEpsilon(g, 0.1, 1, false)).toBeCloseTo(0.0004, 15);
    expect(defaultEpsilon(g, 0.1, 1, true)).toBeCloseTo(0.2, 15);
    expect(entropicStepper({ problem: made, grid: g, density, step: 0.1 }).epsilon).toBeCloseTo(0.0004, 15);
  });

  it("2τh, compensated, with V alone takes one scaling iteration a step", () => {
    const stepper = stepped(3, { problem: made, grid: g, density, step: 0.1, compensated: true });
    expect(stepper.report().iterations).toBe(1);
  });

  it("an unconverged iterate is an error, with the error reached and an ε to try; the state stays", () => {
    // τh/ε = 2.5e7: slow modes shrink by 4e-8 an iteration.
    const hot = problem({ potential: { kind: "double-well" }, temperature: 1000 });
    const stepper = entropicStepper({
      problem: hot,
      grid: g,
      density,
      step: 100,
      epsilon: 0.0004,
      iterations: 20,
    });
    const before = stepper.save();
    let caught: unknown;
    try {
      stepper.step();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(MuflowError);
    expect((caught as MuflowError).kind).toBe("numerics");
    expect((caught as MuflowError).message).toMatch(
      /after 20 scaling iterations .* allowed: 1e-9\. Try epsilon = 0.0016/,
    );
    expect(stepper.save()).toEqual(before);
  });

  it.each([
    ["ε below Δ²/2", { epsilon: 1e-4 }, /from epsilon = 0.0002/],
    ["h = 0", { step: 0 }, /time.step: found 0/],
    ["a negative density", { density: density.map((value, i) => (i === 3 ? -1 : value)) }, /found -1/],
    ["no mass", { density: new Float64Array(400) }, /mass 0/],
    ["another grid's density", { density: new Float64Array(10).fill(1) }, /10 numbers/],
  ])("%s", (_, change, message) => {
    expect(() => entropicStepper({ problem: made, grid: g, density, step: 0.1, ...change })).toThrow(message);
  });
});
