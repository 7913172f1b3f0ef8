// Momentum iterations as an experiment runs them: interrupted and resumed, described, and stopped where they diverge.

import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { SOLO } from "../kernels/team.ts";
import { memoryFor } from "../particles/network.ts";
import { gaussian } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { describe as explain, sourcesOf } from "./describe.ts";
import { evolve, particles } from "./evolve.ts";
import { CONTROL, type NetworkSnapshot, type Progress } from "./progress.ts";
import type { ParticleRun } from "./runs.ts";
import { simulateParticles } from "./simulate-particles.ts";
import { boundText, stabilityLimit, suggestStep } from "./stable-step.ts";

const FRICTION = 1;

function experiment(
  particles: Record<string, unknown>,
  { friction = FRICTION, step = 0.1, temperature = 0, l2 = 0.5 }: Record<string, unknown> = {},
) {
  const parsed = parseExperiment(
    {
      name: "momenta",
      problem: {
        data: { function: "sin", interval: [-2, 2], samples: 12 },
        neuron: { activation: "tanh", inputs: 1, bias: false },
        regulariser: { l2 },
        temperature,
      },
      dynamics: { kind: "kinetic", friction },
      initial: { kind: "gaussian", mean: 0.3, std: 1 },
      time: { until: (step as number) * 40, step },
      solvers: [{ particles: { width: 21, ...particles } }],
    },
    "spec.yaml",
  );
  const built = buildExperiment(parsed, readInputs(parsed, "."));
  return { built, run: built.runs[0] as ParticleRun };
}

describe("a run that is stopped and resumed has the bits of one that never was", () => {
  it.each([
    [{ integrator: "polyak" }, {}],
    [{ integrator: "polyak", order: 1 }, {}],
    [{ integrator: "nesterov-iteration" }, { friction: { nesterov: 3 } }],
    [{ integrator: "nesterov-iteration" }, { friction: { "strong-convexity": 0.5 } }],
    [{ integrator: "higher-momentum", beta2: 0.3 }, {}],
    [{ integrator: "higher-momentum", beta2: -0.2 }, {}],
    [{ integrator: "exact" }, { temperature: 0.1 }],
    [{ integrator: "polyak", batch: 4 }, {}],
    [{ integrator: "nesterov-iteration", batch: { size: 4, estimator: "svrg" } }, {}],
    [{ integrator: "higher-momentum", beta2: 0.3, batch: { size: 4, estimator: "svrg" } }, {}],
  ])("%o", (solver, options) => {
    const { run } = experiment(solver, options);
    const whole = simulateParticles(run, SOLO, memoryFor(run, 1));
    for (const at of [0, 1, 17]) {
      let saved: Progress<NetworkSnapshot> | undefined;
      const stopped = simulateParticles(run, SOLO, memoryFor(run, 1), {
        control: (n) => (n === at ? CONTROL.stop : CONTROL.none),
        // What is written is a copy.
        save: (progress) => {
          saved = { ...progress, rows: [...progress.rows], state: progress.state.slice() };
        },
      });
      expect(stopped.status).toBe("stopped");
      const resumed = simulateParticles(run, SOLO, memoryFor(run, 1), {}, saved);
      expect(resumed.status).toBe("done");
      expect(resumed.progress).toEqual(whole.progress);
    }
  });
});

describe("what friction and step amount to", () => {
  const lines = (solver: Record<string, unknown>, options = {}) =>
    explain(experiment(solver, options).built).join("\n");

  it("is said as β and s", () => {
    // γh = 0.1: β = 1.9/2.1, s = 0.01(1 + β)/2 = 0.02/2.1.
    expect(lines({ integrator: "polyak" })).toContain("by polyak, order 2\n");
    expect(lines({ integrator: "polyak" })).toMatch(
      /polyak: β = 0\.904761\d*, s = 0\.00952380\d* in θ_\{k\+1\} =/,
    );
    expect(lines({ integrator: "polyak", order: 1 })).toContain("polyak: β = 0.9, s = 0.01 in");
    expect(lines({ integrator: "nesterov-iteration" })).toMatch(/β = 0\.904761\d*, s = 0\.01 in v = /);
    expect(lines({ integrator: "nesterov-iteration" }, { friction: { nesterov: 3, from: 0.5 } })).toContain(
      "β = (k + 5 − 1)/(k + 5 + r − 1), r = 3, s = 0.01",
    );
    expect(lines({ integrator: "nesterov-iteration" }, { friction: { nesterov: 3 } })).toContain(
      "β = (k − 1)/(k + r − 1), r = 3, s = 0.01",
    );
    // β₁ = (1 − β₂ − 0.05(1 + 3β₂))/1.05, s = 0.01(1 + β₂)/1.05 at β₂ = 0.2.
    const higher = lines({ integrator: "higher-momentum", beta2: 0.2 });
    expect(higher).toContain("by higher-momentum, β₂ = 0.2\n");
    expect(higher).toMatch(/β₁ = 0\.685714\d*, β₂ = 0\.2, s = 0\.011428\d* in/);
    expect(lines({})).not.toContain("β");
  });

  it("and the friction of strong convexity as its number", () => {
    expect(lines({}, { friction: { "strong-convexity": 0.09 } })).toContain("friction: γ = 2√0.09 = 0.6\n");
  });

  it("with the literature", () => {
    const labels = (solver: Record<string, unknown>, options = {}) =>
      sourcesOf(experiment(solver, options).built).map(({ label }) => label);
    expect(labels({ integrator: "polyak" })).toContain("polyak1964");
    expect(labels({ integrator: "nesterov-iteration" })).toEqual(
      expect.arrayContaining(["nesterov1983", "su2016"]),
    );
    expect(labels({ integrator: "higher-momentum", beta2: 0.1 })).toContain("scieur2017");
    expect(labels({ integrator: "exact" })).toContain("fu2023");
    expect(labels({}, { friction: { "strong-convexity": 1 } })).toContain("wilson2021");
  });
});

