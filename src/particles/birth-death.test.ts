// Births and deaths among neurons: against a reference in plain loops (to the last bit), against the scheme's own mean-field
// limit and the exact Gaussian solution, and what stays true of any population. Monte-Carlo bounds are 5 standard errors, a
// false-alarm rate of 6e-7 per comparison under normality; every seed was chosen before looking.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveKey, PURPOSE, philox4x32 } from "../base/philox.ts";
import { slopeOf } from "../base/slope.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { unpack } from "../kernels/layout.ts";
import { birthDeathAt } from "../limits/gaussian.ts";
import { Ledger } from "../observables/ledger.ts";
import { dissipationRate, observe } from "../observables/particles.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian, type InitialLaw, points } from "../problem/law.ts";
import { neuron, neuronValue } from "../problem/neuron.ts";
import { type Problem, type ProblemOptions, problem } from "../problem/problem.ts";
import { makeIntegrator } from "./integrators.ts";
import { solo } from "./solo.ts";
import type { ParticleSystem } from "./system.ts";
import { advance, uniforms } from "./testing.ts";

const Z = 5;

function rowsOf({ particles }: ParticleSystem): number[][] {
  const { dimension: p, part, rows, state } = particles;
  const flat = unpack(state, part.width, rows, 0, p);
  return Array.from({ length: part.width }, (_, j) => Array.from(flat.subarray(j * p, (j + 1) * p)));
}

// ---- A reference in plain loops ----

/** Number (particle, step, lane) of the stream of births and deaths. */
function draw(seed: number, replica: number, particle: number, step: number, lane: number): number {
  const [k0, k1] = deriveKey(seed, PURPOSE.jump, replica);
  const words = new Uint32Array(4);
  philox4x32(particle >> 1, step, 0, lane, k0, k1, words, 0);
  const [high, low] = particle % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]];
  return (high * 2 ** 21 + ((low >>> 11) | 1)) / 2 ** 53;
}

interface Jumps {
  readonly rate: number;
  readonly h: number;
  readonly seed: number;
  readonly replica: number;
}

/** The population after the jumps of step n, and how many copies the decisions alone would have left. */
function jumped(
  phi: readonly number[],
  rows: readonly number[][],
  n: number,
  { rate, h, seed, replica }: Jumps,
): { rows: number[][]; total: number } {
  const N = rows.length;
  const mean = phi.reduce((sum, value) => sum + value, 0) / N;
  const line: number[] = [];
  for (let j = 0; j < N; j++) {
    const r = rate * (phi[j] - mean);
    const jumps = draw(seed, replica, j, n, 0) < 1 - Math.exp(-Math.abs(r) * h);
    const copies = !jumps ? 1 : r > 0 ? 0 : 2;
    for (let copy = 0; copy < copies; copy++) line.push(j);
  }
  const total = line.length;
  for (let k = 0; line.length !== N; k++) {
    const at = Math.floor(draw(seed, replica, k, n, 1) * line.length);
    if (line.length < N) line.push(line[at]);
    else {
      const last = line.pop() as number;
      if (at < line.length) line[at] = last;
    }
  }
  const count = rows.map((_, j) => line.filter((parent) => parent === j).length);
  const spare = count.flatMap((copies, j) => Array.from({ length: Math.max(0, copies - 1) }, () => j));
  return { rows: rows.map((row, j) => (count[j] > 0 ? row : rows[spare.shift() as number])), total };
}

interface Setting {
  readonly options: ProblemOptions;
  /** V + W∗μ of one coordinate. */
  readonly external: (u: number, others: readonly number[]) => number;
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  "in the plane": {
    options: { regulariser: { l2: 0.4 }, interaction: { kind: "quadratic", strength: 0.5 } },
    external: (u, others) => 0.2 * u * u + average(others.map((v) => 0.25 * (u - v) ** 2)),
  },
  "on the torus": {
    options: {
      domain: "torus",
      potential: { kind: "cosine", strength: 0.6 },
      interaction: { kind: "cosine", strength: -0.9 },
    },
    external: (u, others) => -0.6 * Math.cos(u) + average(others.map((v) => 0.9 * Math.cos(u - v))),
  },
  "with every pair": {
    options: { interaction: { kind: "gaussian", strength: 1.5, scale: 0.5 } },
    external: (u, others) => -1.5 * average(others.map((v) => Math.exp(-2 * (u - v) ** 2))),
  },
};

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const M = 7;
const tanh = neuron({ activation: "tanh", inputs: 1 });

