// H − H* with plateaus beside ℰ without: drawn where there are some, said how evenly each falls.

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import type { Figure } from "../chart/chart.ts";
import type { ReportInput } from "../folder.ts";
import { figures } from "./figures.ts";

const base = withDensities(
  synthetic({ widths: [], until: 16, neuron: "inner", temperature: 0.05, kinetic: true }),
  { solver: "grid" },
);

/** Falls at rate 1 + 2a sin 2t/(1 + a cos 2t), which touches 0 for a = 1/√5. */
const uneven = (t: number) => Math.exp(-t) * (1 + Math.cos(2 * t) / Math.sqrt(5));
const even = (t: number) => 1.5 * Math.exp(-t);

const recorded = (excess: (t: number) => number, modified: (t: number) => number): ReportInput => ({
  ...base,
  series: {
    ...base.series,
    rows: base.series.rows.map((row) => ({
      ...row,
      excess_hamiltonian: excess(row.t),
      hypocoercive: modified(row.t),
      hypocoercive_decline: 0.1 * Math.exp(-row.t),
    })),
  },
});

const drawn = (input: ReportInput): Figure | undefined =>
  figures(input).find(({ name }) => name === "hypocoercive");

describe("ℰ beside H − H*", () => {
  it("is drawn where H rests, with the rates of both", () => {
    const { caption, svg } = drawn(recorded(uneven, even))!;
    const legend = [...parseHTML(svg).document.querySelectorAll("svg > text")].map(
      ({ textContent }) => textContent,
    );
    expect(legend).toEqual(expect.arrayContaining(["H(μ) − H∗, and ℰ", "H − H∗", "modified, ℰ"]));
    // Records are 0.4 apart, and those after t = 13.2 within a factor 10 of the last.
    const rates = Array.from(
      { length: 33 },
      (_, k) => Math.log(uneven(0.4 * k) / uneven(0.4 * (k + 1))) / 0.4,
    );
    const [least, most] = [Math.min(...rates), Math.max(...rates)].map((rate) => Number(rate.toPrecision(2)));
    expect(caption).toContain(
      `until *t* = 13.2, *H* − *H*∗ falls at rates between ${least} and ${most}, *ℰ* between 1 and 1.`,
    );
    expect(least).toBeLessThan(0.15);
    expect(caption).not.toMatch(/discretisation|curved beyond/);
    expect(drawn(base)).toBeUndefined();
  });

  it("is not drawn where H does not rest, nor over less than a decade", () => {
    expect(drawn(recorded(even, (t) => 1.1 * even(t)))).toBeUndefined();
    expect(
      drawn(
        recorded(
          (t) => uneven(t / 8),
          (t) => even(t / 8),
        ),
      ),
    ).toBeUndefined();
  });

  it("says where the bound is not proved, and where the error of the discretisation is left", () => {
    const input = recorded(uneven, (t) => (t > 14.2 ? 1.01 * even(14) : even(t)));
    const rows = input.series.rows.map((row) =>
      row.t > 0.7 && row.t < 1.3 ? { ...row, hypocoercive_decline: null } : row,
    );
    const { caption } = drawn({ ...input, series: { ...input.series, rows } })!;
    expect(caption).toContain("At 2 of 41 records *Φ* is curved beyond what the proof allows for");
    expect(caption).toContain("From *t* = 14 on what is left of *ℰ* is the error of the discretisation.");
  });
});
