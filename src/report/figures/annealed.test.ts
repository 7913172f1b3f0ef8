// What the report says of annealed runs: the temperature that holds, and that E_τ need not fall.

import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import type { ReportInput } from "../folder.ts";
import { sceneOf } from "../runs/scene.ts";
import { figures } from "./figures.ts";

const { spec: plain } = synthetic({ widths: [], until: 1, neuron: "none" }).summary;
const spec = { ...plain, dynamics: { kind: "annealed-langevin", constant: 0.4, mobility: {} } } as const;

/** A density of which E_τ, τ and ∫μ log μ = −1 are given at t = 0 and 1, without data. */
function annealed(change: { free_energy: number; dissipation: number; residual: number }): ReportInput {
  const made = withDensities(synthetic({ widths: [], until: 1, neuron: "none" }), { solver: "grid" });
  const rows = made.series.rows
    .filter(({ t }) => t === 0 || t === 1)
    .map((row) => ({
      ...row,
      temperature: row.t === 0 ? 0.4 : 0.3,
      entropy: -1,
      energy: 0,
      free_energy: row.t === 0 ? 1 : change.free_energy,
      dissipation: change.dissipation,
      identity_residual: row.t === 0 ? 0 : change.residual,
    }));
  const columns = [...made.series.columns, "temperature"];
  const summary = { ...made.summary, spec: { ...made.summary.spec, dynamics: spec.dynamics } };
  return { ...made, summary, series: { columns, rows } };
}

const captionOf = (input: ReportInput, name: string) =>
  figures(input).find((figure) => figure.name === name)!.caption;

describe("annealed dynamics", () => {
  it("have a temperature, which falls", () => {
    const made = annealed({ free_energy: 1.05, dissipation: 0.04, residual: 0.2 });
    expect(sceneOf(made).facts).toMatchObject({ temperature: 0.4, annealed: true });
    const { constant: _, ...schedule } = spec.dynamics;
    const summary = { ...made.summary, spec: { ...made.summary.spec, dynamics: schedule } };
    expect(sceneOf({ ...made, summary }).facts.temperature).toBe(0.4);
    const rows = made.series.rows.map(
      ({ temperature: _, ...row }) => row as (typeof made.series.rows)[number],
    );
    const constant = sceneOf({ ...made, series: { ...made.series, rows } }).facts;
    expect(constant).toMatchObject({ temperature: 0, annealed: false });
  });

  it("are judged at the temperature of each time", () => {
    const input = annealed({ free_energy: 1.05, dissipation: 0.04, residual: 0.2 });
    const caption = captionOf(input, "free-energy");
    expect(caption).toContain("*E*_τ(*μ*) = *F* + *τ*∫*μ* log *μ*");
    expect(caption).toContain("at the temperature of each time, from *τ* = 0.4 on");
    expect(caption).toContain("where its least value at that temperature lies.");
    expect(captionOf(input, "gap")).toContain("from the optimum at the temperature *τ* of each time");
  });

  it.each([
    ["above", 0.04],
    ["below", 0.06],
  ])("balance E_τ with ∫∫μ log μ dτ, whose sign tells the sign of the difference: %s", (_, dissipation) => {
    // E_τ rises by 0.05. τ falls by 0.1 at ∫μ log μ = −1, which alone would raise it by 0.1.
    const input = annealed({ free_energy: 1.05, dissipation, residual: 0.01 / (0.1 - dissipation) });
    const { svg, caption } = figures(input).find(({ name }) => name === "dissipation")!;
    expect(caption).toContain("plus ∫(∫*μ* log *μ*) d*τ* as the temperature falls (circles)");
    expect(caption).toContain("At *t* = 1 *X* has changed by 0.05, and the two differ by 0.01.");
    expect(captionOf(input, "identity")).toContain("less ∫(∫*μ* log *μ*) d*τ* as the temperature falls");
    const line = /stroke-width="3"[^>]*><path d="M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)"/.exec(svg)!;
    const [start, end] = line.slice(1).map(Number) as [number, number];
    const circles = [...svg.matchAll(/<circle fill="#ffffff" r="3" cy="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect((circles.at(-1)! - start) / (end - start)).toBeCloseTo((0.1 - dissipation) / 0.05, 2);
  });
});
