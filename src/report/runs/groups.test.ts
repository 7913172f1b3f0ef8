import { describe, expect, it } from "vitest";
import { distinctLabels } from "../../base/labels.ts";
import type { IntegratorName } from "../../particles/integrators.ts";
import { type StatedSolver, solverLabels } from "../../spec/solvers/labels.ts";
import { groupRuns, type Member } from "./groups.ts";

const members = (...copies: [width: number, replica: number][]): Member[] =>
  copies.map(([width, replica], run) => ({ run, solver: "particles", width, replica }));

describe("groupRuns", () => {
  it("gathers replicas, narrow to wide", () => {
    const groups = groupRuns(members([100, 0], [100, 1], [10, 0], [10, 1]), { solvers: [] });
    expect(groups.map(({ label, runs }) => [label, runs])).toEqual([
      ["*N* = 10", [2, 3]],
      ["*N* = 100", [0, 1]],
    ]);
  });

  it("keeps solvers of one width apart, by their integrators where these differ", () => {
    const twice = members([10, 0], [10, 1], [10, 0], [10, 1]);
    const spec = (...integrators: IntegratorName[]) => ({
      solvers: integrators.map((integrator) => ({ particles: { width: 10, replicas: 2, integrator } })),
    });
    const labels = (given: ReturnType<typeof spec>) =>
      groupRuns(twice, given).map(({ label, runs }) => [label, runs]);
    expect(labels(spec("euler", "rk4"))).toEqual([
      ["*N* = 10, euler", [0, 1]],
      ["*N* = 10, rk4", [2, 3]],
    ]);
    expect(labels(spec("euler", "euler")).map(([label]) => label)).toEqual([
      "*N* = 10, solver 1",
      "*N* = 10, solver 2",
    ]);
  });

  it("numbers solvers that nothing tells apart by their place among all, as series and distances do", () => {
    const networks = { particles: { width: 10 } };
    const grid = { grid: { cells: [40], extent: [[-4, 4]] } };
    const solvers = [networks, networks, grid, grid];
    const runs: Member[] = solvers.map((solver, run) =>
      "grid" in solver ? { run, solver: "grid" } : { run, solver: "particles", width: 10, replica: 0 },
    );
    expect(groupRuns(runs, { solvers }).map(({ label }) => label)).toEqual([
      "*N* = 10, solver 1",
      "*N* = 10, solver 2",
      "density, solver 3",
      "density, solver 4",
    ]);
    expect(solverLabels({ solvers })).toEqual([
      "particles, solver 1",
      "particles, solver 2",
      "grid, solver 3",
      "grid, solver 4",
    ]);
  });

  it("gives each replica to its own solver, where another of its width has fewer", () => {
    const solvers = [
      { particles: { width: [20], replicas: 1, integrator: "euler-maruyama" as const } },
      { particles: { width: [10, 20], replicas: 3, integrator: "euler-maruyama" as const, batch: 4 } },
    ];
    const runs = members([20, 0], [10, 0], [10, 1], [10, 2], [20, 0], [20, 1], [20, 2]);
    expect(groupRuns(runs, { solvers }).map(({ label, runs }) => [label, runs])).toEqual([
      ["*N* = 10", [1, 2, 3]],
      ["*N* = 20, all data", [0]],
      ["*N* = 20, batches of 4", [4, 5, 6]],
    ]);
  });

  it("puts densities after the networks, what moves before what rests, whatever the order of the spec", () => {
    const one = { cells: [40], extent: [[-4, 4]] };
    const spec = {
      solvers: [
        { stationary: { cells: [80], extent: [[-4, 4]] } },
        { grid: { ...one, scheme: "implicit" } },
        { jko: { ...one, method: "entropic" } },
        { grid: { ...one, scheme: "second-order" } },
        { particles: { width: 10 } },
      ],
    };
    const density = (run: number, solver: string): Member => ({ run, solver, width: null, replica: null });
    const groups = groupRuns(
      [
        density(0, "stationary"),
        density(1, "grid"),
        density(2, "jko"),
        density(3, "grid"),
        { run: 4, solver: "particles", width: 10, replica: 0 },
      ],
      spec,
    );
    expect(groups.map(({ kind, label, runs }) => [kind, label, runs])).toEqual([
      ["network", "*N* = 10", [4]],
      ["density", "density, implicit", [1]],
      ["density", "density, second-order", [3]],
      ["density", "JKO, entropic", [2]],
      ["equilibrium", "equilibrium", [0]],
    ]);
    expect(groups[1]!.grid).toBe(groups[3]!.grid);
    expect(groups[1]!.grid).not.toBe(groups[4]!.grid);
    expect(groups[4]!.cells).toEqual([80]);
  });

  it("says in what solvers of one kind differ", () => {
    const grid = {
      cells: [40, 40],
      extent: [[-4, 4]],
      scheme: "spectral",
      integrator: "aboba" as const,
      order: 2,
    };
    const labels = (...given: StatedSolver[]) => {
      const members = given.map((solver, run): Member => {
        const [name = ""] = Object.keys(solver);
        return { run, solver: name, ...(name === "particles" ? { width: 10, replica: 0 } : {}) };
      });
      return groupRuns(members, { solvers: given }).map(({ label }) => label);
    };
    const grids = (...others: object[]) => labels(...others.map((own) => ({ grid: { ...grid, ...own } })));
    expect(grids({}, { order: 4 })).toEqual(["density, order 2", "density, order 4"]);
    expect(grids({}, { integrator: "baoab" as const })).toEqual(["density, aboba", "density, baoab"]);
    expect(grids({}, { extent: [[-8, 8]] })).toEqual(["density, [−4, 4]", "density, [−8, 8]"]);
    expect(grids({ refine: false }, { refine: true })).toEqual(["density, not refined", "density, refined"]);
    expect(grids({}, { order: 4 }, { integrator: "baoab" as const })).toEqual([
      "density, aboba, order 2",
      "density, aboba, order 4",
      "density, baoab, order 2",
    ]);
    const entropic = { ...grid, method: "entropic" };
    expect(labels({ jko: entropic }, { jko: { ...entropic, epsilon: 0.1 } })).toEqual([
      "JKO, entropic, ε by the cells",
      "JKO, entropic, ε = 0.1",
    ]);
    const network = { width: [10], integrator: "polyak" as const };
    const batch = { size: 8, sampling: "without-replacement", estimator: "plain" };
    const networks = (...others: object[]) =>
      labels(...others.map((own) => ({ particles: { ...network, ...own } })));
    expect(networks({}, { batch })).toEqual(["*N* = 10, all data", "*N* = 10, batches of 8"]);
    expect(networks({ batch }, { batch: { ...batch, sampling: "reshuffled", estimator: "svrg" } })).toEqual([
      "*N* = 10, batches of 8",
      "*N* = 10, batches of 8, reshuffled, svrg",
    ]);
    expect(networks({ order: 1 }, { order: 2 })).toEqual([
      "*N* = 10, polyak, order 1",
      "*N* = 10, polyak, order 2",
    ]);
  });

  it("knows a density of which the spec says nothing", () => {
    const [group] = groupRuns([{ run: 0, solver: "grid", width: null, replica: null }], { solvers: [] });
    expect(group).toMatchObject({ kind: "density", label: "density", cells: null, grid: null });
  });
});

describe("distinctLabels", () => {
  const label = (...named: [name: string, ...details: string[]][]) =>
    distinctLabels(named.map(([name, ...details]) => ({ name, details })));

  it("adds no more than it takes", () => {
    expect(label(["a", "x"], ["b", "x"])).toEqual(["a", "b"]);
    expect(label(["a", "x", "1"], ["a", "y", "2"])).toEqual(["a, x", "a, y"]);
    expect(label(["a", "x", "1"], ["a", "x", "2"])).toEqual(["a, 1", "a, 2"]);
    expect(label(["a", "x", "1"], ["a", "x", "2"], ["a", "y", "1"])).toEqual([
      "a, x, 1",
      "a, x, 2",
      "a, y, 1",
    ]);
  });

  it("numbers what no detail tells apart", () => {
    expect(label(["a", "x"], ["a", "x"], ["a", "y"])).toEqual(["a, x, solver 1", "a, x, solver 2", "a, y"]);
    expect(label(["a"], ["a"])).toEqual(["a, solver 1", "a, solver 2"]);
  });
});
