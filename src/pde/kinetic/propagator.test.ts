// The product of a matrix with many lines, in tiles of two rows and four lines, against sums written plainly, for what tiles leave over.

import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { multiply } from "./propagator.ts";

it.each(
  [1, 2, 5].flatMap((rows) => [1, 3].flatMap((inner) => [1, 3, 4, 9].map((lanes) => [rows, inner, lanes]))),
)("%i rows of %i numbers on %i lines", (rows, inner, lanes) => {
  const next = uniforms(rows + inner + lanes);
  const P = Float64Array.from({ length: rows * inner }, next);
  const x = Float64Array.from({ length: inner * lanes }, next);
  const out = new Float64Array(rows * lanes).fill(7);
  multiply(P, x, out, rows, inner, lanes);
  for (let lane = 0; lane < lanes; lane++) {
    for (let i = 0; i < rows; i++) {
      let expected = 0;
      for (let j = 0; j < inner; j++) expected += P[i * inner + j] * x[lane * inner + j];
      expect(Math.abs(out[lane * rows + i] - expected)).toBeLessThan(1e-15);
    }
  }
});