function potentialsOf(made: Problem, { external }: Setting, rows: readonly number[][]): number[] {
  const { data } = made;
  const psi = (theta: readonly number[], i: number) =>
    neuronValue(tanh, Float64Array.from(theta), data.x.subarray(i, i + 1));
  const residual = Array.from(
    { length: M },
    (_, i) => data.weight[i] * (average(rows.map((row) => psi(row, i))) - data.y[i]),
  );
  return rows.map((theta) => {
    let phi = 0;
    for (let i = 0; i < M; i++) phi += residual[i] * psi(theta, i);
    for (let k = 0; k < 3; k++)
      phi += external(
        theta[k],
        rows.map((row) => row[k]),
      );
    return phi;
  });
}

describe("a step", () => {
  it.each(Object.keys(SETTINGS))("%s is transport, then what the reference does, bit for bit", (name) => {
    const setting = SETTINGS[name];
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 45 }),
      seed: fc.integer({ min: 0, max: 1e9 }),
      replica: fc.integer({ min: 0, max: 9 }),
      rate: fc.double({ min: 0.1, max: 30, noNaN: true }),
      integrator: fc.constantFrom("euler", "rk4" as const),
    });
    const seen = { more: 0, fewer: 0, same: 0 };
    fc.assert(
      fc.property(cases, ({ width, seed, replica, rate, integrator }) => {
        const random = uniforms(seed + 1);
        const coordinate = () => 5 * random() - 2.5;
        const data = fromArrays(
          Array.from({ length: M }, coordinate),
          Array.from({ length: M }, coordinate),
          Array.from({ length: M }, random),
        );
        const made = problem({ ...setting.options, data, neuron: tanh });
        const mobility = { w: 0.7, b: 2 };
        const start = Array.from({ length: width }, () => [coordinate(), coordinate(), coordinate()]);
        const h = 0.1;
        const flow = gradientFlow({ mobility });
        const system = solo(made, birthDeath({ rate, mobility }), width, points(start), { seed, replica });
        const stepper = makeIntegrator(integrator, system, h);
        for (let n = 0; n < 4; n++) {
          const transported = rowsOf(
            advance(solo(made, flow, width, points(rowsOf(system))), integrator, h, 1),
          );
          const phi = potentialsOf(made, setting, transported);
          const expected = jumped(phi, transported, n, { rate, h, seed, replica });
          stepper.step(n);
          expect(rowsOf(system)).toEqual(expected.rows);
          seen[expected.total > width ? "more" : expected.total < width ? "fewer" : "same"] += 1;
        }
      }),
      { numRuns: 40, seed: 11 },
    );
    // Both ways of coming back to N were taken.
    expect(Math.min(seen.more, seen.fewer), JSON.stringify(seen)).toBeGreaterThan(20);
  });

  it.each([13, 64, 701, 1100])("N = %i, more than one chunk or none: as the reference", (width) => {
    const made = problem({ potential: { kind: "double-well" } });
    const dynamics = birthDeath({ rate: 2 });
    const system = solo(made, dynamics, width, gaussian({ mean: [0.3], std: [1] }), { seed: 5, replica: 1 });
    const stepper = makeIntegrator("euler", system, 0.2);
    for (let n = 0; n < 6; n++) {
      const moved = rowsOf(
        advance(solo(made, gradientFlow(), width, points(rowsOf(system))), "euler", 0.2, 1),
      );
      const phi = moved.map(([u]) => u ** 4 / 4 - u ** 2 / 2);
      const expected = jumped(phi, moved, n, { rate: 2, h: 0.2, seed: 5, replica: 1 });
      stepper.step(n);
      expect(rowsOf(system)).toEqual(expected.rows);
    }
    expect(new Set(rowsOf(system).map(String)).size).toBeLessThan(width);
  });
});

