import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { synthetic } from "../../../test/support/reports.ts";
import type { ReportInput } from "../folder.ts";
import { figures } from "./figures.ts";

const CELLS = 40;
const pointsOf = (length: number) =>
  Array.from({ length }, (_, k) => [Math.cos(k), Math.sin(2 * k)] as const);

/** Networks of two widths that part the plane along x₁ = x₂ and x₁ = 2. */
function planar(length = 30): ReportInput {
  const points = pointsOf(length);
  const input = synthetic({ widths: [5, 20], replicas: 2, until: 1 });
  const f = (of: (x: number, y: number) => number) => {
    const middle = (i: number) => -1.5 + ((i + 0.5) * 3) / CELLS;
    return Float64Array.from({ length: CELLS * CELLS }, (_, k) =>
      of(middle(k % CELLS), middle(Math.floor(k / CELLS))),
    );
  };
  const runs = input.summary.runs.map((run) => ({ ...run, final: { ...run.final, accuracy: 0.9 } }));
  return {
    ...input,
    summary: {
      ...input.summary,
      runs,
      data: { points: length, inputs: ["petal*width", "<b>"], target: "kind_of" },
    },
    data: {
      ...{ size: length, inputs: 2 },
      x: Float64Array.from([...points.map(([x]) => x), ...points.map(([, y]) => y)]),
      y: Float64Array.from(points, ([x, y]) => (x > y ? 1 : -1)),
    },
    decision: {
      x: [-1.5, 1.5],
      y: [-1.5, 1.5],
      cells: CELLS,
      values: new Map([
        [0, f((x) => x - 2)],
        [2, f((x, y) => x - y)],
      ]),
    },
  };
}

it("has the data by label, the line of each network, the columns' own names", () => {
  const input = planar();
  const figure = figures(input).find(({ name }) => name === "decision")!;
  expect(() => new Resvg(figure.svg)).not.toThrow();
  expect(figure.svg).not.toMatch(/NaN|undefined|\sid=|<style|<b>/);
  const { document } = parseHTML(figure.svg);
  const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
  expect(texts).toEqual(
    expect.arrayContaining(["petal*width", "<b>", "kind_of = +1", "kind_of = −1", "N = 5", "N = 20"]),
  );
  expect(document.querySelectorAll('[aria-label="dot"] circle')).toHaveLength(30);
  expect(figure.caption).toContain(
    "shaded: the sides of *N* = 20. Its accuracy on the data is 90 %. Of one sign all over: *N* = 5.",
  );
  // Of N = 20 both sides are shaded; N = 5 has one alone.
  const shades = [...document.querySelectorAll('[aria-label="contour"]')].map((mark) => [
    mark.getAttribute("fill"),
    /^M/.test(mark.querySelector("path")?.getAttribute("d") ?? ""),
  ]);
  expect(shades).toEqual([
    ["#0072b2", true],
    ["#d55e00", true],
  ]);
  // N = 20 parts along the diagonal: every end of a segment has one share across and up.
  const lines = [...document.querySelectorAll('[aria-label="line"] path')].map(
    (path) => path.getAttribute("d")!,
  );
  const ends = lines.flatMap((d) =>
    [...d.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const),
  );
  expect(ends.length).toBeGreaterThan(CELLS);
  const xs = ends.map(([x]) => x);
  const ys = ends.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  for (const [x, y] of ends)
    expect((x - left) / (right - left)).toBeCloseTo((bottom - y) / (bottom - top), 2);
});

it.each([
  [30, 30],
  [1500, 1500],
  [1501, 751],
  [4000, 1334],
])("of %d points draws %d, evenly taken, and says so", (length, drawn) => {
  const { svg, caption } = figures(planar(length)).find(({ name }) => name === "decision")!;
  const { document } = parseHTML(svg);
  const dots = [...document.querySelectorAll('[aria-label="dot"] circle')];
  expect(dots).toHaveLength(drawn);
  const stride = Math.ceil(length / drawn);
  const labels = pointsOf(length).map(([x, y]) => (x > y ? 1 : -1));
  const positive = labels.filter((label, k) => k % stride === 0 && label === 1);
  // Those of label 1 are filled.
  const filled = document.querySelectorAll('[aria-label="dot"][fill="#0072b2"] circle');
  expect(filled).toHaveLength(positive.length);
  const said = caption.includes(`${drawn} of the ${length} data points are drawn.`);
  expect(said).toBe(drawn < length);
});

it("is not there without a plane", () => {
  const { decision: _, ...input } = planar();
  expect(figures(input).map(({ name }) => name)).not.toContain("decision");
});
