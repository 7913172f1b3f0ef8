// What is recorded of an ensemble, against closed forms and naive sums: the dissipation under noise.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { energyOf, kineticAt, linearNeuron } from "../limits/gaussian.ts";
import { solo } from "../particles/solo.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { dissipationRate } from "./particles.ts";

describe("the dissipation of neurons with momenta under noise", () => {
  it("is the rate at which the expected energy + kinetic of one linear neuron falls, by its exact moments", () => {
    const made = problem({
      data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0.3,
    });
    // One neuron alone is its own mean: θ̈ = −γθ̇ − (s+λ)θ + c + noise, as with s = 0 and λ + s in the place of λ.
    const linear = linearNeuron(made);
    const alone = { ...linear, s: 0, lambda: linear.s + linear.lambda };
    const friction = 0.7;
    for (const [theta, omega] of [
      [0.4, 0.2],
      [-1, 1.5],
      [2, 0],
    ]) {
      const start = { theta, omega, varTheta: 0, covariance: 0, varOmega: 0 };
      const expected = (t: number) => {
        const law = kineticAt(alone, friction, start, t);
        const energy = energyOf(alone, { mean: law.theta, variance: law.varTheta });
        return energy + 0.5 * (law.varOmega + law.omega ** 2);
      };
      const h = 1e-4;
      const system = solo(made, kinetic({ friction }), 1, points([[theta, omega]]));
      const slope = (expected(h) - expected(-h)) / (2 * h);
      // Central differences: h² times third derivatives of order 10, and round-off 1e-16/h.
      expect(Math.abs(dissipationRate(system, 0)! + slope)).toBeLessThan(1e-6);
    }
  });

  it("is γ(⟨|ω|²⟩ − τp), whatever the momenta, at any p and τ, and 0 with Nesterov's friction at rest", () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const network = fc.integer({ min: 1, max: 3 }).chain((p) =>
      fc.record({
        p: fc.constant(p),
        rows: fc.array(fc.array(number, { minLength: 2 * p, maxLength: 2 * p }), {
          minLength: 1,
          maxLength: 20,
        }),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        friction: fc.double({ min: 0.01, max: 5, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(network, ({ p, rows, temperature, friction }) => {
        const made = problem({
          potential: { kind: "quadratic", strength: 1 },
          dimension: p,
          temperature,
        });
        const system = solo(made, kinetic({ friction }), rows.length, points(rows));
        let square = 0;
        for (const row of rows) for (const omega of row.slice(p)) square += omega * omega;
        const expected = friction * (square / rows.length - temperature * p);
        expect(Math.abs(dissipationRate(system, 0)! - expected)).toBeLessThan(1e-13 * friction * (1 + 9 * p));
      }),
    );
    const cold = problem({ potential: { kind: "quadratic", strength: 1 } });
    const atRest = solo(
      cold,
      kinetic({ friction: { nesterov: 3 } }),
      2,
      points([
        [1, 0],
        [-2, 0],
      ]),
    );
    expect(dissipationRate(atRest, 0)).toBe(0);
  });
});
