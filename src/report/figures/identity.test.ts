import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { type Synthetic, synthetic, withDensities } from "../../../test/support/reports.ts";
import { kinetic } from "../../dynamics/kinetic.ts";
import { gaussian } from "../../problem/law.ts";
import { problem } from "../../problem/problem.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import { evolve, particles } from "../../run/evolve.ts";
import type { Figure } from "../chart/chart.ts";
import { meanAndScatter } from "../chart/curves.ts";
import type { ReportInput } from "../folder.ts";
import { figures } from "./figures.ts";
import { expectedReach } from "./identity.ts";

const TAU = 0.02;
const noisy: Synthetic = { until: 4, neuron: "inner", temperature: TAU, kinetic: true };
const networks = synthetic({ ...noisy, widths: [5, 40], replicas: 3 });
const both = withDensities(networks, { solver: "grid" });

const figureOf = (input: ReportInput, name: string): Figure | undefined =>
  figures(input).find((figure) => figure.name === name);
const legendOf = (figure: Figure | undefined): string[] =>
  [...parseHTML(figure!.svg).document.querySelectorAll("svg > text")].map((text) => text.textContent ?? "");
const withRows = (input: ReportInput, change: (row: SeriesRow) => Record<string, number>): ReportInput => {
  const rows = input.series.rows.map((row) => ({ ...row, ...change(row) }));
  return { ...input, series: { ...input.series, rows } };
};

