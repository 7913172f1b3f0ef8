// What tests of studies' reports share: studies as muflow study leaves them, their numbers made up.

import type { FittedLevel, StudyFit, StudyPoint, StudyRun, StudySummary } from "../../src/study/summary.ts";
import type { SweptValues } from "../../src/study/sweep.ts";

type FitSpec = StudyFit["spec"];

/** Numbers in [−1, 1) that look random and are always the same. */
function noise(seed: number): number {
  const x = Math.sin(12.9898 * seed + 78.233) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

export interface SyntheticFit extends Partial<FitSpec> {
  readonly group?: SweptValues;
  /** The slope of its levels; what is fitted differs by `off`. */
  readonly slope?: number;
  readonly factor?: number;
  readonly x?: readonly number[];
  readonly replicas?: number;
  /** The relative standard error of a level. */
  readonly error?: number;
  readonly halfWidth?: number;
  readonly verdict?: StudyFit["verdict"];
  readonly reason?: string;
  /** How many levels at the end are a flat floor and left out. */
  readonly floor?: number;
  readonly fitted?: boolean;
}

/** A fit of levels that follow their law but for a little noise. */
export function syntheticFit(options: SyntheticFit = {}): StudyFit {
  const { group = {}, slope = -0.5, factor = 1, x = [10, 30, 100, 300, 1000, 3000], replicas = 16 } = options;
  const { error = 0.06, halfWidth = 0.04, floor = 0, fitted = true } = options;
  const { slope: _, ...rest } = options;
  const spec = specOf(rest);
  const at = (value: number) => (spec.law === "power" ? Math.log(value) : value);
  const levels = x.map((value, k): FittedLevel => {
    const out = k >= x.length - floor;
    const place = out ? x[x.length - floor - 1]! : value;
    const height = factor * Math.exp(slope * at(place) + error * noise(k + 7 * factor));
    return {
      x: value,
      value: height,
      error: replicas > 1 ? error * height : null,
      replicas,
      leftOut: out ? "noise floor: no longer falling" : null,
    };
  });
  const found = slope + 0.2 * halfWidth;
  return {
    spec,
    group,
    levels,
    slope: fitted ? found : null,
    intercept: fitted ? Math.log(factor) + (slope - found) * at(x[Math.floor(x.length / 2)]!) : null,
    interval: fitted ? [found - halfWidth, found + halfWidth] : null,
    judged: fitted ? [found - 1.7 * halfWidth, found + 1.7 * halfWidth] : null,
    verdict: spec.predicted === undefined ? null : (options.verdict ?? (fitted ? "HOLDS" : "NOT RESOLVED")),
    reason:
      options.reason ?? `${x.length - floor} of ${x.length} levels; the prediction lies in the 95 % interval`,
  };
}

function specOf(options: SyntheticFit): FitSpec {
  const { quantity = "w1", along = "width", law = "power", solver = "particles", within = 0.05 } = options;
  return {
    ...{ quantity, along, law, solver, within },
    ...("against" in options || quantity !== "w1" ? {} : { against: "grid" as const }),
    ...(options.against && { against: options.against }),
    ...(options.at !== undefined && { at: options.at }),
    ...(options.predicted !== undefined && { predicted: options.predicted }),
  };
}

export interface SyntheticStudy {
  readonly sweep?: Readonly<Record<string, readonly unknown[]>>;
  readonly fits?: readonly StudyFit[];
  readonly widths?: readonly number[];
  readonly replicas?: number;
  readonly density?: boolean;
  /** What becomes of a run, by its number in the study. */
  readonly status?: (run: number) => Pick<StudyRun, "status" | "reason">;
}

/** A study of networks, and of their density where asked for. */
export function syntheticStudy(options: SyntheticStudy = {}): StudySummary {
  const { sweep = {}, fits = [], widths = [10, 100, 1000], replicas = 3, density = true } = options;
  const status = options.status ?? (() => ({ status: "done" as const }));
  let number = 0;
  const points = combinations(sweep).map((values, point): StudyPoint => {
    const networks = widths.flatMap((width) =>
      Array.from({ length: replicas }, (_, replica) => ({ solver: "particles" as const, width, replica })),
    );
    const all: Pick<StudyRun, "solver" | "width" | "replica" | "cells">[] = [
      ...networks,
      ...(density ? [{ solver: "grid" as const, cells: [64, 64] }] : []),
    ];
    const runs = all.map((run, index): StudyRun => {
      const state = status(number++);
      const final = state.status === "missing" ? {} : finals(values, run, 100 * point + index);
      return { ...run, final, ...state };
    });
    const b = { solver: "grid", cells: [64, 64] };
    const comparisons = (density ? widths : []).map((width) => {
      const mean = 1 / Math.sqrt(width);
      const interval = [0.9 * mean, 1.1 * mean] as const;
      return {
        a: { solver: "particles", width },
        b,
        t: 2,
        quantity: "w1" as const,
        mean,
        interval,
        replicas,
      };
    });
    return { values, hash: `point-${point}`, runs, comparisons };
  });
  return {
    name: "made-up-study",
    hash: "sha256-0123456789abcdef",
    version: "0.2.0",
    seed: 7,
    spec: {
      experiment: {
        name: "made-up-study",
        problem: { temperature: 0.1 },
        solvers: [
          { particles: { width: widths, replicas, integrator: "baoab" } },
          ...(density
            ? [
                {
                  grid: {
                    cells: [64, 64],
                    extent: [
                      [-4, 4],
                      [-4, 4],
                    ],
                  },
                },
              ]
            : []),
        ],
      },
      sweep,
      fits: fits.map(({ spec }) => spec),
    },
    machine: { node: "v20.20.2", cpu: "a processor", cores: 8, platform: "linux-x64" },
    wallTime: 12.345,
    outcome: outcomeOf(points.flatMap(({ runs }) => runs)),
    points,
    fits,
  };
}

function combinations(sweep: Readonly<Record<string, readonly unknown[]>>): SweptValues[] {
  return Object.entries(sweep).reduce<SweptValues[]>(
    (points, [key, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

/** A risk that falls with the temperature and has noise like 1/√N. */
function finals(values: SweptValues, run: { readonly width?: number }, seed: number): Record<string, number> {
  const swept = (key: string, otherwise: number) => {
    const value = values[key];
    return typeof value === "number" ? value : otherwise;
  };
  const temperature = swept("problem.temperature", 0.1);
  const friction = swept("dynamics.friction", 1);
  const scatter = run.width === undefined ? 0 : 0.3 / Math.sqrt(run.width);
  const risk = (0.02 + 0.5 * temperature + 0.01 * (friction - 1) ** 2) * (1 + scatter * (1 + noise(seed)));
  return {
    risk,
    energy: risk + 0.05,
    kinetic: temperature / 2,
    ...(run.width === undefined && { free_energy: risk - temperature, gap: 1e-6 * temperature }),
  };
}

function outcomeOf(runs: readonly StudyRun[]): string {
  const lost = runs.filter(({ status }) => status !== "done").length;
  return lost === 0 ? "done" : `${lost} of ${runs.length} runs failed`;
}
