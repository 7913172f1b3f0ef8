// muflow as a user imports it: by name, from the built package, with the types that ship.

import {
  customNeuron,
  data,
  equilibria,
  evolve,
  gaussian,
  gradientFlow,
  grid,
  kinetic,
  langevin,
  MuflowError,
  neuron,
  particles,
  problem,
} from "muflow";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const csv = put(
  directory,
  "points.csv",
  `x,y\n${Array.from({ length: 16 }, (_, i) => `${i / 4 - 2},${Math.tanh(i / 4 - 2)}`).join("\n")}\n`,
);

const course = { initial: gaussian({ mean: [1], std: [0.5] }), until: 2, step: 0.02 };

describe("evolve", () => {
  it("runs the README's sample", async () => {
    const task = problem({
      data: data.fromCsv(csv, { inputs: ["x"], target: "y" }),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false, output: "fixed" }),
      loss: "squared",
      regulariser: { l2: 0.05 },
      temperature: 0.02,
    });
    const motion = kinetic({ friction: 1 });
    const solver = particles({ width: 400, seed: 7 });
    const finite = await evolve(task, motion, solver, course);
    const risk = finite.rows.map(({ observables }) => observables.risk);
    expect(risk.at(-1)).toBeGreaterThan(0);
    expect(risk.at(-1)).toBeLessThan(0.1);
    expect(finite.rows.at(-1)?.t).toBe(2);
    expect(finite.snapshots.map(({ t, theta }) => [t, theta.length])).toEqual([
      [0, 400],
      [2, 400],
    ]);
    const again = await evolve(task, motion, solver, course);
    expect(again).toEqual(finite);
  });

  it("rejects with kind numerics where the step is too large, and suggests one that works", async () => {
    const task = problem({ dimension: 1, potential: { kind: "double-well" } });
    const run = (step: number) =>
      evolve(task, gradientFlow(), particles({ width: 10 }), {
        initial: gaussian({ mean: [0], std: [3] }),
        until: 10,
        step,
      });
    const error: unknown = await run(1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MuflowError);
    const { kind, message } = error as MuflowError;
    expect(kind).toBe("numerics");
    const suggested = Number(/try step ([\d.e-]+)\./.exec(message)?.[1]);
    expect(suggested).toBeGreaterThan(0);
    expect((await run(suggested)).rows.at(-1)?.t).toBeCloseTo(10, 9);
  });

  it("rejects with kind input what makes no sense", async () => {
    const task = problem({ dimension: 2, potential: { kind: "quadratic" } });
    const wrong = { ...course, initial: gaussian({ mean: [1, 2, 3], std: [1, 1, 1] }) };
    const mismatch = evolve(task, gradientFlow(), particles({ width: 5 }), wrong);
    await expect(mismatch).rejects.toMatchObject({ name: "MuflowError", kind: "input" });
    expect(() => particles({ width: 0 })).toThrow(MuflowError);
    expect(() => problem({ dimension: 1, temperature: -1 })).toThrow(MuflowError);
  });
});

