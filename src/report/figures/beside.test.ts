import { describe, expect, it } from "vitest";
import { drawingOf, HALF_WIDTH } from "../chart/chart.ts";
import { beside } from "./beside.ts";

const picture = (name: string) => ({
  name,
  caption: `About ${name}.`,
  ...drawingOf({ title: `The ${name}`, width: HALF_WIDTH, height: 330 }, ["<g/>"]),
});

describe("two pictures beside each other", () => {
  it("are one document: both whole, the right one moved, a title and a caption of both", () => {
    const { name, svg, caption, width, height } = beside("both", picture("risk"), picture("gap"));
    expect(name).toBe("both");
    expect(svg.match(/<svg /g)).toHaveLength(3);
    expect(svg.match(/<g\/>/g)).toHaveLength(2);
    expect(svg).toContain(`<g transform="translate(${944 - HALF_WIDTH},0)"><svg `);
    expect([width, height]).toEqual([944, 330]);
    expect(svg).toContain("<title>The risk; The gap</title>");
    expect(caption).toBe("Left: About risk. Right: About gap.");
  });
});
