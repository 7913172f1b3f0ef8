import { describe, expect, it } from "vitest";
import { isSameTime } from "../../base/same-time.ts";
import { axis } from "../../grid/axis.ts";
import { marginalOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { sample } from "../../grid/sample-testing.ts";
import { positiveMeanWithInterval } from "../../statistics/interval.ts";
import { compareSolvers, type DensityRun, type NetworkRun, thetaMarginal } from "./compare.ts";
import { distancesOfPoints, distancesOfSlices, rmsDifference, slicesOf, spaceOf } from "./distances.ts";
import { distances } from "./testing.ts";

const line = grid([axis({ low: -1, high: 3, cells: 8 })]);
const coarse = grid([axis({ low: -1, high: 3, cells: 4 })]);
const weight = Float64Array.of(0.25, 0.75);

function ramp(made: Grid, t: number): Float64Array {
  const values = Float64Array.from({ length: made.size }, (_, i) => 1 + (t + 1) * i);
  const mass = made.volume * values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / mass);
}

function network(width: number, replica: number, times: readonly number[], made = line): NetworkRun {
  return {
    label: { solver: "particles", width },
    snapshots: times.map((t) => ({
      t,
      theta: sample(made, ramp(made, t), { count: width, seed: 1, replica }),
      outputs: Float64Array.of(t + 0.01 * replica, 1 / width),
    })),
  };
}

function density(solver: string, made: Grid, times: readonly number[]): DensityRun {
  return {
    label: { solver, cells: made.axes.map(({ cells }) => cells) },
    grid: made,
    stationary: solver === "stationary",
    snapshots: times.map((t) => ({ t, density: ramp(made, t), outputs: Float64Array.of(t, 0.1) })),
  };
}

const times = [0, 0.5, 2];
const networks = [10, 20].flatMap((width) => [0, 1, 2].map((replica) => network(width, replica, times)));
const densities = [
  density("grid", line, times),
  density("stationary", coarse, [0]),
  density("jko", coarse, [0.5, 2]),
];
const all = { dimension: 1, weight, networks, densities };

