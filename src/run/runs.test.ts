import { expect, it } from "vitest";
import { inputError, placedError } from "../base/errors.ts";
import { inFile, type RunBase } from "./runs.ts";

it("has the keys of its file in the place of those of the library", () => {
  const run = { entry: 2, solver: "stationary" } as RunBase;
  const said = (where: string) => inFile(run, inputError(where, "found 1")).message;
  expect(said("grid.cells")).toBe("solvers.2.stationary.cells: found 1");
  expect(said("jko.epsilon")).toBe("solvers.2.stationary.epsilon: found 1");
  expect(said("problem.temperature")).toBe("problem.temperature: found 1");
  const lost = placedError("numerics", null, ["stuck; refine ", ["grid", "cells"]]);
  expect(inFile(run, lost).message).toBe("stuck; refine solvers.2.stationary.cells");
});
