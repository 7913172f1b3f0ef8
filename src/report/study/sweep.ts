// A sweep without fits: final values against the first key whose values are numbers, or else against the width of the networks, a curve
// for each combination of the others.

import * as Plot from "@observablehq/plot";
import { spread } from "../../base/spread.ts";
import { counted } from "../../base/words.ts";
import type { StudyRun, StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { SEED, wordsByKey } from "../../study/value-labels.ts";
import { extent, spanningAxis, sweptAxis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, INK, legendHeight } from "../chart/chart.ts";
import { abridged, DASHES, type Key } from "../chart/legend.ts";
import { scatterText, sentences } from "../figures/captions.ts";
import type { Figure } from "../folder.ts";
import { observableNotation } from "../observable-words.ts";
import type { Group } from "../runs/groups.ts";
import { observableMean } from "../tables/observable-mean.ts";
import type { Palette } from "./colours.ts";
import { finalsOf, type PointGroup, pointGroups } from "./points.ts";
import { namesOf, valuesNotation, type Words } from "./words.ts";

interface Place {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Curve {
  readonly label: string;
  readonly colour: string;
  /** Of a density beside networks. */
  readonly dashed: boolean;
  readonly places: readonly Place[];
}

/** What is looked at first. */
const IMPORTANT = ["risk", "free_energy", "gap", "energy", "kinetic"];
const MOST_FIGURES = 3;
const MOST_KEYS = 8;
const MOST_CURVES = 24;

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
  const key = keys.find((one) => {
    const values = points.map((point) => point.values[one]);
    return values.every((value) => typeof value === "number") && new Set(values).size > 1;
  });
  const others = keys.filter((one) => one !== key);
  if (key !== undefined) return { key, words: namesOf(keys).get(key)!.words, others };
  const widths = new Set(groups.flatMap(({ group }) => group.width ?? []));
  return keys.length > 0 && widths.size > 1
    ? { key: null, words: namesOf(["width"]).get("width")!.words, others }
    : null;
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
  valueWords: Words,
  palette: Palette,
): Figure[] {
  const pools = poolsOf(groups, observable, along, valueWords);
  const curves = curvesOf(pools, observable, palette);
  const drawn = spread(curves, MOST_CURVES);
  if (drawn.length === 0) return [];
  const { words } = along;
  const name = observableNotation(observable);
  const places = drawn.flatMap((curve) => curve.places);
  const x = places.map((place) => place.x);
  const alone = drawn.length === 1 && drawn[0]!.label === "";
  const entries = drawn.map(
    ({ label, colour, dashed }): Key => ({ label, colour, shape: dashed ? "dashes" : "line" }),
  );
  const keys = alone ? [] : abridged(entries, MOST_KEYS);
  const middle = (drawn.length - 1) / 2;
  const step = Math.min(SIDESTEP, ASIDE / (middle || 1));
  const drawing = drawChart({
    title: `Final ${name} against ${words}`,
    width: HALF_WIDTH,
    height: HEIGHT + legendHeight(keys, HALF_WIDTH),
    x: sweptAxis(words, x),
    y: spanningAxis(
      name,
      places.flatMap(({ low, high }) => [low, high]),
      { zero: false },
    ),
    keys,
    marks: drawn.flatMap((curve, k) => marksOf(curve, step * (k - middle))),
  });
  return [
    {
      name: `final-${observable.replaceAll("_", "-")}`,
      caption: caption(pools, curves.length, drawn, name, words),
      ...drawing,
    },
  ];
}

/** Curves stand that many pixels beside each other, so that no bar hides another, and within that many of their place. */
const SIDESTEP = 2;
const ASIDE = 8;

function marksOf({ places, colour, dashed }: Curve, dx: number): Plot.Markish[] {
  const pattern = dashed ? { strokeDasharray: DASHES } : {};
  return [
    Plot.ruleX(places, { x: "x", y1: "low", y2: "high", dx, stroke: colour, strokeWidth: 1.5 }),
    Plot.line(places, { x: "x", y: "mean", dx, stroke: colour, strokeWidth: 1.5, ...pattern }),
    Plot.dot(places, { x: "x", y: "mean", dx, r: 3, fill: colour }),
  ];
}

/** Runs of one kind at one place: replicas, those of a swept seed included. */
interface Pool {
  readonly series: string;
  /** What else is swept, the same for the networks and the densities of a point. */
  readonly others: string;
  readonly network: boolean;
  readonly label: string;
  readonly x: number;
  readonly swept: SweptValues;
  readonly runs: StudyRun[];
  readonly values: number[];
}

function poolsOf(groups: readonly PointGroup[], observable: string, along: Along, words: Words): Pool[] {
  const having = groups.filter(({ runs }) => runs.some(({ final }) => Object.hasOwn(final, observable)));
  const widths = [...new Set(having.flatMap(({ group }) => group.width ?? []))];
  const kinOf = ({ group, kin }: PointGroup) =>
    along.key === null && group.kind === "network" ? `${group.solver} ${besideWidth(group)}` : kin;
  const kins = new Set(having.map(kinOf));
  const networks = new Set(having.filter(({ group }) => group.kind === "network").map(kinOf));
  const pools = new Map<string, Pool>();
  for (const one of groups) {
    const { point, group, runs } = one;
    const kin = kinOf(one);
    const done = runs.filter(({ status }) => status === "done");
    const recorded = done.length === 0 || done.some(({ final }) => Object.hasOwn(final, observable));
    if (!kins.has(kin) || !recorded) continue;
    const values = Object.fromEntries(along.others.map((key) => [key, point.values[key]]));
    const other = JSON.stringify(values);
    const series = JSON.stringify([values, kin]);
    const network = group.kind === "network";
    const own = along.key === null && network ? besideWidth(group) || "networks" : group.label;
    const whose = network && networks.size === 1 ? "networks" : own;
    const label = [along.others.length > 0 && valuesNotation(values, words), kins.size > 1 && whose]
      .filter(Boolean)
      .join(": ");
    const places =
      along.key === null ? (network ? [group.width!] : widths) : [point.values[along.key] as number];
    for (const x of places) {
      const key = `${series} ${x}`;
      const pool = pools.get(key) ?? {
        ...{ series, others: other, network, label, x, swept: values },
        runs: [],
        values: [],
      };
      for (const run of runs) pool.runs.push(run);
      for (const value of finalsOf(runs, observable)) if (Number.isFinite(value)) pool.values.push(value);
      pools.set(key, pool);
    }
  }
  return [...pools.values()];
}

/** What tells networks of one width apart. */
function besideWidth({ details }: Group): string {
  return details.join(", ");
}

/** A mean over the runs that happen to be done would mislead: pools are drawn where all of theirs are. */
function isWhole({ runs, values }: Pool): boolean {
  return values.length === runs.length;
}

function curvesOf(pools: readonly Pool[], observable: string, palette: Palette): Curve[] {
  const members = new Map<string, Pool[]>();
  for (const pool of pools) {
    const own = members.get(pool.series);
    if (own === undefined) members.set(pool.series, [pool]);
    else own.push(pool);
  }
  const series = [...members.values()];
  const networks = series.filter(([one]) => one!.network);
  const coloured = networks.length > 0 ? networks : series;
  const colours = palette(coloured.map(([one]) => one!.swept));
  const colourOf = new Map(coloured.map((own, k) => [own, colours[k]!]));
  // The colour of a density is that of the widest networks beside it.
  const beside = new Map(coloured.map((own) => [own[0]!.others, colourOf.get(own)!]));
  return series
    .map((own): Curve => {
      const [{ label, others }] = own as [Pool];
      const colour = colourOf.get(own);
      const shared = beside.size > 1 ? beside.get(others) : undefined;
      return {
        label,
        colour: colour ?? shared ?? INK,
        dashed: colour === undefined,
        places: own
          .filter(isWhole)
          .map(({ x, values }) => {
            const { mean, interval, extremes } = observableMean(observable, values);
            const [low, high] = interval ?? extremes ?? [mean, mean];
            return { x, mean, low, high };
          })
          .sort((a, b) => a.x - b.x),
      };
    })
    .filter((curve) => curve.places.length > 0);
}

function caption(
  pools: readonly Pool[],
  curves: number,
  drawn: readonly Curve[],
  name: string,
  words: string,
): string {
  const whole = pools.filter(isWhole);
  const replicated = whole.filter(({ runs }) => runs.length > 1);
  const [fewest, most] = extent(replicated.map(({ runs }) => runs.length));
  const replicas = fewest === most ? `${most} replicas` : `${fewest} to ${most} replicas`;
  const lost = pools.length - whole.length;
  return sentences(
    `The ${name} at the end, against ${words}${drawn.length > 1 ? ", a curve for each combination of what else differs" : ""}.`,
    drawn.length < curves && `Drawn: ${drawn.length} of ${curves}, evenly chosen.`,
    replicated.length > 0
      ? `Dots: the mean over ${replicas}; bars: ${scatterText(replicated.map(({ runs }) => runs.length))}${drawn.length > 1 ? "; curves stand side by side to keep bars apart" : ""}.`
      : "Dots: single runs.",
    lost > 0 &&
      `${counted(lost, "dot")} not drawn: some of their runs are missing, failed, or have no finite value.`,
  );
}
