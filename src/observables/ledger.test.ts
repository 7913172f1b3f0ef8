import { describe, expect, it } from "vitest";
import { slopeOf } from "../base/slope.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { type IntegratorName, makeIntegrator } from "../particles/integrators.ts";
import { solo } from "../particles/solo.ts";
import { uniforms } from "../particles/testing.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { identityResidual, Ledger, type LedgerState } from "./ledger.ts";
import { dissipationRate, observe } from "./particles.ts";

const rate = (t: number) => Math.exp(-t) * Math.cos(3 * t);
/** ∫₀ᵗ e^(−u) cos 3u du */
const integral = (t: number) => (1 + Math.exp(-t) * (3 * Math.sin(3 * t) - Math.cos(3 * t))) / 10;

function pushed(h: number, steps: number, f: (t: number) => number): Ledger {
  const ledger = new Ledger(h);
  for (let n = 0; n <= steps; n++) ledger.push(f(n * h));
  return ledger;
}

describe("the integral of a dissipation", () => {
  it("is of order 4 in the step at a fixed time", () => {
    const steps = [0.1, 0.05, 0.025, 0.0125];
    const errors = steps.map((h) => Math.abs(pushed(h, Math.round(1 / h), rate).total() - integral(1)));
    expect(Math.abs(slopeOf(steps, errors) - 4), `${errors}`).toBeLessThan(0.2);
  });

  it("has a local error of order 5 after the first two steps, and after the first once four values are known", () => {
    const steps = [0.02, 0.01, 0.005];
    const local = (count: number, value: (ledger: Ledger) => number, upTo: number) =>
      slopeOf(
        steps,
        steps.map((h) => Math.abs(value(pushed(h, count, rate)) - integral(upTo * h))),
      );
    expect(local(2, (ledger) => ledger.total(), 2)).toBeGreaterThan(4.7);
    expect(local(3, (ledger) => ledger.total(), 3)).toBeGreaterThan(4.7);
    expect(local(3, (ledger) => ledger.firstStep(), 1)).toBeGreaterThan(4.7);
    // With fewer values known, by the lower polynomial: orders 4 and 3.
    expect(local(2, (ledger) => ledger.firstStep(), 1)).toBeGreaterThan(3.7);
    expect(local(1, (ledger) => ledger.total(), 1)).toBeGreaterThan(2.7);
  });

  it("is exact for cubics from the second step on, and 0 before the first", () => {
    const cubic = (t: number) => 2 - t + 3 * t * t - 0.5 * t * t * t;
    const exact = (t: number) => 2 * t - t * t * 0.5 + t ** 3 - t ** 4 / 8;
    const h = 0.3;
    expect(pushed(h, 0, cubic).total()).toBe(0);
    for (let steps = 2; steps < 12; steps++) {
      const ledger = pushed(h, steps, cubic);
      expect(Math.abs(ledger.total() - exact(steps * h))).toBeLessThan(1e-13 * (1 + exact(steps * h)));
      if (steps >= 3) expect(ledger.firstStep()).toBeCloseTo(exact(h), 14);
    }
    expect(pushed(h, 1, (t) => 1 + t).total()).toBeCloseTo(h + (h * h) / 2, 15);
  });

  it("goes on from a saved state with the same bits, wherever it was interrupted", () => {
    const h = 0.07;
    const whole = pushed(h, 12, rate);
    for (let cut = 0; cut <= 12; cut++) {
      const saved = JSON.parse(
        JSON.stringify(cut === 0 ? new Ledger(h).save() : pushed(h, cut - 1, rate).save()),
      );
      const resumed = new Ledger(h, saved as LedgerState);
      for (let n = cut; n <= 12; n++) resumed.push(rate(n * h));
      expect(resumed.total()).toBe(whole.total());
      expect(resumed.firstStep()).toBe(whole.firstStep());
      expect(resumed.save()).toEqual(whole.save());
    }
  });

  it("a saved state is a copy", () => {
    const ledger = pushed(0.1, 2, rate);
    const saved = ledger.save();
    const kept = structuredClone(saved);
    ledger.push(1);
    new Ledger(0.1, saved).push(2);
    expect(saved).toEqual(kept);
  });
});

function residual(dynamics: Dynamics, integrator: IntegratorName, h: number): number {
  const random = uniforms(8);
  const x = Array.from({ length: 15 }, () => 4 * random() - 2);
  const data = fromArrays(
    x,
    x.map((u) => Math.sin(2 * u)),
  );
  const made = problem({
    data,
    neuron: neuron({ activation: "tanh", inputs: 1 }),
    regulariser: { l2: 0.1 },
    interaction: { kind: "gaussian", strength: 0.2 },
  });
  const rows = Array.from({ length: 21 }, () => Array.from({ length: 3 }, () => 4 * random() - 2));
  const system = solo(made, dynamics, 21, points(rows));
  const stepper = makeIntegrator(integrator, system, h);
  const functional = () => {
    const { energy, kinetic: motion = 0 } = observe(system);
    return energy + motion;
  };
  const start = functional();
  const ledger = new Ledger(h);
  const push = (t: number) => ledger.push(dissipationRate(system, t) ?? Number.NaN);
  push(0);
  const steps = Math.round(2 / h);
  for (let n = 0; n < steps; n++) {
    stepper.step(n);
    push((n + 1) * h);
  }
  return identityResidual(functional() - start, ledger.total());
}

describe("the dissipation identity of §2 holds to the scheme's order", () => {
  const cases: readonly (readonly [string, IntegratorName, number, Dynamics])[] = [
    ["gradient flow", "rk4", 4, gradientFlow()],
    ["gradient flow with a mobility", "rk4", 4, gradientFlow({ mobility: { a: 1.5, b: 0.4 } })],
    ["gradient flow", "euler", 1, gradientFlow()],
    ["heavy ball", "rk4", 4, kinetic({ friction: 0.8 })],
    ["heavy ball", "baoab", 2, kinetic({ friction: 0.8 })],
    ["heavy ball", "aboba", 2, kinetic({ friction: 0.8 })],
    ["heavy ball", "obabo", 2, kinetic({ friction: 0.8 })],
    ["Nesterov 3/(t + 1)", "baoab", 2, kinetic({ friction: { nesterov: 3, from: 1 } })],
  ];
  it.each(cases)("%s, %s: order %i", (_name, integrator, order, dynamics) => {
    const steps = [0.1, 0.05, 0.025, 0.0125];
    const residuals = steps.map((h) => residual(dynamics, integrator, h));
    expect(Math.abs(slopeOf(steps, residuals) - order), `${residuals}`).toBeLessThan(0.3);
  });
});
