// Whole steps by both schemes on every backend that is there have the bits of plain JavaScript, wherever the density lies.

import { afterAll, expect, it } from "vitest";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { useBackend } from "../../kernels/backend/backend.ts";
import { nativeEngine } from "../../kernels/backend/native.ts";
import { residentCopy } from "../../kernels/resident.ts";
import { bits } from "../../kernels/testing.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { type ProblemOptions, problem } from "../../problem/problem.ts";
import { boxOf, circle, solver } from "../testing.ts";
import { FIRST_ORDER_NAMES } from "./schemes.ts";

const BACKENDS = ["native" as const, "wasm" as const].filter(
  (name) => name === "wasm" || "engine" in nativeEngine(),
);

const random = uniforms(3);
const points = (inputs: number) =>
  Array.from({ length: 11 }, () => Array.from({ length: inputs }, () => 2 * random() - 1));
const dataOf = (inputs: number) => {
  const x = points(inputs);
  return fromArrays(
    x,
    x.map(() => 2 * random() - 1),
  );
};
const side = (cells: number) => ({ low: -4, high: 4, cells });

const SETTINGS: readonly (readonly [string, ProblemOptions, Grid, number])[] = [
  [
    "a line",
    { data: dataOf(1), neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }) },
    boxOf(side(57)),
    0,
  ],
  [
    "(a, w), births and deaths",
    { data: dataOf(1), neuron: neuron({ activation: "sigmoid", inputs: 1, output: "trained", bias: false }) },
    boxOf(side(40), side(21)),
    0.6,
  ],
  [
    "(w, b), W of moments",
    {
      data: dataOf(1),
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed" }),
      interaction: { kind: "quadratic", strength: 0.3 },
    },
    boxOf(side(33), side(40)),
    0,
  ],
  [
    "(a, w, b)",
    { data: dataOf(1), neuron: neuron({ activation: "tanh", inputs: 1, output: "trained" }) },
    boxOf(side(11), side(18), side(9)),
    0,
  ],
  [
    "an interval and a circle",
    { dimension: 2, potential: { kind: "double-well" }, interaction: { kind: "cosine", strength: 1 } },
    boxOf({ low: -Math.PI, high: Math.PI, cells: 20 }, circle(24)),
    0,
  ],
];

afterAll(() => {
  useBackend("auto");
});

it.each(SETTINGS)("%s", (_, options, grid, rate) => {
  const made = problem({ regulariser: { l2: 0.2 }, temperature: 0.2, ...options });
  const law = gaussian({ mean: grid.axes.map((__, k) => 0.3 * k), std: grid.axes.map(() => 0.7) });
  const start = initialDensity(grid, law, 1e-3);
  for (const scheme of FIRST_ORDER_NAMES) {
    for (const step of [0.03, 1]) {
      const outcome = (backend: "js" | "wasm" | "native", place: (values: Float64Array) => Float64Array) => {
        useBackend(backend);
        const { stepper } = solver(made, grid, { scheme, step, rate });
        const mu = place(start);
        for (let n = 0; n < 4; n++) stepper.step(mu, n);
        return bits(mu);
      };
      const expected = outcome("js", (values) => values.slice());
      for (const backend of BACKENDS) {
        expect(outcome(backend, (values) => residentCopy(values))).toEqual(expected);
        expect(outcome(backend, (values) => values.slice())).toEqual(expected);
      }
    }
  }
});
