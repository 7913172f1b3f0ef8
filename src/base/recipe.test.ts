// Recipes are of plain data, as it was when they were kept.

import { expect, it } from "vitest";
import { recipeOf, withRecipe } from "./recipe.ts";

const kept = (options: unknown) => recipeOf(withRecipe(options, {}));

it("are kept of plain data, and stay what it was", () => {
  const options = {
    a: 1,
    b: [{ c: "d" }, null, undefined, true],
    e: Float64Array.of(1, 2),
    f: Object.create(null),
  };
  const found = kept(options);
  const before = structuredClone(options);
  expect(found).toEqual({ options: before });
  options.a = 2;
  options.b.pop();
  options.e[0] = 3;
  expect(found!.options).toEqual(before);
});

it("are not kept of functions, nor of what has any: a clone would be without them", () => {
  class Own {
    constructor(readonly strength = 1) {}
    value() {
      return this.strength;
    }
  }
  for (const options of [
    () => 1,
    { value: () => 1 },
    new Own(),
    { potential: new Own() },
    [new Own()],
    [Symbol()],
  ]) {
    expect(kept(options)).toBeNull();
  }
  expect(recipeOf({})).toBeNull();
});
