import fc from "fast-check";
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
import { type Problem, problem } from "../problem/problem.ts";
import { evolve, particles } from "../run/evolve.ts";
import { Excursion, Ledger, type LedgerState } from "./ledger.ts";
import type { Observables } from "./observer.ts";
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
      expect(resumed.spent()).toBe(whole.spent());
      expect(resumed.firstStep()).toBe(whole.firstStep());
      expect(resumed.save()).toEqual(whole.save());
    }
  });

  it("of |D|, of either sign: ∫₀ᵗ|e^(−u) cos 3u| du to order 2 at least, across its zeros, and of D ≥ 0 the same bits as of D", () => {
    // Between zeros at π/6 and π/2 the integrand is negative.
    const [zero, next] = [Math.PI / 6, Math.PI / 2];
    const exact = integral(zero) - (integral(next) - integral(zero)) + (integral(2) - integral(next));
    const steps = [0.1, 0.05, 0.025, 0.0125, 0.00625];
    const errors = steps.map((h) => Math.abs(pushed(h, Math.round(2 / h), rate).spent() - exact));
    for (const [k, h] of steps.entries()) expect(errors[k], `${errors}`).toBeLessThan(2 * h * h);
    const falling = pushed(0.1, 20, (t) => Math.exp(-t));
    expect(falling.spent()).toBe(falling.total());
    expect(falling.firstSpent()).toBe(falling.firstStep());
    expect(pushed(0.1, 1, (t) => -1 - t).spent()).toBeCloseTo(0.105, 15);
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

describe("the scale of the identity's defect", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  const positive = fc.double({ min: 1e-3, max: 10, noNaN: true });
  const records = fc.array(fc.record({ energy: number, kinetic: positive }), { minLength: 1, maxLength: 12 });

  it("is the largest of |F(s) − F(0)|, |K(s) − K(0)| and ∫|D|, as its definition reads", () => {
    fc.assert(
      fc.property(records, number, fc.double({ min: 0.1, max: 20, noNaN: true }), (seen, defect, spent) => {
        const [{ energy, kinetic }] = seen;
        const largest = Math.max(
          spent,
          ...seen.map((one) => Math.abs(one.energy - energy)),
          ...seen.map((one) => Math.abs(one.kinetic - kinetic)),
        );
        expect(new Excursion(seen).residual(defect, spent)).toBeCloseTo(Math.abs(defect) / largest, 12);
        const grown = new Excursion(seen.slice(0, 1));
        for (const one of seen.slice(1)) grown.add(one);
        expect(grown.residual(defect, spent)).toBe(new Excursion(seen).residual(defect, spent));
      }),
    );
  });

  it("never falls: a functional that comes back has moved", () => {
    const back = new Excursion([{ energy: 1 }, { energy: 4 }, { energy: 1 }]);
    expect(back.residual(0.3, 0)).toBeCloseTo(0.1, 15);
  });

  it("is none where nothing has moved beyond 1e-10 of the start, of F and K together", () => {
    const near = (moved: number) =>
      new Excursion([
        { energy: -3, kinetic: 1 },
        { energy: -3 + moved, kinetic: 1 },
      ]);
    expect(near(3.9e-10).residual(1e-12, 0)).toBeNaN();
    expect(near(4.1e-10).residual(1e-12, 0)).toBeCloseTo(1e-12 / 4.1e-10, 6);
    expect(near(0).residual(1e-12, 4.1e-10)).toBeCloseTo(1e-12 / 4.1e-10, 6);
    expect(new Excursion([{ energy: 0 }]).residual(0, 0)).toBeNaN();
    expect(new Excursion([{ energy: 0 }]).residual(1e-30, 1e-20)).toBeCloseTo(1e-10, 15);
  });
});

describe("identity_residual of runs", () => {
  const well = problem({ potential: { kind: "quadratic", strength: 1 } });
  const last = async (task: Problem, motion: Dynamics, width: number, course: Parameters<typeof evolve>[3]) =>
    (await evolve(task, motion, particles({ width, seed: 4 }), course)).rows;

  it("is that of the step, O(h²), for a run that conserves energy and dissipates nothing", async () => {
    // F and K exchange ½, and aboba conserves their sum to O(h²).
    const steps = [0.2, 0.1, 0.05];
    const residuals = await Promise.all(
      steps.map(async (step) => {
        const initial = points([[1, 0]]);
        const rows = await last(well, kinetic({ friction: 0 }), 1, { initial, until: 8, step, record: 40 });
        return Math.max(...rows.slice(1).map(({ observables }) => observables.identity_residual));
      }),
    );
    for (const [k, h] of steps.entries()) expect(residuals[k]).toBeLessThan(h * h);
    expect(Math.abs(slopeOf(steps, residuals) - 2), `${residuals}`).toBeLessThan(0.2);
  });

  it("is blank at rest, and at t = 0", async () => {
    const initial = points([[0], [0]]);
    const rows = await last(well, gradientFlow(), 2, { initial, until: 1, step: 0.1 });
    for (const { observables } of rows) expect(observables.identity_residual).toBeNaN();
    const moving = await last(well, gradientFlow(), 1, { initial: points([[1]]), until: 1, step: 0.1 });
    expect(moving[0].observables.identity_residual).toBeNaN();
    expect(moving[1].observables.identity_residual).toBeGreaterThan(0);
  });

  it("is what its definition gives from the series, for a heavy ball whose F comes back", async () => {
    const initial = points([
      [1.5, 0],
      [-0.4, 0.7],
    ]);
    const course = { initial, until: 6, step: 0.05, record: 120 };
    const rows = await last(well, kinetic({ friction: 0.3 }), 2, course);
    const seen = rows.map(({ observables }) => observables);
    let spent = 0;
    for (let n = 2; n < seen.length; n += 2) {
      // Simpson's rule over the records, which are the steps.
      spent += (0.05 / 3) * (seen[n - 2].dissipation + 4 * seen[n - 1].dissipation + seen[n].dissipation);
      const so = seen.slice(0, n + 1);
      const scale = Math.max(
        spent,
        ...so.map((one) => Math.abs(one.energy - so[0].energy)),
        ...so.map((one) => Math.abs(one.kinetic - so[0].kinetic)),
      );
      const change = seen[n].energy + seen[n].kinetic - so[0].energy - so[0].kinetic;
      expect(Math.abs(seen[n].identity_residual - Math.abs(change + spent) / scale)).toBeLessThan(1e-5);
    }
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
  const start = observe(system);
  const functional = ({ energy, kinetic: motion = 0 }: Observables) => energy + motion;
  const ledger = new Ledger(h);
  const push = (t: number) => ledger.push(dissipationRate(system, t) ?? Number.NaN);
  push(0);
  const steps = Math.round(2 / h);
  for (let n = 0; n < steps; n++) {
    stepper.step(n);
    push((n + 1) * h);
  }
  const end = observe(system);
  return new Excursion([start, end]).residual(
    functional(end) - functional(start) + ledger.total(),
    ledger.spent(),
  );
}

describe("the dissipation identity of docs/theory.md §2.2 holds to the scheme's order", () => {
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
