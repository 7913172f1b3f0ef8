// Modes of the momentum iterations on V = λθ²/2 (docs/theory.md §3.7), run by the integrators themselves with one neuron: against the
// roots of their recursions, and against Nesterov's equation, which Bessel functions solve.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../base/slope.ts";
import { type KineticOptions, kinetic } from "../dynamics/kinetic.ts";
import { points } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { type IntegratorName, type IntegratorSettings, makeIntegrator } from "./integrators.ts";
import { fromPolyak } from "./momentum.ts";
import { solo } from "./solo.ts";

/** θ₀, θ₁, … θ_count of one neuron from (1, omega). */
function orbit(
  name: IntegratorName,
  friction: KineticOptions["friction"],
  { lambda, h, count, omega = 0 }: { lambda: number; h: number; count: number; omega?: number },
  settings: IntegratorSettings = {},
): Float64Array {
  const made = problem({ potential: { kind: "quadratic", strength: lambda }, dimension: 1 });
  const system = solo(made, kinetic({ friction }), 1, points([[1, omega]]), { integrator: name });
  const integrator = makeIntegrator(name, system, h, settings);
  const theta = new Float64Array(count + 1);
  theta[0] = 1;
  for (let n = 0; n < count; n++) {
    integrator.step(n);
    theta[n + 1] = system.particles.state[0];
  }
  return theta;
}

/** e_k of e_{k+1} = trace·e_k − det·e_{k−1} by the roots of z² − trace·z + det. */
function byRoots(trace: number, det: number, e0: number, e1: number, k: number): number {
  const square = trace * trace - 4 * det;
  const root = Math.sqrt(Math.abs(square)) / 2;
  if (square > 0) {
    // The larger root without cancellation, the smaller from their product.
    const big = trace / 2 + Math.sign(trace) * root;
    const small = det / big;
    const a = (e1 - small * e0) / (big - small);
    return a * big ** k + (e0 - a) * small ** k;
  }
  const modulus = Math.sqrt(det);
  const angle = Math.atan2(root, trace / 2);
  const b = (e1 - (e0 * trace) / 2) / root;
  return modulus ** k * (e0 * Math.cos(k * angle) + b * Math.sin(k * angle));
}

describe("Polyak's modes z² − (1 + β − sλ)z + β", () => {
  const lambda = 1.3;
  const betas = [0.3, 0.8, 0.99];
  /** sλ from deep below the window of complex roots to beyond it. */
  const levels = (beta: number) => {
    const [low, high] = [(1 - Math.sqrt(beta)) ** 2, (1 + Math.sqrt(beta)) ** 2];
    const within = (share: number) => low + share * (high - low);
    return [0.01 * low, 0.5 * low, within(0.05), within(0.5), within(0.95), (high + 2 * (1 + beta)) / 2];
  };

  it.each(
    betas.flatMap((beta) => [1, 2].map((order) => [beta, order] as const)),
  )("β = %d, order %i: the run is the solution by roots, to round-off", (beta, order) => {
    const settings = { order } as IntegratorSettings;
    for (const level of levels(beta)) {
      const s = level / lambda;
      const { friction, step: h } = fromPolyak({ beta, s, ...settings });
      const count = 200;
      const theta = orbit("polyak", friction, { lambda, h, count, omega: 0.4 }, settings);
      let worst = 0;
      for (let k = 0; k <= count; k++) {
        const exact = byRoots(1 + beta - level, beta, theta[0], theta[1], k);
        worst = Math.max(worst, Math.abs(theta[k] - exact));
      }
      // Each step rounds by a few ε of the largest θ, and double roots lie near: their powers grow like k.
      const scale = Math.max(...theta.map(Math.abs));
      expect(worst, `sλ = ${level}`).toBeLessThan(10 * count * count * scale * Number.EPSILON);
    }
  });

  it("inside the window |e_k|² ~ β^k: e_{k+1}² − (1 + β − sλ)e_{k+1}e_k + βe_k² falls by β exactly", () => {
    for (const beta of betas) {
      for (const level of levels(beta).slice(2, 5)) {
        const { friction, step: h } = fromPolyak({ beta, s: level / lambda });
        const e = orbit("polyak", friction, { lambda, h, count: 400 });
        const form = (k: number) => e[k + 1] ** 2 - (1 + beta - level) * e[k + 1] * e[k] + beta * e[k] ** 2;
        // A positive form of two neighbours: within constants it is |e|².
        expect((1 + beta - level) ** 2).toBeLessThan(4 * beta);
        for (const k of [1, 10, 100, 399]) {
          expect(Math.abs(form(k) / (form(0) * beta ** k) - 1), `β = ${beta}, sλ = ${level}`).toBeLessThan(
            1e-9,
          );
        }
      }
    }
  });

  it("decays below sλ = 2(1 + β) and grows beyond, in both matchings", () => {
    for (const beta of betas) {
      for (const order of [1, 2] as const) {
        for (const share of [0.999, 1.001]) {
          const s = (share * 2 * (1 + beta)) / lambda;
          const { friction, step: h } = fromPolyak({ beta, s, order });
          const e = orbit("polyak", friction, { lambda, h, count: 4000 }, { order });
          expect(Math.abs(e[4000] / e[2000]) > 1, `β = ${beta}, order ${order}`).toBe(share > 1);
        }
      }
    }
  });

  it("for sλ ≪ (1 − √β)² it is gradient descent with step s/(1 − β), up to a relative sλβ/(1 − β)²", () => {
    for (const beta of [0.2, 0.5, 0.9]) {
      for (const small of [1e-3, 1e-5]) {
        const level = small * (1 - Math.sqrt(beta)) ** 2;
        const { friction, step: h } = fromPolyak({ beta, s: level / lambda });
        const e = orbit("polyak", friction, { lambda, h, count: 1000 });
        const rate = 1 - e[1000] / e[999];
        const correction = (level * beta) / (1 - beta) ** 2;
        expect(Math.abs((rate * (1 - beta)) / level / (1 + correction) - 1)).toBeLessThan(
          2 * small ** 2 + 1e-10,
        );
      }
    }
  });

  it("at large steps it decays by ½ log β a step, which is not the equation's γh/2", () => {
    const beta = 0.3;
    const { friction, step: h } = fromPolyak({ beta, s: 1 / lambda, order: 1 });
    const e = orbit("polyak", friction, { lambda, h, count: 400 }, { order: 1 });
    const form = (k: number) => e[k + 1] ** 2 - beta * e[k + 1] * e[k] + beta * e[k] ** 2;
    const rate = Math.log(form(0) / form(399)) / 399 / 2;
    expect(rate).toBeCloseTo(-Math.log(beta) / 2, 10);
    expect((friction * h) / 2).toBeCloseTo((1 - beta) / 2, 12);
    expect(rate / ((1 - beta) / 2)).toBeGreaterThan(1.7);
  });
});

