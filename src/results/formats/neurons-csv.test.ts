import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { neuronsCsv } from "./neurons-csv.ts";

const array = (shape: number[], values: number[]) => ({ shape, data: Float64Array.from(values) });
const arrays = {
  run0_times: array([2], [0, 0.1]),
  run0_theta: array([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 1 / 3]),
  run0_omega: array([2, 2, 2], [-1, -2, -3, -4, -5, -6, -7, 1e-300]),
  run2_times: array([1], [0]),
  run2_theta: array([1, 1, 2], [8, 9]),
  run2_omega: array([1, 1, 2], [0, Number.NaN]),
  data_x: array([1, 1], [0]),
};

it("has a row for each neuron at each snapshot, every digit", () => {
  const rows = parse(neuronsCsv(arrays), { columns: true }) as Record<string, string>[];
  expect(Object.keys(rows[0]!)).toEqual(["run", "t", "neuron", "theta_0", "theta_1", "omega_0", "omega_1"]);
  expect(rows.map((row) => Object.values(row).map(Number))).toEqual([
    [0, 0, 0, 1, 2, -1, -2],
    [0, 0, 1, 3, 4, -3, -4],
    [0, 0.1, 0, 5, 6, -5, -6],
    [0, 0.1, 1, 7, 1 / 3, -7, 1e-300],
    [2, 0, 0, 8, 9, 0, Number.NaN],
  ]);
});

it("has no momenta where there are none, and is refused where it would be too large", () => {
  const { run0_times, run0_theta } = arrays;
  expect(neuronsCsv({ run0_times, run0_theta }).split("\n")[0]).toBe("run,t,neuron,theta_0,theta_1");
  const large = { shape: [1, 1e7, 2], data: { length: 2e7 } as Float64Array };
  expect(() => neuronsCsv({ run0_times, run0_theta: large })).toThrow("take neurons.npz, or --format mat");
});
