// What batches do to the stationary law of the linear neuron ψ = θx, against exact second moments: with Φ′ = a_b θ̄ − c_b + …
// for batch b, a step of any linear integrator is a random linear map, whose stationary second moments solve linear equations.
// Monte Carlo bounds are 5 standard errors, a false-alarm rate of 6e-7 each; seeds were fixed before looking.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slopeOf } from "../base/slope.ts";
import type { FirstOrderDynamics, KineticDynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron, neuronGradient } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { type BatchOptions, SAMPLINGS, type Sampling } from "./batch.ts";
import { batchTemperature } from "./batch-noise.ts";
import { makeIntegrator } from "./integrators.ts";
import { makeSampler } from "./sampling.ts";
import { solo } from "./solo.ts";
import { uniforms } from "./testing.ts";

const Z = 5;

// ---- All batches there are, with their chances ----

interface Chance {
  readonly batch: readonly number[];
  readonly chance: number;
}

/** All orders of distinct members of 0 … M − 1. */
function arrangements(M: number, size: number): number[][] {
  if (size === 0) return [[]];
  return arrangements(M, size - 1).flatMap((rest) =>
    Array.from({ length: M }, (_, i) => i)
      .filter((i) => !rest.includes(i))
      .map((i) => [...rest, i]),
  );
}

function sequences(M: number, size: number): number[][] {
  if (size === 0) return [[]];
  return sequences(M, size - 1).flatMap((rest) => Array.from({ length: M }, (_, i) => [...rest, i]));
}

function everyBatch({ data }: Problem, { size, sampling }: { size: number; sampling: Sampling }): Chance[] {
  const q = data.weight;
  if (sampling === "with-replacement") {
    return sequences(data.size, size).map((batch) => ({
      batch,
      chance: batch.reduce((product, i) => product * q[i], 1),
    }));
  }
  const all = arrangements(data.size, size);
  return all.map((batch) => ({ batch, chance: 1 / all.length }));
}

const expectation = (chances: readonly Chance[], of: (batch: readonly number[]) => number) =>
  chances.reduce((sum, { batch, chance }) => sum + chance * of(batch), 0);

// ---- The linear neuron ----

const LAMBDA = 0.5;
const X = [1, -0.5, 1.5, 0.8, -1.2];
const Y = [1, 0.3, 2, -0.4, 0.5];

const linear = (temperature: number, weight = X.map(() => 1)) =>
  problem({
    data: fromArrays(X, Y, weight),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: LAMBDA },
    temperature,
  });

/** The batch's s_b = Σ w x², and r_b = s_b θ* − Σ w x y + λθ*, the gradient at the minimiser θ*: of mean 0. */
function linearBatches(made: Problem, plan: { size: number; sampling: Sampling }) {
  const { weight } = makeSampler(made.data, plan, { seed: 0, replica: 0 });
  const dot = (batch: readonly number[], v: readonly number[]) =>
    batch.reduce((sum, i) => sum + weight[i] * X[i] * v[i], 0);
  const q = Array.from(made.data.weight);
  const s = q.reduce((sum, w, i) => sum + w * X[i] * X[i], 0);
  const c = q.reduce((sum, w, i) => sum + w * X[i] * Y[i], 0);
  const minimiser = c / (s + LAMBDA);
  return {
    s,
    minimiser,
    slope: (batch: readonly number[]) => dot(batch, X) + LAMBDA,
    noise: (batch: readonly number[]) => dot(batch, X) * minimiser - dot(batch, Y) + LAMBDA * minimiser,
  };
}

/**
 * E e² of e = ⟨θ⟩ − θ* under Euler–Maruyama with independent batches: e′ = (1 − h a_b) e − h r_b + √(2τh/N) ξ, where b does not
 * depend on e, so E e = 0 and E e² = (h² E r² + 2τh/N)/(1 − E(1 − h a)²). All neurons see the same batch: at τ = 0 their width
 * does not enter.
 */
