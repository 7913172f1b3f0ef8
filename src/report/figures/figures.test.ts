import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { type Synthetic, synthetic, withDensities } from "../../../test/support/reports.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { ReportInput } from "../folder.ts";
import type { NetworkTrace } from "../runs/traces.ts";
import { figures } from "./figures.ts";

const small: Synthetic = { widths: [5, 40], replicas: 2, until: 4 };

/** The same results with every row of the series changed. */
function withRows(
  input: ReportInput,
  change: (row: SeriesRow) => Record<string, number | null>,
): ReportInput {
  const rows = input.series.rows.map((row) => ({ ...row, ...change(row) }));
  return { ...input, series: { ...input.series, rows } };
}

function withoutSnapshots(input: ReportInput): ReportInput {
  return { ...input, traces: input.traces.map(() => null) };
}

function withoutDensities(input: ReportInput): ReportInput {
  return { ...input, traces: input.traces.map((one) => (one?.holds === "network" ? one : null)) };
}

function withDensityValues(input: ReportInput, change: (value: number, i: number) => number): ReportInput {
  const traces = input.traces.map((one) =>
    one === null || one.holds === "network"
      ? one
      : { ...one, snapshots: one.snapshots.map((at) => ({ ...at, density: at.density.map(change) })) },
  );
  return { ...input, traces };
}

const failed = (input: ReportInput): ReportInput => ({
  ...input,
  summary: { ...input.summary, outcome: "diverged at t = 2.05", runs: [] },
});

/** No networks: densities alone, over data or in a double well. */
const alone = (neuron: Synthetic["neuron"] = "inner", temperature = 0.02) =>
  synthetic({ widths: [], until: 4, neuron, temperature });
const line = { p: 1 } as const;
const plane = { p: 2, cells: 24 } as const;

