// The exponential integrator: its coefficients against 60 digits, its law where the force stands still against the exact
// one, without sampling.

import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { type ExactStep, exactStep } from "./exact.ts";
import type { NoiseSource } from "./noise.ts";
import { solo } from "./solo.ts";
import { advance } from "./testing.ts";

const Digits = Decimal.clone({ precision: 80 });

/** The formulas of Fu and Wilson as they stand, in 80 digits; γ > 0. */
function reference(gamma: number, tau: number, h: number): Record<keyof ExactStep, Decimal> {
  const g = new Digits(gamma);
  const x = g.times(h);
  const keep = x.neg().exp();
  const lost = new Digits(1).minus(keep);
  const varOmega = new Digits(tau).times(new Digits(1).minus(keep.pow(2)));
  const covariance = new Digits(tau).div(g).times(lost.pow(2));
  const varTheta = new Digits(tau)
    .div(g.pow(2))
    .times(x.times(2).minus(3).plus(keep.times(4)).minus(keep.pow(2)));
  return {
    keep,
    glide: lost.div(g),
    push: new Digits(h).minus(lost.div(g)).div(g),
    varOmega,
    covariance,
    varTheta,
    varThetaGivenOmega: varTheta.minus(covariance.pow(2).div(varOmega)),
  };
}

