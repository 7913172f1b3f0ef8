// What is recorded of an ensemble, against closed forms and naive sums: moments and energies, the dissipation with and without noise.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { energyOf, kineticAt, linearNeuron } from "../limits/gaussian.ts";
import { solo } from "../particles/solo.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron, neuronGradient, neuronValue } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { kineticEnergy } from "./energies.ts";
import { holdsInExpectation } from "./ledger.ts";
import { dissipationRate, observe } from "./particles.ts";

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

const number = fc.double({ min: -3, max: 3, noNaN: true });
/** Rows of that many numbers, for widths that fill no tile. */
const rowsOf = (length: number) =>
  fc.array(fc.array(number, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 20 });

describe("what is observed of neurons", () => {
  const meanOf = (rows: readonly number[][], f: (row: number[]) => number) =>
    rows.reduce((sum, row) => sum + f(row) / rows.length, 0);

  it("moments of θ, and with momenta of ω and of both: means, central variances and covariances", () => {
    const width = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        width.chain((p) => fc.tuple(fc.constant(p), fc.boolean(), rowsOf(2 * p))),
        ([p, moves, full]) => {
          const rows = moves ? full : full.map((row) => row.slice(0, p));
          const made = problem({ dimension: p, potential: { kind: "quadratic", strength: 0.6 } });
          const dynamics = moves ? kinetic({ friction: 1 }) : gradientFlow();
          const system = solo(made, dynamics, rows.length, points(rows));
          const expected: Record<string, number> = {};
          const centred = (k: number, l: number) => {
            const [a, b] = [k, l].map((at) => meanOf(rows, (row) => row[at]));
            return meanOf(rows, (row) => (row[k] - a) * (row[l] - b));
          };
          for (let k = 0; k < p; k++) {
            expected[`mean_theta_${k}`] = meanOf(rows, (row) => row[k]);
            expected[`var_theta_${k}`] = centred(k, k);
            if (!moves) continue;
            expected[`mean_omega_${k}`] = meanOf(rows, (row) => row[p + k]);
            expected[`var_omega_${k}`] = centred(p + k, p + k);
            expected[`cov_theta_${k}_omega_${k}`] = centred(k, p + k);
          }
          const squares = (from: number) =>
            meanOf(rows, (row) => row.slice(from, from + p).reduce((sum, u) => sum + u * u, 0));
          // Without data there is no risk, and the energy is that of V.
          expected.energy = 0.3 * squares(0);
          if (moves) expected.kinetic = 0.5 * squares(p);
          const found = observe(system);
          expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
          for (const [name, value] of Object.entries(expected)) {
            expect(Math.abs(found[name] - value), name).toBeLessThan(1e-13 * (1 + Math.abs(value)));
          }
          expect(kineticEnergy(system.particles)).toBe(moves ? found.kinetic : null);
        },
      ),
    );
  });

  it("risk and energy of a network, and its dissipation ⟨∇Φ·D∇Φ⟩ by the gradients of all neurons", () => {
    const [x, y, q] = [
      [1, -0.5, 2],
      [0.3, 1, -1],
      [0.25, 0.25, 0.5],
    ];
    const cell = neuron({ activation: "tanh", inputs: 1 });
    const made = problem({ data: fromArrays(x, y, q), neuron: cell, regulariser: { l2: 0.4 } });
    const D = [1.5, 0.7, 0.2];
    const dynamics = gradientFlow({ mobility: { a: D[0], w: D[1], b: D[2] } });
    fc.assert(
      fc.property(rowsOf(3), (rows) => {
        const system = solo(made, dynamics, rows.length, points(rows));
        const inputs = x.map((u) => Float64Array.of(u));
        const f = inputs.map((u) => meanOf(rows, (row) => neuronValue(cell, Float64Array.from(row), u)));
        const risk = f.reduce((sum, value, i) => sum + 0.5 * q[i] * (value - y[i]) ** 2, 0);
        const energy = risk + meanOf(rows, (row) => row.reduce((sum, u) => sum + 0.2 * u * u, 0));
        const found = observe(system);
        expect(Math.abs(found.risk - risk)).toBeLessThan(1e-13 * (1 + risk));
        expect(Math.abs(found.energy - energy)).toBeLessThan(1e-13 * (1 + energy));
        const slope = new Float64Array(3);
        const rate = meanOf(rows, (row) => {
          const gradient = row.map((u) => 0.4 * u);
          for (const [i, u] of inputs.entries()) {
            neuronGradient(cell, Float64Array.from(row), u, slope);
            for (let k = 0; k < 3; k++) gradient[k] += q[i] * (f[i] - y[i]) * slope[k];
          }
          return gradient.reduce((sum, g, k) => sum + D[k] * g * g, 0);
        });
        expect(Math.abs(dissipationRate(system, 0)! - rate)).toBeLessThan(1e-12 * (1 + rate));
      }),
    );
  });

  it("of Langevin noise an ensemble has no dissipation; in expectation it is one where there is noise", () => {
    const warm = problem({ potential: { kind: "quadratic" }, temperature: 0.2 });
    const cold = problem({ potential: { kind: "quadratic" } });
    expect(dissipationRate(solo(warm, langevin(), 3, points([[1], [2], [3]])), 0)).toBeNull();
    expect(dissipationRate(solo(cold, langevin(), 3, points([[1], [2], [3]])), 0)).toBeCloseTo(14 / 3, 13);
    const moving = (made: typeof warm) => solo(made, kinetic({ friction: 1 }), 1, points([[1, 1]]));
    expect([moving(warm), moving(cold)].map(holdsInExpectation)).toEqual([true, false]);
  });
});
