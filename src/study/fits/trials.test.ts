// Disturbed densities: what they must keep, and what they must lose.

import { describe, expect, it } from "vitest";
import { massOf, momentsOf } from "../../grid/density.ts";
import { builtOf } from "../../run/built-testing.ts";
import { type GridRun, gridOf } from "../../run/runs.ts";
import { disturbed } from "./trials.ts";

function run(order: "first" | "second", periodic = false): GridRun {
  const theta = periodic ? [] : [[-6, 6]];
  const first = order === "first";
  const extent = first ? theta : [...theta, [-2.5, 2.5]];
  const [only] = builtOf({
    name: "wells",
    problem: { temperature: 0.1, domain: periodic ? "torus" : "plane" },
    dynamics: first ? { kind: "langevin" } : { kind: "kinetic", friction: 1 },
    initial: { kind: "gaussian", mean: [0], std: 1 },
    time: { until: 1, step: 0.1 },
    solvers: [{ grid: { cells: first ? [300] : [300, 40], ...(extent.length > 0 && { extent }) } }],
  }).runs;
  return only as GridRun;
}

/** Two wells, even in θ, the right one mirrored; all of it within a standard deviation of 0.3 of ±1, and momenta N(0, 0.1). */
function even(of: GridRun): Float64Array {
  const grid = gridOf(of);
  const [theta, omega] = grid.axes;
  const density = new Float64Array(grid.size);
  for (let at = 0; at < grid.size; at++) {
    const x = theta.centres[Math.floor(at / grid.strides[0])];
    const v = omega === undefined ? 0 : omega.centres[at % omega.cells];
    density[at] =
      (Math.exp(-((x - 1) ** 2) / 0.18) + Math.exp(-((x + 1) ** 2) / 0.18)) * Math.exp(-(v * v) / 0.2);
  }
  const mass = massOf(grid, density);
  return density.map((value) => value / mass);
}

describe.each([
  ["first order", run("first"), 1],
  ["on the circle", run("first", true), 1],
  ["phase space, two densities of a run of order 4", run("second"), 2],
] as const)("%s", (_, of, copies) => {
  const grid = gridOf(of);
  const density = even(of);
  const state = new Float64Array(copies * grid.size);
  for (let k = 0; k < copies; k++) state.set(density, k * grid.size);
  const moved = disturbed(of, state);
  const one = moved.subarray(0, grid.size);

  it("is a density near the one given, without its symmetry, and nowhere empty", () => {
    expect(moved).toHaveLength(state.length);
    expect(Math.abs(massOf(grid, one) - 1)).toBeLessThan(1e-13);
    // Factors between 1 ± 0.5, normalised.
    for (let at = 0; at < grid.size; at++) expect(one[at]).toBeGreaterThanOrEqual(0.3 * density[at]);
    const [{ mean }] = momentsOf(grid, one);
    expect(mean).toBeGreaterThan(0.1);
    const { centres } = grid.axes[0];
    const far = centres.findIndex((x) => x > 2.7);
    const along = grid.strides[0];
    const there = one.subarray(far * along, (far + 1) * along).reduce((sum, value) => sum + value, 0);
    const before = density.subarray(far * along, (far + 1) * along).reduce((sum, value) => sum + value, 0);
    expect(there).toBeGreaterThan(10 * before);
    if (copies === 2) expect(moved.subarray(grid.size)).toEqual(one);
  });

  it("over θ alone visits wells as far out as the faces, one side more than the other", () => {
    if (of.problem.domain === "torus" || copies === 2) return;
    const outside = (within: (x: number) => boolean) =>
      grid.axes[0].centres.reduce((sum, x, k) => sum + (within(x) ? grid.volume * one[k] : 0), 0);
    // In the outer tenths of the extent the density itself has e^(−64).
    const [left, right] = [outside((x) => x < -4.8), outside((x) => x > 4.8)];
    expect(left).toBeGreaterThan(1e-8);
    expect(right).toBeGreaterThan(1.5 * left);
  });

  it("keeps away from the faces", () => {
    if (of.problem.domain === "torus") return;
    const along = grid.strides[0];
    for (const cell of [0, 1, 298, 299]) {
      const mass = one.subarray(cell * along, (cell + 1) * along).reduce((sum, value) => sum + value, 0);
      // A hundredth of the leak.
      expect(mass * grid.volume).toBeLessThan(1e-8);
    }
  });
});
