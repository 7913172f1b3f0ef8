import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromArrays } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import {
  annealedAt,
  birthDeathAt,
  energyOf,
  finiteWidthBias,
  freeEnergyOf,
  hamiltonianOf,
  kineticAt,
  type LinearNeuron,
  langevinAt,
  limitOf,
  linearNeuron,
  quadraticMcKeanVlasov,
} from "./gaussian.ts";

const within = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
const numbers = fc.record({
  s: within(0, 3),
  c: within(-2, 2),
  lambda: within(0.05, 2),
  tau: within(0, 1),
  constant: fc.constant(0.4),
});

/** RK4 with 2000 steps. */
function integrate(rate: (y: number[]) => number[], start: readonly number[], t: number): number[] {
  const h = t / 2000;
  const plus = (y: readonly number[], k: readonly number[], scale: number) =>
    y.map((v, i) => v + scale * k[i]);
  let y = [...start];
  for (let n = 0; n < 2000; n++) {
    const k1 = rate(y);
    const k2 = rate(plus(y, k1, h / 2));
    const k3 = rate(plus(y, k2, h / 2));
    const k4 = rate(plus(y, k3, h));
    y = y.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return y;
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i] - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
  }
}

describe("the linear neuron", () => {
  it("reads its numbers off a problem, and refuses others", () => {
    const data = fromArrays([1, -2], [3, 1], [3, 1]);
    const cell = neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false });
    const made = problem({
      data,
      neuron: cell,
      regulariser: { l2: 0.25 },
      potential: { kind: "quadratic", strength: 0.5 },
      temperature: 0.1,
    });
    expect(linearNeuron(made)).toEqual({ s: 1.75, c: 1.75, lambda: 0.75, tau: 0.1, constant: 3.5 });
    const tanh = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
    expect(() => linearNeuron(problem({ data, neuron: tanh }))).toThrow(/linear neuron/);
    expect(() => linearNeuron(problem({ data, neuron: cell, loss: { huber: { delta: 1 } } }))).toThrow();
  });

  it("Langevin: solves the moment equations", () => {
    fc.assert(
      fc.property(numbers, within(-2, 2), within(0, 2), within(0, 4), (cell, mean, variance, t) => {
        const { s, c, lambda, tau } = cell;
        const found = langevinAt(cell, { mean, variance }, t);
        const rate = ([m, a]: number[]) => [-(s + lambda) * m + c, -2 * lambda * a + 2 * tau];
        expectClose([found.mean, found.variance], integrate(rate, [mean, variance], t));
      }),
      { numRuns: 30 },
    );
  });

  it("birth–death: solves the moment equations, whose covariances with ξ are taken by quadrature; rate → 0 is Langevin's", () => {
    // The trapezoidal rule with step 0.35 on polynomials times a normal density: exact to 1e-30 but for the tails beyond 9.
    const z = Array.from({ length: 53 }, (_, i) => 0.35 * (i - 26));
    const p = z.map((u) => (0.35 * Math.exp(-0.5 * u * u)) / Math.sqrt(2 * Math.PI));
    const mean = (f: (u: number) => number) => z.reduce((total, u, i) => total + p[i] * f(u), 0);
    const rates = fc.record({ mobility: within(0.1, 2), rate: within(0.1, 3) });
    fc.assert(
      fc.property(numbers, rates, within(-2, 2), within(0.1, 2), within(0, 3), (cell, motion, m0, A0, t) => {
        const { s, c, lambda, tau } = cell;
        const { mobility, rate } = motion;
        const slope = ([m, A]: number[]) => {
          const root = Math.sqrt(A);
          const xi = (u: number) => {
            const theta = m + root * u;
            return (s * m - c) * theta + 0.5 * lambda * theta * theta - tau * (0.5 * u * u + Math.log(root));
          };
          const level = mean(xi);
          return [
            -mobility * ((s + lambda) * m - c) - rate * mean((u) => root * u * (xi(u) - level)),
            -2 * mobility * (lambda * A - tau) - rate * mean((u) => A * u * u * (xi(u) - level)),
          ];
        };
        const law = birthDeathAt(cell, motion, { mean: m0, variance: A0 }, t);
        expectClose([law.mean, law.variance], integrate(slope, [m0, A0], t));
        const slow = birthDeathAt(cell, { rate: 1e-9 }, { mean: m0, variance: A0 }, t);
        const none = langevinAt(cell, { mean: m0, variance: A0 }, t);
        expect(Math.abs(slow.mean - none.mean)).toBeLessThan(1e-7);
        expect(Math.abs(slow.variance - none.variance)).toBeLessThan(1e-7);
      }),
      { numRuns: 12 },
    );
  });

  it("annealed: solves Ȧ = −2λA + 2τ_t; a constant τ gives Langevin's law", () => {
    fc.assert(
      fc.property(numbers, within(0, 2), within(0, 4), (cell, variance, t) => {
        const start = { mean: -0.6, variance };
        const cooling = (s: number) => cell.tau / Math.log(Math.E + s);
        const found = annealedAt(cell, start, cooling, t);
        const rate = ([A, s]: number[]) => [-2 * cell.lambda * A + 2 * cooling(s), 1];
        expectClose([found.variance, t], integrate(rate, [variance, 0], t));
        const constant = annealedAt(cell, start, () => cell.tau, t);
        const law = langevinAt(cell, start, t);
        expectClose([constant.mean, constant.variance], [law.mean, law.variance]);
      }),
      { numRuns: 30 },
    );
  });

  it("kinetic: solves the moment equations, under, over and critically damped", () => {
    fc.assert(
      fc.property(numbers, within(0, 6), within(-2, 2), within(0, 4), (cell, gamma, omega, t) => {
        const { s, c, lambda, tau } = cell;
        const start = { theta: 0.7, omega, varTheta: 0.8, covariance: -0.2, varOmega: 0.5 };
        const law = kineticAt(cell, gamma, start, t);
        const rate = ([m, v, A, B, C]: number[]) => [
          v,
          -gamma * v - (s + lambda) * m + c,
          2 * B,
          C - lambda * A - gamma * B,
          -2 * lambda * B - 2 * gamma * C + 2 * gamma * tau,
        ];
        expectClose(
          [law.theta, law.omega, law.varTheta, law.covariance, law.varOmega],
          integrate(rate, [0.7, omega, 0.8, -0.2, 0.5], t),
        );
      }),
      { numRuns: 30 },
    );
    const critical: LinearNeuron = { s: 0, c: 0, lambda: 1, tau: 0, constant: 0 };
    const start = { theta: 1, omega: 0, varTheta: 0, covariance: 0, varOmega: 0 };
    for (const t of [0.1, 1, 10]) {
      expect(kineticAt(critical, 2, start, t).theta).toBeCloseTo((1 + t) * Math.exp(-t), 14);
    }
  });

  it("both have the limit c/(s+λ), τ/λ, τ, at which energies no longer change", () => {
    const cell: LinearNeuron = { s: 1, c: 1, lambda: 0.5, tau: 0.1, constant: 0.5 };
    const { mean, variance } = limitOf(cell);
    expect(mean).toBeCloseTo(2 / 3, 15);
    expect(variance).toBeCloseTo(0.2, 15);
    const late = langevinAt(cell, { mean: -1, variance: 1 }, 60);
    expectClose([late.mean, late.variance], [mean, variance]);
    const start = { theta: -1, omega: 0.5, varTheta: 0.25, covariance: 0, varOmega: 0.16 };
    const phase = kineticAt(cell, 1, start, 120);
    expectClose(
      [phase.theta, phase.omega, phase.varTheta, phase.covariance, phase.varOmega],
      [mean, 0, 0.2, 0, 0.1],
    );
  });

  it("dE_τ/dt = −∫|∇(Φ + τ log μ)|² dμ and dH/dt = −γ∫|ω + τ∇_ω log μ|² dμ, by differences", () => {
    const cell: LinearNeuron = { s: 1, c: 1, lambda: 0.5, tau: 0.1, constant: 0.5 };
    const { s, c, lambda, tau } = cell;
    const h = 1e-4;
    const gamma = 0.8;
    const start = { theta: -1, omega: 0.5, varTheta: 0.25, covariance: 0.03, varOmega: 0.16 };
    for (const t of [0.2, 1, 3]) {
      const energy = (u: number) => freeEnergyOf(cell, langevinAt(cell, { mean: -1, variance: 0.3 }, u));
      const { mean, variance } = langevinAt(cell, { mean: -1, variance: 0.3 }, t);
      const force = (s + lambda) * mean - c;
      const dissipation = force ** 2 + (lambda - tau / variance) ** 2 * variance;
      expect((energy(t + h) - energy(t - h)) / (2 * h)).toBeCloseTo(-dissipation, 6);

      const hamiltonian = (u: number) => hamiltonianOf(cell, kineticAt(cell, gamma, start, u));
      const law = kineticAt(cell, gamma, start, t);
      const { omega, varTheta: A, covariance: B, varOmega: C } = law;
      // ∇_ω log μ = −(P(z − mean))_ω with P = Σ⁻¹, and E|ω + τ∇_ω log μ|² = v² + C − 2τ + τ²P_ωω.
      const rate = gamma * (omega ** 2 + C - 2 * tau + (tau ** 2 * A) / (A * C - B * B));
      expect((hamiltonian(t + h) - hamiltonian(t - h)) / (2 * h)).toBeCloseTo(-rate, 6);
    }
  });

  it("E_τ of Langevin and H of kinetic dynamics never rise", () => {
    fc.assert(
      fc.property(numbers, within(0.1, 3), (drawn, gamma) => {
        const cell = { ...drawn, tau: drawn.tau + 0.01 };
        const start = { theta: 1.5, omega: -1, varTheta: 0.6, covariance: 0.1, varOmega: 0.9 };
        let energy = Number.POSITIVE_INFINITY;
        let hamiltonian = Number.POSITIVE_INFINITY;
        for (let t = 0; t < 6; t += 0.25) {
          const nextEnergy = freeEnergyOf(cell, langevinAt(cell, { mean: 1.5, variance: 0.6 }, t));
          const nextHamiltonian = hamiltonianOf(cell, kineticAt(cell, gamma, start, t));
          expect(nextEnergy).toBeLessThanOrEqual(energy + 1e-13);
          expect(nextHamiltonian).toBeLessThanOrEqual(hamiltonian + 1e-13);
          energy = nextEnergy;
          hamiltonian = nextHamiltonian;
        }
      }),
    );
  });

  it("finite width: the measured .51, .02, −.053, −.032 at t = 0, .5, 1, 2 to their noise, and the limit 0", () => {
    const cell: LinearNeuron = { s: 1, c: 0, lambda: 0.5, tau: 0.05, constant: 0 };
    const measured: readonly (readonly [number, number])[] = [
      [0, 0.51],
      [0.5, 0.02],
      [1, -0.053],
      [2, -0.032],
    ];
    for (const [t, value] of measured) {
      expect(Math.abs(finiteWidthBias(cell, 1, t) - value)).toBeLessThan(0.0101);
    }
    expect(Math.abs(finiteWidthBias(cell, 1, 60))).toBeLessThan(1e-15);
  });

  it("finite width: solves v̇ = −2(s+λ)v + 2τ, ḋ = −2λd − 2sv", () => {
    fc.assert(
      fc.property(numbers, within(0, 2), within(0, 3), (cell, variance, t) => {
        const { s, lambda, tau } = cell;
        const rate = ([v, d]: number[]) => [-2 * (s + lambda) * v + 2 * tau, -2 * lambda * d - 2 * s * v];
        const [v, d] = integrate(rate, [variance, 0], t);
        expectClose([finiteWidthBias(cell, variance, t)], [0.5 * s * v + 0.5 * lambda * d]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("quadratic McKean–Vlasov", () => {
  it("solves ṁ = −am, Ȧ = −2(a+b)A + 2τ, for b of either sign", () => {
    fc.assert(
      fc.property(within(0.1, 2), within(-0.9, 2), within(0, 1), within(0, 4), (a, ratio, tau, t) => {
        const b = ratio * a;
        const rate = ([m, v]: number[]) => [-a * m, -2 * (a + b) * v + 2 * tau];
        const { mean, variance } = quadraticMcKeanVlasov({ a, b, tau }, { mean: 1.3, variance: 0.4 }, t);
        expectClose([mean, variance], integrate(rate, [1.3, 0.4], t));
      }),
      { numRuns: 30 },
    );
  });

  it("agrees with the linear neuron where both apply: W = 0, s = 0", () => {
    const cell: LinearNeuron = { s: 0, c: 0, lambda: 0.7, tau: 0.2, constant: 0 };
    const start = { mean: 0.4, variance: 1.1 };
    expect(quadraticMcKeanVlasov({ a: 0.7, b: 0, tau: 0.2 }, start, 1.7)).toEqual(
      langevinAt(cell, start, 1.7),
    );
    expect(energyOf(cell, start)).toBeCloseTo(0.35 * (1.1 + 0.16), 15);
  });
});
