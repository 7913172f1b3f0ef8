// The momentum iterations against their recursions written out plainly, and the matchings of (β, s) with (γ, h).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type ProblemOptions, problem } from "../problem/problem.ts";
import { type IntegratorName, type IntegratorSettings, makeIntegrator } from "./integrators.ts";
import {
  fromHigherMomentum,
  fromNesterov,
  fromPolyak,
  higherMomentum,
  nesterovBeta,
  nesterovMomentum,
  polyakMomentum,
} from "./momentum.ts";
import { makeSampler } from "./sampling.ts";
import { solo } from "./solo.ts";
import { advance } from "./testing.ts";

const K = 0.5;
const EPSILON = Number.EPSILON;

/** ∇Φ of the double well with quadratic attraction: θ³ − θ + K(θ − ⟨θ⟩), one coordinate. */
function slopes(theta: readonly number[]): number[] {
  const mean = theta.reduce((total, value) => total + value, 0) / theta.length;
  return theta.map((value) => value ** 3 - value + K * (value - mean));
}

const WELL: ProblemOptions = {
  potential: { kind: "double-well" },
  interaction: { kind: "quadratic", strength: K },
  dimension: 1,
};

/** (θ, ω) at every whole step, neuron by neuron. */
function run(
  name: IntegratorName,
  friction: Parameters<typeof kinetic>[0]["friction"],
  start: readonly (readonly number[])[],
  h: number,
  count: number,
  settings: IntegratorSettings = {},
  options = WELL,
) {
  const system = solo(problem(options), kinetic({ friction }), start.length, points(start), {
    integrator: name,
  });
  const integrator = makeIntegrator(name, system, h, settings);
  const take = () => {
    const { state } = system.particles;
    return { theta: start.map((_, j) => state[j]), omega: start.map((_, j) => state[8 + j]) };
  };
  const states = [take()];
  for (let n = 0; n < count; n++) {
    integrator.step(n);
    states.push(take());
  }
  return states;
}

/** θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ(θ_k) from the first positions given. */
function recursion(
  first: readonly (readonly number[])[],
  { beta1, beta2 = 0, s }: { beta1: number; beta2?: number; s: number },
  count: number,
): number[][] {
  const theta = first.map((row) => [...row]);
  while (theta.length <= count + 2) {
    const [older, old, now] = theta.slice(-3);
    const slope = slopes(now);
    theta.push(now.map((x, j) => x + beta1 * (x - old[j]) + beta2 * (old[j] - older[j]) - s * slope[j]));
  }
  // θ₀ is the third of the list.
  return theta.slice(2);
}

const START = [
  [0.3, 0.5],
  [-1.2, -0.4],
  [0.9, 1.1],
];
const THETA = START.map(([theta]) => theta);
const OMEGA = START.map(([, omega]) => omega);

/** θ₀ ± hω₀ + (h²/2)θ̈₀ */
function taylor(friction: number, h: number): number[] {
  return slopes(THETA).map(
    (slope, j) => THETA[j] + h * OMEGA[j] - 0.5 * h * h * (friction * OMEGA[j] + slope),
  );
}

/** Round-off of `count` steps of size h: a few ε each, grown by e^(t) at most, −1 being the least curvature of the well. */
function roundOff(count: number, h: number): number {
  return 20 * count * Math.exp(count * h) * EPSILON;
}

const frictions = fc.double({ min: 0, max: 3, noNaN: true });
const steps = fc.double({ min: 0.01, max: 0.2, noNaN: true });
const COUNT = 30;

