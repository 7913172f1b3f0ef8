// What every frozen-potential substep must keep, and its derivative against central differences.

import { inverse, Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { massOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { uniforms } from "../../particles/testing.ts";
import { boxOf, circle, normalised } from "../testing.ts";
import { backwardEuler } from "./backward-euler.ts";
import { reaction } from "./reaction.ts";
import { rates } from "./scharfetter-gummel.ts";
import { sdirk } from "./sdirk.ts";
import type { Stage } from "./stage.ts";

const EPS = Number.EPSILON;
const MIXED = boxOf({ low: -1, high: 2, cells: 6 }, circle(7));

type Make = (grid: Grid, duration: number) => Stage;
const STAGES: readonly (readonly [string, Make])[] = [0, 1].flatMap((k) => [
  [
    `backward Euler, axis ${k}`,
    (grid: Grid, duration: number) => backwardEuler({ grid, k, mobility: 1.3, duration }),
  ] as const,
  [
    `SDIRK, axis ${k}`,
    (grid: Grid, duration: number) => sdirk({ grid, k, mobility: 1.3, duration }),
  ] as const,
]);
const REACTION: readonly [string, Make] = [
  "birth–death",
  (grid, duration) => reaction({ grid, rate: 0.8, duration }),
];

function random(grid: Grid, seed: number, low: number, high: number): Float64Array {
  const draw = uniforms(seed);
  return Float64Array.from({ length: grid.size }, () => low + (high - low) * draw());
}

function applied(stage: Stage, phi: Float64Array, tau: number, mu: Float64Array): Float64Array {
  const out = mu.slice();
  stage.prepare(phi, tau);
  stage.forward(out);
  return out;
}

describe.each([...STAGES, REACTION])("%s", (_name, make) => {
  it.each([
    [0, 0.02],
    [0, 5],
    [0.3, 1e-3],
    [0.3, 0.1],
    [0.3, 1000],
    [0.02, 2],
  ])("τ = %d, h = %d: the derivative is a central difference, in μ and in Φ, through two calls", (tau, h) => {
    const stage = make(MIXED, h);
    const mu = normalised(MIXED, random(MIXED, 1, 0.1, 1));
    const phi = random(MIXED, 2, -1, 1);
    const dphi = random(MIXED, 3, -1, 1);
    const direction = random(MIXED, 4, -1, 1);
    const mean = direction.reduce((sum, value) => sum + value, 0) / MIXED.size;
    // Perturbations of a density keep its mass.
    const dmu = direction.map((value) => 0.1 * (value - mean));
    const t = 3e-5 * Math.min(1, tau || 1);
    const at = (s: number) =>
      applied(
        stage,
        phi.map((value, i) => value + s * dphi[i]),
        tau,
        mu.map((value, i) => value + s * dmu[i]),
      );
    const [plus, minus] = [at(t), at(-t)];
    applied(stage, phi, tau, mu);
    const most = Math.max(...plus);
    for (let repeat = 0; repeat < 2; repeat++) {
      const found = dmu.slice();
      stage.derivative(found, dphi);
      const size = Math.max(...found.map(Math.abs), most);
      for (let i = 0; i < mu.length; i++) {
        // Third derivatives grow as (1/τ)³: t²/6τ³; round-off as n ε/t, where h/Δ² is large too.
        const truncation = (t / (tau || 1)) ** 2 * (tau === 0 ? 40 * h * h : 10 / (tau || 1));
        expect(Math.abs((plus[i] - minus[i]) / (2 * t) - found[i])).toBeLessThan(
          size * (truncation + (100 * EPS * (1 + Math.min(h, 1) / (tau || 1))) / t),
        );
      }
    }
  });

  it.each([
    [0.3, 1e-3],
    [0.3, 1],
    [0.05, 1000],
  ])("τ = %d, h = %d: mass kept to 1e-16 a cell, e^(−Φ/τ) a fixed point in relative terms", (tau, h) => {
    const stage = make(MIXED, h);
    const phi = random(MIXED, 5, -1, 1);
    const mu = normalised(MIXED, random(MIXED, 6, 0, 1));
    const after = applied(stage, phi, tau, mu);
    expect(Math.abs(massOf(MIXED, after) - massOf(MIXED, mu))).toBeLessThan(1e-16 * MIXED.size);
    const gibbs = normalised(
      MIXED,
      phi.map((value) => Math.exp(-value / tau)),
    );
    const still = applied(stage, phi, tau, gibbs);
    for (let i = 0; i < gibbs.length; i++) expect(Math.abs(still[i] / gibbs[i] - 1)).toBeLessThan(1e-13);
  });
});

describe("what the order-1 stages keep besides", () => {
  const monotone = [...STAGES.filter(([name]) => name.startsWith("backward")), REACTION] as const;
  it.each(monotone)("%s: μ ≥ 0, and ∫(Φ + τ log μ) dμ falls, for every h", (_name, make) => {
    for (const tau of [0, 0.01, 0.4]) {
      for (const h of [1e-3, 0.1, 10, 1000]) {
        const stage = make(MIXED, h);
        const phi = random(MIXED, 7, -1, 1);
        let mu = normalised(
          MIXED,
          random(MIXED, 8, 0, 1).map((u) => Math.max(0, u - 0.4)),
        );
        const energy = (density: Float64Array) =>
          density.reduce(
            (sum, value, i) =>
              sum + MIXED.volume * value * (phi[i] + (value > 0 ? tau * Math.log(value) : 0)),
            0,
          );
        for (let n = 0; n < 5; n++) {
          const next = applied(stage, phi, tau, mu);
          expect(Math.min(...next)).toBeGreaterThanOrEqual(0);
          expect(energy(next)).toBeLessThanOrEqual(energy(mu) + 1e-14);
          mu = next;
        }
      }
    }
  });

  it.each([0, 0.05, 0.3])("SDIRK: μ ≥ 0 and mass kept for every h, from single cells too, τ = %d", (tau) => {
    const cell = new Float64Array(MIXED.size);
    cell[3 * 7 + 2] = 1 / MIXED.volume;
    const phi = random(MIXED, 7, -1, 1);
    let most = 0;
    for (const k of [0, 1]) {
      for (const h of [1e-3, 0.02, 0.1, 1, 10, 1000]) {
        for (const start of [
          cell,
          normalised(
            MIXED,
            random(MIXED, 8, 0, 1).map((u) => Math.max(0, u - 0.4)),
          ),
        ]) {
          const stage = sdirk({ grid: MIXED, k, mobility: 1.3, duration: h });
          const mu = applied(stage, phi, tau, start);
          expect(Math.min(...mu)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(massOf(MIXED, mu) - 1)).toBeLessThan(1e-16 * MIXED.size);
          most = Math.max(most, stage.cut);
        }
      }
    }
    // Not for want of a need.
    expect(most).toBeGreaterThan(1e-3);
  });

  it("SDIRK is αS²μ − βSμ without its negative part, at most twice as far from e^(−hL)μ", () => {
    const line = boxOf({ low: -2, high: 2, cells: 30 });
    const phi = line.axes[0].centres.map((u) => 3 * u ** 4 - u);
    const tau = 0.2;
    const gamma = 1 - Math.SQRT1_2;
    const [right, left] = [new Float64Array(30), new Float64Array(30)];
    rates({ grid: line, k: 0, mobility: 1, temperature: tau }, phi, 1, right, left);
    const L = Matrix.zeros(30, 30);
    for (let i = 0; i < 30; i++) {
      L.set(i, i, right[i] + left[i]);
      if (i > 0) L.set(i - 1, i, -left[i]);
      if (i < 29) L.set(i + 1, i, -right[i]);
    }
    const start = normalised(
      line,
      line.axes[0].centres.map((u) => Math.exp(-2 * (u - 1) ** 2)),
    );
    let cuts = 0;
    for (const h of [0.003, 0.01, 0.05, 0.3]) {
      const mu = Matrix.columnVector(start);
      const shifted = Matrix.add(Matrix.eye(30), Matrix.mul(L, gamma * h));
      const once = solve(shifted, mu);
      const twice = solve(shifted, once);
      const plain = Matrix.sub(
        Matrix.mul(twice, (1 - gamma) / gamma),
        Matrix.mul(once, (1 - 2 * gamma) / gamma),
      );
      const positive = plain.to1DArray().map((value) => Math.max(0, value));
      const ratio = 1 / (line.volume * positive.reduce((sum, value) => sum + value, 0));
      const stage = sdirk({ grid: line, k: 0, mobility: 1, duration: h });
      const found = applied(stage, phi, tau, start);
      for (let i = 0; i < 30; i++) expect(Math.abs(found[i] - ratio * positive[i])).toBeLessThan(1e-13);
      expect(Math.abs(stage.cut - (1 / ratio - 1))).toBeLessThan(1e-13);
      if (stage.cut > 1e-12) cuts += 1;
      // e^(−hL) by 2¹⁴ backward-Euler steps: off by (hL)²/2¹⁵ at most, where the errors are.
      let exact = Matrix.add(Matrix.eye(30), Matrix.mul(L, h / 2 ** 14));
      exact = inverse(exact);
      for (let n = 0; n < 14; n++) exact = exact.mmul(exact);
      const truth = exact.mmul(mu).to1DArray();
      const distance = (values: ArrayLike<number>) =>
        truth.reduce((sum, value, i) => sum + Math.abs(value - values[i]), 0);
      expect(distance(found)).toBeLessThanOrEqual(2 * distance(plain.to1DArray()) + 1e-12);
    }
    expect(cuts).toBeGreaterThan(1);
  });

  it("SDIRK is of order 2, backward Euler of order 1, for a frozen Φ: against 4000 small steps", () => {
    const phi = random(MIXED, 9, -1, 1);
    const start = normalised(MIXED, random(MIXED, 10, 0.5, 1));
    const run = (make: Make, count: number) => {
      const stage = make(MIXED, 0.4 / count);
      stage.prepare(phi, 0.3);
      const mu = start.slice();
      for (let n = 0; n < count; n++) stage.forward(mu);
      return mu;
    };
    const reference = run(STAGES[1][1], 4000);
    const error = (make: Make, count: number) =>
      Math.max(...run(make, count).map((value, i) => Math.abs(value - reference[i])));
    const [euler, sdirk] = [STAGES[0][1], STAGES[1][1]];
    expect(Math.log2(error(euler, 40) / error(euler, 80))).toBeCloseTo(1, 1);
    expect(Math.log2(error(sdirk, 40) / error(sdirk, 80))).toBeCloseTo(2, 1);
  });
});