/** Γ(ν + 1)(2/z)^ν J_ν(z) = Σ (−z²/4)^k/(k! (ν + 1)_k): e(t) at z = √λ t, ν = (r − 1)/2. Good to 1e-10 for z ≤ 12. */
function besselMode(r: number, z: number): number {
  const order = (r - 1) / 2;
  let term = 1;
  let total = 1;
  for (let k = 1; k < 100; k++) {
    term *= (-z * z) / 4 / (k * (k + order));
    total += term;
  }
  return total;
}

describe("Nesterov's modes z² − (1 − sλ)(1 + β_k)z + (1 − sλ)β_k", () => {
  it("the run is the recursion with β_k = (k − 1)/(k + r − 1), to round-off", () => {
    for (const r of [0.5, 2, 3, 8]) {
      const [lambda, h] = [2, 0.3];
      const e = orbit("nesterov-iteration", { nesterov: r }, { lambda, h, count: 300 });
      const keep = 1 - h * h * lambda;
      const expected = [1, keep];
      for (let k = 1; k < 300; k++) {
        const beta = (k - 1) / (k + r - 1);
        expected.push(keep * (expected[k] + beta * (expected[k] - expected[k - 1])));
      }
      for (let k = 0; k <= 300; k++) {
        expect(Math.abs(e[k] - expected[k])).toBeLessThan(10 * 300 * Number.EPSILON);
      }
    }
  });

  it.each([2, 3, 6, 8])("peaks of |e_k|²/(1 − sλ)^k fall like k^−r at sλ = 1e-4, r = %i", (r) => {
    const count = 20000;
    const e = orbit("nesterov-iteration", { nesterov: r }, { lambda: 1, h: 0.01, count });
    const logarithm = (k: number) => 2 * Math.log(Math.abs(e[k])) - k * Math.log1p(-1e-4);
    const exponent = (from: number) => {
      const peaks = [];
      for (let k = from; k < count; k++) {
        if (logarithm(k) > logarithm(k - 1) && logarithm(k) >= logarithm(k + 1)) peaks.push(k);
      }
      return -slopeOf(
        peaks,
        peaks.map((k) => Math.exp(logarithm(k))),
      );
    };
    // From k = 2000 ≫ r/√(sλ); the interval is twice what starting at 6000 instead changes, and a peak between whole k adds
    // at most (√(sλ)/2)² to a logarithm, 2e-5 to the slope.
    const found = exponent(2000);
    const half = 2 * Math.abs(found - exponent(6000)) + 2e-5;
    expect(half).toBeLessThan(0.05);
    expect(Math.abs(found - r)).toBeLessThan(half);
  });
});

describe("Nesterov's equation from t = 0: e(t) = Γ((r + 1)/2)(2/√λt)^{(r − 1)/2} J_{(r − 1)/2}(√λt)", () => {
  const lambda = 1.7;
  const until = 8;
  const worst = (name: IntegratorName, r: number, h: number) => {
    const e = orbit(name, { nesterov: r }, { lambda, h, count: Math.round(until / h) });
    let most = 0;
    for (let k = 0; k < e.length; k++) {
      most = Math.max(most, Math.abs(e[k] - besselMode(r, Math.sqrt(lambda) * k * h)));
    }
    return most;
  };

  const steps = [0.02, 0.01, 0.005];

  // As at t = 4 for r = 3 (order.test.ts): error/h² grows by the same amount each time h halves.
  it.each(
    (["aboba", "baoab"] as const).flatMap((name) => [2, 3, 6, 8].map((r) => [name, r] as const)),
  )("%s has an error h²(a + b log 1/h) up to t = 8, r = %i", (name, r) => {
    const scaled = steps.map((h) => worst(name, r, h) / (h * h));
    const growth = (scaled[2] - scaled[1]) / (scaled[1] - scaled[0]);
    expect(Math.abs(growth - 1), `${scaled}`).toBeLessThan(0.03);
    expect(scaled[2]).toBeLessThan(r);
  });

  it.each([2, 3, 6, 8])("the iteration has order 1 up to t = 8, r = %i", (r) => {
    const errors = steps.map((h) => worst("nesterov-iteration", r, h));
    expect(Math.abs(slopeOf(steps, errors) - 1), `${errors}`).toBeLessThan(0.15);
    expect(errors[2]).toBeLessThan(r * steps[2]);
  });
});