describe("Polyak's iteration", () => {
  it("in its kicks is the two-term recursion, for random friction and step", () => {
    fc.assert(
      fc.property(frictions, steps, (friction, h) => {
        const { beta, s } = polyakMomentum({ friction, step: h });
        const found = run("polyak", friction, START, h, COUNT);
        // θ₁ is given, so that the list begins one step later.
        const first = taylor(friction, h);
        const expected = [THETA, ...recursion([THETA, THETA, first], { beta1: beta, s }, COUNT)];
        for (let k = 0; k <= COUNT; k++) {
          for (const j of THETA.keys()) {
            expect(Math.abs(found[k].theta[j] - expected[k][j])).toBeLessThan(roundOff(COUNT, h));
          }
        }
        // ω is the central difference.
        for (let k = 1; k < COUNT; k++) {
          for (const j of THETA.keys()) {
            const central = (expected[k + 1][j] - expected[k - 1][j]) / (2 * h);
            expect(Math.abs(found[k].omega[j] - central)).toBeLessThan(roundOff(COUNT, h) / h);
          }
        }
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it("on batches takes batch k at θ_k", () => {
    const [x, y] = [
      [1, -0.5, 1.5, 0.8],
      [1, 0.3, 2, -0.4],
    ];
    const linear = neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false });
    const made = problem({ data: fromArrays(x, y), neuron: linear });
    const [friction, h, seed] = [0.7, 0.3, 5];
    const sampler = makeSampler(
      made.data,
      { size: 1, sampling: "without-replacement" },
      { seed, replica: 0 },
    );
    const pick = new Int32Array(1);
    const slope = (k: number, theta: number) => {
      sampler.draw(k, pick);
      return (theta * x[pick[0]] - y[pick[0]]) * x[pick[0]];
    };
    const { beta, s } = polyakMomentum({ friction, step: h });
    let [before, now] = [0.4, 0.4 + h * (1 - (friction * h) / 2) * 0.2 - ((h * h) / 2) * slope(0, 0.4)];
    for (let k = 1; k < 12; k++) [before, now] = [now, now + beta * (now - before) - s * slope(k, now)];
    const system = solo(made, kinetic({ friction }), 1, points([[0.4, 0.2]]), { seed, batch: 1 });
    expect(advance(system, "polyak", h, 12).particles.state[0]).toBeCloseTo(now, 12);
  });

  it("of order 1 is the recursion from θ₋₁ = θ₀ − hω₀, with ω the backward difference", () => {
    fc.assert(
      fc.property(frictions, steps, (friction, h) => {
        const { beta, s } = polyakMomentum({ friction, step: h, order: 1 });
        const found = run("polyak", friction, START, h, COUNT, { order: 1 });
        const before = THETA.map((x, j) => x - h * OMEGA[j]);
        const expected = recursion([before, before, THETA], { beta1: beta, s }, COUNT);
        for (let k = 1; k <= COUNT; k++) {
          for (const j of THETA.keys()) {
            expect(Math.abs(found[k].theta[j] - expected[k][j])).toBeLessThan(roundOff(COUNT, h));
            const back = (expected[k][j] - expected[k - 1][j]) / h;
            expect(Math.abs(found[k].omega[j] - back)).toBeLessThan(roundOff(COUNT, h) / h);
          }
        }
      }),
      { seed: 3, numRuns: 40 },
    );
  });
});

describe("Nesterov's iteration", () => {
  const lookahead = (betaOf: (k: number) => number, h: number, count: number) => {
    const theta = [THETA.map((x, j) => x - h * OMEGA[j]), THETA];
    for (let k = 0; k < count; k++) {
      const [old, now] = theta.slice(-2);
      const v = now.map((x, j) => x + betaOf(k) * (x - old[j]));
      theta.push(slopes(v).map((slope, j) => v[j] - h * h * slope));
    }
    return theta.slice(1);
  };
  const expectSame = (
    friction: Parameters<typeof kinetic>[0]["friction"],
    h: number,
    betaOf: (k: number) => number,
  ) => {
    const found = run("nesterov-iteration", friction, START, h, COUNT);
    const expected = lookahead(betaOf, h, COUNT);
    for (let k = 1; k <= COUNT; k++) {
      for (const j of THETA.keys()) {
        expect(Math.abs(found[k].theta[j] - expected[k][j])).toBeLessThan(roundOff(COUNT, h));
        const back = (expected[k][j] - expected[k - 1][j]) / h;
        expect(Math.abs(found[k].omega[j] - back)).toBeLessThan(roundOff(COUNT, h) / h);
      }
    }
  };

  it("is v = θ_k + β(θ_k − θ_{k−1}), θ_{k+1} = v − h²∇Φ(v) for constant friction", () => {
    fc.assert(
      fc.property(frictions, steps, (friction, h) => {
        expectSame(friction, h, () => (1 - (friction * h) / 2) / (1 + (friction * h) / 2));
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  it("with γ = 2√m has β = (1 − √(ms))/(1 + √(ms))", () => {
    for (const [m, h] of [
      [0.2, 0.1],
      [4, 0.2],
    ]) {
      const root = Math.sqrt(m * h * h);
      expectSame({ stronglyConvex: m }, h, () => (1 - root) / (1 + root));
    }
  });

  it("with γ = r/(t + from), from > 0, has β_k = (T − h)/(T + (r − 1)h), T = kh + from; r < 1 too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        steps,
        (r, extra, h) => {
          const from = h + extra;
          expectSame({ nesterov: r, from }, h, (k) => {
            const time = k * h + from;
            return (time - h) / (time + (r - 1) * h);
          });
        },
      ),
      { seed: 5, numRuns: 40 },
    );
  });
});

it("Nesterov's β_k from t = 0 is (k − 1)/(k + r − 1), and 0 in the first step, at every r and h", () => {
  for (const r of [0.4, 1, 3, 7]) {
    const { friction } = kinetic({ friction: { nesterov: r } });
    for (const h of [0.1, 0.3]) {
      expect(nesterovBeta(friction, h, 0)).toBe(0);
      for (const k of [1, 2, 5, 40])
        expect(nesterovBeta(friction, h, k)).toBeCloseTo((k - 1) / (k + r - 1), 13);
    }
  }
});

describe("the iteration with two momenta", () => {
  it("is its recursion from θ_{±1} = θ₀ ± hω₀ + (h²/2)θ̈₀, for random friction, step and β₂", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        steps,
        fc.double({ min: -0.6, max: 0.6, noNaN: true }),
        (friction, h, beta2) => {
          const { beta1, s } = higherMomentum({ friction, step: h, beta2 });
          const found = run("higher-momentum", friction, START, h, COUNT, { beta2 });
          const first = taylor(friction, h);
          const before = THETA.map(
            (x, j) => 2 * x - first[j] - h * h * (friction * OMEGA[j] + slopes(THETA)[j]),
          );
          const expected = [THETA, ...recursion([before, THETA, first], { beta1, beta2, s }, COUNT)];
          for (let k = 1; k <= COUNT; k++) {
            for (const j of THETA.keys()) {
              // β₂ < 0 lets modes grow faster than the equation does.
              const bound = roundOff(COUNT, h) * Math.exp(COUNT * h);
              expect(Math.abs(found[k].theta[j] - expected[k][j])).toBeLessThan(bound);
              const back = (expected[k][j] - expected[k - 1][j]) / h;
              expect(Math.abs(found[k].omega[j] - back)).toBeLessThan(bound / h);
            }
          }
        },
      ),
      { seed: 6, numRuns: 40 },
    );
  });

  it("with β₂ = 0 moves θ as Polyak's of order 2", () => {
    const [friction, h] = [0.8, 0.1];
    const two = run("higher-momentum", friction, START, h, COUNT, { beta2: 0 });
    const one = run("polyak", friction, START, h, COUNT);
    for (let k = 0; k <= COUNT; k++) {
      for (const j of THETA.keys()) {
        expect(Math.abs(two[k].theta[j] - one[k].theta[j])).toBeLessThan(roundOff(COUNT, h));
      }
    }
  });
});

describe("on the torus", () => {
  const torus: ProblemOptions = {
    potential: { kind: "cosine" },
    interaction: { kind: "cosine", strength: 0.7 },
    dimension: 1,
    domain: "torus",
  };
  const { domain: _domain, ...line } = torus;
  const methods: readonly (readonly [IntegratorName, IntegratorSettings])[] = [
    ["polyak", {}],
    ["polyak", { order: 1 }],
    ["nesterov-iteration", {}],
    ["higher-momentum", { beta2: 0.2 }],
    ["exact", {}],
  ];
  it.each(methods)("%s %o moves as on the line, modulo whole turns", (name, settings) => {
    const fast = START.map(([theta, omega]) => [theta, 6 + omega]);
    const round = run(name, 0.1, fast, 0.1, COUNT, settings, torus).at(-1)!;
    const straight = run(name, 0.1, fast, 0.1, COUNT, settings, line).at(-1)!;
    for (const j of THETA.keys()) {
      const turns = (straight.theta[j] - round.theta[j]) / (2 * Math.PI);
      expect(Math.abs(turns)).toBeGreaterThan(1);
      // e^(1.7 t) bounds how differences grow, t = 3; on the line θ, and its round-off, reaches 20.
      const bound = 20 * COUNT * 20 * Math.exp(1.7 * 3) * EPSILON;
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(bound);
      expect(Math.abs(straight.omega[j] - round.omega[j])).toBeLessThan(10 * bound);
    }
  });
});

describe("(β, s) and (γ, h)", () => {
  const unit = fc.double({ min: 0, max: 0.999, noNaN: true });
  const rates = fc.double({ min: 1e-8, max: 10, noNaN: true });

  it("Polyak and Nesterov: there and back", () => {
    fc.assert(
      fc.property(unit, rates, fc.constantFrom(1 as const, 2 as const), (beta, s, order) => {
        const polyak = polyakMomentum({ ...fromPolyak({ beta, s, order }), order });
        const nesterov = nesterovMomentum(fromNesterov({ beta, s }));
        for (const found of [polyak, nesterov]) {
          expect(Math.abs(found.beta - beta)).toBeLessThan(10 * EPSILON);
          expect(Math.abs(found.s / s - 1)).toBeLessThan(10 * EPSILON);
        }
      }),
      { seed: 7 },
    );
  });

  it("two momenta: there and back", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 3, noNaN: true }),
        fc.double({ min: 1e-3, max: 0.3, noNaN: true }),
        fc.double({ min: -0.9, max: 0.4, noNaN: true }),
        (friction, step, beta2) => {
          const back = fromHigherMomentum(higherMomentum({ friction, step, beta2 }));
          expect(Math.abs(back.step / step - 1)).toBeLessThan(1e-12);
          // 1 − β₁ − β₂ is of the size of γh: its round-off is relative to 1.
          expect(Math.abs(back.friction - friction) * step).toBeLessThan(1e-13);
        },
      ),
      { seed: 8 },
    );
  });

  it("are what the literature has", () => {
    // β = 0.9, s = 0.01 (order 1): h = √s, γ = (1 − β)/h.
    const one = fromPolyak({ beta: 0.9, s: 0.01, order: 1 });
    expect(one.step).toBeCloseTo(0.1, 15);
    expect(one.friction).toBeCloseTo(1, 14);
    const two = fromPolyak({ beta: 0.9, s: 0.01 });
    expect(two.step ** 2).toBeCloseTo(0.02 / 1.9, 15);
    expect(two.friction * two.step).toBeCloseTo(0.2 / 1.9, 14);
    // m-strongly convex: γ = 2√m.
    const [m, s] = [0.3, 0.02];
    const root = Math.sqrt(m * s);
    expect(fromNesterov({ beta: (1 - root) / (1 + root), s }).friction).toBeCloseTo(2 * Math.sqrt(m), 13);
  });

  it("the kinetic equation's residual on e^(zt) has the stated order: 1 for β₂ ≠ 0, 2 for β₂ = 0", () => {
    // One real mode z of θ̈ + γθ̇ + λθ, γ = −(z² + λ)/z.
    const [z, lambda] = [-0.4, 0.7];
    const friction = -(z * z + lambda) / z;
    const residual = (h: number, beta2: number) => {
      const { beta1, s } = higherMomentum({ friction, step: h, beta2 });
      const q = Math.exp(z * h);
      const left = q - 1 - beta1 * (1 - 1 / q) - beta2 * (1 / q - 1 / q ** 2) + s * lambda;
      return left / s;
    };
    for (const beta2 of [-0.5, 0.25]) {
      const leading = (-beta2 / (1 + beta2)) * z ** 3;
      expect(residual(1e-3, beta2) / (1e-3 * leading)).toBeCloseTo(1, 2);
    }
    expect(residual(1e-2, 0) / residual(5e-3, 0)).toBeCloseTo(4, 1);
  });
});

