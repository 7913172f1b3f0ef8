import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { syntheticStudy } from "../../../test/support/studies.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { Course } from "../../study/courses.ts";
import type { StudySummary } from "../../study/summary.ts";
import type { Figure } from "../chart/chart.ts";
import { paletteOf } from "./colours.ts";
import { courseFigures } from "./courses.ts";

const TIMES = [0, 1, 2];

/** The courses of every point: risk e^(−rate·t) with rate 1 + the point's number, times 1 + run/100. */
function coursesOf({ points }: StudySummary): Course[] {
  return points.map(({ runs }, point) => {
    const rows = runs.flatMap(({ solver, width = null, replica = null, status }, run) =>
      status === "missing"
        ? []
        : TIMES.map((t): SeriesRow => {
            const risk = Math.exp(-(1 + point) * t) * (1 + run / 100);
            return { run, solver, width, replica, t, risk, energy: risk };
          }),
    );
    return { point, series: { columns: ["run", "solver", "width", "replica", "t", "risk", "energy"], rows } };
  });
}

const dynamics = [{ kind: "gradient-flow" }, { kind: "kinetic", friction: 0.5 }];
const drawn = (summary: StudySummary, most = 2) =>
  courseFigures(summary, coursesOf(summary), most, paletteOf(summary, null));
const document = ({ svg }: Figure) => parseHTML(svg).document;
const lines = (figure: Figure) => [...document(figure).querySelectorAll('[aria-label="line"] path')];
const texts = (figure: Figure) =>
  [...document(figure).querySelectorAll("text")].map(({ textContent }) => textContent);

describe("the courses of a sweep's points", () => {
  it("are a curve with its band for each combination and width, named by what differs", () => {
    const summary = syntheticStudy({ sweep: { dynamics }, widths: [10, 100], density: false });
    const [figure, ...others] = drawn(summary) as [Figure];
    expect(others).toEqual([]);
    expect(figure.name).toBe("course-risk");
    expect(lines(figure)).toHaveLength(4);
    expect(document(figure).querySelectorAll('[aria-label="area"] path')).toHaveLength(4);
    expect(texts(figure)).toEqual(expect.arrayContaining(["gradient flow: N = 10", "kinetic: N = 100"]));
    expect(figure.svg).not.toMatch(/friction|\{|&quot;/);
  });

  it("are those of the widest networks where there are many, densities dashed beside them", () => {
    const summary = syntheticStudy({ sweep: { dynamics }, widths: [2, 5, 10, 20], density: true });
    const [figure] = drawn(summary) as [Figure];
    const dashed = lines(figure).filter((line) =>
      Object(line.parentElement).getAttribute("stroke-dasharray"),
    );
    expect([lines(figure).length, dashed.length]).toEqual([4, 2]);
    expect(texts(figure)).toEqual(expect.arrayContaining(["gradient flow", "kinetic", "density"]));
    expect(figure.caption).toContain("Networks: the widest alone, *N* = 20. Dashed: the density.");
  });

  it("are means over the replicas that a swept seed makes, at their true heights", () => {
    const summary = syntheticStudy({
      sweep: { seed: [1, 2], "problem.temperature": [0.1, 0.2] },
      widths: [10],
      replicas: 2,
      density: false,
    });
    const [figure] = drawn(summary) as [Figure];
    expect(figure.caption).toContain("the mean over 4 replicas");
    // Temperature 0.1 is points 0 and 2: the mean at t = 2 lies between their values, on a logarithmic axis.
    const heights = lines(figure).map((line) => Number(/([\d.]+)$/.exec(line.getAttribute("d")!)![1]));
    const mean = (points: number[]) =>
      points.reduce((sum, point) => sum + (Math.exp(-2 * (1 + point)) * 1.005) / points.length, 0);
    const start = lines(figure).map((line) => Number(/^M[\d.]+,([\d.]+)/.exec(line.getAttribute("d")!)![1]));
    const fall = heights.map((height, k) => height - start[k]!);
    // Both start at 1.005, so that the pixels that they fall are in proportion to the logarithms of their ends.
    const expected = [mean([0, 2]), mean([1, 3])].map((end) => Math.log(1.005 / end));
    expect(fall[1]! / fall[0]!).toBeCloseTo(expected[1]! / expected[0]!, 2);
  });

  it("say which points are drawn, and leave out what is missing", () => {
    const summary = syntheticStudy({
      sweep: { "problem.temperature": [1, 2, 3] },
      widths: [10],
      density: false,
      status: (run) => (run < 3 ? { status: "missing" } : { status: "done" }),
    });
    const [figure] = courseFigures(summary, coursesOf(summary).slice(0, 2), 2, paletteOf(summary, null)) as [
      Figure,
    ];
    expect(figure.caption).toContain("Drawn: 2 of 3 points");
    expect(lines(figure)).toHaveLength(1);
    expect(courseFigures(syntheticStudy(), [], 2, () => [])).toEqual([]);
  });
});
