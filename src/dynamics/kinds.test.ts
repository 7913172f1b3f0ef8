// What the library makes another thread can make again, from what its maker was given.

import { describe, expect, it } from "vitest";
import { recipeOf } from "../base/recipe.ts";
import { annealedLangevin } from "./annealed-langevin.ts";
import { birthDeath } from "./birth-death.ts";
import type { Dynamics } from "./dynamics.ts";
import { gradientFlow } from "./gradient-flow.ts";
import { DYNAMICS, type DynamicsKind, dynamicsOf } from "./kinds.ts";
import { kinetic } from "./kinetic.ts";
import { langevin } from "./langevin.ts";
import { reflectedLangevin } from "./reflected-langevin.ts";
import { twoTimescale } from "./two-timescale.ts";

const MADE: readonly Dynamics[] = [
  gradientFlow(),
  gradientFlow({ mobility: { a: 2 } }),
  langevin({ mobility: { w: 0 } }),
  annealedLangevin({ constant: 0.1, mobility: { b: 3 } }),
  reflectedLangevin({ low: -1, high: 2 }),
  twoTimescale({ epsilon: 0.1 }),
  birthDeath({ rate: 0.5 }),
  kinetic({ friction: 0.3 }),
  kinetic({ friction: { nesterov: 3, from: 1 } }),
  kinetic({ friction: { stronglyConvex: 0.25 } }),
];

/** All that can be told apart: what functions of time give, and text and numbers as they are. */
function told(dynamics: object): unknown {
  return JSON.parse(
    JSON.stringify(dynamics, (_, value) => {
      if (typeof value !== "object" || value === null || !("formula" in value) || !("at" in value))
        return value;
      return { ...value, values: [0.5, 1, 7].map((t) => value.at(t)) };
    }),
  );
}

describe("a dynamics made again", () => {
  it.each(MADE)("$kind, $neuronEquation", (dynamics) => {
    const recipe = recipeOf(dynamics)!;
    const again = dynamicsOf(dynamics.kind as DynamicsKind).make(structuredClone(recipe.options) as never);
    expect(told(again)).toEqual(told(dynamics));
  });

  it("every kind is among them", () => {
    expect([...new Set(MADE.map(({ kind }) => kind))].sort()).toEqual(
      DYNAMICS.map(({ kind }) => kind).sort(),
    );
  });

  it("is not of functions that a user gave", () => {
    const schedule = { value: (t: number) => 1 / (1 + t), slope: (t: number) => -1 / (1 + t) ** 2 };
    expect(recipeOf(annealedLangevin({ schedule }))).toBeNull();
  });

  it("knows nothing of what its options became later", () => {
    const options = { rate: 0.5 };
    const dynamics = birthDeath(options);
    options.rate = 7;
    expect(recipeOf(dynamics)).toEqual({ options: { rate: 0.5 } });
  });
});
