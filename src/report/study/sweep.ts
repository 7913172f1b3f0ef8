// A sweep without fits: final values against the first key whose values are numbers, or else against the width of the networks, a curve
// for each combination of the others.

import { grouped } from "../../base/grouped.ts";
import { spread } from "../../base/spread.ts";
import { counted } from "../../base/words.ts";
import type { StudyRun, StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { SEED, wordsByKey } from "../../study/value-labels.ts";
import { extent, sweptAxis } from "../chart/axes.ts";
import { drawFigure, type Figure } from "../chart/chart.ts";
import { keysOf, measured } from "../chart/layers.ts";
import { abridged } from "../chart/legend.ts";
import { replicasText, scatterText } from "../figures/captions.ts";
import { quantityNotation } from "../quantity-words.ts";
import { observableMean } from "../tables/observable-mean.ts";
import { coloured, type Palette } from "./colours.ts";
import { finalsOf, type PointGroup, pointGroups } from "./points.ts";
import { namesOf, valuesNotation, type Words } from "./words.ts";

/** What is looked at first. */
const IMPORTANT = ["risk", "free_energy", "gap", "energy", "kinetic"];
const MOST_FIGURES = 3;
const MOST_CURVES = 24;
/** Curves stand that many pixels beside each other, so that no bar hides another, and within that many of their place. */
const SIDESTEP = 2;
const ASIDE = 8;

/** What curves run along: a swept key, or the width of networks, which densities beside them have none of. */
interface Along {
  readonly key: string | null;
  readonly words: string;
  /** The keys besides. */
  readonly others: readonly string[];
}

/** Pictures of what matters most in the final values, three at most; none where there is nothing to draw them against. */
export function sweepFigures(summary: StudySummary, palette: Palette): Figure[] {
  const groups = pointGroups(summary);
  const along = alongOf(summary, groups);
  if (along === null) return [];
  const words = wordsByKey(summary.points.map(({ values }) => values));
  const shown = IMPORTANT.filter((name) => varies(groups.flatMap(({ runs }) => finalsOf(runs, name))));
  return shown
    .filter((name) => !shown.slice(0, shown.indexOf(name)).some((other) => isSame(groups, name, other)))
    .slice(0, MOST_FIGURES)
    .flatMap((observable) => sweepFigure(groups, observable, along, words, palette));
}

/** The swept key that final values are drawn against; null where they are drawn against the width, or not at all. */
export function sweptAlong(summary: StudySummary): string | null {
  return alongOf(summary, pointGroups(summary))?.key ?? null;
}

function alongOf({ points }: StudySummary, groups: readonly PointGroup[]): Along | null {
  const keys = [...new Set(points.flatMap(({ values }) => Object.keys(values)))].filter(
    (key) => key !== SEED,
  );
  const key = keys.find((candidate) => {
    const values = points.map((point) => point.values[candidate]);
    return values.every((value) => typeof value === "number") && new Set(values).size > 1;
  });
  const others = keys.filter((candidate) => candidate !== key);
  if (key !== undefined) return { key, words: namesOf(keys).get(key)!.words, others };
  const widths = new Set(groups.flatMap(({ group }) => group.width ?? []));
  if (keys.length === 0 || widths.size < 2) return null;
  return { key: null, words: namesOf(["width"]).get("width")!.words, others };
}

/** Whether two observables are one, round-off aside: the energy where nothing but the risk is minimised. */
function isSame(groups: readonly PointGroup[], name: string, other: string): boolean {
  return groups.every(({ runs }) => {
    const [a, b] = [finalsOf(runs, name), finalsOf(runs, other)];
    return (
      a.length === b.length && a.every((value, k) => Math.abs(value - b[k]!) <= ROUNDING * Math.abs(value))
    );
  });
}

const ROUNDING = 1e-9;

/** Whether a picture would show more than a level line. */
function varies(values: readonly number[]): boolean {
  const finite = values.filter(Number.isFinite);
  const [low, high] = extent(finite);
  return finite.length > 0 && high - low > ROUNDING * Math.max(Math.abs(low), Math.abs(high));
}

function sweepFigure(
  groups: readonly PointGroup[],
  observable: string,
  along: Along,
  words: Words,
  palette: Palette,
): Figure[] {
  const pools = poolsOf(groups, observable, along, words);
  // A mean over the runs that happen to be done would mislead: pools are drawn where all of theirs are.
  const isWhole = ({ runs, finals }: Pool) => finals.length === runs.length;
  const whole = pools.filter(isWhole);
  const series = grouped(pools, (pool) => pool.series).map((alike) => ({
    ...alike[0],
    points: alike
      .filter(isWhole)
      .map((pool) => placeOf(pool, observable))
      .sort((a, b) => a.x - b.x),
  }));
  const curves = coloured(series, palette).filter(({ points }) => points.length > 0);
  const drawn = spread(curves, MOST_CURVES);
  if (drawn.length === 0) return [];
  const name = quantityNotation(observable);
  const several = drawn.length > 1;
  const keys = drawn.flatMap((curve) => keysOf([curve], curve.dashed ? "dashes" : "line"));
  const legend = several || drawn[0]!.label !== "" ? abridged(keys) : [];
  const middle = (drawn.length - 1) / 2;
  const step = Math.min(SIDESTEP, ASIDE / (middle || 1));
  const counts = whole.map(({ runs }) => runs.length).filter((count) => count > 1);
  const lost = pools.length - whole.length;
  return [
    drawFigure({
      name: `final-${observable.replaceAll("_", "-")}`,
      x: sweptAxis(
        along.words,
        drawn.flatMap(({ points }) => points.map(({ x }) => x)),
      ),
      y: { label: name, scale: "wide" },
      layers: drawn.map((curve, k) =>
        measured(curve, {
          join: curve.dashed ? "dashes" : "line",
          aside: step * (k - middle),
          keys: k === 0 ? legend : [],
        }),
      ),
      caption: [
        `The ${name} at the end, against ${along.words}${several ? ", a curve for each combination of what else differs" : ""}.`,
        drawn.length < curves.length && `Drawn: ${drawn.length} of ${curves.length}, evenly chosen.`,
        counts.length > 0
          ? `Dots: the mean over ${replicasText(counts)}; bars: ${scatterText(counts)}.`
          : "Dots: single runs.",
        lost > 0 &&
          `${counted(lost, "dot")} not drawn: some of their runs are missing, failed, or have no finite value.`,
      ],
    }),
  ];
}

/** Runs of one kind at one place: replicas, those of a swept seed included. */
interface Pool {
  readonly series: string;
  /** What else is swept, the same for the networks and the densities of a point. */
  readonly combination: string;
  readonly network: boolean;
  readonly label: string;
  readonly x: number;
  readonly values: SweptValues;
  readonly runs: readonly StudyRun[];
  readonly finals: readonly number[];
}

function poolsOf(groups: readonly PointGroup[], observable: string, along: Along, words: Words): Pool[] {
  const has = ({ final }: StudyRun) => Object.hasOwn(final, observable);
  const having = groups.filter(({ runs }) => runs.some(has));
  const widths = [...new Set(having.flatMap(({ group }) => group.width ?? []))];
  const byWidth = ({ group }: PointGroup) => along.key === null && group.kind === "network";
  /** What tells networks of one width apart. */
  const besides = ({ group }: PointGroup) => group.details.join(", ");
  const kinOf = (members: PointGroup) =>
    byWidth(members) ? `${members.group.solver} ${besides(members)}` : members.kin;
  const kins = new Set(having.map(kinOf));
  const networks = new Set(having.filter(({ group }) => group.kind === "network").map(kinOf));
  const pools = groups.flatMap((members): Pool[] => {
    const { point, group, runs } = members;
    const done = runs.filter(({ status }) => status === "done");
    if (!kins.has(kinOf(members)) || (done.length > 0 && !done.some(has))) return [];
    const values = Object.fromEntries(along.others.map((key) => [key, point.values[key]]));
    const network = group.kind === "network";
    const name = byWidth(members) ? besides(members) || "networks" : group.label;
    const whose = network && networks.size === 1 ? "networks" : name;
    const parts = [along.others.length > 0 && valuesNotation(values, words), kins.size > 1 && whose];
    const places =
      along.key === null ? (network ? [group.width!] : widths) : [point.values[along.key] as number];
    return places.map((x) => ({
      series: JSON.stringify([values, kinOf(members)]),
      combination: JSON.stringify(values),
      label: parts.filter(Boolean).join(": "),
      network,
      x,
      values,
      runs,
      finals: finalsOf(runs, observable).filter(Number.isFinite),
    }));
  });
  return grouped(pools, ({ series, x }) => `${series} ${x}`).map((alike) => ({
    ...alike[0],
    runs: alike.flatMap(({ runs }) => runs),
    finals: alike.flatMap(({ finals }) => finals),
  }));
}

function placeOf({ x, finals }: Pool, observable: string) {
  const { mean, interval, extremes } = observableMean(observable, finals);
  const [low, high] = interval ?? extremes ?? [mean, mean];
  return { x, y: mean, low, high };
}
