import { describe, expect, it } from "vitest";
import { groupRuns, type Member } from "./groups.ts";

const members = (...copies: [width: number, replica: number][]): Member[] =>
  copies.map(([width, replica], run) => ({ run, solver: "particles", width, replica }));

describe("groupRuns", () => {
  it("gathers replicas, narrow to wide", () => {
    const groups = groupRuns(members([100, 0], [100, 1], [10, 0], [10, 1]), {});
    expect(groups.map(({ label, runs }) => [label, runs])).toEqual([
      ["*N* = 10", [2, 3]],
      ["*N* = 100", [0, 1]],
    ]);
  });

  it("keeps solvers of one width apart, by their integrators where these differ", () => {
    const twice = members([10, 0], [10, 1], [10, 0], [10, 1]);
    const spec = (...integrators: string[]) => ({
      solvers: integrators.map((integrator) => ({ particles: { width: 10, replicas: 2, integrator } })),
    });
    const labels = (given: unknown) => groupRuns(twice, given).map(({ label, runs }) => [label, runs]);
    expect(labels(spec("euler", "rk4"))).toEqual([
      ["*N* = 10, euler", [0, 1]],
      ["*N* = 10, rk4", [2, 3]],
    ]);
    expect(labels(spec("euler", "euler")).map(([label]) => label)).toEqual([
      "*N* = 10, solver 1",
      "*N* = 10, solver 2",
    ]);
    expect(labels(null).map(([label]) => label)).toEqual(["*N* = 10, solver 1", "*N* = 10, solver 2"]);
  });
});
