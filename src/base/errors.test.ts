// Errors that know their place: whoever knows more of it names it by value, and the line is made at the end.

import { expect, it } from "vitest";
import {
  advised,
  fileAt,
  inputError,
  MuflowError,
  type Path,
  placedError,
  placeOfError,
  putTo,
  renamed,
  within,
} from "./errors.ts";

const inSolver = ([head, ...keys]: Path): Path =>
  head === "grid" ? ["solvers", 1, ...keys] : [head!, ...keys];

it("has a place, and a line that begins with it", () => {
  const error = inputError("grid.cells", "found 1");
  expect(error).toBeInstanceOf(MuflowError);
  expect(error).toMatchObject({
    name: "MuflowError",
    kind: "input",
    exitCode: 2,
    message: "grid.cells: found 1",
  });
  expect(placeOfError(error)).toEqual({ key: ["grid", "cells"] });
  expect(placeOfError(inputError(["a.b", 0], "found 1"))).toEqual({ key: ["a.b", 0] });
});

it("has other names for its keys, where they stand in what it says too, and nowhere else", () => {
  expect(renamed(inputError("grid.cells", "grid.cells and more"), inSolver).message).toBe(
    "solvers.1.cells: grid.cells and more",
  );
  const lost = placedError("numerics", null, ["stuck; refine ", ["grid", "cells"], ": or not"]);
  expect(lost.message).toBe("stuck; refine grid.cells: or not");
  expect(renamed(lost, inSolver)).toMatchObject({
    kind: "numerics",
    message: "stuck; refine solvers.1.cells: or not",
  });
  expect(renamed(inputError(fileAt("/grid.cells/grid.csv"), "is empty"), inSolver).message).toBe(
    "/grid.cells/grid.csv: is empty",
  );
});

it("is put to the last that is named, and takes advice, which its other parts outlive", () => {
  const error = advised(inputError("grid.cells", "found 1"), "Take 2");
  expect(putTo("--set x", putTo("spec.yaml", error)).message).toBe("--set x: grid.cells: found 1. Take 2");
  expect(renamed(putTo("spec.yaml", error), inSolver).message).toBe(
    "spec.yaml: solvers.1.cells: found 1. Take 2",
  );
});

it("stays of its kind, whoever it is put to and whatever is advised", () => {
  for (const kind of ["input", "numerics", "claim", "stopped"] as const) {
    const error = placedError(kind, "grid.cells", ["found 1"]);
    for (const again of [advised(error, "Take 2"), putTo("spec.yaml", error), renamed(error, inSolver)]) {
      expect([again.kind, again.exitCode]).toEqual([kind, error.exitCode]);
    }
  }
});

it("may be of a file, or of one of its rows", () => {
  const column = within(fileAt("t.npy"), ", column 2");
  expect(inputError(column, "is empty").message).toBe("t.npy, column 2: is empty");
  const row = inputError(within(column, ": row 3", true), "found NaN");
  expect(row.message).toBe("t.npy, column 2: row 3: found NaN");
  expect(placeOfError(row)).toEqual({ file: "t.npy", within: ", column 2: row 3", row: true });
  expect(within("t.npy", ": row 3", true)).toBe("t.npy: row 3");
});

it("without a place is what it says", () => {
  const error = new MuflowError("stopped", "enough");
  expect(placeOfError(error)).toBeNull();
  expect(renamed(error, inSolver)).toMatchObject({ kind: "stopped", message: "enough" });
  expect(putTo("spec.yaml", error)).toMatchObject({ kind: "stopped", message: "spec.yaml: enough" });
});

it("shows what a terminal would obey as what it is, wherever it stands", () => {
  const error = putTo("a\u001b.yaml", inputError(fileAt("b\u0007.csv"), "found \n"));
  expect(error.message).toBe("a\\u001b.yaml: b\\u0007.csv: found \\n");
});
