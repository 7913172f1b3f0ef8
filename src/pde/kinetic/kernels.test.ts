// The moves of both schemes by kernels, on every backend that is there, against plain JavaScript to the bit.

import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { axis } from "../../grid/axis.ts";
import { faceMassesOf, massOf, momentsOf, negativeMassOf, noiseOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { inShortCalls } from "../../grid/panel-testing.ts";
import { useBackend } from "../../kernels/backend/backend.ts";
import type { Engine } from "../../kernels/backend/kernels.ts";
import { nativeEngine } from "../../kernels/backend/native.ts";
import { wasmEngine } from "../../kernels/backend/wasm.ts";
import { residentCopy } from "../../kernels/resident.ts";
import { partsDone } from "../../kernels/scattered-testing.ts";
import { collected, takerOf } from "../../kernels/testing.ts";
import { uniforms } from "../../particles/testing.ts";
import { type Amounts, driftAmounts, kickAmounts, type LineMove, type LineMoves } from "./line-moves.ts";
import { PhaseSums } from "./phase-sums.ts";
import { positiveKernel } from "./positive-kernel.ts";
import { positiveMoves } from "./positive-moves.ts";
import { scoreSquares } from "./score.ts";
import { spectralKernel } from "./spectral-kernel.ts";
import { spectralMoves } from "./spectral-moves.ts";

// Parts one by one, the last first, by threads in turn, a few in a call: no bit may depend on any of that.
vi.hoisted(() => vi.resetModules());
vi.mock("../../kernels/crew.ts", () => import("../../kernels/scattered-testing.ts"));
vi.mock("../../kernels/scratch.ts", () => import("../../kernels/scattered-testing.ts"));
vi.mock("../../grid/panel.ts", async (original) =>
  inShortCalls(await original<typeof import("../../grid/panel.ts")>()),
);

const native = nativeEngine();
const ENGINES: [string, Engine][] = [["wasm", wasmEngine()]];
if ("engine" in native) ENGINES.push([`native, ${native.engine.level}`, native.engine]);

const SCHEMES = {
  spectral: { reference: spectralMoves, kernel: spectralKernel },
  positive: { reference: positiveMoves, kernel: positiveKernel },
};

afterAll(() => {
  useBackend("auto");
  expect(partsDone()).toBeGreaterThan(0);
  vi.resetModules();
});

interface Case {
  phase: Grid;
  axis: number;
  amounts: Amounts;
  moves: readonly LineMove[];
  temperature: number;
  damping: number;
  seed: number;
  /** Cells that amounts go up to. */
  far: number;
}

function moved(along: LineMoves, { phase, axis, amounts, moves, damping, seed, far }: Case): number[] {
  const random = uniforms(seed);
  const values = Float64Array.from({ length: phase.size }, () => (random() < 0.1 ? 0 : random()));
  const distances = Float64Array.from(
    { length: amounts.count },
    () => far * (2 * random() - 1) * phase.axes[axis].spacing,
  );
  along.set(distances);
  if (moves.includes("relax")) along.damp(damping);
  along.apply(values, moves);
  // The sign of a zero shows nowhere.
  return Array.from(values, (value) => value + 0);
}

function same(scheme: keyof typeof SCHEMES, engine: Engine, asked: Case): void {
  const { phase, axis, amounts, temperature } = asked;
  useBackend("js");
  const expected = moved(SCHEMES[scheme].reference(phase, axis, amounts, temperature), asked);
  const found = moved(SCHEMES[scheme].kernel(engine, phase, axis, amounts, temperature), asked);
  expect(expected.every(Number.isFinite)).toBe(true);
  expect(found).toEqual(expected);
}

/** What the work gives in JavaScript, and by that engine. */
function onBoth<Result>(engine: Engine, work: () => Result): [Result, Result] {
  useBackend("js");
  const expected = work();
  useBackend(engine.level === "simd128" ? "wasm" : "native");
  return [expected, work()];
}

const WORDS: LineMove[][] = [["shift"], ["relax"], ["shift", "relax", "shift"], ["relax", "shift"]];

/** A plane of (θ, ω), or p = 2, with that many cells along the axis in question. */
function phaseWith(along: number, cells: number, beside: readonly number[], periodic: boolean): Grid {
  const others = [...beside];
  return grid(
    Array.from({ length: beside.length + 1 }, (_, k) =>
      axis({
        low: -1,
        high: 1.5,
        cells: k === along ? cells : others.shift()!,
        periodic: periodic && k === along,
      }),
    ),
  );
}

describe.each(ENGINES)("%s", (_, engine) => {
  it.each([
    4, 6, 8, 10, 16, 30, 32, 50, 64, 96, 128, 250, 256, 512, 1024,
  ])("spectral moves of %i cells are those in JavaScript", (cells) => {
    for (const k of [0, 1]) {
      for (const beside of [5, 16, 69]) {
        const phase = phaseWith(k, cells, [beside], k === 0);
        const amounts = k === 0 ? driftAmounts(phase, 0) : kickAmounts(phase);
        const common = { phase, axis: k, amounts, temperature: 0.1, damping: 0.9, seed: cells, far: 3 };
        for (const moves of k === 0 ? [["shift"] as LineMove[]] : WORDS) {
          same("spectral", engine, { ...common, moves });
        }
      }
    }
  });

  it("positive moves are those in JavaScript", () => {
    fc.assert(
      fc.property(
        fc.record({
          cells: fc.integer({ min: 4, max: 70 }),
          beside: fc.integer({ min: 4, max: 70 }),
          k: fc.constantFrom(0, 1),
          periodic: fc.boolean(),
          moves: fc.constantFrom(...WORDS),
          temperature: fc.constantFrom(0, 1e-4, 0.1),
          damping: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
          seed: fc.integer({ min: 1, max: 1000 }),
          far: fc.constantFrom(0.4, 2, 30, 100),
        }),
        ({ cells, beside, k, periodic, moves, temperature, damping, seed, far }) => {
          const phase = phaseWith(k, cells, [beside], periodic);
          const amounts = k === 0 ? driftAmounts(phase, 0) : kickAmounts(phase);
          const used = k === 0 ? (["shift"] as LineMove[]) : moves;
          same("positive", engine, { phase, axis: k, amounts, moves: used, temperature, damping, seed, far });
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    "spectral",
    "positive",
  ] as const)("%s moves along all axes of p = 2 are those in JavaScript", (scheme) => {
    for (const k of [0, 1, 2, 3]) {
      const phase = phaseWith(k, 12, [6, 20, 10], false);
      const amounts = k < 2 ? driftAmounts(phase, k) : kickAmounts(phase);
      for (const moves of k < 2 ? [["shift"] as LineMove[]] : WORDS) {
        same(scheme, engine, {
          phase,
          axis: k,
          amounts,
          moves,
          temperature: 0.05,
          damping: 0.8,
          seed: k + 1,
          far: 2,
        });
      }
    }
  });

  it("sums are those in JavaScript", () => {
    fc.assert(
      fc.property(
        fc.record({
          cells: fc.integer({ min: 4, max: 150 }),
          beside: fc.integer({ min: 4, max: 70 }),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
        ({ cells, beside, seed }) => {
          const random = uniforms(seed);
          const phase = phaseWith(0, cells, [beside], false);
          const values = Float64Array.from({ length: phase.size }, () => random() - 0.1);
          const [expected, found] = onBoth(engine, () => {
            const sums = new PhaseSums(phase);
            const rho = new Float64Array(cells);
            sums.readPosition(values, rho);
            sums.read(values);
            const { least, most, negative } = sums;
            const laws = sums.momentumLaws();
            return {
              rho,
              found: [...sums.rho],
              least,
              most,
              negative,
              laws,
              faces: sums.faces(),
              mass: sums.mass(),
            };
          });
          expect(found).toEqual(expected);
          expect(expected!.least).toBe(Math.min(...values));
          expect(expected!.most).toBe(Math.max(...values));
          expect(expected!.negative).toBeCloseTo(negativeMassOf(phase, values), 13);
          expect(expected!.mass).toBeCloseTo(massOf(phase, values), 12);
          expect(expected!.laws[0]!.mean).toBeCloseTo(momentsOf(phase, values)[1]!.mean, 12);
          expect(expected!.laws[0]!.variance).toBeCloseTo(momentsOf(phase, values)[1]!.variance, 12);
          expect(expected!.faces.map(({ axis, side }) => [axis, side])).toEqual(
            faceMassesOf(phase, values).map(({ axis, side }) => [axis, side]),
          );
          for (const [k, { mass }] of faceMassesOf(phase, values).entries()) {
            expect(expected!.faces[k]!.mass).toBeCloseTo(mass, 12);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("sums of scores are those in JavaScript, where lines are resolved, where not, and where they are noise", () => {
    fc.assert(
      fc.property(
        fc.record({
          cells: fc.integer({ min: 8, max: 140 }),
          beside: fc.integer({ min: 4, max: 80 }),
          k: fc.constantFrom(0, 1),
          periodic: fc.boolean(),
          width: fc.double({ min: 0.5, max: 12, noNaN: true }),
          rough: fc.constantFrom(0, 1e-17, 1e-9, 0.1),
          saw: fc.boolean(),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
        ({ cells, beside, k, periodic, width, rough, saw, seed }) => {
          const random = uniforms(seed);
          const phase = phaseWith(k, cells, [beside], periodic);
          const [last, stride] = [phase.axes[1].cells, phase.strides[k]];
          const alongOf = (at: number) => Math.floor(at / stride) % cells;
          const acrossOf = (at: number) => (k === 0 ? at % last : Math.floor(at / last));
          const values = Float64Array.from({ length: phase.size }, (_, at) => {
            const [along, across] = [alongOf(at), acrossOf(at)];
            const apart = (along - cells / 2) / width;
            return (
              Math.exp(-0.5 * apart * apart - 2 * (across % 24)) +
              (across % 3 === 0 ? rough * (random() - 0.5) : 0)
            );
          });
          const noise = noiseOf(values);
          // Pairs of lines that are noise, and as rough as can be, beside others that are not.
          for (let at = 0; saw && at < values.length; at++) {
            if (acrossOf(at) % 8 === 5) values[at] = alongOf(at) % 2 === 0 ? 0.9 * noise : 0;
          }
          const [expected, found] = onBoth(engine, () =>
            scoreSquares(phase, k, phase.axes[k].centres)(values, 0.1, noise),
          );
          expect(Number.isFinite(expected)).toBe(true);
          expect(found).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("hold the memory that they work on for as long as they are there", async () => {
    const phase = phaseWith(0, 48, [40], false);
    const start = Float64Array.from({ length: phase.size }, uniforms(7));
    const make = () => {
      const moves = [spectralMoves, positiveMoves].map((along) => {
        const made = along(phase, 1, kickAmounts(phase), 0.1);
        made.set(phase.axes[0].centres);
        made.damp(0.8);
        return made;
      });
      return { moves, sums: new PhaseSums(phase), squares: scoreSquares(phase, 1, phase.axes[1].centres) };
    };
    const outcome = ({ moves, sums, squares }: ReturnType<typeof make>, between: () => void) =>
      moves.map((move) => {
        const values = residentCopy(start);
        between();
        move.apply(values, ["shift", "relax", "shift"]);
        between();
        sums.read(values);
        between();
        return { values: [...values], faces: sums.faces(), squares: squares(values, 0.1, 1e-9) };
      });
    useBackend(engine.level === "simd128" ? "wasm" : "native");
    const expected = outcome(make(), () => {});
    const made = make();
    await collected();
    const taken = takerOf(engine, [4, 16, 40, 100, 3000]);
    for (let k = 0; k < 20; k++) taken();
    expect(outcome(made, taken)).toEqual(expected);
  });
});