function exactExcess(
  made: Problem,
  plan: { size: number; sampling: Sampling },
  h: number,
  width: number,
): number {
  const chances = everyBatch(made, plan);
  const { slope, noise } = linearBatches(made, plan);
  const kept = expectation(chances, (batch) => (1 - h * slope(batch)) ** 2);
  const fed = h * h * expectation(chances, (batch) => noise(batch) ** 2);
  return (fed + (2 * made.temperature * h) / width) / (1 - kept);
}

/** The same under reshuffling, at the ends of epochs, each a random affine map e′ = A e + r with E e = E r/(1 − E A). */
function exactReshuffled(made: Problem, size: number, h: number): number {
  const M = made.data.size;
  const perEpoch = Math.floor(M / size);
  const { slope, noise } = linearBatches(made, { size, sampling: "reshuffled" });
  const total = { A: 0, r: 0, AA: 0, Ar: 0, rr: 0 };
  const orders = arrangements(M, M);
  for (const order of orders) {
    let A = 1;
    let r = 0;
    for (let n = 0; n < perEpoch; n++) {
      const batch = order.slice(n * size, (n + 1) * size);
      const factor = 1 - h * slope(batch);
      A *= factor;
      r = factor * r - h * noise(batch);
    }
    total.A += A / orders.length;
    total.r += r / orders.length;
    total.AA += (A * A) / orders.length;
    total.Ar += (A * r) / orders.length;
    total.rr += (r * r) / orders.length;
  }
  const mean = total.r / (1 - total.A);
  return (total.rr + 2 * total.Ar * mean) / (1 - total.AA);
}

interface Estimate {
  readonly mean: number;
  readonly error: number;
}

function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (values.length - 1) / values.length) };
}

/** E (⟨θ⟩ − θ*)² from independent replicas, each the mean over the steps after a start-up of 20 relaxation times. */
function measuredExcess(
  made: Problem,
  {
    batch,
    h,
    width = 1,
    replicas = 40,
    steps = 3000,
    every = 1,
    seed,
  }: {
    batch: BatchOptions;
    h: number;
    width?: number;
    replicas?: number;
    steps?: number;
    every?: number;
    seed: number;
  },
): Estimate {
  const { minimiser } = linearBatches(made, { size: 1, sampling: "with-replacement" });
  const startUp = every * Math.ceil(20 / (h * every));
  const law = gaussian({ mean: [minimiser], std: [0.1] });
  const noisy = made.temperature > 0;
  return estimate(
    Array.from({ length: replicas }, (_, replica) => {
      const system = solo(made, noisy ? langevin() : gradientFlow(), width, law, { seed, replica, batch });
      const integrator = makeIntegrator(noisy ? "euler-maruyama" : "euler", system, h);
      let total = 0;
      let count = 0;
      for (let n = 0; n < startUp + steps; n++) {
        integrator.step(n);
        if (n < startUp || (n + 1) % every !== 0) continue;
        let e = 0;
        const { state, rows } = system.particles;
        for (let j = 0; j < width; j++) e += state[(j >> 3) * rows * 8 + (j & 7)];
        total += (e / width - minimiser) ** 2;
        count += 1;
      }
      return total / count;
    }),
  );
}

function expectWithin(what: string, { mean, error }: Estimate, expected: number, most: number): void {
  expect(Math.abs(mean - expected), `${what}: found ${mean} ± ${error}, exact ${expected}`).toBeLessThan(
    Z * error,
  );
  expect(error / expected, what).toBeLessThan(most);
}

const WEIGHT = [1, 2, 1, 3, 1];