describe("the numbers of a step", () => {
  it("are right to 1e-14 for γh from 1e-12 to 50", () => {
    fc.assert(
      fc.property(
        fc.double({ min: Math.log(1e-12), max: Math.log(50), noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (logarithm, size) => {
          const h = 10 ** size;
          const gamma = Math.exp(logarithm) / h;
          const found = exactStep(gamma, 0.7, h);
          for (const [key, exact] of Object.entries(reference(gamma, 0.7, h))) {
            const error = new Digits(found[key as keyof ExactStep]).div(exact).minus(1).abs().toNumber();
            // e^(−x) inherits the rounding of x = γh: x ε/2.
            const inherited = key === "keep" ? gamma * h * Number.EPSILON : 0;
            expect(error, `${key} at γh = ${gamma * h}`).toBeLessThan(1e-14 + inherited);
          }
        },
      ),
      // Either side of where series turn into closed forms, too.
      { seed: 11, numRuns: 1000, examples: [0.999999, 1, 1.000001, 2].map((x) => [Math.log(x), 0]) },
    );
  });

  it("at γ = 0 are those of free flight: ω, h, h²/2, and no noise", () => {
    const found = exactStep(0, 0.7, 0.3);
    expect([found.keep, found.glide, found.push]).toEqual([1, 0.3, 0.3 * 0.3 * 0.5]);
    const { varOmega, covariance, varTheta, varThetaGivenOmega } = found;
    for (const moment of [varOmega, covariance, varTheta, varThetaGivenOmega])
      expect(Math.abs(moment)).toBe(0);
  });
});

/** ψ = θx under Huber's loss far from its data: ∇Φ = −force whatever θ. */
function constantForce(force: number, temperature: number) {
  return problem({
    data: fromArrays([1], [1e6]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    loss: { huber: { delta: force } },
    temperature,
  });
}

describe("where the force stands still", () => {
  it("the law is exact at every step size: two steps of h/2 have the moments of one of h, and of the formulas", () => {
    const [gamma, tau, force, t] = [0.8, 0.4, 0.6, 3];
    const made = constantForce(force, tau);
    /** Response of (θ, ω) at t to a unit impulse in one noise, with `count` steps. */
    const respond = (count: number, at: number, onLane: number) => {
      const noise: NoiseSource = {
        fill(out, from, _tile, step, lane) {
          out.fill(step === at && lane === onLane ? 1 : 0, from, from + 8);
        },
      };
      const system = solo(made, kinetic({ friction: gamma }), 1, points([[-1, 0.5]]), {}, noise);
      const { state } = advance(system, "exact", t / count, count).particles;
      return [state[0], state[8]] as const;
    };
    const exact = reference(gamma, tau, t);
    for (const count of [1, 2, 7]) {
      const mean = respond(count, -1, 0);
      expect(mean[0]).toBeCloseTo(-1 + 0.5 * exact.glide.toNumber() + force * exact.push.toNumber(), 13);
      expect(mean[1]).toBeCloseTo(0.5 * exact.keep.toNumber() + force * exact.glide.toNumber(), 13);
      let [varTheta, covariance, varOmega] = [0, 0, 0];
      for (let n = 0; n < count; n++) {
        for (const lane of [0, 1]) {
          const [theta, omega] = respond(count, n, lane).map((value, i) => value - mean[i]);
          varTheta += theta * theta;
          covariance += theta * omega;
          varOmega += omega * omega;
        }
      }
      expect(varTheta).toBeCloseTo(exact.varTheta.toNumber(), 13);
      expect(covariance).toBeCloseTo(exact.covariance.toNumber(), 13);
      expect(varOmega).toBeCloseTo(exact.varOmega.toNumber(), 13);
    }
  });

  it("no two of its noises are one", () => {
    const asked: string[] = [];
    const noise: NoiseSource = {
      fill(_out, _from, tile, step, lane) {
        asked.push(`${tile} ${step} ${lane}`);
      },
    };
    const made = problem({ dimension: 3, temperature: 0.1 });
    const system = solo(made, kinetic({ friction: 1 }), 1, points([[1, 2, 3, 0, 0, 0]]), {}, noise);
    advance(system, "exact", 0.1, 2).particles.pass.settle();
    // ξ and η of 3 coordinates, in 2 steps.
    expect(new Set(asked).size).toBe(12);
    expect(asked).toHaveLength(12);
  });

  it("without friction it is free fall", () => {
    const system = solo(constantForce(0.6, 0), kinetic({ friction: 0 }), 1, points([[-1, 0.5]]));
    const { state } = advance(system, "exact", 0.25, 8).particles;
    expect(state[0]).toBeCloseTo(-1 + 0.5 * 2 + 0.6 * 2, 14);
    expect(state[8]).toBeCloseTo(0.5 + 0.6 * 2, 14);
  });
});

it("its stationary law has the temperature of ω with an error of order h: Var ω and λ Var θ against τ", () => {
  // One neuron in V = λθ²/2: the covariance is a fixed point of a linear map, found here by doubling.
  const [gamma, tau, lambda] = [1, 0.3, 1];
  const stationary = (h: number) => {
    const { keep, glide, push, varOmega, covariance, varTheta } = exactStep(gamma, tau, h);
    let a = [1 - lambda * push, glide, -lambda * glide, keep];
    let q = [varTheta, covariance, varOmega];
    // Q ← Q + AQAᵀ, A ← A².
    for (let k = 0; k < 40; k++) {
      const [a0, a1, a2, a3] = a;
      const [x, y, z] = q;
      q = [
        x + a0 * a0 * x + 2 * a0 * a1 * y + a1 * a1 * z,
        y + a0 * a2 * x + (a0 * a3 + a1 * a2) * y + a1 * a3 * z,
        z + a2 * a2 * x + 2 * a2 * a3 * y + a3 * a3 * z,
      ];
      a = [a0 * a0 + a1 * a2, a1 * (a0 + a3), a2 * (a0 + a3), a3 * a3 + a1 * a2];
    }
    return { theta: (lambda * q[0]) / tau - 1, omega: q[2] / tau - 1 };
  };
  const [coarse, fine] = [stationary(0.02), stationary(0.01)];
  expect(coarse.theta / fine.theta).toBeCloseTo(2, 1);
  expect(coarse.omega / fine.omega).toBeCloseTo(2, 1);
  // First order of Q = AQAᵀ + noise: the drift's lag heats both by λh/(2γ).
  expect(fine.omega / ((lambda * 0.01) / (2 * gamma))).toBeCloseTo(1, 1);
});
