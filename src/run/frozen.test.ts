// Mobility 0 freezes a block: its coordinates keep every bit, in networks and in densities, and the others move as they would if it
// were no part of θ. What then means nothing is refused by name.

import { describe, expect, it } from "vitest";
import { annealedLangevin } from "../dynamics/annealed-langevin.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { langevin } from "../dynamics/langevin.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import { gaussian, points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { fromFunction } from "../problem/synthetic.ts";
import { evolve, grid, particles } from "./evolve.ts";

const data = fromFunction({ function: "sin", interval: [-2, 2], samples: 8 });
const task = (temperature: number, output: "trained" | "fixed" = "trained") =>
  problem({
    data,
    neuron: neuron({ activation: "tanh", inputs: 1, output }),
    regulariser: { l2: output === "fixed" ? 0.3 : { a: 0.3, w: 0.3, b: 0.3 } },
    temperature,
  });
const course = { initial: gaussian({ mean: 0.2, std: 1 }), until: 0.5, step: 0.05, record: 5 };

describe("networks", () => {
  const frozen = { mobility: { w: 0 } };
  it.each<[string, Dynamics, number, Parameters<typeof particles>[0]]>([
    ["gradient-flow by euler", gradientFlow(frozen), 0, { width: 30 }],
    ["gradient-flow by rk4", gradientFlow(frozen), 0, { width: 30, integrator: "rk4" }],
    ["langevin", langevin(frozen), 0.2, { width: 30 }],
    ["annealed-langevin", annealedLangevin({ constant: 0.2, ...frozen }), 0, { width: 30 }],
    ["batches", gradientFlow(frozen), 0, { width: 30, batch: 3 }],
    ["svrg", gradientFlow(frozen), 0, { width: 30, batch: { size: 3, estimator: "svrg" } }],
  ])("keep every bit of w, and of nothing else: %s", async (_, dynamics, temperature, solver) => {
    const { snapshots, rows } = await evolve(task(temperature), dynamics, particles(solver), course);
    const [start, end] = snapshots.map(({ theta }) => Array.from(theta));
    const column = (theta: number[], k: number) => theta.filter((_, i) => i % 3 === k);
    expect(column(end!, 1)).toEqual(column(start!, 1));
    for (const k of [0, 2]) {
      for (const [j, value] of column(end!, k).entries()) expect(value).not.toBe(column(start!, k)[j]);
    }
    for (const { observables } of rows)
      expect([observables.risk, observables.energy].every(Number.isFinite)).toBe(true);
  });

  it("with a ≡ 1 frozen are those without a", async () => {
    const inner = [
      [0.3, -0.2],
      [1.1, 0.4],
      [-0.7, 0.9],
      [0.05, -1.3],
    ];
    const run = (output: "trained" | "fixed") =>
      evolve(
        problem({ data, neuron: neuron({ activation: "tanh", inputs: 1, output }) }),
        gradientFlow(output === "trained" ? { mobility: { a: 0 } } : {}),
        particles({ width: 4, integrator: "rk4" }),
        { ...course, initial: points(inner.map((row) => (output === "trained" ? [1, ...row] : row))) },
      );
    const [frozen, without] = [await run("trained"), await run("fixed")];
    for (const [n, { observables }] of frozen.rows.entries()) {
      const other = without.rows[n]!.observables;
      // The same sums in another order of coordinates: round-off alone.
      expect(Math.abs(observables.risk! - other.risk!)).toBeLessThan(1e-14);
      expect(Math.abs(observables.dissipation! - other.dissipation!)).toBeLessThan(1e-14);
    }
  });
});

describe("densities", () => {
  const solver = (scheme: "implicit" | "second-order") =>
    grid({ cells: [24, 20], extent: [-6.4, 6.8], scheme });
  const marginal = (density: Float64Array, across: boolean) => {
    const out = new Float64Array(across ? 20 : 24);
    for (const [i, value] of density.entries()) out[across ? i % 20 : Math.floor(i / 20)]! += value;
    return out;
  };

  it.each([
    ["implicit", 0.3],
    ["second-order", 0.3],
    ["implicit", 0],
    ["second-order", 0],
  ] as const)("keep the law of w: %s at τ = %d", async (scheme, temperature) => {
    const dynamics = langevin({ mobility: { w: 0 } });
    const { snapshots } = await evolve(task(temperature, "fixed"), dynamics, solver(scheme), course);
    const [start, end] = snapshots.map(({ density }) => density);
    const [before, after] = [marginal(start!, false), marginal(end!, false)];
    // Each cell's column is solved by itself: its mass is kept to a few ε a step, 10 steps of two substeps.
    for (const [i, value] of after.entries()) {
      expect(Math.abs(value - before[i]!)).toBeLessThan(200 * Number.EPSILON * Math.max(...before));
    }
    const moved = marginal(end!, true).map((value, j) => Math.abs(value - marginal(start!, true)[j]!));
    expect(Math.max(...moved)).toBeGreaterThan(0.01);
  });

  it("need no cells fine enough for the noise along what is frozen", async () => {
    const coarse = grid({ cells: [10, 128], extent: [-6.4, 6.8], leak: 0.01 });
    const run = (w: number) => evolve(task(0.02, "fixed"), langevin({ mobility: { w } }), coarse, course);
    await expect(run(1)).rejects.toThrow("cells on axis 0 are too coarse");
    expect((await run(0)).rows).toHaveLength(6);
    // The axis that is frozen, and no other, is let off.
    const turned = grid({ cells: [128, 10], extent: [-6.4, 6.8], leak: 0.01 });
    const frozen = (block: "w" | "b") =>
      evolve(task(0.02, "fixed"), langevin({ mobility: { [block]: 0 } }), turned, course);
    expect((await frozen("b")).rows).toHaveLength(6);
    await expect(frozen("w")).rejects.toThrow("cells on axis 1 are too coarse");
  });

  it("may all rest where mass is born and dies", async () => {
    const dynamics = birthDeath({ rate: 1, mobility: { w: 0, b: 0 } });
    const { rows } = await evolve(task(0.3, "fixed"), dynamics, solver("implicit"), course);
    const energies = rows.map(({ observables }) => observables.free_energy!);
    for (const [n, energy] of energies.entries()) if (n > 0) expect(energy).toBeLessThan(energies[n - 1]!);
  });
});

describe("is refused where it means nothing", () => {
  it.each([
    [
      "all blocks",
      () => gradientFlow({ mobility: { a: 0, w: 0, b: 0 } }).mobility(task(0)),
      "dynamics.mobility: found",
    ],
    [
      "below 0",
      () => gradientFlow({ mobility: { a: -1 } }).mobility(task(0)),
      "dynamics.mobility.a: found -1; allowed: a number >= 0",
    ],
    [
      "a spectral gap",
      () =>
        spectralGap(task(0.3, "fixed"), langevin({ mobility: { b: 0 } }), {
          cells: [24, 24],
          extent: [
            [-7, 7],
            [-7, 7],
          ],
        }),
      "dynamics.mobility: freezes b; allowed: numbers > 0",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