describe("a step that is too large", () => {
  /** V = θ²/2 alone: Λ = 1, up to what differences of the gradient show. */
  const quadratic = (particles: Record<string, unknown>, friction: unknown, step: number, steps = 6000) => {
    const parsed = parseExperiment(
      {
        name: "quadratic",
        problem: { potential: { kind: "quadratic" } },
        dynamics: { kind: "kinetic", friction },
        initial: { kind: "gaussian", mean: [1], std: 1 },
        time: { until: step * steps, step },
        solvers: [{ particles: { width: 5, ...particles } }],
      },
      "spec.yaml",
    );
    return buildExperiment(parsed, readInputs(parsed, ".")).runs[0] as ParticleRun;
  };

  it("for polyak is named: sΛ against 2(1 + β), and the step to try is stable", () => {
    const run = quadratic({ integrator: "polyak" }, 0.5, 2.2);
    const end = simulateParticles(run, SOLO, memoryFor(run, 1));
    expect(end.status).toBe("broken");
    const message = end.failure;
    // β = 0.9/3.1, s = 2·2.2²/3.1.
    expect(message).toContain(
      "with polyak, step 2.2, where at the start sΛ = 3.123 is beyond 2(1 + β) = 2.581;",
    );
    const tried = suggestStep(run, stabilityLimit(run).step);
    // One digit, and the records, 264 apart, are multiples of it.
    expect(String(tried)).toMatch(/^(1|0\.\d)$/);
    expect(Math.abs(264 / tried - Math.round(264 / tried))).toBeLessThan(1e-9);
    expect(message).toContain(`try step ${tried}.`);
    const again = quadratic({ integrator: "polyak" }, 0.5, tried, 400);
    expect(simulateParticles(again, SOLO, memoryFor(again, 1)).status).toBe("done");
  });

  it.each([
    [
      { integrator: "nesterov-iteration" },
      { nesterov: 3 },
      1.3,
      "sΛ = 1.690 is beyond 2(1 + β)/(1 + 2β) for β → 1 = 1.333",
    ],
    [{ integrator: "nesterov-iteration" }, 0.1, 1.3, "sΛ = 1.690 is beyond 2(1 + β)/(1 + 2β) = 1.363"],
    [{ integrator: "higher-momentum", beta2: 0.2 }, 0.5, 2, "sΛ = 3.200 is beyond 2(1 + β₁ − β₂) = 1.600"],
    [{ integrator: "higher-momentum", beta2: -0.2 }, 0.05, 1.5, "is beyond (1 + β₂)(1 − β₁ − β₂)/|β₂| ="],
  ])("%o with γ = %o", (solver, friction, step, text) => {
    const run = quadratic(solver, friction, step);
    const end = simulateParticles(run, SOLO, memoryFor(run, 1));
    expect(end.status).toBe("broken");
    expect(end.failure).toContain(text);
  });

  it("is known before running, beside one that is not", () => {
    const { step, bound } = stabilityLimit(quadratic({ integrator: "polyak" }, 0.5, 0.4));
    expect(step).toBeCloseTo(2, 5);
    // β = 1.8/2.2, s = 0.32/2.2.
    expect(boundText(bound!)).toBe("sΛ = 0.1455 is below 2(1 + β) = 3.636");
    expect(stabilityLimit(quadratic({}, 0.5, 0.4)).bound).toBe(null);
  });
});

describe("as a library", () => {
  const task = problem({ potential: { kind: "quadratic" }, dimension: 1 });
  const course = { initial: gaussian({ mean: [1], std: [0.1] }), until: 1, step: 0.1 };

  it("takes order and beta2, and refuses them elsewhere", async () => {
    const motion = kinetic({ friction: 1 });
    const end = async (options: Omit<Parameters<typeof particles>[0], "width">) => {
      const { rows } = await evolve(task, motion, particles({ width: 4, ...options }), course);
      return rows.at(-1)!.observables.mean_theta_0;
    };
    const second = await end({ integrator: "polyak" });
    expect(await end({ integrator: "polyak", order: 2 })).toBe(second);
    expect(await end({ integrator: "polyak", order: 1 })).not.toBe(second);
    expect(await end({ integrator: "higher-momentum", beta2: 0 })).toBeCloseTo(second, 13);
    await expect(end({ order: 1 })).rejects.toThrow(/order: found 1; allowed: nothing with baoab/);
    await expect(end({ integrator: "higher-momentum" })).rejects.toThrow(/beta2: found nothing/);
  });
});