describe("what is refused", () => {
  const attempt = (
    name: IntegratorName,
    friction: Parameters<typeof kinetic>[0]["friction"],
    h: number,
    settings: IntegratorSettings = {},
    temperature = 0,
  ) => {
    const at0 = typeof friction === "object" && "nesterov" in friction;
    const start = at0 ? [[0.1, 0]] : [[0.1, 0.2]];
    return () => run(name, friction, start, h, 1, settings, { ...WELL, temperature });
  };

  it.each([
    [
      "polyak",
      5,
      0.5,
      {},
      /time\.step: found 0\.5; .*up to 0\.4 with polyak and dynamics\.friction γ = 5.*β = \(2 − γh\)\/\(2 \+ γh\) = -0\.111/,
    ],
    [
      "polyak",
      5,
      0.3,
      { order: 1 },
      /time\.step: found 0\.3; .*up to 0\.2 with polyak of order 1.*β = 1 − γh = -0\.5/,
    ],
    ["nesterov-iteration", 5, 0.5, {}, /up to 0\.4 with nesterov-iteration/],
    [
      "nesterov-iteration",
      { nesterov: 3, from: 0.05 },
      0.1,
      {},
      /dynamics\.friction\.from: found 0\.05; allowed: 0, or at least the step 0\.1 .*up to 0\.05/,
    ],
    ["higher-momentum", 0, 0.1, { beta2: 0.1 }, /dynamics\.friction: found 0; allowed: a number > 0/],
    [
      "higher-momentum",
      5,
      0.5,
      { beta2: 0.5 },
      /time\.step: found 0\.5; allowed: a step below 0\.2 .*beta2 0\.5/,
    ],
    ["higher-momentum", 5, 0.1, { beta2: 1 }, /beta2: found 1; allowed: a number > -1 and < 1/],
    ["higher-momentum", 5, 0.1, {}, /beta2: found nothing; .*which higher-momentum needs/],
    ["polyak", 1, 0.1, { beta2: 0.1 }, /beta2: found 0\.1; .*only higher-momentum has it/],
    ["baoab", 1, 0.1, { order: 1 }, /order: found 1; .*only polyak has it/],
    ["polyak", { nesterov: 3 }, 0.1, {}, /polyak needs a constant friction/],
    ["higher-momentum", { nesterov: 3 }, 0.1, { beta2: 0.1 }, /needs a constant friction/],
    ["exact", { nesterov: 3, from: 1 }, 0.1, {}, /exact needs a constant friction/],
  ] as const)("%s, γ = %o, h = %d, %o", (name, friction, h, settings, message) => {
    expect(attempt(name, friction, h, settings)).toThrow(message);
  });

  it.each(["polyak", "nesterov-iteration"] as const)("%s at τ > 0", (name) => {
    expect(attempt(name, 1, 0.1, {}, 0.1)).toThrow(/needs dynamics without noise/);
  });

  it.each(["baoab", "exact", "nesterov-iteration"] as const)("%s with γ = r/t at τ > 0", (name) => {
    expect(attempt(name, { nesterov: 3 }, 0.1, {}, 0.1)).toThrow(
      /problem\.temperature: found 0\.1; allowed: 0 with friction γ = 3\/t, .*or a constant friction/,
    );
  });

  it("friction that is no friction", () => {
    expect(() => kinetic({ friction: { nesterov: 0 } })).toThrow(/nesterov: found 0; allowed: a number > 0/);
    expect(() => kinetic({ friction: { nesterov: -3 } })).toThrow(/found -3/);
    for (const m of [0, -1, Number.NaN]) {
      expect(() => kinetic({ friction: { stronglyConvex: m } })).toThrow(
        /strong-convexity: found .*number > 0/,
      );
    }
  });

  it("a (β, s) that stands for no motion", () => {
    expect(() => fromPolyak({ beta: 1.1, s: 0.1 })).toThrow(
      /beta: found 1\.1; allowed: a number from 0 to 1/,
    );
    expect(() => fromNesterov({ beta: 0.5, s: 0 })).toThrow(/s: found 0/);
    expect(() => fromHigherMomentum({ beta1: 0.8, beta2: 0.3, s: 0.1 })).toThrow(/β₁ \+ β₂ < 1/);
  });

  it("two momenta at γh = (1 − β₂)/β₂ and beyond, not below", () => {
    const at = (share: number) => () =>
      higherMomentum({ friction: 1, step: (share * 0.7) / 0.3, beta2: 0.3 });
    expect(at(0.999)).not.toThrow();
    expect(at(1.001)).toThrow("time.step");
  });

  it("two momenta where γh = (1 − β₂)/β₂ to the bit: a root lies at −1", () => {
    expect(() => higherMomentum({ friction: 1, step: 1, beta2: 0.5 })).toThrow("time.step: found 1");
  });

  it("with the momentum that the first step would have: (from − h)/(from + (r − 1)h)", () => {
    expect(attempt("nesterov-iteration", { nesterov: 3, from: 0.05 }, 0.1)).toThrow(
      "(r − 1)h) = -0.2 at t = 0",
    );
    expect(attempt("nesterov-iteration", { nesterov: 1, from: 0.05 }, 0.1)).toThrow(
      "(r − 1)h) = -1 at t = 0",
    );
  });

  it("but not the edge of a window, nor friction 0 where β may be 1", () => {
    expect(attempt("polyak", 20, 0.1)).not.toThrow();
    expect(attempt("polyak", 2 / 0.3, 0.3)).not.toThrow();
    expect(attempt("polyak", 0, 0.1)).not.toThrow();
    expect(attempt("nesterov-iteration", { nesterov: 3, from: 0.1 }, 0.1)).not.toThrow();
    expect(polyakMomentum({ friction: 2 / 0.3, step: 0.3 }).beta).toBeGreaterThanOrEqual(0);
  });
});
