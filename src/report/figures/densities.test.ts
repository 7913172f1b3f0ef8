import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { OPTIMUM, type Synthetic, synthetic, withDensities } from "../../../test/support/reports.ts";
import type { Comparison } from "../../observables/distances/compare.ts";
import type { Figure } from "../chart/chart.ts";
import { histogramOf } from "../chart/histogram.ts";
import { EQUILIBRIUM, INK } from "../chart/styles.ts";
import type { ReportInput } from "../folder.ts";
import { type DensityTrace, densitiesOf } from "../runs/traces.ts";
import { figures } from "./figures.ts";

const networks: Synthetic = { widths: [5, 40], replicas: 2, until: 4, neuron: "inner", temperature: 0.02 };
const alone: Synthetic = { widths: [], until: 4, neuron: "inner", temperature: 0.02 };
const grid = { solver: "grid" } as const;
const stationary = { solver: "stationary" } as const;
const both = withDensities(synthetic(networks), grid, stationary);

const figureOf = (input: ReportInput, name: string): Figure =>
  figures(input).find((figure) => figure.name === name)!;

const legendOf = (figure: Figure): string[] => {
  const texts = [...parseHTML(figure.svg).document.querySelectorAll("svg > text")];
  // The labels of the two axes come first and last but the legend's own.
  return texts.map((text) => text.textContent ?? "");
};

/** The points of the paths in a stroke. */
const pathsIn = ({ svg }: Figure, stroke: string, dashed = false): string[] =>
  [...svg.matchAll(/<g([^>]*)><path d="([^"]*)"/g)]
    .filter(
      ([, style]) => style!.includes(`stroke="${stroke}"`) && style!.includes("stroke-dasharray") === dashed,
    )
    .map(([, , d]) => d!);

describe("densities among networks", () => {
  it("are drawn last, black and thick", () => {
    const { svg } = figureOf(both, "risk");
    const strokes = [...svg.matchAll(/stroke-width="([\d.]+)" stroke="([^"]*)"[^>]*><path/g)];
    expect(strokes.map(([, width]) => width)).toEqual(["2", "2", "3"]);
    expect(strokes.at(-1)![2]).toBe(INK);
    expect(legendOf(figureOf(both, "risk"))).toEqual(
      expect.arrayContaining(["N = 5", "N = 40", "density", "equilibrium"]),
    );
  });

  it("are called the limit, and the networks are compared with it", () => {
    const { caption } = figureOf(both, "risk");
    expect(caption).toContain("by width *N* (means over 2 replicas), and of the density");
    expect(caption).toMatch(/the final values for \*N\* = 40 and the density differ by/);
  });

  it("leave the equilibrium a level, at no time", () => {
    const { svg, caption } = figureOf(both, "risk");
    expect(svg).toContain(EQUILIBRIUM);
    expect(caption).toContain("its value at equilibrium, 0.01");
    expect(svg).not.toContain("Infinity");
  });
});

describe("without networks", () => {
  const inputs = [
    withDensities(synthetic(alone), grid),
    withDensities(synthetic(alone), grid, { ...grid, scheme: "second-order" }, stationary),
    withDensities(synthetic(alone), stationary),
    withDensities(
      synthetic({ ...alone, neuron: "none" }),
      { ...grid, p: 2 },
      { ...stationary, p: 2, branches: 3 },
    ),
    withDensities(synthetic({ ...alone, neuron: "full" }), { ...grid, p: 3, cells: 10 }),
  ];

  it.each(
    inputs.map((input, k) => [k, input] as const),
  )("no picture speaks of widths or networks (%i)", (_, input) => {
    for (const { caption, svg } of figures(input)) {
      expect(caption).not.toMatch(/width|network|replica|_N\b|\*N\*/);
      expect(svg).not.toMatch(/width N|network/);
    }
  });
});

