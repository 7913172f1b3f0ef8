import { expect, it } from "vitest";
import { groupRuns, type Member } from "../runs/groups.ts";
import { limitsText, whose } from "./captions.ts";

const solvers = [
  { particles: { width: [10], replicas: 2 } },
  { grid: { cells: [64] } },
  { grid: { cells: [128] } },
  { moments: {} },
];
const members: Member[] = [
  { run: 0, solver: "particles", width: 10, replica: 0 },
  { run: 1, solver: "particles", width: 10, replica: 1 },
  { run: 2, solver: "grid" },
  { run: 3, solver: "grid" },
  { run: 4, solver: "moments" },
];

const groupsOf = (...runs: number[]) =>
  groupRuns(
    members.filter(({ run }) => runs.includes(run)),
    { solvers },
  );
const drawn = (...runs: number[]) => groupsOf(...runs).map((group) => ({ group }));

it("limits are called what they are: several densities together, equations by their name", () => {
  expect(limitsText(groupsOf(2))).toBe("the density");
  expect(limitsText(groupsOf(2, 3))).toBe("the densities");
  expect(limitsText(groupsOf(4))).toBe("the Gaussian μ");
  expect(limitsText(groupsOf(2, 4))).toBe("the density and the Gaussian μ");
  expect(limitsText(groupsOf(2, 3, 4))).toBe("the densities and the Gaussian μ");
});

it("a clause says whose curves these are", () => {
  expect(whose(drawn(4))).toBe(" of the Gaussian μ");
  expect(whose(drawn(0, 1, 2, 4))).toContain(", and of the density and the Gaussian μ");
});
