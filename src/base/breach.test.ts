import { expect, it } from "vitest";
import { breachError, under } from "./breach.ts";

it("stands below its solver, unless its key is of another part of the file", () => {
  const keyOf = (...key: string[]) => under(["solvers", 0, "grid"], { key, found: 1, allowed: "" }).key;
  expect(keyOf("cells")).toEqual(["solvers", 0, "grid", "cells"]);
  for (const key of [
    ["problem", "temperature"],
    ["dynamics", "friction", "from"],
    ["initial", "std"],
    ["time", "step"],
  ]) {
    expect(keyOf(...key)).toEqual(key);
  }
});

it("is an error in one line", () => {
  expect(breachError({ key: ["time", "step"], found: undefined, allowed: "a number > 0" })).toMatchObject({
    kind: "input",
    message: "time.step: found nothing; allowed: a number > 0",
  });
});
