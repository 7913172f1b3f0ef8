import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { drawChart, HEIGHT } from "./chart.ts";
import { across, band, type Layer, lines, measured, type Place } from "./layers.ts";

const x = { label: "*x*", log: false, domain: [0, 10] } as const;
const draw = (...layers: Layer[]) => drawChart({ x, y: { label: "*y*", scale: "logarithmic" }, layers });
const marks = (svg: string, mark: string, name: string) =>
  [...parseHTML(svg).document.querySelectorAll(`[aria-label="${mark}"] > *`)].map((one) =>
    one.getAttribute(name),
  );
const stroke = (points: readonly Place[]) => ({ label: "one", colour: "#123456", points });

describe("measured places", () => {
  const wide = [
    { x: 1, y: 1, low: -5, high: 1e9 },
    { x: 9, y: 2, low: 1.5, high: 2.5 },
  ];

  it("have bars that end where a logarithmic picture does, and stretch it by a factor of four", () => {
    const layer = measured(stroke(wide), { log: true });
    expect(layer.values).toEqual([0.25, 4, 1.5, 2.5]);
    const { svg } = draw(layer);
    const axis = marks(svg, "rule", "y1")[0];
    const [, first] = marks(svg, "rule", "y2");
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect([first, marks(svg, "rule", "y1")[1]]).toContain(axis);
  });

  it("are smaller where they are many, and lie in a band where they are very many", () => {
    const radii = (count: number) => {
      const points = Array.from({ length: count }, (_, k) => ({ x: k / 10, y: 2, low: 1, high: 3 }));
      const { svg } = draw(measured(stroke(points)));
      return [
        marks(svg, "dot", "r")[0] ?? /aria-label="dot"[^>]*>/.exec(svg)?.[0],
        svg.includes('aria-label="area"'),
      ];
    };
    expect(radii(25)).toEqual(["3", false]);
    expect(radii(26)).toEqual(["2.4", false]);
    expect(radii(61)).toEqual(["1.6", true]);
  });

  it("are hollow where they do not count", () => {
    const { svg } = draw(
      measured(
        stroke([
          { x: 1, y: 1 },
          { x: 2, y: 1, hollow: true },
        ]),
      ),
    );
    expect(marks(svg, "dot", "fill")).toEqual(["#123456", "#ffffff"]);
    expect(svg).not.toMatch(/aria-label="rule"><line[^>]*stroke="#123456"/);
  });
});

it("lines have bands where their places do, variants none", () => {
  const points = [
    { x: 0, y: 2, low: 1, high: 3 },
    { x: 1, y: 2, low: 2, high: 2 },
  ];
  expect(draw(lines([stroke(points)])).svg).toContain('aria-label="area"');
  const dashed = draw(lines([stroke(points)], { shape: "dashes" })).svg;
  expect(dashed).not.toContain('aria-label="area"');
  expect(dashed).toContain("stroke-dasharray");
});

it("what is deeper is drawn first, whatever its place in the legend", () => {
  const points = [
    { x: 0, y: 2, low: 1, high: 3 },
    { x: 1, y: 2, low: 1, high: 3 },
  ];
  const level = { value: 2, key: { label: "level", colour: "#654321", shape: "dashes" } } as const;
  const flat = points.map(({ x, y }) => ({ x, y }));
  const { svg } = draw(lines([stroke(flat)]), across([level]), band(stroke(points), 0.5, [1]));
  const [area, rule, line] = ["area", "rule", "line"].map((mark) => svg.lastIndexOf(`aria-label="${mark}"`));
  expect(area! < rule! && rule! < line!).toBe(true);
});

it("a legend has an entry once, and makes the picture higher from its third row on", () => {
  const strokes = (count: number) =>
    Array.from({ length: count }, (_, k) => ({
      ...stroke([{ x: 0, y: 1 }]),
      label: `a label that takes about all of a row, ${k}`,
    }));
  const layer = (count: number) => lines(strokes(count));
  expect(draw(layer(2)).height).toBe(HEIGHT);
  expect(draw(layer(4)).height - HEIGHT).toBe(2 * (draw(layer(3)).height - HEIGHT));
  expect(draw(layer(3)).height).toBeGreaterThan(HEIGHT);
  expect(draw(layer(2), layer(2)).svg.match(/takes about/g)).toHaveLength(2);
});
