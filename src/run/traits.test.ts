// What a dynamics asks of a solver besides what all serve is refused by whoever does not serve it, not left out.

import { expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { lackOf, motionOf, traitBreaches } from "../dynamics/motion.ts";
import { stationaryBreaches } from "../pde/equilibrium/stationary.ts";
import { jkoBreaches } from "../pde/jko/jko.ts";
import { gaussian } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { evolve, grid, particles } from "./evolve.ts";

const task = problem({ potential: { kind: "quadratic" }, temperature: 0.1 });
const trait = (name: string) => ({ name, elsewhere: `${name} live elsewhere` });
const strange = { ...langevin(), kind: "strange", traits: [trait("memory"), trait("delays")] };
const course = { initial: gaussian({ mean: 0, std: 1 }), until: 1, step: 0.1 };

it.each([
  ["particles", particles({ width: 3 })],
  ["grid", grid({ cells: 20, extent: [-3, 3] })],
])("of the library's %s", async (who, solver) => {
  const message = `dynamics.kind: found "strange"; allowed: a dynamics without memory and delays with ${who}; memory live elsewhere; delays live elsewhere`;
  await expect(evolve(task, strange, solver as ReturnType<typeof grid>, course)).rejects.toThrow(message);
});

it("of the others", () => {
  const motion = motionOf(strange, task);
  const breaches = [
    ...stationaryBreaches(task, motion),
    ...jkoBreaches({ method: "quantile" }, task, motion),
  ];
  expect(breaches.map(({ allowed }) => allowed)).toEqual(
    ["stationary", "jko"].map(
      (who) =>
        `a dynamics without memory and delays with ${who}; memory live elsewhere; delays live elsewhere`,
    ),
  );
});

it("of what is served in part, the rest alone", () => {
  const motion = motionOf(strange, task);
  expect(traitBreaches(motion, "grid", ["delays"])).toEqual([
    {
      key: ["dynamics", "kind"],
      found: "strange",
      allowed: "a dynamics without memory with grid; memory live elsewhere",
    },
  ]);
  expect(traitBreaches(motion, "grid", ["delays", "memory"])).toEqual([]);
  expect(traitBreaches(motionOf(langevin(), task), "grid")).toEqual([]);
});

it("there is noise where the equation has some and is not cold, with momenta or without", () => {
  const heavy = kinetic({ friction: 1 });
  const noisy = [langevin(), heavy, gradientFlow()].map((dynamics) =>
    [0.1, 0].map((temperature) => motionOf(dynamics, { temperature }).noisy),
  );
  expect(noisy).toEqual([
    [true, false],
    [true, false],
    [false, false],
  ]);
  expect(lackOf(motionOf(heavy, task), ["momenta", "constant friction", "no noise"])).toBe(
    "dynamics without noise, temperature 0",
  );
  expect(lackOf(motionOf(langevin(), task), ["diffusion", "constant friction", "momenta"])).toBe(
    "kinetic dynamics",
  );
});
