// Final values against what is swept: a dot is the mean over all the replicas of its place, or is not drawn, and said.

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { syntheticStudy } from "../../../test/support/studies.ts";
import type { StudySummary } from "../../study/summary.ts";
import { paletteOf } from "./colours.ts";
import { sweepFigures } from "./sweep.ts";

const sweep = { "problem.temperature": [0.1, 0.2, 0.3] };
const made = () => syntheticStudy({ sweep, widths: [10], replicas: 2, density: false });

/** That study, with these final risks at the first point. */
function withRisks(risks: readonly (number | null)[]): StudySummary {
  const summary = made();
  const points = summary.points.map((point, k) => ({
    ...point,
    runs: point.runs.map((run, replica) =>
      k > 0 ? run : { ...run, final: { ...run.final, risk: risks[replica] as number } },
    ),
  }));
  return { ...summary, points };
}

function drawn(summary: StudySummary) {
  const { svg, caption } = sweepFigures(summary, paletteOf(summary, "problem.temperature"))[0]!;
  const dots = parseHTML(svg).document.querySelectorAll('[aria-label="dot"] circle').length;
  return { dots, caption };
}

describe("the final values of a sweep", () => {
  it("have a dot a place", () => {
    const { dots, caption } = drawn(made());
    expect(dots).toBe(3);
    expect(caption).toContain("Dots: the mean over 2 replicas; bars: from the one to the other.");
    expect(caption).not.toContain("not drawn");
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
  ])("have none where a replica's is %s, and it is said", (value) => {
    const { dots, caption } = drawn(withRisks([1, value]));
    expect(dots).toBe(2);
    expect(caption).toContain(
      "1 dot not drawn: some of their runs are missing, failed, or have no finite value.",
    );
  });
});
