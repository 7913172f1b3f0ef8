import { expect, it } from "vitest";
import { errorBudget } from "./budget.ts";

it("adds bounds up, largest first, and names the source of the largest part", () => {
  const budget = errorBudget([
    { source: "step", bound: 0.2, provenance: "h against h/2" },
    { source: "Monte Carlo", bound: 0.5, provenance: "95 % of 32 replicas" },
    { source: "grid", bound: 0.3, provenance: "128 against 256 cells of θ" },
    { source: "grid", bound: 0.25, provenance: "128 against 256 cells of ω" },
  ]);
  expect(budget.rows.map(({ bound }) => bound)).toEqual([0.5, 0.3, 0.25, 0.2]);
  expect(budget.total).toBeCloseTo(1.25, 14);
  expect(budget.rows[0]).toEqual({
    source: "Monte Carlo",
    bound: 0.5,
    provenance: "95 % of 32 replicas",
    share: 0.4,
  });
  // 0.3 + 0.25 in two directions of one grid.
  expect(budget.dominant).toBe("grid");
});

it("names nothing where nothing errs, and refuses what is no bound", () => {
  const none = { source: "domain", bound: 0, provenance: "a torus has no faces" } as const;
  expect(errorBudget([none])).toEqual({ rows: [{ ...none, share: 0 }], total: 0, dominant: null });
  expect(() => errorBudget([])).toThrow("found no bounds");
  expect(() => errorBudget([{ ...none, bound: -1 }])).toThrow("error budget: found -1 for domain");
  expect(() => errorBudget([{ ...none, bound: Number.NaN }])).toThrow("found NaN for domain");
});
