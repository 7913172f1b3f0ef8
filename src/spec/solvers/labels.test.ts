import { expect, it } from "vitest";
import { entriesOfRuns, solverLabels } from "./labels.ts";

const particles = (options: object) => ({ particles: { width: 10, ...options } });

it.each([
  [[particles({ integrator: "baoab" })], ["particles"]],
  [
    [particles({ integrator: "euler" }), particles({ integrator: "rk4" })],
    ["particles, euler", "particles, rk4"],
  ],
  [
    [particles({ integrator: "euler" }), particles({ integrator: "euler", batch: 8 })],
    ["particles, all data", "particles, batches of 8"],
  ],
  [
    [{ grid: { cells: [100], scheme: "implicit" } }, { grid: { cells: [200], scheme: "implicit" } }],
    ["grid, 100", "grid, 200"],
  ],
  [
    [particles({}), { grid: { cells: [100] } }, { stationary: { cells: [100] } }],
    ["particles", "grid", "stationary"],
  ],
  [
    [particles({}), particles({})],
    ["particles, solver 1", "particles, solver 2"],
  ],
])("labels of solvers %j", (solvers, labels) => expect(solverLabels({ solvers })).toEqual(labels));

it("runs are laid out width by width, replicas together", () => {
  const solvers = [
    particles({ width: [10, 20], replicas: 2 }),
    { grid: {} },
    particles({}),
    { stationary: {} },
  ];
  expect(entriesOfRuns({ solvers })).toEqual([0, 0, 0, 0, 1, 2, 3]);
});
