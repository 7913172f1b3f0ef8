// The points of a sweep over one another: what is minimised against time, a curve with its band for each combination of what was
// swept, networks solid and densities dashed.

import { largestOf } from "../../base/extremes.ts";
import { spread } from "../../base/spread.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { Course } from "../../study/courses.ts";
import type { StudySummary } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { SEED, wordsByKey } from "../../study/value-labels.ts";
import { HALF_WIDTH, HEIGHT, INK, legendHeight, MUTED } from "../chart/chart.ts";
import { type Curve, curvesOf } from "../chart/curves.ts";
import { abridged, type Key } from "../chart/legend.ts";
import { drawOver, lines, patterned, type TimePicture } from "../figures/in-time.ts";
import type { Figure } from "../folder.ts";
import { observableNotation } from "../observable-words.ts";
import { type Group, groupRuns } from "../runs/groups.ts";
import { observable } from "../runs/observable.ts";
import type { Palette } from "./colours.ts";
import { experimentAt } from "./points.ts";
import { valuesNotation } from "./words.ts";

/** Points whose courses a picture takes. */
export const MOST_COURSES = 24;
/** Curves up to which networks of every width are drawn, and else the widest alone. */
const FEW_CURVES = 8;
const MOST_KEYS = 8;

/** What is looked at first; the energy where there is no risk. */
const IMPORTANT = ["risk", "free_energy", "energy"];

/** Runs of one kind under one combination: replicas, those of a swept seed included. */
interface Member {
  readonly combination: string;
  readonly values: SweptValues;
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
  const shown = IMPORTANT.filter((name) => columns.has(name) && !(name === "energy" && columns.has("risk")));
  return shown
    .flatMap((name) => courseFigure(summary, courses.length, members, name, palette))
    .slice(0, most);
}

function membersOf(summary: StudySummary, courses: readonly Course[]): Member[] {
  const words = wordsByKey(summary.points.map(({ values }) => values));
  const members = new Map<
    string,
    { combination: string; values: SweptValues; group: Group; runs: number[]; rows: SeriesRow[] }
  >();
  let next = 0;
  for (const { point, series } of courses) {
    const { values, runs } = summary.points[point]!;
    const { [SEED]: _, ...others } = values;
    const combination = valuesNotation(others, words);
    const groups = groupRuns(
      runs.map((run, index) => ({ ...run, run: index })),
      experimentAt(summary, summary.points[point]!),
    );
    for (const group of groups) {
      if (group.kind === "equilibrium") continue;
      const key = `${combination} ${group.label}`;
      const member = members.get(key) ?? { combination, values, group, runs: [], rows: [] };
      const numbers = new Map(group.runs.map((run) => [run, next++]));
      for (const number of numbers.values()) member.runs.push(number);
      member.rows.push(
        ...series.rows
          .filter((row) => numbers.has(row.run))
          .map((row) => ({ ...row, run: numbers.get(row.run)! })),
      );
      members.set(key, member);
    }
  }
  return [...members.values()].map(({ combination, values, group, runs, rows }) => ({
    combination,
    values,
    group: { ...group, runs },
    rows,
  }));
}

function courseFigure(
  summary: StudySummary,
  read: number,
  members: readonly Member[],
  name: string,
  palette: Palette,
): Figure[] {
  const having = members.filter(({ rows }) => rows.some((row) => Number.isFinite(observable(name)(row))));
  const chosen = spread(having.length > FEW_CURVES ? widestOf(having) : having, MOST_COURSES);
  const curves = coloured(chosen, name, palette);
  if (curves.length === 0) return [];
  const label = observableNotation(name);
  const keys = legendOf(curves);
  const times = curves.flatMap(({ curve }) => curve.points.map(({ t }) => t));
  const picture: TimePicture = {
    name: `course-${name.replaceAll("_", "-")}`,
    title: `The ${label} against time, at the points of the sweep`,
    label,
    scale: "wide",
    layers: [
      { keys, marks: [], values: [], depth: 0 },
      ...curves.map(({ curve, dashed }) => (dashed ? patterned([curve], "dashes", []) : lines([curve], []))),
    ],
    caption: caption(summary, read, having, chosen, curves, label),
  };
  return [drawOver(times, picture, HEIGHT + legendHeight(keys, HALF_WIDTH))];
}

/** An entry for each combination, by width where several are drawn; densities beside networks are dashed in the same colours. */
function legendOf(curves: readonly Drawn[]): Key[] {
  const solid = curves.filter(({ dashed }) => !dashed);
  const several = new Set(solid.map(({ member }) => member.combination)).size < solid.length;
  const keys = solid.map(({ member, curve }): Key => {
    const whose = several ? `: ${member.group.label}` : "";
    return { label: `${member.combination}${whose}`, colour: curve.colour, shape: "line" };
  });
  const dashed = new Set(curves.filter((one) => one.dashed).map(({ member }) => member.group.label));
  return [
    ...abridged(keys, MOST_KEYS),
    ...[...dashed].map((label): Key => ({ label, colour: MUTED, shape: "dashes" })),
  ];
}

/** Of the networks of each combination the widest; densities as they are. */
function widestOf(members: readonly Member[]): Member[] {
  const widest = new Map<string, number>();
  for (const { combination, group } of members) {
    widest.set(combination, Math.max(widest.get(combination) ?? 0, group.width ?? 0));
  }
  return members.filter(
    ({ combination, group }) => group.width === null || group.width === widest.get(combination),
  );
}

interface Drawn {
  readonly member: Member;
  readonly curve: Curve;
  /** A density beside networks. */
  readonly dashed: boolean;
}

/** Colours from the first to the last; a density has that of the widest network beside it. */
function coloured(members: readonly Member[], name: string, palette: Palette): Drawn[] {
  const networks = members.filter(({ group }) => group.kind === "network");
  const own = networks.length > 0 ? networks : members;
  const colours = palette(own.map(({ values }) => values));
  return members.flatMap((member): Drawn[] => {
    const place = own.includes(member)
      ? own.indexOf(member)
      : own.findLastIndex(({ combination }) => combination === member.combination);
    const table = { columns: [], rows: member.rows };
    return curvesOf(table, [member.group], observable(name)).map((curve) => ({
      member,
      curve: { ...curve, colour: colours[place] ?? INK, strokeWidth: 1.75 },
      dashed: networks.length > 0 && member.group.kind !== "network",
    }));
  });
}

function caption(
  { points }: StudySummary,
  read: number,
  having: readonly Member[],
  chosen: readonly Member[],
  curves: readonly Drawn[],
  label: string,
): TimePicture["caption"] {
  const counts = new Set(curves.map(({ curve }) => curve.group.runs.length).filter((count) => count > 1));
  const replicas = counts.size === 1 ? `${[...counts][0]} replicas` : "the replicas";
  const widths = new Set(chosen.flatMap(({ group }) => group.width ?? []));
  const fewer = having.some(({ group }) => group.width !== null && !widths.has(group.width));
  const dashed = chosen.some(({ group }) => group.width === null) && widths.size > 0;
  const lost = chosen.length - curves.length;
  return [
    `The ${label} along training at the points of the sweep.`,
    fewer && `Networks: the widest alone, *N* = ${[...widths].join(", ")}.`,
    dashed && "Dashed: the density.",
    read < points.length && `Drawn: ${read} of ${points.length} points, evenly chosen.`,
    largestOf(counts) > 1 && `Lines: the mean over ${replicas}; shaded: from the smallest to the largest.`,
    lost > 0 && `${lost} not drawn: some of their runs are missing or failed at the start.`,
  ];
}
