// Products with features on every engine, against plain JavaScript to the bit, and that against sums made naively.

import { assert, constantFrom, double, integer, property, record } from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { residentCopy } from "../../kernels/resident.ts";
import { partsDone } from "../../kernels/scattered-testing.ts";
import { bits, ENGINES } from "../../kernels/testing.ts";
import { uniforms } from "../../particles/testing.ts";
import {
  type FeatureProducts,
  type FeatureTable,
  inJs,
  keptOf,
  onEngine,
  type Parity,
} from "./feature-products.ts";

// Parts one by one, the last first, by threads in turn: no bit may depend on any of that.
vi.hoisted(() => vi.resetModules());
vi.mock("../../kernels/crew.ts", () => import("../../kernels/scattered-testing.ts"));

afterAll(() => {
  expect(partsDone()).toBeGreaterThan(0);
  vi.resetModules();
});

interface Shape {
  readonly cells: number;
  readonly rows: number;
  readonly entries: number;
  readonly parity: Parity;
  readonly seed: number;
}

function tableOf({ cells, rows, entries, parity, seed }: Shape): FeatureTable {
  const random = uniforms(seed);
  const kept = keptOf({ cells, parity });
  const middle = (k: number) => parity === -1 && cells % 2 === 1 && k % kept === kept - 1;
  const values = Float64Array.from({ length: rows * kept }, (_, k) => (middle(k) ? 0 : 2 * random() - 1));
  const outer = Float64Array.from({ length: entries }, () => 4 * random() - 2);
  return { values, outer, cells, parity, rows };
}

/** s_u at any cell. */
function featureAt({ values, cells, parity, ...table }: FeatureTable, u: number, cell: number): number {
  const kept = keptOf({ cells, parity, ...table });
  return cell < kept ? values[u * kept + cell]! : parity * values[u * kept + cells - 1 - cell]!;
}

/** All four products of random arrays, which lie in `place`. */
function outcome(products: FeatureProducts, shape: Shape, place: (values: Float64Array) => Float64Array) {
  const { cells, rows, entries, seed } = shape;
  const random = uniforms(seed + 1);
  const draw = (length: number) => place(Float64Array.from({ length }, () => 2 * random() - 1));
  const [density, external, g] = [draw(cells * entries), draw(cells * entries), draw(rows)];
  const [line, base] = [draw(cells), draw(cells)];
  const [collapsed, combined, added] = [draw(cells), draw(cells), place(base)];
  const [spread, spreadOver] = [draw(cells * entries), draw(cells * entries)];
  const sums = new Float64Array(rows);
  products.collapse(density, collapsed);
  products.integrate(line, sums);
  products.combine(g, null, combined);
  products.combine(g, added, added);
  products.spread(line, null, spread);
  products.spread(line, external, spreadOver);
  return { collapsed, sums, combined, added, spread, spreadOver };
}

const bitsOf = (found: ReturnType<typeof outcome>) => Object.values(found).map(bits);
const SHAPE = {
  cells: integer({ min: 1, max: 5000 }),
  rows: integer({ min: 1, max: 11 }),
  entries: integer({ min: 1, max: 9 }),
  parity: constantFrom(-1 as const, 0 as const, 1 as const),
  seed: integer({ min: 1, max: 1000 }),
};

describe.each(ENGINES)("%s", (_, engine) => {
  it("the bits of plain JavaScript, of arrays in its memory and elsewhere", () => {
    assert(
      property(record(SHAPE), (shape) => {
        const table = tableOf(shape);
        const expected = bitsOf(outcome(inJs(table), shape, (values) => values.slice()));
        const values = residentCopy(table.values, engine);
        const outer = residentCopy(table.outer, engine);
        const products = onEngine(engine, { ...table, values, outer });
        for (const place of [
          (some: Float64Array) => some.slice(),
          (some: Float64Array) => residentCopy(some, engine),
        ]) {
          expect(bitsOf(outcome(products, shape, place))).toEqual(expected);
        }
      }),
      { numRuns: 25 },
    );
  });
});

it("are the sums that they are called", () => {
  assert(
    property(record(SHAPE), double({ min: 0, max: 1, noNaN: true }), (shape, where) => {
      const { cells, rows, entries, seed } = shape;
      const table = tableOf(shape);
      const { outer } = table;
      const found = outcome(inJs(tableOf(shape)), shape, (some) => some.slice());
      const random = uniforms(seed + 1);
      const draw = (length: number) => Float64Array.from({ length }, () => 2 * random() - 1);
      const [density, external, g] = [draw(cells * entries), draw(cells * entries), draw(rows)];
      const [line, base] = [draw(cells), draw(cells)];
      const k = Math.min(cells - 1, Math.floor(where * cells));
      const a = seed % entries;
      const near = (value: number, terms: readonly number[]) => {
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        const total = terms.reduce((sum, term) => sum + term, 0);
        expect(Math.abs(value - total)).toBeLessThanOrEqual(2 * (terms.length + 1) * Number.EPSILON * size);
      };
      near(
        found.collapsed[k]!,
        Array.from(outer, (weight, b) => weight * density[b * cells + k]!),
      );
      const features = Array.from(g, (weight, u) => weight * featureAt(table, u, k));
      near(found.combined[k]!, features);
      near(found.added[k]!, [base[k]!, ...features]);
      near(found.spread[a * cells + k]!, [outer[a]! * line[k]!]);
      near(found.spreadOver[a * cells + k]!, [external[a * cells + k]!, outer[a]! * line[k]!]);
      const u = seed % rows;
      near(
        found.sums[u]!,
        Array.from(line, (weight, cell) => weight * featureAt(table, u, cell)),
      );
    }),
  );
});
