import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { ReportInput } from "../folder.ts";
import { courseNotes } from "../tables/finals.ts";
import { fallNotes } from "./fall.ts";
import { groupRuns } from "./groups.ts";

/** Records at t = 0, 1, … of one run. */
function records(run: number, width: number | null, columns: Record<string, readonly number[]>): SeriesRow[] {
  const [first] = Object.values(columns);
  return first!.map((_, k) => ({
    ...{
      run,
      solver: width === null ? "grid" : "particles",
      width,
      replica: width === null ? null : 0,
      t: k,
    },
    ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[k]!])),
  }));
}

function notes(...runs: SeriesRow[][]): string[] {
  const rows = runs.flat();
  const members = runs.map(([row]) => row!);
  return fallNotes({ columns: [], rows }, groupRuns(members, { solvers: [] }));
}

const still = [0, 0, 0];

describe("whether what must fall fell", () => {
  it("is said of F without momenta, of F + kinetic with them, by width", () => {
    expect(
      notes(
        records(0, 10, { energy: [3, 2, 1], dissipation: still }),
        records(1, 100, { energy: [3, 2, 2.25], dissipation: still }),
      ),
    ).toEqual([
      "energy must fall, but between records it rose for N = 100 by up to 0.25 (before t = 2), an error of the step; it never rose for N = 10.",
    ]);
    // F rises as the kinetic energy feeds it.
    expect(notes(records(0, 10, { energy: [3, 1, 2], kinetic: [0, 1.5, 0.25], dissipation: still }))).toEqual(
      ["energy + kinetic must fall, and from each record to the next it did."],
    );
  });

  it("is one sentence of several, who fell and who rose each listed", () => {
    const falls = (run: number, width: number) =>
      records(run, width, { energy: [3, 2, 1], dissipation: still });
    const rises = (run: number, width: number) =>
      records(run, width, { energy: [3, 2, 4], dissipation: still });
    expect(notes(falls(0, 10), falls(1, 20), falls(2, 30))).toEqual([
      "energy must fall, and from each record to the next it did for N = 10, N = 20 and N = 30.",
    ]);
    expect(notes(rises(0, 10), rises(1, 20), falls(2, 30), falls(3, 40))).toEqual([
      "energy must fall, but between records it rose for N = 10 by up to 2 (before t = 2) and for N = 20 by up to 2 (before t = 2), an error of the step; it never rose for N = 30 and N = 40.",
    ]);
  });

  it("is said of densities beside networks", () => {
    const found = notes(
      records(0, 10, { energy: [3, 2, 1], dissipation: still }),
      records(1, null, { energy: [3, 2, 4], free_energy: [1, 1.5, 0], dissipation: still }),
    );
    expect(found).toHaveLength(2);
    expect(found[1]).toBe(
      "free_energy must fall, but between records it rose by up to 0.5 (before t = 1), an error of the step.",
    );
  });

  it("names the largest rise, and when it was, whichever came first", () => {
    for (const [energy, at] of [
      [[1, 1.5, 1.7], 1],
      [[1, 1.2, 1.7], 2],
    ] as const) {
      expect(notes(records(0, 10, { energy, dissipation: still }))).toEqual([
        `energy must fall, but between records it rose by up to 0.5 (before t = ${at}), an error of the step.`,
      ]);
    }
  });

  it("does not call round-off a rise, nor a plateau", () => {
    const [note] = notes(records(0, 10, { energy: [3, 3, 3 + 1e-14], dissipation: still }));
    expect(note).toBe("energy must fall, and from each record to the next it did.");
    const [small] = notes(records(0, 10, { energy: [3, 3, 3 + 1e-11], dissipation: still }));
    expect(small).toContain("it rose by up to 1e-11 (");
  });

  it("is not said where nothing must: under noise, births and deaths, batches, cooling", () => {
    expect(notes(records(0, 10, { energy: [1, 2, 3] }))).toEqual([]);
    const jumps = { energy: [1, 2, 3], dissipation: still, identity_defect: still };
    expect(notes(records(0, 10, jumps))).toEqual([]);
    const cooled = { energy: still, free_energy: [1, 2, 3], dissipation: still, temperature: [3, 2, 1] };
    expect(notes(records(0, null, cooled))).toEqual([]);
  });

  it("stands under the final values of networks without noise, and of densities", () => {
    const notesOf = ({ summary, series }: ReportInput) => courseNotes(summary, series).join(" ");
    const cold = synthetic({ widths: [5, 40], kinetic: true, temperature: 0 });
    expect(notesOf(cold)).toMatch(/energy \+ kinetic must fall, (and from each|but between)/);
    expect(notesOf(synthetic({ widths: [5], temperature: 0.02, kinetic: true }))).toBe("");
    const density = withDensities(synthetic({ widths: [], until: 1 }), { solver: "grid" });
    expect(notesOf(density)).toContain("free_energy must fall");
  });
});