describe("nothing jumps", () => {
  const flat = gaussian({ mean: [0.4], std: [1.3] });

  it("where there is one neuron", () => {
    const made = problem({ potential: { kind: "double-well" } });
    const alone = advance(solo(made, birthDeath({ rate: 1e6 }), 1, flat, { seed: 2 }), "rk4", 0.1, 30);
    const free = advance(solo(made, gradientFlow(), 1, flat, { seed: 2 }), "rk4", 0.1, 30);
    expect(rowsOf(alone)).toEqual(rowsOf(free));
  });

  it.each([
    ["Φ ≡ 0", problem({ potential: { kind: "quadratic", strength: 0 } }), flat],
    // Two wells of equal depth, two sets of neurons at equal distance from each: an odd number, so that sums round.
    [
      "Φ is even and θ = ±u",
      problem({ potential: { kind: "double-well" } }),
      points(Array.from({ length: 333 }, (_, j) => [j % 3 === 0 ? 0.7 : -0.7])),
    ],
  ] as [string, Problem, InitialLaw][])("where %s, at any rate", (_, made, law) => {
    const width = 333;
    const jumping = advance(solo(made, birthDeath({ rate: 1e300 }), width, law), "euler", 0.1, 20);
    const free = advance(solo(made, gradientFlow(), width, law), "euler", 0.1, 20);
    expect(rowsOf(jumping)).toEqual(rowsOf(free));
  });

  it("to a neuron that is not finite: it stays, and stops the run", () => {
    const bounded = neuron({ activation: "tanh", inputs: 1, output: "fixed" });
    const made = problem({ data: fromArrays([1, 2], [0, 1]), neuron: bounded });
    const rows = Array.from({ length: 20 }, (_, j) => [0.1 * j, 1]);
    const system = solo(made, birthDeath({ rate: 50 }), 20, points(rows));
    const stepper = makeIntegrator("euler", system, 1e-3);
    // Φ is finite at b = ∞, where tanh is 1.
    system.particles.state[8] = Number.POSITIVE_INFINITY;
    const before = rowsOf(system);
    expect(before[0]).toEqual([0, Number.POSITIVE_INFINITY]);
    system.field.moved();
    for (let n = 0; n < 50; n++) stepper.step(n);
    const after = rowsOf(system);
    expect(after.filter((row) => row.some((value) => !Number.isFinite(value)))).toHaveLength(1);
    expect(new Set(after.map(String)).size).toBe(20);
  });
});

