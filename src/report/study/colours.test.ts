// The colours of dynamics are the same in every picture of a report.

import { describe, expect, it } from "vitest";
import { syntheticStudy } from "../../../test/support/studies.ts";
import { paletteOf } from "./colours.ts";

const dynamics = [
  { kind: "gradient-flow" },
  { kind: "kinetic", friction: 0.5 },
  { kind: "kinetic", friction: 2 },
];
const summary = syntheticStudy({ sweep: { dynamics, "problem.temperature": [0.1, 0.2] } });

describe("colours of a study", () => {
  const palette = paletteOf(summary, "problem.temperature");
  const alone = palette(dynamics.map((one) => ({ dynamics: one })));

  it("are one for each dynamics, whichever of them a picture shows", () => {
    expect(new Set(alone).size).toBe(3);
    expect(palette([{ dynamics: dynamics[2] }, { dynamics: dynamics[1] }])).toEqual([alone[2], alone[1]]);
  });

  it("are shades of it where a picture has several curves of one, the last the colour itself", () => {
    const [pale, full, other] = palette([
      { dynamics: dynamics[0], "problem.temperature": 0.1 },
      { dynamics: dynamics[0], "problem.temperature": 0.2 },
      { dynamics: dynamics[1], "problem.temperature": 0.2 },
    ]);
    expect([full, other]).toEqual([alone[0], alone[1]]);
    const parts = (colour: string) => colour.match(/\d+/g)!.map(Number);
    for (const [k, part] of parts(pale!).entries()) expect(part).toBeGreaterThan(parts(full!)[k]!);
  });

  it("run from narrow to wide where nothing but what curves run along is swept", () => {
    const one = paletteOf(syntheticStudy({ sweep: { "time.step": [0.1, 0.2] } }), "time.step");
    expect(new Set(one([{}, {}, {}])).size).toBe(3);
  });
});