describe("comparisons of solvers", () => {
  const found = compareSolvers(all);

  it("come by width, then densities as given, then densities in pairs, each by time and quantity", () => {
    const quantities = ["f_rms", "w1", "w2", "energy_distance"];
    const expected = [
      ...[10, 20].flatMap((width) => [
        ...times.map((t) => [width, "grid", t]),
        [width, "stationary", 2],
        ...[0.5, 2].map((t) => [width, "jko", t]),
      ]),
      ["grid", "stationary", 2],
      ["grid", "jko", 0.5],
      ["grid", "jko", 2],
      ["stationary", "jko", 2],
    ].flatMap(([a, b, t]) => quantities.map((quantity) => [a, b, t, quantity]));
    expect(found.map(({ a, b, t, quantity }) => [a.width ?? a.solver, b.solver, t, quantity])).toEqual(
      expected,
    );
    expect(found[0].a).toEqual({ solver: "particles", width: 10 });
    expect(found[0].b).toEqual({ solver: "grid", cells: [8] });
    expect(compareSolvers(all)).toEqual(found);
  });

  it("are means over replicas of the distances, with their interval", () => {
    for (const [width, from] of [
      [10, 0],
      [20, 3],
    ]) {
      const runs = networks.slice(from, from + 3);
      const grid = { grid: line, values: ramp(line, 2) };
      const each = runs.map(({ snapshots }) =>
        distances({ points: snapshots[2].theta }, grid, spaceOf(line)),
      );
      const errors = runs.map(({ snapshots }) =>
        rmsDifference(snapshots[2].outputs, Float64Array.of(2, 0.1), weight),
      );
      const at = (quantity: string) =>
        found.find((one) => one.a.width === width && one.t === 2 && one.quantity === quantity);
      expect(at("f_rms")).toMatchObject(positiveMeanWithInterval(errors));
      expect(at("w1")).toMatchObject(positiveMeanWithInterval(each.map(({ w1 }) => w1)));
      expect(at("w2")).toMatchObject(positiveMeanWithInterval(each.map(({ w2 }) => w2)));
      expect(at("energy_distance")).toMatchObject(
        positiveMeanWithInterval(each.map(({ energy }) => energy!)),
      );
      expect(at("w1")!.interval![0]).toBeLessThan(at("w1")!.mean);
      expect(at("w1")!.interval![0]).toBeGreaterThan(0);
    }
  });

  it("have no interval between densities, nor for one replica", () => {
    expect(found.filter(({ a }) => a.solver !== "particles").every(({ interval }) => interval === null)).toBe(
      true,
    );
    const one = compareSolvers({ ...all, networks: networks.slice(0, 1) });
    expect(one[0]).toMatchObject({ interval: null, replicas: 1 });
  });

  it("count the replicas that reached a time", () => {
    const stopped = [...networks.slice(0, 2), network(10, 2, [0, 0.5])];
    const counts = compareSolvers({ ...all, networks: stopped })
      .filter(({ a, b, quantity }) => a.width === 10 && b.solver === "grid" && quantity === "w1")
      .map(({ t, replicas }) => [t, replicas]);
    expect(counts).toEqual([
      [0, 3],
      [0.5, 3],
      [2, 2],
    ]);
  });

  it("match times to round-off", () => {
    const late = density("grid", line, [0.1 + 0.2]);
    const early = network(10, 0, [0.3]);
    expect(compareSolvers({ ...all, networks: [early], densities: [late] }).length).toBe(4);
  });

  it("take times for one up to a billionth, of themselves or of 1", () => {
    for (const t of [0, 0.3, 1, 50]) {
      const most = 1e-9 * Math.max(1, t);
      expect([0.9, 1.1].map((share) => isSameTime(t + share * most, t))).toEqual([true, false]);
    }
  });

  it("leave out f without data, and are none without a density", () => {
    const bare = compareSolvers({ ...all, weight: new Float64Array(0) });
    expect(new Set(bare.map(({ quantity }) => quantity))).toEqual(new Set(["w1", "w2", "energy_distance"]));
    expect(compareSolvers({ ...all, densities: [] })).toEqual([]);
  });

  it("between two limits have no time; against each other at the last time else", () => {
    const limits = [density("stationary", line, [0]), density("stationary", coarse, [0])];
    expect(compareSolvers({ ...all, networks: [], densities: limits }).map(({ t }) => t)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it("are sliced for p = 2, and without an energy distance on its torus", () => {
    for (const periodic of [false, true]) {
      const bounds = { low: -Math.PI, high: Math.PI, cells: 8, periodic };
      const square = grid([axis(bounds), axis(bounds)]);
      const results = compareSolvers({
        dimension: 2,
        weight,
        networks: [network(10, 0, times, square)],
        densities: [density("grid", square, times)],
      });
      const quantities = ["f_rms", "sliced_w1", "sliced_w2", ...(periodic ? [] : ["energy_distance"])];
      expect(results.map(({ t, quantity }) => [t, quantity])).toEqual(
        times.flatMap((t) => quantities.map((quantity) => [t, quantity])),
      );
    }
  });

  it("in the plane are those of the whole laws, not of one of their images", () => {
    const side = axis({ low: -1, high: 2, cells: 6 });
    const square = grid([side, side]);
    const values = ramp(square, 0);
    const theta = Float64Array.of(-0.9, 1.7, 0.2, 0.4, 1.5, -0.3);
    const empty = new Float64Array(0);
    const found = compareSolvers({
      dimension: 2,
      weight: empty,
      networks: [{ label: { solver: "particles", width: 3 }, snapshots: [{ t: 0, theta, outputs: empty }] }],
      densities: [
        { ...density("grid", square, [0]), snapshots: [{ t: 0, density: values, outputs: empty }] },
      ],
    });
    const each = distances({ points: theta }, { grid: square, values }, spaceOf(square));
    const expected = { sliced_w1: each.w1, sliced_w2: each.w2, energy_distance: each.energy };
    expect(Object.fromEntries(found.map(({ quantity, mean }) => [quantity, mean]))).toEqual(expected);
  });

  it("of several densities are each one's own", () => {
    const alone = (cell: number, output: number): DensityRun => ({
      label: { solver: "grid", cells: [8], cell },
      grid: line,
      stationary: false,
      snapshots: [
        {
          t: 0,
          density: Float64Array.from({ length: 8 }, (_, i) => (i === cell ? 2 : 0)),
          outputs: Float64Array.of(output, output),
        },
      ],
    });
    // Both neurons at the middle of cell 0: cells of ½, those of the third 1½ away.
    const at = { t: 0, theta: Float64Array.of(-0.75, -0.75), outputs: Float64Array.of(0, 0) };
    const found = compareSolvers({
      dimension: 1,
      weight,
      networks: [{ label: { solver: "particles", width: 2 }, snapshots: [at] }],
      densities: [alone(0, 0), alone(3, 1)],
    });
    const of = (b: number) => found.filter(({ a, b: { cell } }) => a.width === 2 && cell === b);
    const means = (b: number) => of(b).map(({ quantity, mean }) => [quantity, mean] as const);
    const variance = 0.5 ** 2 / 12;
    for (const [cell, expected] of [
      [0, [0, 0.125, Math.sqrt(variance)]],
      [3, [1, 1.5, Math.sqrt(1.5 ** 2 + variance)]],
    ] as const) {
      for (const [k, quantity] of ["f_rms", "w1", "w2"].entries()) {
        expect(means(cell)[k]![0]).toBe(quantity);
        expect(means(cell)[k]![1]).toBeCloseTo(expected[k]!, 14);
      }
    }
  });

  it("use the marginal in θ of a density in phase space", () => {
    const phase = grid([axis({ low: -1, high: 3, cells: 8 }), axis({ low: -2, high: 1, cells: 5 })]);
    const values = ramp(phase, 1);
    const marginal = thetaMarginal(phase, values, 1);
    const expected = marginalOf(phase, values, 0);
    expect(marginal.grid.axes).toEqual([phase.axes[0]]);
    for (let i = 0; i < 8; i++) expect(marginal.values[i]).toBeCloseTo(expected[i], 14);
    const runs = [density("grid", phase, times)];
    const [, w1] = compareSolvers({ ...all, densities: runs });
    const points = networks.slice(0, 3).map(({ snapshots }) => ({ points: snapshots[0].theta }));
    const law = thetaMarginal(phase, ramp(phase, 0), 1);
    const each = points.map((one) => distances(one, law, spaceOf(law.grid)).w1);
    expect(w1).toMatchObject({ quantity: "w1", mean: positiveMeanWithInterval(each).mean });
    expect(() => thetaMarginal(line, ramp(line, 0), 2)).toThrow("found 1 coordinates; θ has 2");
  });

  it("of laws on different spaces are refused", () => {
    const wide = spaceOf(grid([axis({ low: -1, high: 3, cells: 8, periodic: true })]));
    const points = Float64Array.of(0, 1);
    const [own, other] = [spaceOf(line), wide].map((space) => slicesOf({ points }, space));
    expect(() => distancesOfSlices(own!, other!)).toThrow("distances: found laws on different spaces");
    expect(() => distancesOfPoints(points, [own!, other!], own!.space)).toThrow("laws on different spaces");
    expect(distancesOfPoints(points, [own!], own!.space)[0]!.w1).toBe(0);
  });

  it("skip a density run that ended before its first snapshot", () => {
    const none = density("grid", line, []);
    expect(compareSolvers({ ...all, densities: [none] })).toEqual([]);
    expect(compareSolvers({ ...all, densities: [none, densities[1]] })).toEqual(
      compareSolvers({ ...all, densities: [densities[1]] }),
    );
  });
});
