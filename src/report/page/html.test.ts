import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import { figures } from "../figures/figures.ts";
import type { ReportInput } from "../folder.ts";
import { renderReport } from "./html.ts";

const input = synthetic({ widths: [5, 20], replicas: 2, until: 2 });
const render = (given: ReportInput) => renderReport(given, figures(given));

describe("the report", () => {
  it("is one page that needs nothing from elsewhere", () => {
    const html = render(input);
    expect(html).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|NaN|undefined/);
    const { document } = parseHTML(html);
    expect(document.querySelectorAll("figure svg")).toHaveLength(figures(input).length);
    expect(document.querySelectorAll("figcaption")).toHaveLength(figures(input).length);
    expect(document.querySelectorAll("tbody tr")).toHaveLength(2);
    for (const svg of document.querySelectorAll("svg")) expect(svg.getAttribute("aria-label")).toBeTruthy();
    for (const text of [
      "muflow run experiment.yaml",
      "tables/finals.csv",
      input.summary.hash,
      "Euler steps",
      "@article{mmn",
    ]) {
      expect(html).toContain(text);
    }
  });

  it("is the same every time but for the line of the machine", () => {
    const summary = { ...input.summary, machine: { cpu: "another\nprocessor" }, wallTime: 1e5 };
    const lines = render(input).split("\n");
    const others = render({ ...input, summary }).split("\n");
    expect(render(input)).toBe(lines.join("\n"));
    expect(others).toHaveLength(lines.length);
    const differing = lines.filter((line, index) => line !== others[index]);
    expect(differing).toEqual([expect.stringMatching(/^<p id="machine">.*<\/p>$/)]);
  });

  it("says which parameter each coordinate is, by the names that the columns have", () => {
    const data = { points: 24, inputs: ["petal*<width>"], target: "y" };
    const html = render({ ...input, summary: { ...input.summary, data } });
    const said =
      "theta_0 is the output weight a, theta_1 is the weight w of petal*&lt;width&gt;, theta_2 is the bias b.";
    expect(html).toContain(said);
    expect(render(input)).not.toContain("theta_0 is");
  });

  it("escapes every string", () => {
    const evil = `</pre><script>alert("x")</script>'&`;
    const networks = input.summary.spec.solvers.find((solver) => "particles" in solver)!;
    const hostile: ReportInput = {
      ...input,
      summary: {
        ...input.summary,
        name: evil,
        hash: evil,
        version: evil,
        outcome: evil,
        machine: { [evil]: evil },
        spec: {
          ...input.summary.spec,
          ...{ [evil]: evil },
          solvers: [{ particles: { ...networks.particles, integrator: evil as "euler" } }],
        },
        runs: [
          { solver: "particles", width: 5, replica: 0, final: { risk: 1 } },
          { solver: "particles", width: 5, replica: 0, final: { risk: 2 } },
        ],
      },
      series: {
        columns: input.series.columns,
        rows: input.series.rows.map((row) => ({ ...row, solver: evil, width: null, replica: 0 })),
      },
      description: [evil],
      hypotheses: [{ statement: evil, holds: false, reason: evil }],
      sources: [{ label: evil, bibtex: evil }],
    };
    const html = render(hostile);
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)");
    expect(html).not.toMatch(/<script|<\/pre><|alert\("/);
    for (const { svg } of figures(hostile)) expect(svg).not.toMatch(/<script|alert\("/);
  });

  it("says first what went wrong", () => {
    const summary = { ...input.summary, outcome: "the risk of run 3 is not finite", runs: [] };
    const { document } = parseHTML(render({ ...input, summary }));
    expect(document.querySelector(".failed")?.textContent).toBe(
      "Ended early: the risk of run 3 is not finite",
    );
  });

  it("says which hypotheses hold", () => {
    const hypotheses = [
      { statement: "F is convex in μ", holds: true, reason: "ℓ is convex" },
      { statement: "log-Sobolev", holds: null, reason: `it depends on V, ${"and on much more, ".repeat(5)}` },
    ];
    const { document } = parseHTML(render({ ...input, hypotheses }));
    const section = [...document.querySelectorAll("section")].find(
      (one) => one.querySelector("h2")?.textContent === "Hypotheses",
    )!;
    const cells = [...section.querySelectorAll("td")].map((cell) => cell.textContent);
    expect(cells.slice(0, 5)).toEqual(["F is convex in μ", "yes", "ℓ is convex", "log-Sobolev", "–"]);
    expect(section.textContent).toContain("cannot be decided from the problem alone");
    expect(section.querySelectorAll("td.sentence")).toHaveLength(1);
    expect(render(input)).not.toContain("Hypotheses");
  });

  it("lists values of the spec on one line", () => {
    expect(render(input)).toContain("width: [5, 20]");
  });

  it("says how far the runs went, searches for equilibria aside", () => {
    const outcome = (given: ReportInput) =>
      parseHTML(render(given)).document.querySelector(".outcome")?.textContent;
    const alone = synthetic({ widths: [], until: 2 });
    expect(outcome(input)).toBe("Done: 4 runs to time 2.");
    expect(outcome(withDensities(input, { solver: "grid" }, { solver: "stationary" }))).toBe(
      "Done: 5 runs to time 2, 1 search for equilibria.",
    );
    expect(outcome(withDensities(alone, { solver: "stationary" }))).toBe("Done: 1 search for equilibria.");
  });

  it("shows how far solvers are apart, at the last time first", () => {
    const a = { solver: "particles", width: 5, integrator: "euler" };
    const b = { solver: "grid", cells: [40], scheme: "implicit" };
    const comparisons = [0, 2].map(
      (t) => ({ a, b, t, quantity: "w1", mean: 0.5, interval: [0.4, 0.6], replicas: 2 }) as const,
    );
    const { document } = parseHTML(render({ ...input, summary: { ...input.summary, comparisons } }));
    const section = [...document.querySelectorAll("section")].find(
      (one) => one.querySelector("h2")?.textContent === "Solvers compared",
    )!;
    const [last, all] = [...section.querySelectorAll("table")];
    expect(last!.querySelectorAll("tbody tr")).toHaveLength(1);
    expect(all!.closest("details")).not.toBeNull();
    expect(all!.querySelectorAll("tbody tr")).toHaveLength(2);
    expect(section.textContent).toContain("0.5 [0.4, 0.6]");
  });
});
