// Interactions through harmonics against the same w as a function of the user's own, which sums over every pair: the same motion, up to
// rounding, of networks and of densities of every kind. And where the uniform law loses its stability (docs/theory.md §3.4).

import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { axis } from "../grid/axis.ts";
import { grid as cellsOf } from "../grid/grid.ts";
import { branches } from "../pde/equilibrium/branches.ts";
import { GridField } from "../pde/field/field.ts";
import { gaussian } from "../problem/law.ts";
import { type Problem, type ProblemOptions, problem } from "../problem/problem.ts";
import { evolve, grid, particles, type Trajectory } from "./evolve.ts";

const BETA = 2.5;
const TURN = 2 * Math.PI;
const own = {
  attention: {
    value: (z: number) => -Math.exp(BETA * Math.cos(z)) / BETA,
    slope: (z: number) => Math.sin(z) * Math.exp(BETA * Math.cos(z)),
  },
  fourier: {
    value: (z: number) => -2 * (0.4 * Math.cos(z) - 0.3 * Math.cos(2 * z) + 0.1 * Math.cos(5 * z)),
    slope: (z: number) => 2 * (0.4 * Math.sin(z) - 0.6 * Math.sin(2 * z) + 0.5 * Math.sin(5 * z)),
  },
};
const through = {
  attention: { kind: "attention", beta: BETA },
  fourier: { kind: "fourier", coefficients: [0.4, -0.3, 0, 0, 0.1] },
} as const;

const task = (interaction: ProblemOptions["interaction"], temperature = 0.3, dimension = 1) =>
  problem({ domain: "torus", interaction: interaction!, temperature, dimension });

const equilibria = (made: Problem) =>
  branches(new GridField(made, cellsOf([axis({ low: -Math.PI, high: Math.PI, cells: 64, periodic: true })])));

const course = {
  initial: gaussian({ mean: 0.4, std: 0.9 }),
  until: 1,
  step: 0.05,
  record: 4,
  snapshots: [1],
};

/** The largest difference of any number that both recorded, and of the states at the end, of angles the shorter way around. */
function apart(a: Trajectory, b: Trajectory): number {
  const gaps: number[] = [];
  for (const [n, { observables }] of a.rows.entries()) {
    for (const [name, value] of Object.entries(observables)) {
      const other = b.rows[n]!.observables[name]!;
      // Both are blank, or neither.
      if (!Number.isNaN(value) || !Number.isNaN(other)) gaps.push(Math.abs(value - other));
    }
  }
  const [x, y] = [a, b].map(
    ({ snapshots }) => snapshots[0] as unknown as Partial<Record<string, Float64Array>>,
  );
  for (const key of ["theta", "omega", "density"]) {
    for (const [i, value] of (x![key] ?? []).entries()) {
      const gap = value - y![key]![i]!;
      gaps.push(Math.abs(key === "theta" ? 2 * Math.sin(gap / 2) : gap));
    }
  }
  return gaps.reduce((most, gap) => (gap <= most ? most : gap), 0);
}

const MOTIONS = [
  ["a network", langevin(), particles({ width: 37, seed: 3 })],
  ["a network with momenta", kinetic({ friction: 1 }), particles({ width: 37, seed: 3 })],
  ["a density", langevin(), grid({ cells: 48 })],
  ["a density to second order", langevin(), grid({ cells: 48, scheme: "second-order" })],
  [
    "a density of phase space",
    kinetic({ friction: 1 }),
    grid({
      cells: [64, 48],
      extent: [
        [-Math.PI, Math.PI],
        [-4, 4],
      ],
    }),
  ],
] as const;

describe.each(Object.keys(own) as (keyof typeof own)[])("%s", (kind) => {
  it("moves densities and networks of two angles as the same w over every pair does", async () => {
    for (const solver of [particles({ width: 21, seed: 3 }), grid({ cells: [32, 24] })]) {
      const [a, b] = [through[kind], own[kind]].map((w) =>
        evolve(task(w, 0.3, 2), langevin(), solver as never, course),
      );
      expect(apart(await a!, await b!)).toBeLessThan(1e-11);
    }
  });

  it.each(MOTIONS)("moves %s as the same w over every pair does", async (_, dynamics, solver) => {
    const [a, b] = [
      await evolve(task(through[kind]), dynamics, solver as never, course),
      await evolve(task(own[kind]), dynamics, solver as never, course),
    ];
    expect(a.rows.length).toBe(5);
    // Rounding alone tells them apart: sums of up to 64 terms of size e^2.5 in another order, over 20 steps.
    expect(apart(a, b)).toBeLessThan(1e-11);
  });

  it("has the equilibria of the same w over every pair", () => {
    const [a, b] = [through[kind], own[kind]].map((w) => equilibria(task(w)));
    expect(a!.length).toBeGreaterThan(1);
    expect(a!.map(({ stability }) => stability)).toEqual(b!.map(({ stability }) => stability));
    for (const [n, { freeEnergy }] of a!.entries()) expect(freeEnergy).toBeCloseTo(b![n]!.freeEnergy, 10);
  });
});

/** |⟨e^{iθ}⟩| of a density on equal cells of the circle. */
function orderOf(density: Float64Array): number {
  const [x, y] = [Math.cos, Math.sin].map((f) =>
    density.reduce((sum, mu, i) => sum + mu * f(TURN * ((i + 0.5) / density.length)), 0),
  );
  return (TURN / density.length) * Math.hypot(x!, y!);
}

it("beyond β = 2.44692 an ordered law is stable beside the uniform one, above the threshold I₁(β)/β; below that β none is", () => {
  const threshold = (beta: number) => {
    const { interaction } = task({ kind: "attention", beta });
    return interaction?.type === "moments" && interaction.kind !== "quadratic"
      ? interaction.harmonics[0]! / 2
      : 0;
  };
  const stable = (beta: number, share: number) =>
    equilibria(task({ kind: "attention", beta }, share * threshold(beta)))
      .filter(({ stability }) => stability !== "unstable")
      .map(({ density }) => orderOf(density))
      .sort((a, b) => a - b);
  const bistable = stable(4, 1.02);
  expect(bistable.length).toBe(2);
  expect(bistable[0]).toBeLessThan(1e-10);
  expect(bistable[1]).toBeCloseTo(0.75, 2);
  // Just above its threshold: continuous at β = 2.3, hysteresis at β = 2.6.
  expect(stable(2.3, 1.0005).length).toBe(1);
  expect(stable(2.6, 1.0005).length).toBe(2);
  expect(stable(2.3, 0.999).some((r) => r > 0.01)).toBe(true);
});
