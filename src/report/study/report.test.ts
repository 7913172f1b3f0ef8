import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { afterAll, describe, expect, it } from "vitest";
import { syntheticFit, syntheticStudy } from "../../../test/support/studies.ts";
import type { StudyFit, StudyRun, StudySummary } from "../../study/summary.ts";
import type { Figure } from "../chart/chart.ts";
import { renderStudyReport, studyFigures, writeStudyReport } from "./report.ts";
import { fitNotes, fitsTable, readablePoints, studyTables } from "./tables.ts";

const render = (summary: StudySummary) =>
  renderStudyReport({ summary, description: ["data: 24 points"], sources: [] }, studyFigures(summary));
const page = (summary: StudySummary) => parseHTML(render(summary)).document;
const times = Array.from({ length: 81 }, (_, k) => k / 8);
const temperatures = [0.01, 0.1, 1];
const holds = syntheticFit({ predicted: -0.5 });

const cases: Record<string, [summary: StudySummary, names: string[]]> = {
  "one law": [syntheticStudy({ fits: [holds] }), ["fit-1-w1-along-width"]],
  "several laws, one of them by temperature": [
    syntheticStudy({
      sweep: { "problem.temperature": temperatures },
      fits: [
        ...temperatures.map((tau, k) =>
          syntheticFit({ predicted: -0.5, group: { "problem.temperature": tau }, factor: k + 1, floor: k }),
        ),
        syntheticFit({
          quantity: "risk",
          along: "time.step",
          slope: 2,
          predicted: 2,
          x: [0.1, 0.2, 0.4],
          at: 1,
        }),
        syntheticFit({
          quantity: "gap",
          solver: "grid",
          along: "time",
          law: "exponential",
          x: times,
          replicas: 1,
        }),
        syntheticFit({
          quantity: "f_rms",
          along: "time",
          law: "exponential",
          against: "stationary",
          x: times,
        }),
      ],
    }),
    ["fit-1-w1-along-width", "fit-2-risk-along-time-step", "fit-3-gap-along-time", "fit-4-f-rms-along-time"],
  ],
  "a slope far from its prediction, and errors beyond the values": [
    syntheticStudy({ fits: [syntheticFit({ predicted: -6, verdict: "FAILS", error: 0.8 })] }),
    ["fit-1-w1-along-width"],
  ],
  "levels that cannot be drawn": [
    syntheticStudy({
      fits: [
        syntheticFit({ quantity: "energy", along: "dynamics.friction", x: [0, 1, 10] }),
        { ...holds, levels: holds.levels.map((level, k) => ({ ...level, value: k % 2 ? Number.NaN : 1 })) },
        { ...syntheticFit({ quantity: "w2", fitted: false }), levels: [] },
        syntheticFit({ quantity: "gap", predicted: 0, slope: 0, error: 0, fitted: false }),
      ],
    }),
    ["fit-1-energy-along-dynamics-friction", "fit-2-w1-along-width", "fit-4-gap-along-width"],
  ],
  "a law by more groups than a legend takes": [
    syntheticStudy({
      fits: Array.from({ length: 20 }, (_, k) =>
        syntheticFit({
          predicted: -0.5,
          group: { "dynamics.friction": k },
          verdict: k % 3 ? "HOLDS" : "FAILS",
        }),
      ),
    }),
    ["fit-1-w1-along-width"],
  ],
  "a sweep without fits": [
    syntheticStudy({ sweep: { "problem.temperature": [0.001, 0.01, 0.1], "dynamics.friction": [1, 2] } }),
    ["final-risk", "final-free-energy", "final-gap"],
  ],
  "a sweep of networks of one width": [
    syntheticStudy({ sweep: { "dynamics.friction": [1, 2, 3] }, widths: [10], density: false }),
    ["final-risk", "final-energy"],
  ],
  "a swept seed, and names": [
    syntheticStudy({ sweep: { seed: [1, 2, 3], "solvers.0.particles.integrator": ["aboba", "baoab"] } }),
    ["final-risk", "final-energy"],
  ],
  "two dynamics, by width": [
    syntheticStudy({
      sweep: { dynamics: [{ kind: "gradient-flow" }, { kind: "kinetic", friction: 0.5 }] },
      density: false,
    }),
    ["final-risk", "final-energy"],
  ],
  "one point": [syntheticStudy(), []],
  "a sweep of which nothing is done": [
    syntheticStudy({ sweep: { "dynamics.friction": [1, 2] }, status: () => ({ status: "missing" }) }),
    [],
  ],
};