describe("a density", () => {
  const task = problem({
    data: data.fromCsv(csv, { inputs: ["x"], target: "y" }),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false, output: "fixed" }),
    regulariser: { l2: 0.05 },
    temperature: 0.02,
  });
  const solver = grid({ cells: [200], extent: [[-6, 6]] });

  it("is what networks converge to, and comes with a certificate", async () => {
    const limit = await evolve(task, langevin(), solver, course);
    const wide = await evolve(task, langevin(), particles({ width: 20000, seed: 1 }), course);
    const [, last] = limit.snapshots;
    expect(last.density).toHaveLength(200);
    // 5 standard errors of f_N at N = 20000, where Var ψ ≤ 1, and the first-order error of both at h = 0.02.
    for (const [i, value] of last.outputs.entries()) {
      expect(Math.abs(value - wide.snapshots[1].outputs[i])).toBeLessThan(5 / Math.sqrt(20000) + 0.02);
    }
    const optimum = equilibria(task, solver).rows[0].observables;
    expect(optimum.gap).toBeLessThan(1e-12);
    for (const { observables } of limit.rows) {
      expect(observables.gap).toBeGreaterThanOrEqual(observables.free_energy - optimum.free_energy - 1e-13);
    }
  });

  it("of phase space is what networks with momenta converge to", async () => {
    const motion = kinetic({ friction: 1 });
    const phase = grid({
      cells: [256, 128],
      extent: [
        [-8, 8],
        [-2, 2],
      ],
    });
    const limit = await evolve(task, motion, phase, course);
    const wide = await evolve(
      task,
      motion,
      particles({ width: 20000, seed: 1, integrator: "aboba" }),
      course,
    );
    // The same word with the same step: 5 standard errors of f_N at N = 20000, where Var ψ ≤ 1, remain.
    for (const [i, value] of limit.snapshots[1].outputs.entries()) {
      expect(Math.abs(value - wide.snapshots[1].outputs[i])).toBeLessThan(5 / Math.sqrt(20000));
    }
    const h = limit.rows.map(({ observables }) => observables.free_energy);
    for (const [i, value] of h.entries()) if (i > 0) expect(value).toBeLessThan(h[i - 1]);
  });

  it("rejects with kind input what makes no sense", async () => {
    const input = { name: "MuflowError", kind: "input" };
    const wrongScheme = grid({
      cells: [20, 20],
      extent: [
        [-6, 6],
        [-2, 2],
      ],
      scheme: "implicit",
    });
    await expect(evolve(task, kinetic({ friction: 1 }), solver, course)).rejects.toMatchObject(input);
    await expect(evolve(task, kinetic({ friction: 1 }), wrongScheme, course)).rejects.toMatchObject(input);
    await expect(evolve(task, langevin(), grid({ cells: [9, 9] }), course)).rejects.toMatchObject(input);
    await expect(evolve(task, langevin(), grid({ cells: [9] }), course)).rejects.toMatchObject(input);
    expect(() => equilibria(problem({ dimension: 1, temperature: 1 }), solver)).toThrow(/no Gibbs measure/);
  });
});

describe("customNeuron", () => {
  it("with a tanh of its own moves as the built-in neuron does", async () => {
    const own = customNeuron({
      dimension: 3,
      inputs: 1,
      value: ([a, w, b], [x]) => a * Math.tanh(w * x + b),
      gradient: ([a, w, b], [x], out) => {
        const s = Math.tanh(w * x + b);
        out[0] = s;
        out[1] = a * (1 - s * s) * x;
        out[2] = a * (1 - s * s);
      },
    });
    const shared = { data: data.fromCsv(csv, { inputs: ["x"], target: "y" }), temperature: 0.01 };
    const start = { initial: gaussian({ mean: [0, 0, 0], std: [1, 1, 1] }), until: 1, step: 0.05 };
    const solver = particles({ width: 50, seed: 3 });
    const move = (psi: typeof own | ReturnType<typeof neuron>) =>
      evolve(problem({ ...shared, neuron: psi }), langevin(), solver, start);
    const [theirs, ours] = [await move(own), await move(neuron({ activation: "tanh", inputs: 1 }))];
    for (const [i, { observables }] of ours.rows.entries()) {
      expect(Math.abs(theirs.rows[i].observables.risk - observables.risk)).toBeLessThan(1e-12);
    }
    const [a, b] = [theirs.snapshots[1].theta, ours.snapshots[1].theta];
    expect(a).toHaveLength(150);
    for (const [i, value] of a.entries()) expect(Math.abs(value - b[i])).toBeLessThan(1e-12);
  });
});

describe("the types", () => {
  it("refuse wrong programs", () => {
    // Never called: it is tsc that tests these lines.
    const wrong = async () => {
      // @ts-expect-error no such activation
      neuron({ activation: "tahn", inputs: 1 });
      // @ts-expect-error the number of inputs is needed
      neuron({ activation: "tanh" });
      // @ts-expect-error no such loss
      problem({ dimension: 1, loss: "absolute" });
      // @ts-expect-error a kinetic motion has a friction
      kinetic({});
      // @ts-expect-error no such integrator
      particles({ width: 1, integrator: "leapfrog" });
      // @ts-expect-error no such scheme
      grid({ cells: [4], scheme: "explicit" });
      // @ts-expect-error an initial law is needed
      await evolve(problem({ dimension: 1 }), gradientFlow(), particles({ width: 1 }), { until: 1, step: 1 });
      // @ts-expect-error a gradient is needed
      customNeuron({ dimension: 1, inputs: 1, value: () => 0 });
    };
    expect(wrong).toBeTypeOf("function");
  });
});