const cases: Record<string, [input: ReportInput, names: string[]]> = {
  "a gradient flow, where the energy is the risk": [
    synthetic(small),
    ["risk", "fit", "dissipation", "identity", "neurons"],
  ],
  "a regularised gradient flow": [
    synthetic({ ...small, l2: 0.1 }),
    ["risk", "fit", "energy", "dissipation", "identity", "neurons"],
  ],
  "kinetic, p = 3": [
    synthetic({ ...small, kinetic: true }),
    ["risk", "fit", "energy", "kinetic", "dissipation", "identity", "neurons"],
  ],
  "kinetic at positive temperature": [
    synthetic({ ...small, kinetic: true, temperature: 0.05 }),
    ["risk", "fit", "energy", "kinetic", "dissipation", "defect", "neurons"],
  ],
  "p = 1, a single width": [
    synthetic({ widths: [50], replicas: 1, until: 4, neuron: "inner" }),
    ["risk", "fit", "dissipation", "identity", "neurons"],
  ],
  "a single neuron": [
    synthetic({ widths: [1], replicas: 1, until: 4, neuron: "inner" }),
    ["risk", "fit", "dissipation", "identity", "neurons"],
  ],
  "no data": [synthetic({ ...small, neuron: "none" }), ["energy", "dissipation", "identity", "neurons"]],
  "a huge dynamic range": [
    withRows(synthetic(small), ({ t }) => ({ risk: 10 ** (150 - 80 * t), energy: -(10 ** (40 * t)) })),
    ["risk", "fit", "energy", "dissipation", "identity", "neurons"],
  ],
  "a tiny range": [
    withRows(synthetic(small), ({ t }) => ({ risk: 1e-9 * (2 - t / 8), energy: 1 + 1e-12 * t })),
    ["risk", "fit", "energy", "dissipation", "identity", "neurons"],
  ],
  "a risk that is zero throughout": [
    withRows(synthetic(small), () => ({ risk: 0, energy: 0, identity_residual: 0 })),
    ["risk", "fit", "dissipation", "neurons"],
  ],
  "values that are missing or not finite": [
    withRows(synthetic(small), ({ run, t }) => ({
      risk: run === 1 && t > 2 ? Number.NaN : 1,
      energy: t > 2 ? Number.POSITIVE_INFINITY : 2,
      identity_residual: null,
    })),
    ["risk", "fit", "energy", "neurons"],
  ],
  "a failure that left no snapshots": [
    withoutSnapshots(failed(synthetic(small))),
    ["risk", "dissipation", "identity"],
  ],
  "networks and their limit, p = 1": [
    withDensities(
      synthetic({ ...small, neuron: "inner", temperature: 0.02 }),
      { solver: "grid", ...line },
      { solver: "stationary", ...line },
    ),
    ["risk", "gap", "fit", "density", "free-energy", "energy", "dissipation", "identity"],
  ],
  "networks and their limit, p = 2, no data": [
    withDensities(
      synthetic({ ...small, neuron: "none", temperature: 0.1 }),
      { solver: "grid", certified: false, ...plane },
      { solver: "stationary", certified: false, branches: 4, ...plane },
    ),
    ["gap", "free-energy", "density", "energy", "dissipation", "identity"],
  ],
  "networks and their limit, p = 3": [
    withDensities(
      synthetic({ ...small, temperature: 0.02 }),
      { solver: "grid", p: 3, cells: 12 },
      { solver: "stationary", p: 3, cells: 12 },
    ),
    ["risk", "gap", "fit", "free-energy", "density", "energy", "dissipation", "identity", "neurons"],
  ],
  "a density alone": [
    withDensities(alone(), { solver: "grid", ...line }),
    ["risk", "gap", "fit", "density", "free-energy", "energy", "dissipation", "identity"],
  ],
  "densities at temperature 0": [
    withDensities(alone("inner", 0), { solver: "grid", ...line }),
    ["risk", "gap", "fit", "density", "free-energy", "energy", "dissipation", "identity"],
  ],
  "several densities": [
    withDensities(
      alone(),
      { solver: "jko", ...line },
      { solver: "grid", ...line },
      { solver: "grid", ...line, scheme: "second-order" },
      { solver: "stationary", ...line, cells: 60 },
      { solver: "stationary", ...line },
    ),
    ["risk", "gap", "fit", "density", "free-energy", "energy", "dissipation", "identity"],
  ],
  "networks and their limit in phase space": [
    withDensities(
      synthetic({ ...small, neuron: "inner", temperature: 0.02, kinetic: true }),
      { solver: "grid", ...line },
      { solver: "stationary", ...line },
    ),
    [
      "risk",
      "gap",
      "fit",
      "density",
      "phase",
      "hamiltonian",
      "energy",
      "kinetic",
      "dissipation",
      "identity",
      "defect",
    ],
  ],
  "densities alone in phase space": [
    withDensities(
      synthetic({ widths: [], until: 4, neuron: "inner", temperature: 0.02, kinetic: true }),
      { solver: "grid", ...line },
      { solver: "grid", ...line, scheme: "positive" },
      { solver: "stationary", ...line, branches: 3 },
    ),
    ["risk", "gap", "fit", "density", "phase", "hamiltonian", "kinetic", "dissipation", "identity"],
  ],
  "a density in phase space at temperature 0, without a dual": [
    withDensities(synthetic({ widths: [], until: 4, neuron: "inner", kinetic: true }), {
      solver: "grid",
      certified: false,
      ...line,
    }),
    ["risk", "fit", "phase", "density", "hamiltonian", "kinetic", "dissipation", "identity"],
  ],
  "a density in phase space, p = 2": [
    withDensities(
      synthetic({ ...small, neuron: "none", temperature: 0.1, kinetic: true }),
      { solver: "grid", certified: false, p: 2, cells: 12 },
      { solver: "stationary", certified: false, ...plane },
    ),
    ["gap", "hamiltonian", "density", "energy", "kinetic", "dissipation", "identity", "defect"],
  ],
  "an equilibrium alone": [withDensities(alone(), { solver: "stationary", ...line }), ["fit", "density"]],
  "equilibria alone, p = 2": [
    withDensities(alone("none"), { solver: "stationary", certified: false, branches: 3, ...plane }),
    ["density"],
  ],
  "networks and an equilibrium": [
    withDensities(synthetic({ ...small, neuron: "inner", temperature: 0.02 }), {
      solver: "stationary",
      ...line,
    }),
    ["risk", "fit", "density", "energy"],
  ],
  "densities whose snapshots are lost": [
    withoutDensities(
      withDensities(synthetic({ ...small, neuron: "inner", temperature: 0.02 }), { solver: "grid", ...line }),
    ),
    ["risk", "gap", "fit", "free-energy", "energy", "dissipation", "identity", "neurons"],
  ],
  "a density that is zero everywhere": [
    withDensityValues(withDensities(alone("none"), { solver: "grid", ...plane }), () => 0),
    ["gap", "free-energy", "density", "energy", "dissipation", "identity"],
  ],
  "a density with negative undershoots": [
    withDensityValues(
      withDensities(alone("none"), { solver: "grid", ...plane }),
      (value, i) => value - (i % 3) * 1e-3,
    ),
    ["gap", "free-energy", "density", "energy", "dissipation", "identity"],
  ],
  "a density that starts in equilibrium": [
    withRows(withDensities(alone(), { solver: "grid", ...line }, { solver: "stationary", ...line }), () => ({
      free_energy: 0.25,
      dual: 0.25,
      gap: 0,
      dissipation: 0,
      identity_residual: 0,
    })),
    ["risk", "fit", "density", "free-energy", "energy", "dissipation"],
  ],
  "no results": [{ ...failed(synthetic(small)), series: { columns: [], rows: [] }, traces: [] }, []],
};