describe("any population", () => {
  it("consists of those there were after transport, for any rate; extreme rates leave the best", () => {
    const made = problem({ dimension: 2, potential: { kind: "double-well" } });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 70 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        (width, seed, rate) => {
          const law = gaussian({ mean: [0, 0], std: [1, 1] });
          const system = solo(made, birthDeath({ rate }), width, law, { seed });
          const allowed = advance(solo(made, gradientFlow(), width, law, { seed }), "euler", 0.1, 1);
          advance(system, "euler", 0.1, 1);
          const there = new Set(rowsOf(allowed).map(String));
          for (const row of rowsOf(system)) expect(there.has(String(row))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
    // Everybody above the mean is killed, everybody below it doubled.
    const rows = [[0.1], [0.5], [0.2], [0.3], [2], [2.1]];
    const one = problem({ potential: { kind: "quadratic" } });
    const survivors = rowsOf(
      advance(solo(one, birthDeath({ rate: 1e9 }), 6, points(rows)), "euler", 1e-6, 1),
    );
    for (const [u] of survivors) expect(u).toBeLessThan(0.51);
    // Of eight copies two are dropped: at most one neuron loses both of its own.
    expect(new Set(survivors.map(String)).size).toBeGreaterThanOrEqual(3);
  });
});

// ---- The limit N → ∞ ----

const START = { mean: 1, variance: 0.5 };
const RATE = 1.5;
const QUADRATIC = problem({ potential: { kind: "quadratic" } });
const EXACT = { s: 0, c: 0, lambda: 1, tau: 0, constant: 0 };
const LAW = gaussian({ mean: [START.mean], std: [Math.sqrt(START.variance)] });

/** What the scheme does as N → ∞ for V = θ²/2: each node θ carries a weight, which a step multiplies by E copies · N/T. */
function limitOfScheme(integrator: "euler" | "rk4", h: number, t: number) {
  const z = Array.from({ length: 1201 }, (_, i) => (i - 600) / 100);
  let theta = z.map((u) => START.mean + Math.sqrt(START.variance) * u);
  let weight = z.map((u) => Math.exp(-0.5 * u * u));
  const mean = (f: (u: number) => number) =>
    theta.reduce((sum, u, i) => sum + weight[i] * f(u), 0) / weight.reduce((sum, w) => sum + w, 0);
  const energy = () => mean((u) => 0.5 * u * u);
  const dissipation = () => {
    const level = energy();
    return mean((u) => u * u) + RATE * mean((u) => (0.5 * u * u - level) ** 2);
  };
  const ledger = new Ledger(h);
  const first = energy();
  ledger.push(dissipation());
  const shrink = integrator === "euler" ? 1 - h : 1 - h + h ** 2 / 2 - h ** 3 / 6 + h ** 4 / 24;
  for (let n = 0; n < Math.round(t / h); n++) {
    theta = theta.map((u) => shrink * u);
    const level = energy();
    weight = weight.map((w, i) => {
      const r = RATE * (0.5 * theta[i] ** 2 - level);
      return w * (r > 0 ? Math.exp(-r * h) : 2 - Math.exp(r * h));
    });
    ledger.push(dissipation());
  }
  const centre = mean((u) => u);
  const variance = mean((u) => (u - centre) ** 2);
  return { mean: centre, variance, defect: energy() - first + ledger.total() };
}

describe("the scheme's own limit N → ∞", () => {
  it.each(["euler", "rk4"] as const)("with %s converges to birth–death dynamics, order 1", (integrator) => {
    const exact = birthDeathAt(EXACT, { rate: RATE }, START, 1);
    const steps = [0.1, 0.05, 0.025, 0.0125];
    const found = steps.map((h) => limitOfScheme(integrator, h, 1));
    const orders = [
      found.map(({ mean }) => Math.abs(mean - exact.mean)),
      found.map(({ variance }) => Math.abs(variance - exact.variance)),
      found.map(({ defect }) => Math.abs(defect)),
    ].map((errors) => slopeOf(steps, errors));
    for (const order of orders) expect(Math.abs(order - 1), `${orders}`).toBeLessThan(0.15);
  });

  it("is where populations go: mean, variance, and the defect of the identity, with a bias below 0.3/N", () => {
    const t = 1;
    for (const [width, h, replicas] of [
      [40, 0.1, 2000],
      [2000, 0.05, 20],
    ]) {
      const limit = limitOfScheme("rk4", h, t);
      const runs = Array.from({ length: replicas }, (_, replica) => {
        const system = solo(QUADRATIC, birthDeath({ rate: RATE }), width, LAW, { seed: 21, replica });
        const stepper = makeIntegrator("rk4", system, h);
        const ledger = new Ledger(h);
        const first = observe(system).energy;
        ledger.push(dissipationRate(system, 0) as number);
        for (let n = 0; n < Math.round(t / h); n++) {
          stepper.step(n);
          ledger.push(dissipationRate(system, 0) as number);
        }
        const { mean_theta_0: mean, var_theta_0: variance, energy } = observe(system);
        return { mean, variance, defect: energy - first + ledger.total() };
      });
      // Measured at N = 25: 0.06/N for the mean, −0.07/N and −0.08/N for the others.
      for (const key of ["mean", "variance", "defect"] as const) {
        const values = runs.map((run) => run[key]);
        const mean = average(values);
        const error = Math.sqrt(average(values.map((value) => (value - mean) ** 2)) / (replicas - 1));
        const apart = Math.abs(mean - limit[key]);
        expect(apart, `${key} at N = ${width}: ${mean} ± ${error}, ${limit[key]}`).toBeLessThan(
          Z * error + 0.3 / width,
        );
      }
    }
  });
});

describe("the dissipation", () => {
  it("is ⟨∇Φ·D∇Φ⟩ + κ Var Φ of the neurons there are", () => {
    const data = fromArrays([0.5, -1, 2], [1, 0, -1]);
    const cell = neuron({ activation: "sin", inputs: 1, output: "fixed" });
    const made = problem({ data, neuron: cell, regulariser: { l2: 0.2 } });
    const random = uniforms(8);
    const rows = Array.from({ length: 19 }, () => [3 * random() - 1, 3 * random() - 1]);
    const outputs = [0.5, -1, 2].map((x) => average(rows.map(([w, b]) => Math.sin(w * x + b))));
    const phi = rows.map(([w, b]) => {
      const terms = [0.5, -1, 2].map((x, i) => ((outputs[i] - data.y[i]) / 3) * Math.sin(w * x + b));
      return 3 * average(terms) + 0.1 * (w * w + b * b);
    });
    const slopes = rows.map(([w, b]) => {
      const terms = [0.5, -1, 2].map((x, i) => ((outputs[i] - data.y[i]) / 3) * Math.cos(w * x + b));
      return [terms[0] * 0.5 - terms[1] + terms[2] * 2 + 0.2 * w, 3 * average(terms) + 0.2 * b];
    });
    const mean = average(phi);
    const variance = average(phi.map((value) => (value - mean) ** 2));
    const flow = average(slopes.map(([w, b]) => 0.3 * w * w + 2 * b * b));
    const dynamics = birthDeath({ rate: 1.7, mobility: { w: 0.3, b: 2 } });
    const found = dissipationRate(solo(made, dynamics, 19, points(rows)), 0) as number;
    expect(Math.abs(found - flow - 1.7 * variance)).toBeLessThan(1e-14 * (1 + found));
  });
});

describe("neurons beside a shallow well", () => {
  // V = −cos θ + θ²/80: wells near 0, ±2π, … of depths −1, −0.51, …: a network that starts about 2π, 3 % of it nearer to 0.
  const made = problem({ potential: { kind: "cosine", strength: 1 }, regulariser: { l2: 0.025 } });
  const law = gaussian({ mean: [6.2], std: [1.6] });

  it("stay there under gradient flow, and are replaced by those in the deepest with births and deaths", () => {
    const width = 300;
    const energies = [gradientFlow(), birthDeath({ rate: 1 })].map((dynamics) => {
      const system = advance(solo(made, dynamics, width, law, { seed: 4 }), "euler", 0.05, 600);
      return {
        energy: observe(system).energy,
        inside: rowsOf(system).filter(([u]) => Math.abs(u) < 1).length,
      };
    });
    // The share that starts beyond the barrier near π: P(z < −1.9) = 3 %, 9 of 300, and as many stay.
    expect(energies[0].inside).toBeGreaterThan(0);
    expect(energies[0].inside).toBeLessThan(30);
    expect(energies[0].energy).toBeGreaterThan(-0.6);
    expect(energies[1].inside).toBe(width);
    expect(energies[1].energy).toBeLessThan(-0.9999);
  });
});

describe("refused", () => {
  const made = problem({ potential: { kind: "quadratic" }, temperature: 0.1 });

  it("with noise, by a message that says what N neurons lack", () => {
    const system = solo(made, birthDeath({ rate: 1 }), 5, LAW);
    expect(() => makeIntegrator("euler", system, 0.1)).toThrow(
      /problem\.temperature: found 0\.1; .*needs log μ, which N neurons do not have; solve it on a grid, or set temperature 0/,
    );
  });

  it("with integrators that are not transport alone, and at rates that are none", () => {
    for (const name of ["euler-maruyama", "baoab"] as const) {
      const system = solo(QUADRATIC, birthDeath({ rate: 1 }), 5, LAW);
      expect(() => makeIntegrator(name, system, 0.1)).toThrow(/allowed: euler, rk4 with birth-death; /);
    }
    for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => birthDeath({ rate })).toThrow(/dynamics\.rate: found .*; allowed: a number > 0/);
    }
    const tanhLess = birthDeath({ rate: 1, mobility: { w: 2 } });
    expect(() => tanhLess.mobility(QUADRATIC)).toThrow(/dynamics\.mobility\.w/);
  });
});