describe("both sides of the dissipation identity", () => {
  it("are those of the density, where there is one", () => {
    // X − X(0) = 2e^{−t} − 2, its relative residual 1e-4.
    const { caption, svg } = figureOf(both, "dissipation")!;
    expect(caption).toContain("of the density: the change of *X* = *H* since *t* = 0 (lines)");
    expect(caption).toContain("minus the integral of its dissipation (circles)");
    expect(caption).toContain("At *t* = 4 *X* has changed by −1.96, and the two differ by 2×10⁻⁴.");
    // 25 of 41 records, and the legend's.
    // Every second of 41 records, from the first on.
    const places = [...svg.matchAll(/<circle fill="#ffffff" r="3" cy="[\d.]+" cx="([\d.]+)"/g)].map(([, x]) =>
      Number(x),
    );
    expect(places).toHaveLength(21);
    const step = (places.at(-1)! - places[0]!) / 20;
    for (const [n, x] of places.entries()) expect(x).toBeCloseTo(places[0]! + n * step, 1);
  });

  it("are means over replicas of networks, equal in expectation", () => {
    const { caption } = figureOf(networks, "dissipation")!;
    expect(caption).toContain("by width *N* (means over 3 replicas): the change of *X* = *F* + ½⟨|*ω*|²⟩");
    expect(caption).toContain("equal in expectation");
  });

  it("stop where a run diverges, and are not drawn of one that does so at once", () => {
    const diverging = (from: number) =>
      withRows(both, ({ t, free_energy }) => ({ free_energy: t > from ? -8e175 : Number(free_energy) }));
    const { caption, svg } = figureOf(diverging(2), "dissipation")!;
    expect(caption).toContain("At *t* = 2 ");
    expect(caption).toContain("Drawn up to where a run diverges.");
    expect(svg).not.toMatch(/10¹/);
    expect(figureOf(both, "dissipation")!.caption).not.toContain("diverges");
    expect(figureOf(diverging(0), "dissipation")).toBeUndefined();
  });

  it.each([
    ["below", 0.6, 0],
    ["above", 0.4, 0],
    ["below, where F moves most", 0.6, 2],
    ["above, where F moves most", 0.4, 2],
  ])("differ to the right side where only the size of their difference is recorded: %s", (_, rate, moved) => {
    // X falls from 1 to 0.5; ∫D is 0.6 or 0.4, as its records tell. The residual is 0.1 over what moved most.
    const alone = withDensities(synthetic({ ...noisy, widths: [], until: 1 }), { solver: "grid" });
    const rows = alone.series.rows
      .filter(({ t }) => t === 0 || t === 1)
      .map((row) => ({
        ...row,
        energy: row.t * moved,
        free_energy: row.t === 0 ? 1 : 0.5,
        dissipation: rate,
        identity_residual: row.t === 0 ? null : 0.1 / Math.max(rate, moved),
      }));
    const { svg } = figureOf({ ...alone, series: { ...alone.series, rows } }, "dissipation")!;
    const circles = [...svg.matchAll(/<circle fill="#ffffff" r="3" cy="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    const line = /stroke-width="3"[^>]*><path d="M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)"/.exec(svg)!;
    const [start, end] = line.slice(1).map(Number) as [number, number];
    expect(circles).toHaveLength(2);
    expect(circles[0]).toBeCloseTo(start, 1);
    expect((circles[1]! - start) / (end - start)).toBeCloseTo(rate / 0.5, 2);
  });
});

describe("the residual of the identity", () => {
  it("is that of densities, and of networks without noise", () => {
    expect(legendOf(figureOf(both, "identity"))).toContain("density");
    expect(legendOf(figureOf(both, "identity")).join()).not.toContain("N =");
    expect(figureOf(networks, "identity")).toBeUndefined();
    const cold = synthetic({ ...noisy, widths: [5, 40], temperature: 0 });
    expect(legendOf(figureOf(cold, "identity")).join()).toContain("N = 40");
    expect(figureOf(cold, "defect")).toBeUndefined();
  });
});

describe("the defect of the identity in expectation", () => {
  it("has a panel a width, and says where its interval holds 0", () => {
    // Student's interval of −1, 0, 1 holds 0, that of 0.9, 1, 1.1 does not.
    const shifted = withRows(networks, ({ width, replica, t }) => ({
      identity_defect: t === 0 ? 0 : width === 5 ? replica! - 1 : 1 + 0.1 * (replica! - 1),
    }));
    const { caption, svg } = figureOf(shifted, "defect")!;
    expect(caption).toContain(
      "0 lies in the interval at 40 of 40 (*N* = 5), 0 of 40 (*N* = 40) recorded times.",
    );
    expect([...svg.matchAll(/>(N = \d+)</g)].map(([, title]) => title)).toEqual(["N = 5", "N = 40"]);
    expect(legendOf({ svg } as Figure)).toContain("95 % interval");
  });

  it("of two replicas shades both, and gives no interval", () => {
    const pair = withRows(synthetic({ ...noisy, widths: [20], replicas: 2 }), ({ replica, t }) => ({
      identity_defect: t === 0 ? 0 : replica === 0 ? 1 : 3,
    }));
    const figure = figureOf(pair, "defect")!;
    expect(figure.caption).toContain("shaded: from the one to the other)");
    expect(figure.caption).not.toMatch(/interval/);
    expect(legendOf(figure)).toContain("both replicas");
    expect(legendOf(figure)).not.toContain("95 % interval");
    expect(meanAndScatter([1, 3])).toEqual({ y: 2, low: 1, high: 3 });
  });

  it("of one replica is a line among what is predicted, without an interval", () => {
    const single = figureOf(synthetic({ ...noisy, widths: [20], replicas: 1 }), "defect")!;
    expect(single.caption).toContain("One replica has no interval.");
    expect(legendOf(single)).toEqual(expect.arrayContaining(["one replica", "predicted 95 %"]));
    expect(legendOf(single)).not.toContain("95 % interval");
    expect(single.svg).not.toContain('fill-opacity="0.18"');
  });

  it("varies as predicted", async () => {
    const [width, replicas] = [4, 100];
    const task = problem({ dimension: 1, potential: { kind: "quadratic", strength: 1 }, temperature: 0.3 });
    const course = {
      initial: gaussian({ mean: [1], std: [1], momentum: { mean: [0], std: [1] } }),
      until: 2,
      step: 0.05,
    };
    const ends = [];
    for (let replica = 0; replica < replicas; replica++) {
      const solver = particles({ width, seed: 5, replica });
      const { rows } = await evolve(task, kinetic({ friction: 0.7 }), solver, course);
      const points = rows.map(({ t, observables: { kinetic: y } }) => ({ x: t, y: y!, low: y!, high: y! }));
      const { y: reach } = expectedReach(points, 1, { friction: 0.7, temperature: 0.3 }).at(-1)!;
      ends.push((Math.sqrt(width) * rows.at(-1)!.observables.identity_defect!) / (reach / 1.959964));
    }
    const mean = ends.reduce((sum, z) => sum + z / replicas, 0);
    const variance = ends.reduce((sum, z) => sum + z ** 2 / replicas, 0);
    // Four standard errors of the mean and of the mean square of standard normals.
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(replicas));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / replicas));
  });

  it("has nothing predicted where friction changes in time", () => {
    const friction = { nesterov: 3, from: 1 };
    const spec = { ...networks.summary.spec, dynamics: { kind: "kinetic", friction } as const };
    const figure = figureOf({ ...networks, summary: { ...networks.summary, spec } }, "defect")!;
    expect(figure.caption).not.toContain("dashed");
    expect(legendOf(figure)).not.toContain("predicted 95 %");
  });
});