describe.each(Object.entries(cases))("the figures of %s", (_, [input, names]) => {
  const drawn = figures(input);

  it("are those that apply", () => {
    expect(drawn.map(({ name }) => name)).toEqual(names);
  });

  it("are standalone, valid and the same every time", () => {
    for (const { svg, caption } of drawn) {
      expect(svg).toMatch(
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+" viewBox="0 0 \d+ \d+"/,
      );
      expect(() => new Resvg(svg)).not.toThrow();
      expect(svg).not.toMatch(/NaN|undefined|Infinity|\sid=|<style|<script|href/);
      expect(caption).not.toMatch(/NaN|undefined|Infinity|null/);
    }
    expect(figures(input)).toEqual(drawn);
  });
});

describe("the captions", () => {
  const captionOf = (input: ReportInput, figure: string) =>
    figures(input).find(({ name }) => name === figure)!.caption;

  it("say what the kinetic energy is in equilibrium", () => {
    const hot = synthetic({ ...small, kinetic: true, temperature: 0.1 });
    expect(captionOf(hot, "kinetic")).toContain("dashed: its value at equilibrium, 0.15");
  });

  it("say when the computation ended early", () => {
    expect(captionOf(failed(synthetic(small)), "risk")).toContain("ended early");
  });

  it("say how many neurons are drawn", () => {
    const input = synthetic({ widths: [2], replicas: 1, until: 1, neuron: "none" });
    const count = 7001;
    const trace = input.traces[0] as NetworkTrace;
    const snapshots = trace.snapshots.map((at, s) => ({
      ...at,
      theta: Float64Array.from({ length: 2 * count }, (_, i) => Math.sin(i + 2 * s * count)),
    }));
    const wide = { ...input, traces: [{ ...trace, snapshots }] };
    expect(captionOf(wide, "neurons")).toContain("2334 of the 7001 are drawn");
    const circles = figures(wide)
      .find(({ name }) => name === "neurons")!
      .svg.match(/<circle/g);
    expect(circles).toHaveLength(2 * 2334);
  });
});

it("draws a mean only where every replica is defined", () => {
  const whole = figures(synthetic(small))[0]!.svg;
  const cut = figures(
    withRows(synthetic(small), ({ run, t, risk }) => ({
      risk: run === 3 && t > 2 ? null : (risk as number),
    })),
  );
  const points = (svg: string) =>
    (svg.match(/stroke-width="2"[^>]*><path d="[^"]*"/g) ?? []).at(-1)?.split(",").length;
  expect(points(cut[0]!.svg)).toBeLessThan(points(whole)!);
});
