import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { OPTIMUM, type Synthetic, synthetic, withDensities } from "../../../test/support/reports.ts";
import { momentumFreeEnergy } from "../../pde/field/phase.ts";
import type { Figure } from "../chart/chart.ts";
import { curvesOf } from "../chart/curves.ts";
import { figures } from "../figures/figures.ts";
import type { ReportInput } from "../folder.ts";
import { summaryData, summaryNotes } from "../tables/finals.ts";
import { equilibriaOf, optimumFor } from "./equilibria.ts";
import { groupRuns } from "./groups.ts";
import { certificateOf, distanceTo, leastHamiltonian, phaseGroups } from "./phase-space.ts";
import { type DensityTrace, phaseDensitiesOf } from "./traces.ts";

const TAU = 0.05;
const kinetic: Synthetic = { until: 4, neuron: "inner", temperature: TAU, kinetic: true };
const grid = { solver: "grid" } as const;
const stationary = { solver: "stationary" } as const;
const both = withDensities(synthetic({ ...kinetic, widths: [5, 400], replicas: 2 }), grid, stationary);
const alone = withDensities(synthetic({ ...kinetic, widths: [] }), grid, stationary);
/** OPTIMUM − (τ/2) log 2πτ at τ = 0.05, by hand. */
const LEAST = OPTIMUM + 0.0289464;

const figureOf = (input: ReportInput, name: string): Figure =>
  figures(input).find((figure) => figure.name === name)!;
const legendOf = ({ svg }: Figure): string[] =>
  [...parseHTML(svg).document.querySelectorAll("svg > text")].map((text) => text.textContent ?? "");
const groupsOf = ({ summary }: ReportInput) =>
  groupRuns(
    summary.runs.map((run, index) => ({ ...run, run: index })),
    summary.spec,
  );

describe("the least H", () => {
  it("is E_τ* − (pτ/2) log 2πτ", () => {
    // The run of examples/phase-space: E_τ* = −0.00810499, p = 1, τ = 0.05, H(24) = 0.02086479.
    expect(momentumFreeEnergy(0.05, 1)).toBeCloseTo(0.0289464, 7);
    expect(-0.008104986779606402 + momentumFreeEnergy(0.05, 1)).toBeCloseTo(0.0208414, 7);
    expect(momentumFreeEnergy(0.5, 2)).toBeCloseTo(-0.5 * Math.log(Math.PI), 14);
    expect(momentumFreeEnergy(0, 3)).toBe(0);
  });

  it("is that of the free energy of N(0, τI), by quadrature", () => {
    const [tau, step] = [0.3, 1e-3];
    let total = 0;
    for (let omega = -8; omega <= 8; omega += step) {
      const density = Math.exp(-(omega ** 2) / (2 * tau)) / Math.sqrt(2 * Math.PI * tau);
      total += step * density * (omega ** 2 / 2 + tau * Math.log(density));
    }
    expect(momentumFreeEnergy(tau, 1)).toBeCloseTo(total, 12);
  });

  it("is of equilibria over θ, and of no density that has momenta", () => {
    const least = leastHamiltonian(both.series, TAU);
    expect(least(both.series.rows.at(-1)!)).toBeCloseTo(LEAST, 7);
    const moving = both.series.rows.find(({ solver }) => solver === "grid")!;
    expect(least(moving)).toBe(moving.free_energy);
  });

  it("is what densities in phase space are measured against: H − H* below the certificate of H", () => {
    const groups = groupsOf(both);
    const [density] = phaseGroups(both.series, groups);
    expect(density!.solver).toBe("grid");
    const optimum = optimumFor(equilibriaOf(both, groups), density)!;
    const [distance] = curvesOf(both.series, [density!], distanceTo(both.series, TAU, optimum));
    const [certificate] = curvesOf(both.series, [density!], certificateOf);
    for (const [k, { x: t, y }] of distance!.points.entries()) {
      expect(y).toBeCloseTo(2 * Math.exp(-t), 12);
      expect(certificate!.points[k]!.y).toBeCloseTo(2 * Math.exp(-t) + Math.exp(-2 * t), 12);
    }
  });
});

describe("the gap in phase space", () => {
  it("is of H, on the cells of θ", () => {
    const { caption } = figureOf(alone, "gap");
    expect(caption).toContain("*H*(*μ*) − *D* + (*pτ*/2) log 2π*τ*, the duality gap");
    expect(caption).toContain("*H*∗ = 0.278946, certified to round-off");
    expect(caption).toContain("the certificate is 0.037, the true distance 0.037");
    expect(caption).not.toContain("other cells");
    expect(legendOf(figureOf(alone, "gap"))[0]).toBe("distance to the optimum of H");
  });

  it("leaves the networks theirs", () => {
    const rows = both.series.rows.map((row) =>
      row.solver === "particles" ? { ...row, dual: OPTIMUM - 0.1 / (1 + row.run) } : row,
    );
    const { caption } = figureOf({ ...both, series: { ...both.series, rows } }, "gap");
    expect(caption).toContain("how far the lower bounds *D*(*μ*_N) of *N* neurons are below *E*_τ∗");
  });

  it("has nothing of momenta at temperature 0", () => {
    const cold = withDensities(synthetic({ ...kinetic, widths: [], temperature: 0 }), grid, stationary);
    const { caption } = figureOf(cold, "gap");
    expect(caption).toContain("*H*(*μ*) − *D*, the duality gap");
    expect(caption).toContain("*H*∗ = 0.25, certified to round-off");
    expect(caption).not.toMatch(/KL|τ/);
    expect(figureOf(cold, "hamiltonian").caption).not.toContain("τ");
  });
});

