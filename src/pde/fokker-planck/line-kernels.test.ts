// Substeps and dissipation on every engine, against plain JavaScript to the bit: grids of one to three axes, lines by the panel and a few.

import { array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { axis } from "../../grid/axis.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { inShortCalls } from "../../grid/panel-testing.ts";
import { residentCopy } from "../../kernels/resident.ts";
import { partsDone } from "../../kernels/scattered-testing.ts";
import { bits, collected, ENGINES, takerOf } from "../../kernels/testing.ts";
import { uniforms } from "../../particles/testing.ts";
import { type AxisOptions, type BackwardEuler, inJs, onEngine } from "./backward-euler.ts";
import * as dissipation from "./dissipation.ts";

// Parts one by one, the last first, by threads in turn, a few in a call: no bit may depend on any of that.
vi.hoisted(() => vi.resetModules());
vi.mock("../../kernels/crew.ts", () => import("../../kernels/scattered-testing.ts"));
vi.mock("../../kernels/scratch.ts", () => import("../../kernels/scattered-testing.ts"));
vi.mock("../../grid/panel.ts", async (original) =>
  inShortCalls(await original<typeof import("../../grid/panel.ts")>()),
);

afterAll(() => {
  expect(partsDone()).toBeGreaterThan(0);
  vi.resetModules();
});

const SETTING = record({
  cells: array(integer({ min: 4, max: 24 }), { minLength: 1, maxLength: 3 }),
  axis: integer({ min: 0, max: 2 }),
  periodic: boolean(),
  temperature: constantFrom(0, 1e-3, 0.05, 1),
  duration: constantFrom(1e-3, 0.05, 1, 1000),
  seed: integer({ min: 1, max: 1000 }),
});

type Place = (values: Float64Array) => Float64Array;

/** Two solves prepared once, their derivatives, twice each, and then all of it for another potential. */
function outcome(
  stage: BackwardEuler,
  { size }: Grid,
  temperature: number,
  seed: number,
  place: Place,
): number[][] {
  const random = uniforms(seed);
  const draw = (low: number, high: number) =>
    place(Float64Array.from({ length: size }, () => low + (high - low) * random()));
  const second = stage.again();
  const found: number[][] = [];
  for (let turn = 0; turn < 2; turn++) {
    const mu = draw(0, 1);
    // A potential that is level in places.
    stage.prepare(
      draw(-1, 1).map((value) => (Math.abs(value) < 0.2 ? 0 : value)),
      temperature,
    );
    for (const one of [stage, second]) {
      one.forward(mu);
      found.push(bits(mu));
      for (let again = 0; again < 2; again++) {
        const dmu = draw(-1, 1);
        one.derivative(dmu, draw(-1, 1));
        found.push(bits(dmu));
      }
    }
  }
  return found;
}

describe.each(ENGINES)("%s", (_, engine) => {
  it("a substep and its derivative have the bits of plain JavaScript", () => {
    assert(
      property(SETTING, ({ cells, axis: asked, periodic, temperature, duration, seed }) => {
        const box = grid(cells.map((count) => axis({ low: -1, high: 2, cells: count, periodic })));
        const k = asked % cells.length;
        const options: AxisOptions = { grid: box, k, mobility: 1.3, duration };
        const expected = outcome(inJs(options), box, temperature, seed, (some) => some);
        const there = (some: Float64Array) => residentCopy(some, engine);
        for (const place of [(some: Float64Array) => some, there]) {
          expect(outcome(onEngine(engine, options), box, temperature, seed, place)).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("what a density dissipates has the bits of plain JavaScript, beside empty cells too", () => {
    assert(
      property(SETTING, ({ cells, axis: asked, periodic, temperature, seed }) => {
        const box = grid(cells.map((count) => axis({ low: -1, high: 2, cells: count, periodic })));
        const faces = { grid: box, k: asked % cells.length, mobility: 0.7 };
        const random = uniforms(seed);
        const phi = Float64Array.from({ length: box.size }, () => 2 * random() - 1);
        const mu = Float64Array.from({ length: box.size }, () => Math.max(0, random() - 0.4));
        mu[0] = Number.MIN_VALUE;
        const found = dissipation.onEngine(engine, faces)(phi, mu, temperature);
        expect(found).toBe(dissipation.inJs(faces)(phi, mu, temperature));
        expect(found).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it("hold the memory that they work on for as long as they are there", async () => {
    const box = grid([
      axis({ low: -1, high: 2, cells: 18 }),
      axis({ low: 0, high: 1, cells: 40, periodic: true }),
    ]);
    const random = uniforms(9);
    const [phi, start, slope] = [0, 1, 2].map(() => Float64Array.from({ length: box.size }, random));
    const make = () =>
      [0, 1].map((k) => {
        const faces = { grid: box, k, mobility: 1 };
        const stage = onEngine(engine, { ...faces, duration: 0.1 });
        stage.prepare(phi!, 0.2);
        stage.forward(start!.slice());
        return { stage, lost: dissipation.onEngine(engine, faces) };
      });
    const outcome = (made: ReturnType<typeof make>, between: () => void) =>
      made.map(({ stage, lost }) => {
        const [mu, dmu] = [start!.slice(), slope!.slice()];
        between();
        stage.forward(mu);
        between();
        stage.derivative(dmu, slope!);
        between();
        return { mu: bits(mu), dmu: bits(dmu), lost: lost(phi!, mu, 0.2) };
      });
    const expected = outcome(make(), () => {});
    const made = make();
    await collected();
    const panels = 16 * 3 * 18;
    const taken = takerOf(engine, [22, 48, box.size, panels, 16 * 2 * 40]);
    for (let k = 0; k < 20; k++) taken();
    expect(outcome(made, taken)).toEqual(expected);
  });
});