describe("the stationary excess of the linear neuron", () => {
  it.each([
    ["without-replacement", 1],
    ["without-replacement", 3],
    ["with-replacement", 2],
  ] as const)("%s, B = %i of 5, is the exact one at every width", (sampling, size) => {
    for (const width of [1, 4]) {
      const made = linear(0, WEIGHT);
      const batch = { size, sampling };
      const found = measuredExcess(made, { batch, h: 0.2, width, seed: 31 });
      expectWithin(`N = ${width}`, found, exactExcess(made, batch, 0.2, 1), 0.02);
    }
  });

  it("with noise of its own: τ = 0.03, N = 1 and 4", () => {
    const made = linear(0.03, WEIGHT);
    const batch = { size: 2, sampling: "without-replacement" } as const;
    for (const width of [1, 4]) {
      const found = measuredExcess(made, { batch, h: 0.2, width, seed: 32 });
      expectWithin(`N = ${width}`, found, exactExcess(made, batch, 0.2, width), 0.02);
    }
  });

  it.each([1, 2])("reshuffled, B = %i of 5, at the ends of epochs, is the exact one", (size) => {
    const made = linear(0, WEIGHT);
    const every = Math.floor(5 / size);
    const batch = { size, sampling: "reshuffled" } as const;
    const found = measuredExcess(made, { batch, h: 0.1, steps: 2500 * every, every, seed: 33 });
    expectWithin("excess", found, exactReshuffled(made, size, 0.1), 0.02);
  });

  /** The slope of log E e² on log u, with its standard error, and that of the exact values. */
  function slopes(us: readonly number[], found: readonly Estimate[], exact: readonly number[]) {
    const x = us.map(Math.log);
    const centre = x.reduce((sum, value) => sum + value, 0) / x.length;
    const spread = x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    const error = Math.hypot(
      ...found.map(({ mean, error }, i) => ((x[i] - centre) / spread) * (error / mean)),
    );
    const means = found.map(({ mean }) => mean);
    return { slope: slopeOf(us, means), error, exact: slopeOf(us, exact) };
  }

  it("is proportional to the step: slope 1, up to the order h that the exact values show", () => {
    const made = linear(0);
    const batch = { size: 1, sampling: "with-replacement" } as const;
    const steps = [0.02, 0.04, 0.08, 0.16];
    const found = steps.map((h) => measuredExcess(made, { batch, h, steps: Math.round(400 / h), seed: 34 }));
    const fitted = slopes(
      steps,
      found,
      steps.map((h) => exactExcess(made, batch, h, 1)),
    );
    expect(Math.abs(fitted.slope - fitted.exact)).toBeLessThan(Z * fitted.error);
    expect(Math.abs(fitted.slope - 1)).toBeLessThan(0.1);
    expect(Z * fitted.error).toBeLessThan(0.1);
  });

  it("is proportional to 1/B with replacement: slope −1, up to the order h that the exact values show", () => {
    const made = linear(0);
    const sizes = [1, 2, 3, 4];
    const batches = sizes.map((size) => ({ size, sampling: "with-replacement" }) as const);
    const found = batches.map((batch) => measuredExcess(made, { batch, h: 0.05, steps: 8000, seed: 35 }));
    const fitted = slopes(
      sizes,
      found,
      batches.map((batch) => exactExcess(made, batch, 0.05, 1)),
    );
    expect(Math.abs(fitted.slope - fitted.exact)).toBeLessThan(Z * fitted.error);
    expect(Math.abs(fitted.slope + 1)).toBeLessThan(0.1);
    expect(Z * fitted.error).toBeLessThan(0.1);
  });

  it("is gone with svrg at τ = 0: below 1e-28, where plain batches leave 1e-2", () => {
    const made = linear(0);
    const { minimiser } = linearBatches(made, { size: 1, sampling: "with-replacement" });
    for (const sampling of SAMPLINGS) {
      const batch = { size: 1, sampling, estimator: "svrg" } as const;
      const law = gaussian({ mean: [1], std: [0.5] });
      const system = solo(made, gradientFlow(), 4, law, { seed: 36, batch });
      const integrator = makeIntegrator("euler", system, 0.2);
      for (let n = 0; n < 500; n++) integrator.step(n);
      for (let j = 0; j < 4; j++) {
        expect((system.particles.state[j] - minimiser) ** 2).toBeLessThan(1e-28);
      }
    }
    const plain = exactExcess(made, { size: 1, sampling: "without-replacement" }, 0.2, 1);
    expect(plain).toBeGreaterThan(1e-2);
  });

  it("with svrg at τ > 0 is the exact one, a tenth of that of plain batches", () => {
    const [tau, h, m] = [0.03, 0.2, 5];
    const made = linear(tau, WEIGHT);
    const plan = { size: 1, sampling: "without-replacement" } as const;
    const { s, slope } = linearBatches(made, plan);
    const a = s + LAMBDA;
    const scatter = expectation(everyBatch(made, plan), (batch) => (slope(batch) - a) ** 2);
    // (E e², E e ẽ, E ẽ²) after k steps from an anchor at which all three are v: affine in v.
    const course = (v: number) => {
      let [ee, ea, aa] = [v, v, v];
      let sum = 0;
      for (let k = 0; k < m; k++) {
        ee = (1 - h * a) ** 2 * ee + h * h * scatter * (ee - 2 * ea + aa) + 2 * tau * h;
        ea *= 1 - h * a;
        sum += ee / m;
      }
      return { end: ee, mean: sum };
    };
    const [zero, one] = [course(0), course(1)];
    const start = zero.end / (1 - (one.end - zero.end));
    const exact = course(start).mean;
    const batch = { ...plan, estimator: "svrg", anchor: m } as const;
    const found = measuredExcess(made, { batch, h, every: 1, steps: 4000, seed: 37 });
    expectWithin("E e²", found, exact, 0.02);
    const full = (2 * tau * h) / (1 - (1 - h * a) ** 2);
    expect(exact - full).toBeLessThan(0.1 * (exactExcess(made, plan, h, 1) - full));
  });
});