describe("the gap", () => {
  it("shows certificate, true distance and the networks' lower bounds", () => {
    const rows = both.series.rows.map((row) =>
      row.solver === "particles" ? { ...row, dual: OPTIMUM - 0.1 / (1 + row.run) } : row,
    );
    const figure = figureOf({ ...both, series: { ...both.series, rows } }, "gap");
    expect(legendOf(figure)).toEqual(
      expect.arrayContaining(["N = 5", "N = 40", "bound of the density", "certificate", "true distance"]),
    );
    expect(figure.caption).toContain("*E*_τ∗ = 0.25, certified to round-off");
    expect(figure.caption).toContain("the certificate is 0.037, the true distance 0.037");
  });

  it("ends where round-off begins", () => {
    const long = withDensities(synthetic({ ...alone, until: 80 }), grid, stationary);
    const figure = figureOf(long, "gap");
    const points = (d: string | undefined) => d!.split("L").length;
    const [certificate] = pathsIn(figure, INK);
    const [distance] = pathsIn(figure, INK, true);
    // 2e^{−t} stays above 1e-15 and 1e-14 of the scale 2.25 until t = 34 and 32, recorded at every second time.
    expect(points(certificate)).toBeGreaterThanOrEqual(16);
    expect(points(certificate)).toBeLessThanOrEqual(19);
    expect(points(distance)).toBeLessThanOrEqual(points(certificate));
  });

  it("measures against the equilibrium on the same cells, and says so when there is none", () => {
    const foreign = withDensities(synthetic(alone), grid, { ...stationary, cells: 60 });
    expect(figureOf(foreign, "gap").caption).toContain("on other cells than the density");
    expect(
      figureOf(withDensities(synthetic(alone), grid, { ...stationary, cells: 60 }, stationary), "gap")
        .caption,
    ).not.toContain("other cells");
  });

  it("claims no certificate where there is no dual", () => {
    const free = withDensities(
      synthetic({ ...alone, neuron: "none" }),
      { ...grid, certified: false },
      { ...stationary, certified: false, branches: 3 },
    );
    const { caption, svg } = figureOf(free, "gap");
    expect(caption).not.toContain("ertificate");
    expect(caption).toContain("the least of the 3 equilibria found");
    expect(svg).not.toContain("certificate");
  });

  it("is of F at temperature 0", () => {
    const { caption, svg } = figureOf(withDensities(synthetic({ ...alone, temperature: 0 }), grid), "gap");
    expect(caption).toContain("*F*(*μ*) − *D*, the duality gap");
    expect(caption + svg).not.toMatch(/KL|τ/);
  });
});

describe("the free energy", () => {
  it("has the dual value below it and each level of equilibrium once", () => {
    const branched = withDensities(synthetic(alone), grid, { ...stationary, branches: 3 });
    const figure = figureOf(branched, "free-energy");
    expect(legendOf(figure)).toEqual(
      expect.arrayContaining(["density", "certificate", "equilibrium, stable", "equilibrium, unstable"]),
    );
    expect(figure.caption).toContain("dotted: at those that repel");
    expect(figureOf(both, "free-energy").caption).toContain("dashed: its value at equilibrium, 0.25");
  });

  it("cuts a dual value that is far below", () => {
    const rows = both.series.rows.map((row) =>
      row.solver === "grid" && row.t === 0 ? { ...row, dual: -1e6 } : row,
    );
    const { svg } = figureOf({ ...both, series: { ...both.series, rows } }, "free-energy");
    expect(svg).not.toContain("10⁶");
    expect(svg).not.toMatch(/[ML,]-?\d{5,}/);
  });
});

describe("the picture of the density", () => {
  it("lets the last snapshot lie over the neurons, p = 1", () => {
    const figure = figureOf(both, "density");
    expect(legendOf(figure)).toEqual(expect.arrayContaining(["N = 40", "t = 0", "t = 4", "equilibrium"]));
    expect(figure.svg).toContain("<rect");
    expect(figure.caption).toContain(
      "the histogram of the neurons of *N* = 40 (the first replica) at *t* = 4",
    );
    expect(figures(both).map(({ name }) => name)).not.toContain("neurons");
  });

  it("names equilibria by their stability, and those alike by their means", () => {
    const branched = withDensities(synthetic(alone), grid, { ...stationary, branches: 3 });
    expect(legendOf(figureOf(branched, "density"))).toEqual(
      expect.arrayContaining([
        "equilibrium, stable, mean 0",
        "equilibrium, unstable",
        "equilibrium, stable, mean 2",
      ]),
    );
  });

  it("explains its lines where there are equilibria alone", () => {
    const caption = (branches: number) =>
      figureOf(withDensities(synthetic(alone), { ...stationary, branches }), "density").caption;
    expect(caption(1)).toBe("The density of neurons *μ* in equilibrium.");
    expect(caption(3)).toContain("dotted: those that repel");
  });

  it("is small, p = 2", () => {
    const figure = figureOf(
      withDensities(
        synthetic({ ...networks, neuron: "none", widths: [2000], replicas: 1 }),
        { ...grid, p: 2, cells: 200 },
        { ...stationary, p: 2, cells: 200 },
      ),
      "density",
    );
    expect(figure.svg.length).toBeLessThan(300_000);
    expect([...figure.svg.matchAll(/>(t = 0|t = 4|equilibrium)</g)].map(([, title]) => title)).toEqual(
      expect.arrayContaining(["t = 0", "t = 4", "equilibrium"]),
    );
  });

  it("sets a network's end beside an equilibrium that stands alone, p = 2", () => {
    const { svg, caption } = figureOf(
      withDensities(synthetic({ ...networks, neuron: "none" }), { ...stationary, p: 2 }),
      "density",
    );
    expect(caption).toContain("dots: neurons of *N* = 40 (the first replica) at *t* = 4.");
    expect(svg).toContain("<circle");
  });

  it("is a marginal for each parameter, p = 3", () => {
    const figure = figureOf(
      withDensities(synthetic({ ...networks, neuron: "full" }), { ...grid, p: 3, cells: 12 }),
      "density",
    );
    expect(figure.caption).toContain("output weight *a*, input weight *w*, bias *b*");
    expect([...figure.svg.matchAll(/>([awb])</g)].map(([, title]) => title)).toEqual(
      expect.arrayContaining(["a", "w", "b"]),
    );
  });

  it("integrates momenta out", () => {
    const phase = withDensities(synthetic(alone), { ...grid, p: 2, cells: 20 });
    const trace = densitiesOf({ traces: [{ ...(phase.traces[0] as DensityTrace), p: 1 }] }, 0)!;
    expect(trace.axes).toHaveLength(1);
    const line = densitiesOf(withDensities(synthetic(alone), { ...grid, cells: 20 }), 0)!;
    for (const [i, value] of trace.snapshots[0]!.values.entries()) {
      expect(value).toBeCloseTo(line.snapshots[0]!.values[i]!, 12);
    }
  });
});

