// What methods do not allow, asked of the methods themselves: a program that leaves settings out, or gives others than a file may, asks so too.

import { describe, expect, it } from "vitest";
import type { Breach } from "../base/breach.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { motionOf } from "../dynamics/motion.ts";
import { twoTimescale } from "../dynamics/two-timescale.ts";
import { INTEGRATOR_NAMES, integratorOf, settingsBreaches } from "../particles/integrators.ts";
import { jkoBreaches } from "../pde/jko/jko.ts";
import { gridBreaches } from "../pde/kinetic/grids.ts";
import { momentumBreaches } from "../pde/kinetic/phase-density.ts";
import { densityBreaches } from "../problem/law.ts";
import { experimentComplaints } from "./schema.ts";
import { isOfNetworks, namesHolding, SOLVERS } from "./solvers/list.ts";
import { axesBreaches, completeGrid } from "./solvers/on-grid.ts";

const heavy = motionOf(kinetic({ friction: 1 }), { temperature: 0.1 });
const noisy = motionOf(langevin(), { temperature: 0.1 });
const keysOf = (breaches: readonly Breach[]) => breaches.map(({ key }) => key.join("."));

describe("grids", () => {
  it("have defaults that are allowed", () => {
    expect(gridBreaches({ cells: 64 }, heavy)).toEqual([]);
    expect(gridBreaches({ cells: 63, scheme: "positive" }, heavy)).toEqual([]);
    expect(gridBreaches({ cells: 63 }, noisy)).toEqual([]);
  });

  it("have words and orders of their own, and even cells each for the spectral scheme", () => {
    expect(keysOf(gridBreaches({ cells: 64, order: 3 as never }, heavy))).toEqual(["order"]);
    expect(keysOf(gridBreaches({ cells: 64, integrator: "baba" as never }, heavy))).toEqual(["integrator"]);
    expect(keysOf(gridBreaches({ cells: [64, 9] }, heavy))).toEqual(["cells"]);
    expect(keysOf(gridBreaches({ cells: 64, scheme: "implicit", order: 3 as never }, heavy))).toEqual([
      "scheme",
      "order",
    ]);
  });
});

describe("extents", () => {
  const turn = [-Math.PI, Math.PI] as const;
  const [wide, near] = [[-3, 3] as const, [-2, 1] as const];
  const space = (domain: "plane" | "torus", p: number) => ({ spec: { problem: { domain } }, p });
  type Pairs = readonly (readonly [number, number])[];

  it.each<[string, ReturnType<typeof space>, boolean, Pairs | undefined, Pairs]>([
    ["one for all", space("plane", 2), true, [wide], [wide, wide, wide, wide]],
    ["one each", space("plane", 2), false, [wide, near], [wide, near]],
    ["a turn, unsaid", space("torus", 2), false, undefined, [turn, turn]],
    ["a turn, said", space("torus", 2), false, [turn, turn], [turn, turn]],
    ["a turn, and one for ω", space("torus", 2), true, [wide], [turn, turn, wide, wide]],
    ["a turn, and each of ω", space("torus", 2), true, [wide, near], [turn, turn, wide, near]],
    ["all of both", space("torus", 2), true, [turn, turn, wide, near], [turn, turn, wide, near]],
    ["both of one", space("torus", 1), true, [turn, near], [turn, near]],
    ["ω of one", space("torus", 1), true, [near], [turn, near]],
  ])("are completed: %s", (_, where, momenta, extent, complete) => {
    const stated = { cells: 8, ...(extent && { extent }) };
    expect(axesBreaches(stated, where, momenta)).toEqual([]);
    expect(completeGrid(stated, where, momenta)).toEqual({
      cells: complete.map(() => 8),
      extent: complete,
    });
  });

  it.each<[string, ReturnType<typeof space>, boolean, Pairs | undefined]>([
    ["none", space("plane", 2), false, undefined],
    ["of no width", space("plane", 1), false, [[1, 1]]],
    ["too few", space("plane", 2), true, [wide, near]],
    ["half a turn", space("torus", 2), false, [turn, wide]],
    ["none of ω", space("torus", 1), true, undefined],
    ["ω upside down", space("torus", 1), true, [[1, -1]]],
    ["ω upside down, with its turn", space("torus", 1), true, [turn, [1, -1]]],
    ["half a turn, with ω", space("torus", 1), true, [wide, near]],
    ["neither ω nor both", space("torus", 2), true, [turn, turn, wide]],
  ])("are refused: %s", (_, where, momenta, extent) => {
    const breaches = axesBreaches({ cells: 8, ...(extent && { extent }) }, where, momenta);
    expect(breaches).toMatchObject([{ key: ["extent"], found: extent }]);
  });
});

