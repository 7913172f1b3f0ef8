// JKO steps by quantiles against what is exact: the recursion of Gaussians and of Barenblatt's profiles at every h, the flows
// themselves as h → 0. Orders are measured on the levels named and asserted to 5 % (in h: to the next order's share).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf } from "../../base/elementary.ts";
import { MuflowError } from "../../base/errors.ts";
import { slopeOf } from "../../base/slope.ts";
import { axis } from "../../grid/axis.ts";
import { massOf, momentsOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { barenblatt } from "../../limits/barenblatt.ts";
import { langevinAt, linearNeuron, quadraticMcKeanVlasov } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussLegendre } from "../../problem/gauss-legendre.ts";
import { gaussian, sphere, uniform } from "../../problem/law.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { gibbsSolver } from "../equilibrium/gibbs.ts";
import { GridField } from "../field/field.ts";
import { quantileStepper } from "./quantile.ts";
import { gaussianSteps, type QuadraticForce } from "./testing.ts";

const line = (low: number, high: number, cells: number) => grid([axis({ low, high, cells })]);
const tanhNeuron = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: 0.3,
});

/** The measured order within 5 %. */
function expectOrder(sizes: readonly number[], errors: readonly number[], order: number) {
  expect(Math.abs(slopeOf(sizes, errors) / order - 1)).toBeLessThan(0.05);
}

/** A stepper after `count` steps. */
function stepped(count: number, options: Parameters<typeof quantileStepper>[0]) {
  const stepper = quantileStepper(options);
  for (let k = 0; k < count; k++) stepper.step();
  return stepper;
}

describe("Gaussians under a quadratic Φ, against JKO's own recursion", () => {
  const force = linearNeuron(linear);
  const start = { mean: -1, variance: 0.64 };
  const law = gaussian({ mean: [-1], std: [0.8] });
  const h = 0.1;

  it("the linear neuron: the mean to round-off, the variance of order 2 in 1/n", () => {
    const pieces = [100, 200, 400, 800];
    const exact = gaussianSteps(force, start, h, 20);
    const errors = pieces.map((n) => {
      const found = stepped(20, {
        problem: linear,
        grid: line(-8, 8, 400),
        law,
        step: h,
        pieces: n,
      }).moments();
      // Twenty solves, each to 1e-12 of an extent of 10 and that squared; sums to 1e-15.
      expect(Math.abs(found.mean - exact.mean)).toBeLessThan(1e-13);
      return Math.abs(found.variance - exact.variance);
    });
    expectOrder(pieces, errors, -2);
  });

  it.each<[string, QuadraticForce, Parameters<typeof problem>[0]]>([
    ["heat", { s: 0, c: 0, lambda: 0, tau: 0.3 }, { temperature: 0.3 }],
    [
      "Ornstein–Uhlenbeck",
      { s: 0, c: 0, lambda: 2, tau: 0.3 },
      { potential: { kind: "quadratic", strength: 2 }, temperature: 0.3 },
    ],
    [
      "quadratic McKean–Vlasov",
      { s: -0.7, c: 0, lambda: 1.7, tau: 0.3 },
      {
        potential: { kind: "quadratic" },
        interaction: { kind: "quadratic", strength: 0.7 },
        temperature: 0.3,
      },
    ],
    [
      "repulsion, b = −0.4",
      { s: 0.4, c: 0, lambda: 0.6, tau: 0.3 },
      {
        potential: { kind: "quadratic" },
        interaction: { kind: "quadratic", strength: -0.4 },
        temperature: 0.3,
      },
    ],
  ])("%s: order 2 in 1/n", (_, quadratic, options) => {
    const made = problem(options);
    const exact = gaussianSteps(quadratic, start, h, 20);
    const pieces = [100, 200, 400];
    const errors = pieces.map((n) => {
      const found = stepped(20, {
        problem: made,
        grid: line(-12, 12, 400),
        law,
        step: h,
        pieces: n,
      }).moments();
      expect(Math.abs(found.mean - exact.mean)).toBeLessThan(1e-13);
      return Math.abs(found.variance - exact.variance);
    });
    expectOrder(pieces, errors, -2);
  });

  it("τ = 0: every edge of a quadratic well shrinks by 1 + hλ, to round-off", () => {
    const made = problem({ potential: { kind: "quadratic", strength: 2 } });
    const options = { problem: made, grid: line(-4, 4, 100), law, step: 0.25 };
    const edges = quantileStepper(options).positions();
    const found = stepped(8, options).positions();
    for (const [j, x] of edges.entries()) expect(Math.abs(found[j] - x / 1.5 ** 8)).toBeLessThan(1e-14);
  });

  it("mobility D is the metric (θ − θ′)²/D: step h with D is step hD with 1", () => {
    const options = { problem: linear, grid: line(-8, 8, 200), law };
    const fast = stepped(5, { ...options, step: 0.1, mobility: 2 });
    const long = stepped(5, { ...options, step: 0.2 });
    expect(fast.save()).toEqual(long.save());
  });
});