describe("the limit", () => {
  const b = { solver: "grid", entry: 1, cells: [40], scheme: "implicit" };
  const comparison = (
    width: number,
    t: number,
    quantity: Comparison["quantity"],
    mean: number,
  ): Comparison => ({
    a: { solver: "particles", entry: 0, width, integrator: "euler-maruyama" },
    b,
    t,
    quantity,
    mean,
    interval: [mean * 0.5, mean * 1.5],
    replicas: 4,
  });
  const withComparisons = (...comparisons: Comparison[]): ReportInput => ({
    ...both,
    summary: { ...both.summary, comparisons },
  });
  const half = ([N, t]: readonly [number, number]) => [
    comparison(N, t, "f_rms", 1 / Math.sqrt(N)),
    comparison(N, t, "w1", 2 / Math.sqrt(N)),
  ];

  it("is drawn over the widths at the last time", () => {
    const input = withComparisons(
      ...[
        [10, 0],
        [10, 4],
        [1000, 0],
        [1000, 4],
      ].flatMap(([N, t]) => half([N!, t!])),
    );
    const figure = figureOf(input, "limit");
    expect(
      figures(input)
        .map(({ name }) => name)
        .slice(0, 3),
    ).toEqual(["risk", "gap", "limit"]);
    expect(figure.caption).toContain("at *t* = 4");
    expect(figure.caption).toContain("falls by a factor 10; 1/√*N* (dashed) by 10");
    expect(figure.caption).toContain("Dots: means over 4 replicas; bars: its 95 % interval.");
    expect(legendOf(figure)).toEqual(expect.arrayContaining(["‖fN − f‖", "W1", "1/√N"]));
    expect([...figure.svg.matchAll(/<circle/g)].length).toBe(4 + 2);
  });

  it("says what its bars are, where a width has lost replicas too", () => {
    const of = (width: number, replicas: number): Comparison => {
      const one = comparison(width, 4, "w1", 1 / width);
      if (replicas > 2) return { ...one, replicas };
      const none = { ...one, interval: null, replicas };
      return replicas === 2 ? { ...none, extremes: [0.5 / width, 1.5 / width] } : none;
    };
    const caption = (...counts: number[]) =>
      figureOf(withComparisons(...counts.map((count, k) => of(10 ** (k + 1), count))), "limit").caption;
    expect(caption(4, 2)).toContain(
      "Dots: means over 2 to 4 replicas; bars: its 95 % interval, of two from the one to the other.",
    );
    expect(caption(2, 2)).toContain("Dots: means over 2 replicas; bars: from the one to the other.");
    expect(caption(3, 1)).toContain("Dots: means over 3 replicas; bars: its 95 % interval.");
    expect(caption(1, 1)).not.toContain("bars");
  });

  it("needs two widths", () => {
    expect(figureOf(withComparisons(...half([10, 4])), "limit")).toBeUndefined();
  });

  it("survives intervals that reach zero, zero distances and single replicas", () => {
    const wide = { ...comparison(10, 4, "w1", 0.3), interval: [-3, 3.6] as const };
    const zero = comparison(10, 4, "f_rms", 0);
    const single = { ...comparison(1000, 4, "w1", 0.03), interval: null, replicas: 1 };
    const { svg, caption } = figureOf(withComparisons(wide, zero, single), "limit");
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(caption).toContain("falls by a factor 10");
  });

  it("prefers a density that moves to the equilibrium, and one integrator to a mixture", () => {
    const still = { ...comparison(10, 4, "w1", 9), b: { solver: "stationary", cells: [40] } };
    const other = comparison(10, 4, "w1", 7);
    const input = withComparisons(still, ...half([10, 4]), ...half([1000, 4]), {
      ...other,
      a: { ...other.a, integrator: "another", entry: 2 },
    });
    expect([...figureOf(input, "limit").svg.matchAll(/<circle/g)].length).toBe(4 + 2);
  });
});

describe("histograms", () => {
  it("have unit area, what lies outside counted", () => {
    const bars = histogramOf([0.1, 0.2, 0.6, 1, 7], [0, 1], 2);
    expect(bars.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.5],
      [0.5, 1],
    ]);
    expect(bars.map(({ density }) => density)).toEqual([0.8, 0.8]);
  });
});