describe("densities", () => {
  it("need a width along every coordinate", () => {
    const of = (position: Parameters<typeof densityBreaches>[0]) => keysOf(densityBreaches(position, "grid"));
    expect(of({ kind: "gaussian", std: [1, 0] })).toEqual(["initial.std"]);
    expect(of({ kind: "gaussian", std: [1, 2] })).toEqual([]);
    expect(of({ kind: "uniform", low: [0, 1], high: [2, 1] })).toEqual(["initial.high"]);
    expect(of({ kind: "uniform", low: [0, 1], high: 1 })).toEqual(["initial.high"]);
    expect(of({ kind: "uniform", low: [0, 1], high: [1, 2] })).toEqual([]);
    expect(of({ kind: "points" })).toEqual(["initial.kind"]);
  });

  it("of momenta too", () => {
    expect(keysOf(momentumBreaches({ std: [1, 0] }, 0.1))).toEqual(["initial.momentum.std"]);
    expect(keysOf(momentumBreaches(undefined, 0))).toEqual(["initial.momentum.std"]);
    expect(momentumBreaches(undefined, 0.1)).toEqual([]);
  });
});

describe("JKO steps", () => {
  const line = { dimension: 1, domain: "plane" } as const;
  const of = (motion: Parameters<typeof jkoBreaches>[2]) =>
    keysOf(jkoBreaches({ method: "quantile" }, line, motion));
  const cold = { temperature: 0 };

  it("descend the plain metric alone", () => {
    expect(of(noisy)).toEqual([]);
    expect(of(heavy)).toEqual(["dynamics.kind"]);
    expect(of(motionOf(birthDeath({ rate: 1 }), cold))).toEqual(["dynamics.kind"]);
    for (const epsilon of [0.1, 1])
      expect(of(motionOf(twoTimescale({ epsilon }), cold))).toEqual(["dynamics.kind"]);
    for (const w of [0.5, 2])
      expect(of(motionOf(langevin({ mobility: { w } }), cold))).toEqual(["dynamics.mobility"]);
    expect(of(motionOf(langevin({ mobility: { w: 1 } }), cold))).toEqual([]);
  });
});

describe("integrators", () => {
  it("look ahead where a gradient comes first that is not at the neurons as they are", () => {
    const ahead = INTEGRATOR_NAMES.filter((name) => integratorOf(name).looksAhead);
    expect(ahead.sort()).toEqual(["aboba", "nesterov-iteration"]);
  });

  it("have settings of their own", () => {
    expect(keysOf(settingsBreaches("heun", { order: 2, beta2: 0.1 })).sort()).toEqual(["beta2", "order"]);
    expect(settingsBreaches("polyak", { order: 1 })).toEqual([]);
    expect(keysOf(settingsBreaches("polyak", { order: 3 as never }))).toEqual(["order"]);
    expect(keysOf(settingsBreaches("higher-momentum", {}))).toEqual(["beta2"]);
    expect(keysOf(settingsBreaches("higher-momentum", { beta2: -1 }))).toEqual(["beta2"]);
  });
});

it("two timescales at a temperature without an output weight are told both", () => {
  const breaches = twoTimescale({ epsilon: 0.1 }).breaches({
    domain: "plane",
    temperature: 0.1,
    blocks: ["w", "b"],
    noBlock: "",
  });
  expect(keysOf(breaches)).toEqual(["problem.temperature", "problem.neuron.output"]);
});

it("solvers are looked at where the dynamics' own keys do not agree", () => {
  const said = (keys: object) => {
    const spec = {
      name: "annealed",
      problem: { potential: { kind: "double-well" }, temperature: 0.1 },
      dynamics: { kind: "annealed-langevin", ...keys },
      initial: { kind: "gaussian", mean: [0], std: 1 },
      time: { until: 1, step: 0.1 },
      solvers: [
        { particles: { width: 4, integrator: "baoab" } },
        { grid: { cells: 40, extent: [[-4, 4]], order: 2 } },
      ],
    };
    return experimentComplaints(spec).map(({ path }) => path.join("."));
  };
  const others = ["problem.temperature", "solvers.0.particles.integrator", "solvers.1.grid.order"];
  expect(said({})).toEqual(["dynamics.constant", ...others]);
  const schedule = { value: { own: "value" }, slope: { own: "slope" } };
  expect(said({ constant: 1, schedule })).toEqual(["dynamics", ...others]);
  expect(said({ constant: 1 })).toEqual(others);
});

it("solvers hold networks, densities or less", () => {
  const names = SOLVERS.map(({ name }) => name);
  expect(names.filter(isOfNetworks)).toEqual(["particles"]);
  expect(isOfNetworks("of a later version")).toBe(false);
  expect(namesHolding("density", "equilibrium")).toEqual(["grid", "stationary", "jko"]);
});
