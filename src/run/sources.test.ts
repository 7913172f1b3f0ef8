// What a solver says of a run: the works that it rests on, of its dynamics and of its scheme, and none of another's; what cells it refuses, and what
// an ε of one's own adds.

import { expect, it } from "vitest";
import { builtOf } from "./built-testing.ts";
import { sourcesOf } from "./describe.ts";
import { checkRun, simulate } from "./solvers/list.ts";

const line = { cells: 20, extent: [[-3, 3]] };
const plane = {
  cells: 16,
  extent: [
    [-4, 4],
    [-2, 2],
  ],
};
const well = { potential: { kind: "quadratic" }, temperature: 0.3 };
const bumps = { ...well, interaction: { kind: "gaussian", strength: 1, scale: 1 } };
const kinetic = { kind: "kinetic", friction: 1 };
const cold = { problem: { potential: { kind: "quadratic" } }, dynamics: { kind: "gradient-flow" } };

const file = (solver: object) => ({
  name: "sources",
  problem: well,
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: [1] },
  time: { until: 1, step: 0.1 },
  solvers: [solver],
});

it.each<[string, object, object, string[], string[]]>([
  ["implicit", { grid: line }, {}, ["scharfetter1969", "chang1970"], ["eyre1998", "vanleer1979"]],
  ["its splitting", { grid: line }, { problem: bumps }, ["chang1970", "eyre1998"], []],
  ["cold", { grid: { ...line, scheme: "second-order" } }, cold, ["vanleer1979"], ["chang1970"]],
  ["quantiles", { jko: { ...line, method: "quantile" } }, {}, ["jordan1998"], ["peyre2015"]],
  ["scaling", { jko: { ...line, method: "entropic" } }, {}, ["jordan1998", "peyre2015", "caluya2020"], []],
  ["a minimiser", { stationary: line }, {}, ["nitanda2022"], ["farrell2015"]],
  ["equilibria", { stationary: line }, { problem: bumps }, ["dawson1983", "bertini2010", "farrell2015"], []],
  ["closed equations", { moments: {} }, {}, ["hairer1993"], ["chang1970"]],
  ["Fourier sums", { grid: plane }, { dynamics: kinetic }, [], ["filbet2001", "chang1970"]],
  [
    "remaps",
    { grid: { ...plane, scheme: "positive" } },
    { dynamics: kinetic },
    ["filbet2001", "chang1970"],
    [],
  ],
  [
    "walls",
    { particles: { width: 3, dual: "off" } },
    { dynamics: { kind: "reflected-langevin", low: -1, high: 1 } },
    ["bossy2004"],
    [],
  ],
])("cites the works of %s", (_, solver, more, cited, others) => {
  const built = builtOf({ ...file(solver), ...more });
  const labels = sourcesOf(built).map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(cited));
  for (const other of others) expect(labels).not.toContain(other);
});

it("entropic steps with an ε of one's own say what temperature it adds", () => {
  const noticesOf = (own: object) => {
    const jko = { cells: 120, extent: [[-6, 6]], method: "entropic", ...own };
    return simulate(builtOf(file({ jko })).runs[0]!);
  };
  // W₂² + ε KL is what is minimised over 2h: ε/2h more of the entropy.
  const { notices } = noticesOf({ epsilon: 0.06 });
  expect(notices).toEqual([expect.stringMatching(/: epsilon 0\.06 adds ε\/2h = 0\.300 to τ = 0\.3; /)]);
  expect(noticesOf({}).notices ?? []).toEqual([]);
});

it("cells that would add their own diffusion are refused before the first step", () => {
  const checked = (cells: number) => () => {
    const cold = { ...file({ grid: { cells, extent: [[-6, 6]] } }), problem: { ...well, temperature: 0.01 } };
    checkRun(builtOf(cold).runs[0]!);
  };
  expect(checked(16)).toThrow(/^grid\.cells: /);
  expect(checked(1600)).not.toThrow();
});