// ---- The temperature that batches add ----

describe("batchTemperature", () => {
  const at = (theta: readonly number[], outputs: Float64Array, h: number) => ({
    h,
    t: 0,
    theta: Float64Array.from(theta),
    outputs,
  });

  /** The mean over coordinates of Var(batch gradient), over all batches there are; neurons one after another. */
  function enumerated(
    made: Problem,
    chances: readonly Chance[],
    weight: Float64Array,
    theta: readonly number[],
    outputs: Float64Array,
  ): number {
    const p = made.dimension;
    const neurons = theta.length / p;
    let total = 0;
    for (let j = 0; j < neurons; j++) {
      const slopes = Array.from({ length: made.data.size }, (_, i) => {
        const out = new Float64Array(p);
        const own = Float64Array.from(theta.slice(j * p, (j + 1) * p));
        neuronGradient(made.neuron!, own, Float64Array.of(made.data.x[i]), out);
        return out.map((value) => value * made.loss.slope(outputs[i], made.data.y[i]));
      });
      for (let k = 0; k < p; k++) {
        const of = (batch: readonly number[]) => batch.reduce((sum, i) => sum + weight[i] * slopes[i][k], 0);
        const centre = expectation(chances, of);
        total += expectation(chances, (batch) => (of(batch) - centre) ** 2);
      }
    }
    return total / (neurons * p);
  }

  const random = fc
    .record({ seed: fc.nat(1e6), M: fc.integer({ min: 2, max: 5 }) })
    .chain((rest) => fc.integer({ min: 1, max: Math.min(3, rest.M) }).map((B) => ({ ...rest, B })));

  it.each(SAMPLINGS)("%s: C is the variance over all batches, in the three dynamics", (sampling) => {
    fc.assert(
      fc.property(random, ({ seed, M, B }) => {
        const u = uniforms(seed + 1);
        const list = (count: number) => Array.from({ length: count }, () => 2 * u() - 1);
        const weight = list(M).map((value) => value + 1.5);
        const made = problem({
          data: fromArrays(list(M), list(M), weight),
          neuron: neuron({ activation: "tanh", inputs: 1 }),
          temperature: 0.1,
        });
        const theta = list(6);
        const outputs = Float64Array.from(list(M));
        const plan = { size: B, sampling };
        const own = makeSampler(made.data, plan, { seed: 0, replica: 0 }).weight;
        // Reshuffled: the mean of an epoch's K batches has the variance C/K.
        const K = sampling === "reshuffled" ? Math.floor(M / B) : 1;
        const chances =
          K === 1
            ? everyBatch(made, plan)
            : everyBatch(made, { size: K * B, sampling: "without-replacement" });
        const C =
          K *
          enumerated(
            made,
            chances,
            own.map((value) => value / K),
            theta,
            outputs,
          );
        const close = (found: number, expected: number) =>
          expect(Math.abs(found - expected)).toBeLessThan(1e-13 + 1e-12 * expected);
        close(batchTemperature(made, langevin(), plan, at(theta, outputs, 0.3)), 0.15 * C);
        const gamma = 1.7;
        const kinetics = batchTemperature(made, kinetic({ friction: gamma }), plan, at(theta, outputs, 0.3));
        close(kinetics, (0.15 * C) / gamma);
        const D = 2.5;
        const mobility = { a: D, w: D, b: D };
        close(batchTemperature(made, langevin({ mobility }), plan, at(theta, outputs, 0.3)), D * 0.15 * C);
      }),
      { numRuns: 30 },
    );
  });

  describe("of a neuron with two coordinates", () => {
    const made = problem({
      data: fromArrays([1, -0.5, 2], [1, 0, -1]),
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed" }),
    });
    const plan = { size: 1, sampling: "with-replacement" } as const;
    const here = at([0.4, -0.2], Float64Array.of(0.1, 0.2, 0.3), 0.1);

    it("is 0 where there is one datum, in every way of drawing it", () => {
      const single = problem({
        data: fromArrays([1], [3]),
        neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed" }),
      });
      for (const sampling of SAMPLINGS) {
        expect(batchTemperature(single, gradientFlow(), { size: 1, sampling }, here)).toBe(0);
      }
    });

    it("is over the friction of its time", () => {
      const slowing = kinetic({ friction: { nesterov: 3, from: 1 } });
      const ratio =
        batchTemperature(made, slowing, plan, { ...here, t: 5 }) /
        batchTemperature(made, slowing, plan, here);
      expect(ratio).toBeCloseTo(6, 13);
    });

    it("is the sum of D_k times what coordinate k adds", () => {
      const of = (w: number, b: number) =>
        batchTemperature(made, gradientFlow({ mobility: { w, b } }), plan, here);
      const [ofW, ofB] = [of(2, 1) - of(1, 1), of(1, 2) - of(1, 1)];
      expect(of(0.3, 2)).toBeCloseTo(0.3 * ofW + 2 * ofB, 14);
      expect(ofB).toBeGreaterThan(0);
    });
  });

  const TAU = 0.05;
  const STEPS = [0.08, 0.04, 0.02, 0.01];
  const made = linear(TAU, WEIGHT);
  const { minimiser, s } = linearBatches(made, { size: 1, sampling: "with-replacement" });
  const a = s + LAMBDA;

  /** Δτ of a network of one neuron that rests as N(θ*, spread²): C is quadratic in θ, so two points have its mean. */
  function restingTemperature(
    dynamics: FirstOrderDynamics | KineticDynamics,
    plan: { size: number; sampling: Sampling },
    h: number,
    spread: number,
  ): number {
    const [below, above] = [minimiser - spread, minimiser + spread].map((theta) => {
      const outputs = made.data.x.map((x) => x * theta);
      return batchTemperature(made, dynamics, plan, at([theta], outputs, h));
    });
    return (below + above) / 2;
  }

  /** The excess of the stationary variance, times the curvature, over Δτ: 1 + O(h), and for BAOAB nearly O(h²). */
  function expectFirstOrder(ratios: readonly number[]): void {
    const order = slopeOf(
      STEPS,
      ratios.map((ratio) => Math.abs(ratio - 1)),
    );
    expect(Math.abs(ratios.at(-1)! - 1)).toBeLessThan(0.03);
    expect(order).toBeGreaterThan(0.9);
  }

  it.each([
    ["without-replacement", 2],
    ["with-replacement", 1],
  ] as const)("Langevin, %s, B = %i: the stationary variance is that of τ + hC/2, to first order in h", (sampling, size) => {
    const plan = { size, sampling };
    const ratios = STEPS.map((h) => {
      const added = restingTemperature(langevin(), plan, h, Math.sqrt(TAU / a));
      // Without batches: 2τh/(1 − (1 − ha)²) = τ/(a(1 − ha/2)).
      return (exactExcess(made, plan, h, 1) - TAU / (a * (1 - (h * a) / 2))) / (added / a);
    });
    expectFirstOrder(ratios);
  });

  it("Langevin, reshuffled, 2 of 5: what is left over remains; 1 of 5: nothing, of order h² less", () => {
    const still = linear(0, WEIGHT);
    const ratios = STEPS.map((h) => {
      const plan = { size: 2, sampling: "reshuffled" } as const;
      return exactReshuffled(still, 2, h) / (restingTemperature(langevin(), plan, h, 0) / a);
    });
    expectFirstOrder(ratios);
    expect(restingTemperature(langevin(), { size: 1, sampling: "reshuffled" }, 0.1, 0)).toBe(0);
    const rest = STEPS.map((h) => exactReshuffled(still, 1, h));
    expect(slopeOf(STEPS, rest)).toBeGreaterThan(2);
  });

  // BAOAB: between two kicks at the same position, by h r_b in all, stand A/2 O A/2: with u = (θ − θ*, ω) before the kicks of
  // time n, u′ = (A/2 O A/2)(K_b u + (0, −h r_b)) + noise.
  function exactKinetic(plan: { size: number; sampling: Sampling } | null, h: number, gamma: number): number {
    const chances = plan === null ? [{ batch: [0, 1, 2, 3, 4], chance: 1 }] : everyBatch(made, plan);
    const { slope, noise } = linearBatches(made, plan ?? { size: 5, sampling: "without-replacement" });
    const keep = Math.exp(-gamma * h);
    const heat = TAU * (1 - keep * keep);
    let [tt, tw, ww] = [TAU / a, 0, TAU];
    for (let round = 0; round < 1e6; round++) {
      // After the kick: E of (θ, ω − h(a θ + r)), with b independent of (θ, ω), of mean 0.
      const tw1 = tw - h * a * tt;
      const ww1 =
        ww -
        2 * h * a * tw +
        h * h * expectation(chances, (batch) => slope(batch) ** 2 * tt + noise(batch) ** 2);
      // A/2: θ += hω/2; O; A/2.
      let [u, v, w] = [tt + h * tw1 + (h * h * ww1) / 4, tw1 + (h * ww1) / 2, ww1];
      [v, w] = [keep * v, keep * keep * w + heat];
      [u, v] = [u + h * v + (h * h * w) / 4, v + (h * w) / 2];
      const change = Math.abs(u - tt) + Math.abs(v - tw) + Math.abs(w - ww);
      [tt, tw, ww] = [u, v, w];
      if (change < 1e-17) return tt;
    }
    throw new Error("the moments do not settle");
  }

  it("kinetic (BAOAB): the stationary variance is that of τ + hC/2γ, to first order in h", () => {
    const gamma = 1.4;
    const plan = { size: 2, sampling: "without-replacement" } as const;
    const ratios = STEPS.map((h) => {
      const added = restingTemperature(kinetic({ friction: gamma }), plan, h, Math.sqrt(TAU / a));
      return (exactKinetic(plan, h, gamma) - exactKinetic(null, h, gamma)) / (added / a);
    });
    expectFirstOrder(ratios);
  });

  it("kinetic (BAOAB): networks of one neuron have the exact stationary variance", () => {
    const [gamma, h] = [1.4, 0.25];
    const plan = { size: 1, sampling: "without-replacement" } as const;
    const law = gaussian({ mean: [minimiser], std: [0.2] });
    const found = estimate(
      Array.from({ length: 40 }, (_, replica) => {
        const system = solo(made, kinetic({ friction: gamma }), 1, law, { seed: 38, replica, batch: plan });
        const integrator = makeIntegrator("baoab", system, h);
        let total = 0;
        for (let n = 0; n < 4000; n++) {
          integrator.step(n);
          if (n >= 200) total += (system.particles.state[0] - minimiser) ** 2 / 3800;
        }
        return total;
      }),
    );
    expectWithin("Var θ", found, exactKinetic(plan, h, gamma), 0.02);
    // The batches matter: without them the variance would be another.
    expect(found.mean - exactKinetic(null, h, gamma)).toBeGreaterThan(Z * found.error);
  });
});