describe.each(Object.entries(cases))("the figures of %s", (_, [summary, names]) => {
  const drawn = studyFigures(summary);

  it("are those that apply", () => {
    expect(drawn.map(({ name }) => name)).toEqual(names);
  });

  it("are standalone, valid and the same every time, like the page", () => {
    for (const { svg, caption } of drawn) {
      expect(() => new Resvg(svg)).not.toThrow();
      expect(svg).not.toMatch(/NaN|undefined|Infinity|null|\sid=|<style|<script|href/);
      expect(caption).not.toMatch(/NaN|undefined|Infinity|null/);
    }
    expect(studyFigures(summary)).toEqual(drawn);
    const html = render(summary);
    expect(html).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|undefined/);
    expect(render(summary)).toBe(html);
    expect(page(summary).querySelectorAll("figure svg")).toHaveLength(drawn.length);
  });
});

describe("the picture of a sweep over dynamics", () => {
  const dynamics = [
    { kind: "gradient-flow" },
    { kind: "kinetic", friction: 0.5 },
    { kind: "kinetic", friction: 2 },
  ];
  const summary = syntheticStudy({ sweep: { dynamics } });
  const [figure] = studyFigures(summary) as [Figure];

  it("has a curve against the width for each, named by what differs, and the density's level dashed", () => {
    const { document } = parseHTML(figure.svg);
    const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
    const names = ["gradient flow", "kinetic, γ = 0.5", "kinetic, γ = 2"];
    expect(texts).toEqual(expect.arrayContaining(["width N", ...names.map((name) => `${name}: networks`)]));
    expect(figure.svg).not.toMatch(/friction|\{|&quot;/);
    // 3 dynamics × 3 widths of networks, and as many places of each density, all on one height.
    expect(document.querySelectorAll('[aria-label="dot"] circle')).toHaveLength(18);
    const dashed = [...document.querySelectorAll('[aria-label="line"][stroke-dasharray] path')];
    expect(dashed).toHaveLength(3);
    for (const line of dashed) {
      const heights = [...line.getAttribute("d")!.matchAll(/[ML,][\d.]+,([\d.]+)/g)].map(([, y]) => y);
      expect(new Set(heights).size).toBe(1);
    }
  });

  it("has words in its tables", () => {
    const folder = mkdtempSync(join(tmpdir(), "muflow-sweep-"));
    return writeStudyReport(folder, { summary, description: [], sources: [] })
      .then(() => {
        const [head, first, ...rows] = readFileSync(join(folder, "tables", "points.csv"), "utf8").split("\n");
        expect(head).toMatch(/^dynamics,solver,/);
        expect(first).toMatch(/^gradient flow,particles,10,/);
        expect(rows.join("\n")).toMatch(/\n"kinetic, γ = 2",grid,/);
      })
      .finally(() => rmSync(folder, { recursive: true }));
  });
});

describe("the picture of a fit", () => {
  const fit = syntheticFit({ predicted: -0.75, error: 0.1 });
  const [{ svg }] = studyFigures(syntheticStudy({ fits: [fit] })) as [Figure];
  const { document } = parseHTML(svg);
  const numbers = (text: string) => text.match(/-?[\d.]+/g)!.map(Number);
  const of = (mark: string, ...names: string[]) =>
    [...document.querySelectorAll(`[aria-label="${mark}"] > *`)].map((one) =>
      names.flatMap((name) => numbers(one.getAttribute(name)!)),
    );
  const dots = of("dot", "cx", "cy");
  const [dashed, solid] = of("line", "d");
  const [first, last] = [fit.levels[0]!, fit.levels.at(-1)!];
  const [left, right] = [dots[0]!, dots.at(-1)!];
  // Pixels of a unit of log x, and of −log y.
  const across = (right[0]! - left[0]!) / Math.log(last.x / first.x);
  const down = (right[1]! - left[1]!) / Math.log(first.value / last.value);

  it("has its law, e^intercept x^slope, from the first level to the last", () => {
    const height = (x: number) =>
      left[1]! + down * (Math.log(first.value) - fit.intercept! - fit.slope! * Math.log(x));
    const expected = [left[0]!, height(first.x), right[0]!, height(last.x)];
    for (const [k, value] of expected.entries()) expect(Math.abs(solid![k]! - value)).toBeLessThan(0.05);
  });

  it("has the predicted slope dashed", () => {
    const [x1, y1, x2, y2] = dashed as [number, number, number, number];
    expect((y1 - y2) / down / ((x2 - x1) / across)).toBeCloseTo(-0.75, 2);
  });

  it("has bars of ± 1.96 standard errors of the logarithm of a distance", () => {
    // The first rule is the axis.
    const [, ...bars] = of("rule", "y2", "y1");
    expect(bars).toHaveLength(fit.levels.length);
    for (const [high, low] of bars as [number, number][]) {
      expect((low - high) / down).toBeCloseTo(2 * 0.196, 2);
    }
  });
});

describe("the captions of fits", () => {
  const captionOf = (...fits: StudySummary["fits"]) => studyFigures(syntheticStudy({ fits }))[0]!.caption;

  it("say what is seen, and what it means", () => {
    const caption = captionOf(holds);
    expect(caption).toContain("How far the networks are from the density: *W*_1");
    expect(caption).toContain("Slope −0.49, within [−0.56, −0.42]; predicted −1/2: HOLDS.");
    expect(caption).toContain("the root mean square over 16 replicas, with 95 % intervals");
  });

  it("call an interval that no replica has a say in by its name", () => {
    const along = { along: "time", law: "exponential", x: times } as const;
    expect(captionOf(syntheticFit(along))).toContain("Slope −0.49, within [−0.53, −0.45].");
    const refined = syntheticFit({ quantity: "risk", solver: "grid", along: "time.step", replicas: 1 });
    expect(captionOf(refined)).toContain("Slope −0.49, within [−0.53, −0.45].");
    const note = (...fits: StudySummary["fits"]) =>
      /; \[ \]: ([^.<]*)/.exec(render(syntheticStudy({ fits })))?.[1];
    const judging = "the interval that judges, for all fits together; ± 95 %: half of the ordinary one";
    expect(note(holds)).toBe(`${judging}: over replicas`);
    expect(note(holds, refined)).toBe(
      `${judging}: over replicas; of single runs by what the last two refinements leave open`,
    );
    expect(note(syntheticFit(along))).toBe(
      "95 %: along time by the uncertainty of the fit (with replicas their scatter too) and, under a verdict, the error of step and cells",
    );
  });

  it("give two decimals at least", () => {
    expect(captionOf(syntheticFit({ slope: -0.9, halfWidth: 2 }))).toContain(
      "Slope −0.50, 95 % [−2.50, 1.50].",
    );
  });

  it("say why where a law does not hold, and what was left out", () => {
    const failing = syntheticFit({ predicted: -1, verdict: "FAILS", reason: "it_is *outside*.", floor: 2 });
    expect(captionOf(failing)).toContain("predicted −1: FAILS.");
    expect(captionOf(failing)).toContain("Hollow: 2 levels left out of the fit (noise floor).");
    const none = syntheticFit({ fitted: false, reason: "too_few *levels*." });
    expect(captionOf(none)).toContain("No fit: too\\_few \\*levels\\*.");
  });

  it("name of a group what tells it from the others", () => {
    const pair = [10, 20].map((width) => syntheticFit({ group: { width, against: "grid 64×64" } }));
    expect(captionOf(...pair)).toContain("*N* = 10: slope −0.49");
    expect(captionOf(...pair)).not.toContain("against =");
  });

  it("say what converges where nothing is compared", () => {
    const order = syntheticFit({
      quantity: "risk",
      solver: "grid",
      along: "cells",
      slope: -2,
      predicted: -2,
      replicas: 1,
    });
    expect(captionOf(order)).toContain(
      "How much the risk *R* of the density changes from one level to the next",
    );
    expect(captionOf(order)).toContain("dots: single runs.");
  });

  it("count verdicts of many", () => {
    const [summary] = cases["a law by more groups than a legend takes"]!;
    const [{ caption, svg }] = studyFigures(summary) as [Figure];
    expect(caption).toContain("13 HOLDS, 7 FAILS");
    expect(svg.replaceAll(/<[^>]*>/g, "")).toContain("(20 drawn)");
  });

  it("say how many are drawn of very many", () => {
    const groups = Array.from({ length: 100 }, (_, k) =>
      syntheticFit({
        along: "time",
        group: { "dynamics.friction": k },
        x: Array.from({ length: 2000 }, (_, i) => i + 1),
      }),
    );
    expect(captionOf(...groups)).toContain("Drawn: 24 of them, evenly chosen.");
    const values = Array.from({ length: 50 }, (_, k) => k / 10);
    const sweep = { "problem.temperature": [0.1, 0.2], "dynamics.friction": values };
    const [{ caption }] = studyFigures(syntheticStudy({ sweep, widths: [10] })) as [Figure];
    expect(caption).toContain("Drawn: 24 of 100, evenly chosen.");
  });

  it("say how many replicas a swept seed makes", () => {
    const summary = syntheticStudy({
      sweep: { seed: [1, 2], "dynamics.friction": [1, 2] },
      widths: [10],
      density: false,
    });
    expect(studyFigures(summary)[0]!.caption).toContain("the mean over 6 replicas");
  });
});

describe("the axes of a sweep", () => {
  const ticks = (values: readonly number[]) => {
    const summary = syntheticStudy({ sweep: { "dynamics.friction": values }, widths: [10], density: false });
    const [, axis] = /aria-label="x-axis tick label"(.*?)<\/g>/s.exec(studyFigures(summary)[0]!.svg)!;
    return [...axis!.matchAll(/>([\d.]+)<\/text>/g)].map(([, label]) => Number(label));
  };

  it("are logarithmic for values that are spread so", () => {
    expect(ticks([1, 10, 100])).toEqual([1, 10, 100]);
    expect(ticks([1, 10, 20, 30, 40])).toEqual([1, 10, 20, 30, 40]);
  });
});

describe("the final values as people read them", () => {
  it("keep what varies and what matters, and say what is the same and what is left to the files", () => {
    const summary = syntheticStudy({
      sweep: { "problem.temperature": [0.1, 0.2] },
      widths: [10],
      density: false,
    });
    const { head, rows, notes } = readablePoints(summary);
    expect(head.slice(0, 2)).toEqual(["problem.temperature", "risk"]);
    expect(rows.map(([temperature]) => temperature)).toEqual(["0.1", "0.2"]);
    expect(notes).toContain("The same in every row: solver particles, width or cells 10.");
    const all = columnsOf(studyTables(summary), "points");
    for (const name of head) expect(all).toContain(name);
    const [, left = "0"] = /^(\d+) more observable/.exec(notes.at(-1)!) ?? [];
    const observables = all.slice(all.indexOf("missing") + 1);
    expect(Number(left)).toBe(observables.filter((name) => !head.includes(name)).length);
  });

  it("show how many are done only where not all are, and a width that is swept once", () => {
    const failing = syntheticStudy({ status: (run) => ({ status: run === 3 ? "failed" : "done" }) });
    expect(readablePoints(failing).head).toEqual(expect.arrayContaining(["done", "failed"]));
    expect(readablePoints(failing).head).not.toContain("missing");
    expect(readablePoints(syntheticStudy({ density: false })).head).not.toContain("done");
    const sweep = { "problem.temperature": [0.1, 0.2, 0.4] };
    const none = syntheticStudy({
      ...{ sweep, widths: [10], replicas: 1, density: false },
      status: () => ({ status: "failed" }),
    });
    const { head, rows } = readablePoints(none);
    expect(head).toEqual(["problem.temperature", "done", "failed"]);
    expect(rows.map((cells) => cells.slice(1))).toEqual([
      ["0", "1"],
      ["0", "1"],
      ["0", "1"],
    ]);
  });

  it("keep an observable that a fit asks for", () => {
    const asked = syntheticFit({ quantity: "dissipation" });
    const recorded = (fits: StudyFit[]): StudySummary => {
      const summary = syntheticStudy({ fits });
      const falling = (run: StudyRun): StudyRun => ({ ...run, final: { ...run.final, dissipation: 0.25 } });
      const points = summary.points.map((point) => ({ ...point, runs: point.runs.map(falling) }));
      return { ...summary, points };
    };
    const has = (fits: StudyFit[]) => readablePoints(recorded(fits)).head.includes("dissipation");
    expect(columnsOf(studyTables(recorded([])), "points")).toContain("dissipation");
    expect([has([]), has([asked])]).toEqual([false, true]);
  });
});

/** The columns of a table. */
function columnsOf(tables: ReturnType<typeof studyTables>, name: string): readonly string[] {
  return tables.find((one) => one.name === name)!.table.head;
}

describe("the report of a study", () => {
  it("says first how it went", () => {
    const outcome = (summary: StudySummary) => page(summary).querySelector(".outcome")?.textContent;
    const fits = [holds, syntheticFit({ quantity: "w2", predicted: -1, verdict: "FAILS" })];
    expect(outcome(syntheticStudy({ fits, sweep: { seed: [1, 2] } }))).toBe(
      "Done: 2 points, 20 runs. Predictions: 1 HOLDS, 1 FAILS.",
    );
    const failed = syntheticStudy({ status: (run) => ({ status: run === 3 ? "failed" : "done" }) });
    expect(outcome(failed)).toBe("Not complete: 1 of 10 runs failed; 1 point, 10 runs in all.");
    expect(page(failed).querySelector(".outcome.failed")).not.toBeNull();
  });

  it("lists the runs without a result, with their reasons, the first fifty", () => {
    const summary = syntheticStudy({
      sweep: { seed: Array.from({ length: 12 }, (_, k) => k) },
      status: (run) =>
        run % 2 ? { status: "failed", reason: `diverged at t = ${run}` } : { status: "missing" },
    });
    const section = [...page(summary).querySelectorAll("section")].find((one) =>
      one.textContent!.includes("Runs that are in no mean or fit"),
    )!;
    expect(section.querySelectorAll("tbody tr")).toHaveLength(50);
    expect(section.querySelector("summary")!.textContent).toBe("120 runs: 60 missing, 60 failed");
    expect(section.textContent).toContain("diverged at t = 1");
    expect(section.textContent).toContain("70 more rows, in the files: 120 in all");
  });

  it("cites what its fits are made by", () => {
    const html = (...fits: StudySummary["fits"]) => render(syntheticStudy({ fits }));
    expect(html(holds)).toContain("@article{wedderburn1974");
    expect(html(holds)).not.toContain("roache1998");
    const refined = syntheticFit({ quantity: "risk", solver: "grid", along: "time.step", replicas: 1 });
    expect(html(refined)).toContain("@book{roache1998");
    expect(html(refined)).not.toContain("wedderburn1974");
    const decay = syntheticFit({ quantity: "energy", along: "time", law: "exponential" });
    expect(html(decay)).toContain("@article{hua1990");
    expect(html(syntheticFit({ fitted: false }))).not.toContain("Sources");
  });

  it("has the fits, the points, the spec and how to make it again", () => {
    const html = render(syntheticStudy({ fits: [holds] }));
    for (const text of [
      "-0.492 [-0.56, -0.424]",
      "-1/2",
      "in this folder:</p>\n<pre>muflow study . --out again</pre>",
      "sha256-0123456789abcdef",
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain("width: [10, 100, 1000]");
    expect(html).toContain("predicted: -0.5");
  });

  it("is the same every time but for the line of the machine", () => {
    const summary = syntheticStudy({ fits: [holds] });
    const lines = render(summary).split("\n");
    const others = render({ ...summary, machine: { cpu: "another\nprocessor" }, wallTime: 1e5 }).split("\n");
    expect(others).toHaveLength(lines.length);
    const differing = lines.filter((line, index) => line !== others[index]);
    expect(differing).toEqual([expect.stringMatching(/^<p id="machine">.*<\/p>$/)]);
  });

  it("survives study.json, where what is not finite is null", () => {
    const failed = syntheticStudy({
      fits: [holds],
      status: () => ({ status: "failed", reason: "diverged" }),
    });
    const points = failed.points.map((point) => ({
      ...point,
      runs: point.runs.map((run) => ({ ...run, final: { risk: Number.NaN } })),
    }));
    const read = JSON.parse(JSON.stringify({ ...failed, points })) as StudySummary;
    expect(render(read)).toContain("diverged");
    expect(studyFigures({ ...read, fits: [] })).toEqual([]);
  });
});

describe("hostile names", () => {
  const evil = `</pre><script>alert("x")</script>'&*_\\\u0000\ud800`;
  const summary = syntheticStudy({
    sweep: { [evil]: [1, 2], constructor: ["a", evil], "problem.temperature": [evil, { [evil]: evil }] },
    fits: [
      syntheticFit({
        quantity: evil,
        along: evil,
        group: { [evil]: evil },
        reason: evil,
        verdict: "FAILS",
        predicted: 1,
      }),
      syntheticFit({
        quantity: "constructor",
        along: "toString",
        group: { "__proto__ ": [evil] },
        fitted: false,
        reason: evil,
      }),
    ],
    status: (run) => (run === 1 ? { status: "failed", reason: evil } : { status: "done" }),
  });
  const hostile: StudySummary = {
    ...summary,
    name: evil,
    hash: evil,
    version: evil,
    outcome: evil,
    machine: { [evil]: evil },
    spec: { [evil]: evil, experiment: { solvers: [{ particles: { width: [10], integrator: evil } }] } },
    points: summary.points.map((point) => ({
      ...point,
      comparisons: point.comparisons.map((one) => ({ ...one, a: { solver: evil, [evil]: evil } })),
    })),
    fits: summary.fits.map((fit) => ({
      ...fit,
      levels: fit.levels.map((level) => ({ ...level, leftOut: evil })),
    })),
  };

  it("are text wherever they stand", () => {
    for (const one of [hostile, { ...hostile, fits: [] }]) {
      const input = { summary: one, description: [evil], sources: [{ label: evil, bibtex: evil }] };
      const hypotheses = [{ statement: evil, holds: false, reason: evil }];
      const html = renderStudyReport({ ...input, hypotheses }, studyFigures(one));
      expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)");
      expect(html).not.toMatch(/<script|<\/pre><|alert\("/);
      for (const { name, svg } of studyFigures(one)) {
        expect(name).toMatch(/^[a-z0-9-]+$/);
        expect(svg).not.toMatch(/<script|alert\("/);
        expect(() => new Resvg(svg)).not.toThrow();
      }
    }
    expect(studyFigures(hostile)).toHaveLength(2);
    expect(studyFigures({ ...hostile, fits: [] })).toHaveLength(2);
  });
});

describe("the files of a study", () => {
  const folder = mkdtempSync(join(tmpdir(), "muflow-study-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const list = (...parts: string[]) => readdirSync(join(folder, ...parts)).sort();
  const write = (summary: StudySummary) =>
    writeStudyReport(folder, { summary, description: [], sources: [] });

  it("are its report, figures and tables; what an earlier report left is gone", async () => {
    const first = syntheticStudy({
      fits: [holds],
      status: (run) => ({ status: run === 0 ? "missing" : "done" }),
    });
    expect(await write(first)).toBe(join(folder, "report.html"));
    expect(list("figures")).toEqual(["fit-1-w1-along-width.svg"]);
    const both = (...names: string[]) => names.flatMap((name) => [`${name}.csv`, `${name}.tex`]);
    expect(list("tables")).toEqual(both("distances", "fits", "levels", "points", "unfinished"));
    writeFileSync(join(folder, "figures", "mine.svg"), "");
    await write(syntheticStudy({ sweep: { "dynamics.friction": [1, 2] } }));
    expect(list("figures")).toEqual([
      "final-energy.svg",
      "final-free-energy.svg",
      "final-risk.svg",
      "mine.svg",
    ]);
    expect(list("tables")).toEqual(both("distances", "points"));
  });

  it("have the numbers of the fits and of the points", async () => {
    await write(syntheticStudy({ fits: [holds], sweep: { "problem.temperature": [0.1, 1] }, widths: [10] }));
    const table = (name: string) => readFileSync(join(folder, "tables", name), "utf8");
    expect(table("fits.csv").split("\n")).toEqual([
      "quantity,along,slope,slope_low,slope_high,± 95 %,predicted,verdict,reason",
      expect.stringMatching(
        /^"w1, particles against grid",width,-0\.492,-0\.56,-0\.424,0\.04\d*,-0\.5,HOLDS,/,
      ),
      "",
    ]);
    expect(table("levels.csv").split("\n")[0]).toBe(
      "quantity,along,x,value,value_low,value_high,replicas,left out because",
    );
    expect(table("points.csv").split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(
        /^problem\.temperature,solver,width or cells,done,failed,missing,risk,risk_low,risk_high,/,
      ),
      expect.stringMatching(/^0\.1,particles,10,3,0,0,0\.0/),
      expect.stringMatching(/^0\.1,grid,64 × 64,1,0,0,0\.07,,,/),
    ]);
    expect(table("distances.csv").split("\n")[1]).toMatch(/^0\.1,N = 10,grid,2,0\.316/);
    expect(table("points.tex")).toContain("$64 \\times 64$");
  });

  it("have the levels' errors, ± 1.96 standard errors, of a distance those of its logarithm", async () => {
    const levelOf = async (fit: StudySummary["fits"][number]) => {
      await write(syntheticStudy({ fits: [fit] }));
      const [, row] = readFileSync(join(folder, "tables", "levels.csv"), "utf8").split("\n");
      return row!.split(",").slice(-5, -2).map(Number) as [number, number, number];
    };
    const [value, low, high] = await levelOf(holds);
    expect(Math.log(high / value)).toBeCloseTo(1.96 * 0.06, 6);
    expect(Math.log(value / low)).toBeCloseTo(1.96 * 0.06, 6);
    const [size, least, most] = await levelOf(syntheticFit({ quantity: "energy", against: "grid" }));
    expect((most - size) / size).toBeCloseTo(1.96 * 0.06, 6);
    expect((size - least) / size).toBeCloseTo(1.96 * 0.06, 6);
  });

  it("have the means over the runs that are done", async () => {
    const failed = syntheticStudy({
      sweep: { "dynamics.friction": [1, 2] },
      widths: [10],
      status: (run) => ({ status: run === 0 ? "failed" : "done" }),
    });
    await write(failed);
    const [, row] = readFileSync(join(folder, "tables", "points.csv"), "utf8").split("\n");
    const [done, failures, , risk] = row!.split(",").slice(3).map(Number);
    const [, first, second] = failed.points[0]!.runs.map(({ final }) => final.risk!);
    expect([done, failures]).toEqual([2, 1]);
    expect(risk).toBeCloseTo((first! + second!) / 2, 6);
  });

  it("tell solvers of one kind apart by what each point has", async () => {
    const summary = syntheticStudy({ sweep: { "solvers.2.grid.order": [2, 4] }, widths: [10] });
    const grid = (cells: number[], order: number) => ({ grid: { cells, scheme: "spectral", order } });
    const experiment = {
      solvers: [{ particles: { width: [10] } }, grid([64, 64], 6), grid([64, 64], 2)],
    };
    const label = (entry: number) => ({ solver: "grid", entry, cells: [64, 64] });
    const points = summary.points.map((point) => ({
      ...point,
      comparisons: [{ ...point.comparisons[0]!, a: label(1), b: label(2) }],
    }));
    await write({ ...summary, points, spec: { experiment } });
    const rows = readFileSync(join(folder, "tables", "distances.csv"), "utf8").split("\n");
    expect(rows.slice(1, 3)).toEqual([
      expect.stringMatching(/^2,"grid, order 6","grid, order 2",/),
      expect.stringMatching(/^4,"grid, order 6","grid, order 4",/),
    ]);
  });
});

describe("the fits in the terminal", () => {
  it("have no reasons in the table, but in the notes where something is to be said", async () => {
    const fits = [
      holds,
      syntheticFit({
        quantity: "w2",
        predicted: -1,
        verdict: "FAILS",
        reason: "too steep.",
        group: { width: 10 },
      }),
      syntheticFit({ quantity: "w2", predicted: -1, group: { width: 20 } }),
      syntheticFit({ quantity: "risk", fitted: false, reason: "two levels" }),
    ];
    expect(fitsTable(fits)).toEqual({
      head: ["quantity", "along", "group", "slope", "± 95 %", "predicted", "verdict"],
      rows: [
        ["w1, particles against grid", "width", "", "-0.492 [-0.56, -0.424]", "0.04", "-1/2", "HOLDS"],
        ["w2, particles", "width", "N = 10", "-0.492 [-0.56, -0.424]", "0.04", "-1", "FAILS"],
        ["w2, particles", "width", "N = 20", "-0.492 [-0.56, -0.424]", "0.04", "-1", "HOLDS"],
        ["risk, particles", "width", "", "–", "–", "–", "–"],
      ],
    });
    expect(fitNotes(fits)).toEqual([
      "w2, particles, N = 10: FAILS: too steep.",
      "risk, particles: no fit: two levels.",
    ]);
  });
});
