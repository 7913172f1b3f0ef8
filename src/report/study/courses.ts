// The points of a sweep over one another: what is minimised against time, a curve with its band for each combination of what was
// swept, networks solid and densities dashed.

import { grouped } from "../../base/grouped.ts";
import { spread } from "../../base/spread.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { Course } from "../../study/courses.ts";
import type { StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { SEED, wordsByKey } from "../../study/value-labels.ts";
import type { Figure } from "../chart/chart.ts";
import { curvesOf } from "../chart/curves.ts";
import { keysOf, lines } from "../chart/layers.ts";
import { abridged } from "../chart/legend.ts";
import { MUTED } from "../chart/styles.ts";
import { limitsText, replicasText } from "../figures/captions.ts";
import { drawOver } from "../figures/in-time.ts";
import { quantityNotation } from "../quantity-words.ts";
import { type Group, groupsOf } from "../runs/groups.ts";
import { valueIn } from "../runs/observable.ts";
import { coloured, type Palette } from "./colours.ts";
import { experimentAt } from "./points.ts";
import { valuesNotation } from "./words.ts";

/** Points whose courses a picture takes. */
export const MOST_COURSES = 24;
/** Curves up to which networks of every width are drawn, and else the widest alone. */
const FEW_CURVES = 8;

/** What is looked at first; the energy where there is no risk. */
const IMPORTANT = ["risk", "free_energy", "energy"];

/** Runs of one kind under one combination: replicas, those of a swept seed included. */
interface Member {
  readonly combination: string;
  readonly values: SweptValues;
  readonly network: boolean;
  readonly group: Group;
  readonly rows: readonly SeriesRow[];
}

/** So many pictures at most; none of a study of one point. */
export function courseFigures(
  summary: StudySummary,
  courses: readonly Course[],
  most: number,
  palette: Palette,
): Figure[] {
  const members = membersOf(summary, courses);
  const columns = new Set(courses.flatMap(({ series }) => series.columns));
  return IMPORTANT.filter((name) => columns.has(name) && !(name === "energy" && columns.has("risk")))
    .flatMap((name) => courseFigure(summary, courses.length, members, name, palette))
    .slice(0, most);
}

function membersOf(summary: StudySummary, courses: readonly Course[]): Member[] {
  const words = wordsByKey(summary.points.map(({ values }) => values));
  let next = 0;
  const members = courses.flatMap(({ point, series }) => {
    const { values, runs } = summary.points[point]!;
    const { [SEED]: _, ...others } = values;
    const combination = valuesNotation(others, words);
    const groups = groupsOf(runs, experimentAt(summary, summary.points[point]!));
    return groups
      .filter(({ kind }) => kind !== "equilibrium")
      .map((group): Member => {
        const numbers = new Map(group.runs.map((run) => [run, next++]));
        const rows = series.rows.filter(({ run }) => numbers.has(run));
        return {
          combination,
          values,
          network: group.kind === "network",
          group: { ...group, runs: [...numbers.values()] },
          rows: rows.map((row) => ({ ...row, run: numbers.get(row.run)! })),
        };
      });
  });
  return grouped(members, ({ combination, group }) => `${combination} ${group.label}`).map((alike) => ({
    ...alike[0],
    group: { ...alike[0].group, runs: alike.flatMap(({ group }) => group.runs) },
    rows: alike.flatMap(({ rows }) => rows),
  }));
}

function courseFigure(
  { points }: StudySummary,
  read: number,
  members: readonly Member[],
  name: string,
  palette: Palette,
): Figure[] {
  const having = members.filter(({ rows }) => rows.some((row) => Number.isFinite(valueIn(row, name))));
  const chosen = spread(having.length > FEW_CURVES ? widestOf(having) : having, MOST_COURSES);
  const curves = coloured(chosen, palette).flatMap(({ rows, colour, ...member }) =>
    curvesOf({ rows }, [member.group], name).map((curve) => ({
      ...curve,
      ...member,
      colour,
      strokeWidth: 1.75,
    })),
  );
  if (curves.length === 0) return [];
  const label = quantityNotation(name);
  const [dashed, solid] = [curves.filter((curve) => curve.dashed), curves.filter((curve) => !curve.dashed)];
  const several = new Set(solid.map(({ combination }) => combination)).size < solid.length;
  const named = solid.map((curve) => {
    const { combination, group } = curve;
    return { ...curve, label: several ? `${combination}: ${group.label}` : combination };
  });
  const limits = grouped(
    dashed.map(({ group }) => group),
    ({ label }) => label,
  ).map(([first]) => first);
  const replicas = replicasText(curves.map(({ group }) => group.runs.length));
  const widths = new Set(chosen.flatMap(({ group }) => group.width ?? []));
  const fewer = having.some(({ group }) => group.width !== null && !widths.has(group.width));
  const lost = chosen.length - curves.length;
  const times = curves.flatMap((curve) => curve.points.map(({ x }) => x));
  return [
    drawOver(times, {
      name: `course-${name.replaceAll("_", "-")}`,
      label,
      scale: "wide",
      layers: [
        lines(named, { keys: abridged(keysOf(named)) }),
        lines(dashed, {
          shape: "dashes",
          keys: limits.map((limit) => ({ label: limit.label, colour: MUTED, shape: "dashes" })),
        }),
      ],
      caption: [
        `The ${label} along training at the points of the sweep.`,
        fewer && `Networks: the widest alone, *N* = ${[...widths].join(", ")}.`,
        dashed.length > 0 && `Dashed: ${limitsText(limits)}.`,
        read < points.length && `Drawn: ${read} of ${points.length} points, evenly chosen.`,
        replicas !== "" && `Lines: the mean over ${replicas}; shaded: from the smallest to the largest.`,
        lost > 0 && `${lost} not drawn: some of their runs are missing or failed at the start.`,
      ],
    }),
  ];
}

/** Of the networks of each combination the widest; densities as they are. */
function widestOf(members: readonly Member[]): Member[] {
  return members.filter(
    ({ network, combination, group }) =>
      !network ||
      members.every(
        (member) => member.combination !== combination || (member.group.width ?? 0) <= (group.width ?? 0),
      ),
  );
}
