import { describe, expect, it } from "vitest";
import { gaussian } from "../problem/law.ts";
import { axis } from "./axis.ts";
import { boundaryMassOf } from "./density.ts";
import { grid } from "./grid.ts";
import { initialDensity } from "./initial.ts";
import { advisedExtent, leakMessage } from "./leak.ts";

const LEAK = 1e-6;

function cut(extent: readonly [number, number], mean: number, std: number) {
  const line = grid([axis({ low: extent[0], high: extent[1], cells: 400 })]);
  const density = initialDensity(line, gaussian({ mean, std }), 1);
  return { line, density, face: boundaryMassOf(line, density)! };
}

describe("the extent advised where mass lies beside a face", () => {
  it.each([
    [0, 2],
    [0.5, 2],
    [-0.2, 1.8],
    [1.5, 2.2],
  ])("is enough at once, at both faces, for N(%d, %d²) cut at ±8", (mean, std) => {
    const { line, density, face } = cut([-8, 8], mean, std);
    expect(face.mass).toBeGreaterThan(LEAK);
    const wider = cut(advisedExtent(line, density, face, LEAK), mean, std);
    expect(wider.face.mass).toBeLessThan(LEAK);
  });

  it("leaves a face alone that nothing lies beside", () => {
    const { line, density, face } = cut([-8, 8], 4, 1);
    const [low, high] = advisedExtent(line, density, face, LEAK);
    expect(low).toBe(-8);
    expect(high).toBeGreaterThanOrEqual(12);
    expect(leakMessage(line, density, face, LEAK)).toMatch(
      /^the high face of axis 0, 8, has .* allowed 0\.000001: the domain is too small\. Try extent \[-8, [\d.]+\] there$/,
    );
  });
});
