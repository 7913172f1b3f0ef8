import { describe, expect, it } from "vitest";
import { HALF_WIDTH } from "../chart/chart.ts";
import { beside } from "./beside.ts";

const picture = (name: string) => ({
  name,
  caption: `About ${name}.`,
  svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${HALF_WIDTH}" height="330"><title>The ${name}</title><g/></svg>\n`,
});

describe("two pictures beside each other", () => {
  it("are one document: both whole, the right one moved, a title and a caption of both", () => {
    const { name, svg, caption } = beside("both", picture("risk"), picture("gap"));
    expect(name).toBe("both");
    expect(svg.match(/<svg /g)).toHaveLength(3);
    expect([...svg.matchAll(/<svg x="(\d+)"/g)].map(([, x]) => Number(x))).toEqual([0, 944 - HALF_WIDTH]);
    expect(svg).toContain("<title>The risk; The gap</title>");
    expect(caption).toBe("Left: About risk. Right: About gap.");
  });
});
