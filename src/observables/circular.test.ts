import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { axis } from "../grid/axis.ts";
import { grid } from "../grid/grid.ts";
import { solo } from "../particles/solo.ts";
import { points } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { ordersOfDensity, ordersOfEnsemble } from "./circular.ts";
import { recordedBy } from "./list.ts";
import { observe } from "./particles.ts";

const torus = (p: number) =>
  problem({ potential: { kind: "cosine", strength: 1 }, domain: "torus", dimension: p, temperature: 0.5 });
const orderNames = (of: ReturnType<typeof problem>) =>
  recordedBy({ holds: "density", problem: of, dynamics: langevin() }).filter((name) =>
    name.startsWith("order"),
  );
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });

describe("order parameters of an ensemble", () => {
  it("are |⟨e^{imθ}⟩|, by naive sums, at every width, and do not care what angle is 0", () => {
    const clouds = fc
      .integer({ min: 1, max: 3 })
      .chain((p) =>
        fc.tuple(
          fc.array(fc.array(angle, { minLength: p, maxLength: p }), { minLength: 1, maxLength: 40 }),
          angle,
        ),
      );
    fc.assert(
      fc.property(clouds, ([rows, turn]) => {
        const p = rows[0]!.length;
        const orders = (all: readonly (readonly number[])[]) =>
          ordersOfEnsemble(solo(torus(p), langevin(), all.length, points(all)).particles);
        const found = orders(rows);
        for (const m of [1, 2, 3, 4]) {
          for (let k = 0; k < p; k++) {
            const x = rows.reduce((sum, row) => sum + Math.cos(m * row[k]!), 0) / rows.length;
            const y = rows.reduce((sum, row) => sum + Math.sin(m * row[k]!), 0) / rows.length;
            // Sums of at most 40 numbers up to 1, each to 2 ε; near 0 the root is as good as the square.
            expect(Math.abs(found[`order_theta_${k}_${m}`]! - Math.hypot(x, y))).toBeLessThan(
              100 * Number.EPSILON,
            );
          }
        }
        const turned = orders(rows.map((row) => row.map((theta) => theta + turn)));
        for (const [name, value] of Object.entries(found)) expect(turned[name]).toBeCloseTo(value, 13);
      }),
    );
  });

  it("are 1 at one angle, and 0 and 1 at two opposite ones, where the mean angle is anything", () => {
    const at = (...angles: number[]) =>
      observe(solo(torus(1), langevin(), angles.length, points(angles.map((theta) => [theta]))));
    const together = at(Math.PI - 0.1, -Math.PI + 0.1, Math.PI - 0.1, -Math.PI + 0.1);
    expect(together.mean_theta_0).toBeCloseTo(0, 12);
    expect(together.order_theta_0_1).toBeCloseTo(Math.cos(0.1), 14);
    const opposite = at(0.3, 0.3 - Math.PI);
    expect(
      [opposite.order_theta_0_1, opposite.order_theta_0_2].map((value) => Number(value!.toFixed(12))),
    ).toEqual([0, 1]);
  });
});

describe("order parameters of a density", () => {
  it("are those of wrapped normals, e^{−m²σ²/2}, an axis each", () => {
    const sigmas = [0.5, 1.1];
    const side = axis({ low: -Math.PI, high: Math.PI, cells: 64, periodic: true });
    const other = axis({ low: -Math.PI, high: Math.PI, cells: 48, periodic: true });
    const plane = grid([side, other]);
    const wrapped = (theta: number, mean: number, sigma: number) => {
      let sum = 0;
      for (let turn = -6; turn <= 6; turn++) {
        const z = (theta - mean + 2 * Math.PI * turn) / sigma;
        sum += Math.exp(-0.5 * z * z) / (sigma * Math.sqrt(2 * Math.PI));
      }
      return sum;
    };
    const density = Float64Array.from({ length: 64 * 48 }, (_, i) => {
      const [a, b] = [side.centres[Math.floor(i / 48)]!, other.centres[i % 48]!];
      return wrapped(a, 2.9, sigmas[0]!) * wrapped(b, -1, sigmas[1]!);
    });
    const found = ordersOfDensity(plane, density, 2);
    expect(Object.keys(found)).toEqual(orderNames(torus(2)));
    for (const m of [1, 2, 3, 4]) {
      for (const [k, sigma] of sigmas.entries()) {
        // Sums at even places are spectrally accurate for periodic functions: the harmonics 48 − m are e^{−260}.
        expect(found[`order_theta_${k}_${m}`]).toBeCloseTo(Math.exp(-0.5 * (m * sigma) ** 2), 13);
      }
    }
  });
});

it("has none on the plane", () => {
  expect(orderNames(problem({ potential: { kind: "cosine" }, dimension: 3 }))).toEqual([]);
});
