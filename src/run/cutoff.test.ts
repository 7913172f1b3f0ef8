// The second-order scheme where a steep potential sweeps the tails of a start in: it goes on, stays positive, and says what it had to do for that.

import { expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { gaussian } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { schedule } from "../spec/schedule.ts";
import type { GridRun } from "./runs.ts";
import { simulate } from "./solvers/list.ts";

const run = (step: number, leak: number): GridRun => ({
  entry: 0,
  solver: "grid",
  holds: "density",
  problem: problem({
    potential: { kind: "double-well" },
    interaction: { kind: "gaussian", strength: 0.8, scale: 0.7 },
    temperature: 0.12,
  }),
  dynamics: langevin(),
  initial: gaussian({ mean: [0.5], std: [0.5] }),
  schedule: schedule({ until: 1, step, record: 10 }),
  scheme: "second-order",
  cells: [260],
  extent: [[-4, 4]],
  leak,
});

it.each([0.05, 0.025])("step %d", (step) => {
  const { status, notices = [], progress } = simulate(run(step, 1e-10));
  expect(status).toBe("done");
  for (const { observables } of progress.rows) {
    expect(Math.abs(observables.mass - 1)).toBeLessThan(1e-13);
    expect(observables.min_density).toBeGreaterThanOrEqual(0);
  }
  const told = (pattern: RegExp) => notices.flatMap((notice) => pattern.exec(notice)?.[1] ?? []).map(Number);
  const [removed] = told(/in all (\S+) of the mass became negative and was set to 0 \(leak is 1e-10\)/);
  const [shortened] = told(/: (\d+) of \d+ steps were taken as two or more shorter ones/);
  // A step removes a millionth at most; the notice has two digits.
  expect(removed).toBeGreaterThan(1e-10);
  expect(removed).toBeLessThan(1.05e-6 * progress.step);
  expect(shortened).toBeGreaterThan(0);
  expect(shortened).toBeLessThan(progress.step);
  // As much again is no news where more than that may lie beside a face.
  const [untold] = simulate(run(step, 10 * removed)).notices!.filter((notice) => /in all/.test(notice));
  expect(untold).toBeUndefined();
});

it("says nothing of a step that needs none of it", () => {
  const { status, notices } = simulate(run(0.002, 1e-10));
  expect([status, notices]).toEqual(["done", []]);
});
