// Annealed Langevin on particles: the law of the scheme on a linear neuron without sampling, against exact moments.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../base/slope.ts";
import { annealedLangevin } from "../dynamics/annealed-langevin.ts";
import { annealedAt } from "../limits/gaussian.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { makeIntegrator } from "./integrators.ts";
import type { NoiseSource } from "./noise.ts";
import { solo } from "./solo.ts";
import { advance } from "./testing.ts";

const STEPS = [0.2, 0.1, 0.05, 0.025];
const START = { mean: -1, variance: 0.3 };
const dynamics = annealedLangevin({ constant: 0.8 });
const cooling = dynamics.temperature!;

/** The noise that is 1 at one step, else 0. */
function impulse(at: number): NoiseSource {
  return {
    fill(out, from, _tile, step) {
      out.fill(step === at ? 1 : 0, from, from + 8);
    },
  };
}

/**
 * Mean and variance at t = 1 of the scheme on one linear neuron with that s and λ: it is linear in θ₀ and its noises, so that the
 * variance is the sum over unit impulses of squared responses.
 */
function schemeMoments(x: number, l2: number, h: number): { mean: number; variance: number } {
  const made = problem({
    data: fromArrays([x], [1]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2 },
  });
  const count = Math.round(1 / h);
  const run = (theta: number, noise: NoiseSource) =>
    advance(solo(made, dynamics, 1, points([[theta]]), {}, noise), "euler-maruyama", h, count).particles
      .state[0];
  const mean = run(START.mean, impulse(-1));
  let variance = START.variance * (run(START.mean + 1, impulse(-1)) - mean) ** 2;
  for (let n = 0; n < count; n++) variance += (run(START.mean, impulse(n)) - mean) ** 2;
  return { mean, variance };
}

describe("Euler–Maruyama under τ = 0.8/log(e + t), one linear neuron at t = 1, without sampling", () => {
  // One neuron alone: its own fluctuation feels s too, so the law is that of s = 0 with s + λ for λ.
  const exact = (x: number, l2: number) =>
    annealedAt({ s: 0, c: x, lambda: x * x + l2, tau: 0, constant: 0 }, START, cooling.at, 1);

  it("has weak order 1 in mean and variance", () => {
    const law = exact(1.1, 0.4);
    const found = STEPS.map((h) => schemeMoments(1.1, 0.4, h));
    for (const which of ["mean", "variance"] as const) {
      const errors = found.map((moments) => Math.abs(moments[which] - law[which]));
      expect(Math.abs(slopeOf(STEPS, errors) - 1), `${which}: ${errors}`).toBeLessThan(0.15);
    }
  });

  it("owes nothing of first order to the noise: order 2 in the variance where there is no drift", () => {
    const law = exact(0, 0);
    const errors = STEPS.map((h) => Math.abs(schemeMoments(0, 0, h).variance - law.variance));
    expect(Math.abs(slopeOf(STEPS, errors) - 2), `${errors}`).toBeLessThan(0.05);
  });
});

describe("what annealing asks of a problem and of an integrator", () => {
  const task = (temperature: number) =>
    problem({ potential: { kind: "quadratic" }, dimension: 1, temperature });

  it("no temperature of the problem's", () => {
    expect(() => dynamics.mobility(task(0.1))).toThrow(
      /problem\.temperature: found 0\.1; allowed: nothing with annealed-langevin, whose τ is constant\/log\(e \+ t\)/,
    );
    for (const constant of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => annealedLangevin({ constant })).toThrow(/dynamics\.constant.*allowed: a number > 0/);
    }
  });

  it("Euler–Maruyama: others are for dynamics without noise, or with momenta", () => {
    const system = solo(task(0), dynamics, 1, points([[1]]));
    for (const name of ["euler", "rk4", "aboba", "baoab", "obabo"] as const) {
      expect(() => makeIntegrator(name, system, 0.1), name).toThrow(
        /allowed: euler-maruyama, heun with annealed-langevin; /,
      );
    }
  });

  it("has τ(0) = c, the slope of its own difference quotient, and reaches 0 like c/log t", () => {
    expect(cooling.at(0)).toBe(0.8);
    for (const t of [0, 1, 30]) {
      const quotient = (cooling.at(t + 1e-4) - cooling.at(t)) / 1e-4;
      expect(Math.abs(quotient - cooling.slope(t + 5e-5))).toBeLessThan(1e-9);
    }
    expect(cooling.at(1e100) * Math.log(1e100)).toBeCloseTo(0.8, 12);
  });
});