describe("order 1 in h, against the flow", () => {
  const steps = [0.05, 0.025, 0.0125];
  const at = (h: number) => Math.round(1 / h);
  // The error is C₁h + C₂h² + …: for such rates its slope is below 1.15 on these steps, and tends to 1.
  const expectFirst = (errors: number[]) => {
    expect(slopeOf(steps, errors)).toBeGreaterThan(0.9);
    expect(slopeOf(steps, errors)).toBeLessThan(1.15);
  };

  it("the linear neuron under Langevin dynamics", () => {
    const law = gaussian({ mean: [-1], std: [1.5] });
    const exact = langevinAt(linearNeuron(linear), { mean: -1, variance: 2.25 }, 1);
    const found = steps.map((step) =>
      stepped(at(step), { problem: linear, grid: line(-12, 12, 400), law, step, pieces: 1600 }).moments(),
    );
    expectFirst(found.map(({ mean }) => Math.abs(mean - exact.mean)));
    expectFirst(found.map(({ variance }) => Math.abs(variance - exact.variance)));
  });

  it("[CH]'s McKean–Vlasov example: a = b = 1, ρ₀ = N(5, 9)", () => {
    const tau = 1;
    const made = problem({
      potential: { kind: "quadratic" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: tau,
    });
    const law = gaussian({ mean: [5], std: [3] });
    const exact = quadraticMcKeanVlasov({ a: 1, b: 1, tau }, { mean: 5, variance: 9 }, 1);
    const found = steps.map((step) =>
      stepped(at(step), { problem: made, grid: line(-20, 30, 400), law, step, pieces: 1600 }).moments(),
    );
    expectFirst(found.map(({ mean }) => Math.abs(mean - exact.mean)));
    expectFirst(found.map(({ variance }) => Math.abs(variance - exact.variance)));
  });

  it.each([2, 3])("the porous medium equation, m = %i", (m) => {
    const exact = barenblatt(m);
    const found = steps.map((step) => {
      const { variance } = stepped(at(step), porous(m, step, 400)).moments();
      return Math.abs(variance - exact.variance(2));
    });
    expectFirst(found);
  });
});

/** Barenblatt's profile at t = 1, as cell averages of a fine grid. */
function porous(m: number, step: number, pieces: number) {
  const exact = barenblatt(m);
  const g = line(-4, 4, 4000);
  const { nodes, weights } = gaussLegendre(8);
  const law = g.axes[0].centres.map((centre) =>
    nodes.reduce(
      (total, u, i) => total + 0.5 * weights[i] * exact.density(centre + 0.5 * u * g.volume, 1),
      0,
    ),
  );
  return { problem: problem({}), grid: g, law, step, pieces, porousMedium: { exponent: m } };
}

describe.each([2, 3])("Barenblatt, m = %i", (m) => {
  it("its own JKO recursion (σ⁺ − σ)V/h = (m−1)U σ⁺^(−m): order 2 in 1/n", () => {
    const exact = barenblatt(m);
    const [variance, energy, h] = [exact.variance(1), exact.energy(1), 0.1];
    let sigma = 1;
    for (let k = 0; k < 10; k++) {
      let [low, high] = [sigma, 10 * sigma];
      for (let round = 0; round < 100; round++) {
        const middle = 0.5 * (low + high);
        if ((middle - sigma) * variance < h * (m - 1) * energy * middle ** -m) low = middle;
        else high = middle;
      }
      sigma = low;
    }
    const pieces = [50, 100, 200, 400];
    const errors = pieces.map((n) =>
      Math.abs(stepped(10, porous(m, h, n)).moments().variance - sigma ** 2 * variance),
    );
    expectOrder(pieces, errors, -2);
  });
});

describe("a double well, curvature −1 at its top", () => {
  const well = (temperature: number) => problem({ potential: { kind: "double-well" }, temperature });
  const options = { grid: line(-4, 4, 200), law: gaussian({ mean: [0.05], std: [0.5] }) };

  it.each([0, 0.02, 0.3])("h = 0.95 works at τ = %d", (temperature) => {
    const stepper = quantileStepper({ ...options, problem: well(temperature), step: 0.95 });
    let energy = stepper.freeEnergy();
    for (let k = 0; k < 20; k++) {
      stepper.step();
      expect(stepper.freeEnergy()).toBeLessThanOrEqual(energy + 1e-14);
      energy = stepper.freeEnergy();
    }
    // Both wells are full: the variance is near 1, where a single well would leave less than ½.
    expect(stepper.moments().variance).toBeGreaterThan(0.7);
  });

  it.each([
    1.1, 2, 10,
  ])("h = %d is refused at τ = 0, with a step that works, and leaves the state as it was", (step) => {
    const stepper = quantileStepper({ ...options, problem: well(0), step });
    const before = stepper.save();
    let message = "";
    try {
      stepper.step();
    } catch (error) {
      expect(error).toBeInstanceOf(MuflowError);
      expect((error as MuflowError).kind).toBe("numerics");
      message = (error as MuflowError).message;
    }
    expect(message).toMatch(/step too long for a non-convex potential/);
    expect(stepper.save()).toEqual(before);
    const wish = Number(/Try step ≤ ([\d.e-]+)/.exec(message)?.[1]);
    expect(wish).toBeLessThan(1);
    expect(() => stepped(5, { ...options, problem: well(0), step: wish })).not.toThrow();
  });

  it("τ > 0: E is convex along mixtures, so that a step of any length has one solution: 1000 reaches the Gibbs measure", () => {
    const made = well(0.3);
    const g = line(-4, 4, 2000);
    const exact = momentsOf(g, gibbsSolver(new GridField(made, g)).solve({ temperature: 0.3 }).density)[0];
    const pieces = [100, 200, 400];
    const found = pieces.map((n) =>
      stepped(4, { ...options, problem: made, step: 1000, pieces: n }).moments(),
    );
    // Symmetric: the mean is what four steps leave of 0.05, (1 + 1000 gap)^(−4) with a gap above 0.1.
    for (const { mean } of found) expect(Math.abs(mean)).toBeLessThan(0.05 * 100 ** -4);
    expectOrder(
      pieces,
      found.map(({ variance }) => Math.abs(variance - exact.variance)),
      -2,
    );
  });
});

describe("a network, R convex in μ and not in the quantile", () => {
  const x = Array.from({ length: 24 }, (_, i) => -3 + i / 4);
  const data = fromArrays(
    x,
    x.map((u) => 0.8 * Math.tanh(1.5 * u) - 0.3 * Math.tanh(-2 * u)),
  );
  const net = problem({ data, neuron: tanhNeuron, regulariser: { l2: 0.05 }, temperature: 0.02 });
  const law = gaussian({ mean: [1], std: [0.5] });

  it("long steps reach the Gibbs fixed point: the outputs c agree, order 2 in 1/n", () => {
    const g = line(-8, 8, 4000);
    const field = new GridField(net, g);
    const exact = gibbsSolver(field).solve({ temperature: 0.02 }).outputs;
    const pieces = [100, 200, 400];
    const errors = pieces.map((n) => {
      const found = stepped(4, { problem: net, grid: line(-8, 8, 400), law, step: 1000, pieces: n });
      const outputs = new Float64Array(24);
      for (const [i, input] of x.entries()) outputs[i] = found.average((theta) => Math.tanh(theta * input));
      return Math.max(...outputs.map((c, i) => Math.abs(c - exact[i])));
    });
    expectOrder(pieces, errors, -2);
  });

  it("a user's own ψ steps as the perceptron it repeats", () => {
    const own = customNeuron({
      dimension: 1,
      inputs: 1,
      value: (theta, input) => Math.tanh(theta[0] * input[0]),
      gradient: (theta, input, out) => {
        out[0] = input[0] / Math.cosh(theta[0] * input[0]) ** 2;
      },
    });
    const options = { grid: line(-8, 8, 100), law, step: 0.5 };
    const mine = stepped(3, {
      ...options,
      problem: problem({ data, neuron: own, regulariser: { l2: 0.05 }, temperature: 0.02 }),
    });
    const built = stepped(3, { ...options, problem: net }).positions();
    for (const [j, edge] of mine.positions().entries()) expect(Math.abs(edge - built[j])).toBeLessThan(1e-11);
  });
});

it("W₂²/2h + E never rises, mass stays 1, edges stay in order, and the same state gives the same bits", () => {
  const kinds = fc.constantFrom("none", "quadratic", "cosine", "gaussian") as fc.Arbitrary<
    "none" | "quadratic" | "cosine" | "gaussian"
  >;
  const losses = fc.constantFrom("squared" as const, { huber: { delta: 0.2 } });
  fc.assert(
    fc.property(
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.double({ min: 0.2, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.double({ min: 0.02, max: 0.5, noNaN: true }),
      kinds,
      losses,
      fc.double({ min: -0.8, max: 1.5, noNaN: true }),
      (mean, std, temperature, step, kind, loss, strength) => {
        const made = problem({
          data: fromArrays([-1, 0.5, 2], [0.5, -0.2, 1]),
          neuron: tanhNeuron,
          loss,
          regulariser: { l2: 1 },
          temperature,
          ...(kind === "none" ? {} : { interaction: { kind, strength } }),
        });
        const g = line(-9, 9, 60);
        const options = { problem: made, grid: g, law: gaussian({ mean: [mean], std: [std] }), step };
        const stepper = quantileStepper(options);
        for (let k = 0; k < 4; k++) {
          const before = stepper.freeEnergy();
          const from = stepper.positions();
          stepper.step();
          const to = stepper.positions();
          let cost = 0;
          for (const [j, mass] of stepper.masses.entries()) {
            const [a, b] = [to[j] - from[j], to[j + 1] - from[j + 1]];
            cost += (mass * (a * a + a * b + b * b)) / (6 * step);
            expect(to[j + 1]).toBeGreaterThan(to[j]);
          }
          // With a Gaussian W it is the split functional that falls.
          if (kind !== "gaussian") expect(stepper.freeEnergy() + cost).toBeLessThanOrEqual(before + 1e-13);
          const density = stepper.density();
          expect(Math.abs(massOf(g, density) - 1)).toBeLessThan(1e-14);
          expect(Math.min(...density)).toBeGreaterThanOrEqual(0);
        }
        const again = quantileStepper(options);
        again.restore(stepper.save());
        stepper.step();
        again.step();
        expect(again.save()).toEqual(stepper.save());
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

describe("walls", () => {
  it("heat between walls becomes uniform at rate τ(π/L)², and no mass leaves", () => {
    const g = line(-4, 4, 200);
    const made = problem({ temperature: 1 });
    const stepper = stepped(60, {
      problem: made,
      grid: g,
      law: gaussian({ mean: [1], std: [0.5] }),
      step: 0.5,
    });
    const edges = stepper.positions();
    expect([edges[0], edges[200]]).toEqual([-4, 4]);
    // The slowest mode cos(π(θ + 4)/8), excited by 2 cos(5π/8) e^(−(π/8)²/8), decays by 1/(1 + h(π/8)²) a step to first order.
    const rate = (Math.PI / 8) ** 2;
    const left = 2 * Math.abs(Math.cos((5 * Math.PI) / 8)) * Math.exp(-rate / 8) * (1 + 0.5 * rate) ** -60;
    const density = stepper.density();
    const found = 8 * 0.5 * (Math.max(...density) - Math.min(...density));
    expect(Math.abs(found / left - 1)).toBeLessThan(0.1);
  });

  it("a slope against a wall: the exponential profile e^(−θ/τ) on [0, 10]", () => {
    const push = customNeuron({
      dimension: 1,
      inputs: 1,
      value: (theta) => theta[0],
      gradient: (_theta, _x, out) => {
        out[0] = 1;
      },
    });
    // Huber far from its corner has slope δ: Φ = θ.
    const made = problem({
      data: fromArrays([1], [-100]),
      neuron: push,
      loss: { huber: { delta: 1 } },
      temperature: 0.5,
    });
    const pieces = [100, 200, 400];
    const found = pieces.map((n) => {
      const law = uniform({ low: [2], high: [3] });
      // The slowest mode decays at rate 1/(4τ): 30 steps of 10 leave (1 + 5)^(−30) of it.
      const stepper = stepped(30, { problem: made, grid: line(0, 10, 100), law, step: 10, pieces: n });
      expect(stepper.positions()[0]).toBe(0);
      return stepper.moments();
    });
    // X ↦ (1 + s)X changes ∫θ dμ by s⟨θ⟩, and the entropy by −s, of the pieces too: their mean is exact.
    for (const { mean } of found) expect(Math.abs(mean - 0.5)).toBeLessThan(1e-13);
    const variances = found.map(({ variance }) => Math.abs(variance - 0.25));
    expectOrder(pieces, variances, -2);
  });
});

describe("pieces and grids", () => {
  const law = gaussian({ mean: [0.3], std: [0.7] });
  const made = problem({ temperature: 1 });

  it("edges of a Gaussian: the mean to round-off, the variance of order 2 in 1/n", () => {
    const pieces = [100, 200, 400, 800];
    const errors = pieces.map((n) => {
      const options = { problem: made, grid: line(-8, 8, 100), law, step: 1, pieces: n };
      const { mean, variance } = quantileStepper(options).moments();
      expect(Math.abs(mean - 0.3)).toBeLessThan(1e-14);
      return Math.abs(variance - 0.49);
    });
    expectOrder(pieces, errors, -2);
  });

  it("edges of a grid's density agree with the law's, to the cells' error Δ²", () => {
    const spacings = [0.08, 0.04, 0.02];
    const errors = spacings.map((spacing) => {
      const g = line(-8, 8, 16 / spacing);
      const fromLaw = quantileStepper({ problem: made, grid: g, law, step: 1, pieces: 100 }).positions();
      const fromCells = quantileStepper({
        problem: made,
        grid: g,
        law: initialDensity(g, law, 1),
        step: 1,
        pieces: 100,
      }).positions();
      return Math.max(...fromLaw.map((edge, j) => Math.abs(edge - fromCells[j])));
    });
    expect(slopeOf(spacings, errors)).toBeGreaterThan(1.8);
  });

  it("a law cut off by the axis is conditioned to it, to order 2 in 1/n", () => {
    const g = line(0, 4, 400);
    // X ~ N(m, s²) given X > 0 (above 4 lie 6e-8): mean m + sφ/Φ, variance s²(1 − (m/s)φ/Φ − (φ/Φ)²).
    const z = 0.3 / 0.7;
    const ratio = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / (0.5 * (1 + erf(z * Math.SQRT1_2)));
    const pieces = [50, 100, 200];
    const found = pieces.map((n) =>
      quantileStepper({ problem: made, grid: g, law, step: 1, pieces: n }).moments(),
    );
    expectOrder(
      pieces,
      found.map(({ mean }) => Math.abs(mean - (0.3 + 0.7 * ratio))),
      -2,
    );
    expectOrder(
      pieces,
      found.map(({ variance }) => Math.abs(variance - 0.49 * (1 - z * ratio - ratio * ratio))),
      -2,
    );
    expect(() => quantileStepper({ problem: made, grid: g, law, step: 1, leak: 1e-6 })).toThrow(/cuts off/);
  });
});

describe("refusals name what is wrong", () => {
  const g = line(-4, 4, 50);
  const law = gaussian({ mean: [0], std: [1] });
  const plain = problem({ temperature: 1 });
  const relu = problem({
    data: fromArrays([1], [1]),
    neuron: neuron({ activation: "relu", inputs: 1, output: "fixed", bias: false }),
  });
  it.each([
    ["a torus", { problem: problem({ domain: "torus" }), grid: g, law, step: 1 }, /circle/],
    ["p = 2", { problem: problem({ dimension: 2 }), grid: g, law, step: 1 }, /p = 1; found p = 2/],
    ["a corner", { problem: relu, grid: g, law, step: 1 }, /relu has a corner/],
    [
      "a periodic axis",
      { problem: plain, grid: grid([axis({ low: -4, high: 4, cells: 50, periodic: true })]), law, step: 1 },
      /bounded axis/,
    ],
    ["a sphere", { problem: plain, grid: g, law: sphere({ radius: 1 }), step: 1 }, /needs a density/],
    ["std 0", { problem: plain, grid: g, law: gaussian({ mean: [0], std: [0] }), step: 1 }, /needs a width/],
    ["too few pieces", { problem: plain, grid: g, law, step: 1, pieces: 4 }, /found 4/],
    ["h = 0", { problem: plain, grid: g, law, step: 0 }, /time.step: found 0/],
    ["m = 1", { problem: plain, grid: g, law, step: 1, porousMedium: { exponent: 1 } }, /exponent: found 1/],
  ] as const)("%s", (_, options, message) => {
    expect(() => quantileStepper(options)).toThrow(message);
  });
});

it("mass leaves either wall as it leaves the other: mirror images", () => {
  const made = problem({ potential: { kind: "quadratic", strength: 1 }, temperature: 0.02 });
  const [left, right] = [-1, 1].map((wall) => {
    const law = uniform({ low: Math.min(wall, -0.2 * wall), high: Math.max(wall, -0.2 * wall) });
    const stepper = quantileStepper({ problem: made, grid: line(-1, 1, 40), law, step: 0.3, pieces: 24 });
    const edges = stepper.save();
    // At the wall to the last bit.
    edges[wall < 0 ? 0 : 24] = wall;
    stepper.restore(edges);
    for (let k = 0; k < 3; k++) stepper.step();
    return stepper.positions();
  });
  for (let j = 0; j <= 24; j++) expect(Math.abs(left[j] + right[24 - j])).toBeLessThan(1e-12);
  expect(left[0]).toBeGreaterThan(-0.9);
});