describe("H in time", () => {
  it("stands with its parts, and its least value", () => {
    const figure = figureOf(alone, "hamiltonian");
    expect(legendOf(figure)).toEqual(
      expect.arrayContaining(["H", "F(ρ)", "kinetic", "τ∫μ log μ", "H∗", "certificate"]),
    );
    expect(figure.caption).toContain("dashed: its value at equilibrium, 0.278946");
    expect(figures(alone).map(({ name }) => name)).not.toContain("free-energy");
  });
});

it("the band of the certificate lies below H, and its curve over the band", () => {
  const { document } = parseHTML(figureOf(alone, "hamiltonian").svg);
  const groups = [...document.querySelectorAll("g[aria-label]")].filter((group) =>
    ["area", "line"].includes(group.getAttribute("aria-label")!),
  );
  expect(groups[0]!.getAttribute("aria-label")).toBe("area");
  expect(groups.at(-1)!.getAttribute("stroke")).toBe("#222222");
  const heights = (group: (typeof groups)[number]) =>
    [
      ...group
        .querySelector("path")!
        .getAttribute("d")!
        .matchAll(/[\d.]+,([\d.]+)/g),
    ].map(([, y]) => Number(y));
  const [band, course] = [heights(groups[0]!), heights(groups.at(-1)!)];
  // Down the page y grows: from the left along H, and back along what is certified.
  expect(band.slice(0, course.length)).toEqual(course);
  const back = band.slice(course.length).reverse();
  expect(back.length).toBe(course.length);
  for (const [k, y] of back.entries()) expect(y).toBeGreaterThan(course[k]!);
});

describe("the picture of phase space", () => {
  it("has the density as it was kept, and the neurons with their momenta", () => {
    const run = both.summary.runs.findIndex(({ solver }) => solver === "grid");
    const trace = phaseDensitiesOf(both, run)!;
    expect(trace.axes.map(({ length }) => length)).toEqual([40, 40]);
    expect(trace.snapshots.map(({ t }) => t)).toEqual([0, 4]);
    expect(trace.snapshots[1]!.values).toBe((both.traces[run] as DensityTrace).snapshots[1]!.density);
    const { svg, caption } = figureOf(both, "phase");
    // Every second of 400 in each panel, and the one of the legend.
    expect([...svg.matchAll(/<circle/g)].length).toBe(2 * 200 + 1);
    expect(caption).toContain("in phase space; dots:");
    expect(caption).toContain("neurons of *N* = 400 (the first replica)");
    expect(svg.length).toBeLessThan(300_000);
  });

  it("has four panels at most, and no dots at times that networks did not keep", () => {
    const [moving, ...others] = alone.traces as DensityTrace[];
    const snapshots = [0, 1, 2, 3, 3.5, 4].map((t) => ({ ...moving!.snapshots[0]!, t }));
    const { svg, caption } = figureOf({ ...alone, traces: [{ ...moving!, snapshots }, ...others] }, "phase");
    expect([...svg.matchAll(/>(t = [\d.]+)</g)].map(([, title]) => title)).toEqual([
      "t = 0",
      "t = 2",
      "t = 3",
      "t = 4",
    ]);
    expect(svg).not.toContain("<circle");
    expect(caption).not.toContain("dots");
  });

  it("is beside that of the marginal, called so", () => {
    expect(figureOf(both, "density").caption).toContain("*ρ*, the marginal of *μ* in *θ*");
  });
});

describe("the table of final values in phase space", () => {
  it("says which free energies stand in it", () => {
    const table = summaryData(both.summary);
    expect(table.head).toContain("gap_hamiltonian");
    const notes = summaryNotes(both.summary, table).join(" ");
    expect(notes).toContain(
      "free_energy: of grid H, on phase space; of stationary E_τ*, to which belongs H* = E_τ* − (pτ/2) log 2πτ = 0.278946.",
    );
    expect(notes).toContain("gap: of the law ρ of θ alone; of H: gap_hamiltonian ≥ H − H*.");
    const narrow = summaryNotes(both.summary, summaryData(both.summary, ["free_energy", "gap"])).join(" ");
    expect(narrow).toContain("gap_hamiltonian ≥ H − H*, 0.03697.");
  });
});
