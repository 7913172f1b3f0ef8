import { describe, expect, it } from "vitest";
import { builtOf } from "./built-testing.ts";
import { cellsFor, decisionPlane, isPlanar } from "./decision.ts";

const x = [
  [0, 1],
  [1, -1],
  [-1, 0.5],
];
const built = (neuron: object, solvers: object[], y = [1, -1, 1], points = x) => {
  const spec = {
    name: "plane",
    problem: {
      data: { arrays: { x: points, y } },
      neuron: { inputs: 2, ...neuron },
      regulariser: { l2: 0.1 },
      temperature: 0.3,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: 0, std: 1 },
    time: { until: 0.1, step: 0.1 },
    solvers,
  };
  return builtOf(spec);
};
/** Snapshots of networks and densities at times that do not matter. */
const network = (...snapshots: readonly number[][]) => ({
  snapshots: snapshots.map((theta) => ({
    t: 0,
    theta: Float64Array.from(theta),
    omega: new Float64Array(0),
    outputs: new Float64Array(0),
  })),
});
const cellsOf = (density: readonly number[]) => ({
  snapshots: [{ t: 0, density: Float64Array.from(density), outputs: new Float64Array(0) }],
});
const middle = ([low, high]: readonly [number, number], i: number, cells: number) =>
  low + ((i + 0.5) * (high - low)) / cells;

describe("f over the plane of two inputs", () => {
  it.each([
    [
      "trained",
      true,
      (t: number[], u: number, v: number) => t[0]! * Math.tanh(t[1]! * u + t[2]! * v + t[3]!),
    ],
    [
      "bounded",
      false,
      (t: number[], u: number, v: number) => Math.tanh(t[0]!) * Math.tanh(t[1]! * u + t[2]! * v),
    ],
    ["fixed", true, (t: number[], u: number, v: number) => Math.tanh(t[0]! * u + t[1]! * v + t[2]!)],
  ])("is that of the first replica's last snapshot: output %s, bias %s", async (output, bias, psi) => {
    const one = built({ activation: "tanh", output, bias }, [{ particles: { width: 2, replicas: 2 } }]);
    const p = one.problem.dimension;
    const theta = Array.from({ length: 2 * 2 * p }, (_, k) => Math.sin(3 * k + 1));
    const ends = [theta.slice(0, 2 * p), theta.slice(2 * p)];
    const other = ends.map((end) => end.map((at) => -at));
    const plane = (await decisionPlane(one, [network(...ends), network(...other)]))!;
    expect([...plane.values.keys()]).toEqual([0]);
    const { x: across, y: up, cells } = plane;
    expect(across[0]).toBeLessThan(-1);
    expect(up[1]).toBeGreaterThan(1);
    const last = theta.slice(2 * p);
    for (let k = 0; k < cells * cells; k += 97) {
      const [u, v] = [middle(across, k % cells, cells), middle(up, Math.floor(k / cells), cells)];
      const expected = (psi(last.slice(0, p), u, v) + psi(last.slice(p), u, v)) / 2;
      expect(plane.values.get(0)![k]).toBeCloseTo(expected, 13);
    }
  });

  it("is that of a density's cells by their mass, momenta summed over", async () => {
    const grid = {
      grid: {
        cells: [4, 5],
        extent: [
          [-8, 8],
          [-1, 9],
        ],
        leak: 1,
      },
    };
    const one = built({ activation: "tanh", output: "fixed", bias: false }, [grid]);
    const [first, second] = [
      [-6, -2, 2, 6],
      [0, 2, 4, 6, 8],
    ];
    const density = Array.from({ length: 20 * 3 }, (_, k) => (k % 7) + 1);
    const { x: across, y: up, cells, values } = (await decisionPlane(one, [cellsOf(density)]))!;
    const total = density.reduce((sum, mass) => sum + mass, 0);
    for (let k = 0; k < cells * cells; k += 211) {
      const [u, v] = [middle(across, k % cells, cells), middle(up, Math.floor(k / cells), cells)];
      const expected = density.reduce((sum, mass, i) => {
        const [a, b] = [first[Math.floor(i / 15)]!, second[Math.floor(i / 3) % 5]!];
        return sum + (mass / total) * Math.tanh(a * u + b * v);
      }, 0);
      expect(values.get(0)![k]).toBeCloseTo(expected, 13);
    }
  });

  it("reaches beyond the data by 8 % of their extent, by 1 where an input is constant", async () => {
    const networks = [{ particles: { width: 1 } }];
    const sides = async (points: number[][]) => {
      const one = built({ activation: "tanh", output: "fixed", bias: false }, networks, [1, -1, 1], points);
      const plane = await decisionPlane(one, [network([1, 2])]);
      return [plane!.x, plane!.y];
    };
    expect(await sides(x)).toEqual([
      [-1 - 0.08 * 2, 1 + 0.08 * 2],
      [-1 - 0.08 * 2, 1 + 0.08 * 2],
    ]);
    const constant = [
      [0, 5],
      [1, 5],
      [-1, 5],
    ];
    expect((await sides(constant))[1]).toEqual([4, 6]);
    expect((await sides(constant.map(([u, v]) => [v!, u!])))[0]).toEqual([4, 6]);
  });

  it.each([
    [3, 96],
    [21_701, 96],
    [500_000, 20],
    [10 ** 7, 8],
  ])("is, of %d neurons, on %d cells along a side: 2e8 evaluations, and no fewer than 8", (neurons, cells) => {
    expect(cellsFor(neurons)).toBe(cells);
  });

  it("is there for labels ±1 alone, both of them, and two inputs", async () => {
    const networks = [{ particles: { width: 2 } }];
    const tanh = { activation: "tanh" };
    expect(isPlanar(built(tanh, networks).problem.data)).toBe(true);
    for (const y of [
      [1, 1, 1],
      [1, -1, 0],
      [2, -1, 1],
    ]) {
      const one = built(tanh, networks, y);
      expect(isPlanar(one.problem.data)).toBe(false);
      expect(await decisionPlane(one, [network([1, 2, 3, 4, 5, 6, 7, 8])])).toBeUndefined();
    }
    expect(await decisionPlane(built(tanh, networks), [null])).toBeUndefined();
  });
});
