// Curves of local rates that leave the rates that matter and come back stay whole; transients are cut off.

import { expect, it } from "vitest";
import type { StudyFit } from "../../study/summary.ts";
import { localRateFigures } from "./local-rates.ts";

function fitOf(rates: readonly number[]): StudyFit {
  return {
    spec: {
      ...({ quantity: "free_energy", along: "time", law: "exponential", solver: "grid" } as const),
      ...{ predicted: -0.27, within: 0.02 },
    },
    ...{ group: {}, levels: [], intercept: 0, verdict: "HOLDS", reason: "" },
    ...{ slope: -0.27, interval: [-0.28, -0.26], judged: [-0.29, -0.25] },
    local: rates.map((rate, t) => ({ t, rate })),
  } as StudyFit;
}

/** How many pieces each curve without dashes and without a fill is in. */
function piecesOf(svg: string): number[] {
  return [...svg.matchAll(/<g[^>]*stroke-width="1.75"[^>]*>\s*<path[^>]*d="([^"]*)"/g)].map(
    ([, path]) => path!.split("M").length - 1,
  );
}

it.each([
  ["a dip between", [0.29, 0.27, 0.24, 0.22, 0.22, 0.24, 0.27, 0.27], 8],
  ["a transient", [40, 9, 3, 0.29, 0.28, 0.27, 0.27, 0.27], 5],
])("%s", (_, rates, points) => {
  const [figure] = localRateFigures([fitOf(rates)], () => []);
  const [pieces] = piecesOf(figure!.svg);
  expect(pieces).toBe(1);
  const [, path] = /stroke-width="1.75"[^>]*>\s*<path[^>]*d="([^"]*)"/.exec(figure!.svg)!;
  expect(path!.split(/[MLC]/).length - 1).toBe(points);
});
