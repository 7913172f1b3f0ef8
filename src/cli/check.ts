// muflow check SPEC: an experiment or a study in words, its hypotheses, its largest stable steps, its cost. Nothing is run.

import { availableParallelism } from "node:os";
import { largestOf } from "../base/extremes.ts";
import { showValue } from "../base/keys.ts";
import { counted } from "../base/words.ts";
import { formatNumber } from "../report/notation.ts";
import { costLines, hypotheses } from "../run/describe.ts";
import { memoryOf, roomWarning } from "../run/needs.ts";
import { stabilityOf } from "../run/stability.ts";
import { boundText } from "../run/stable-step.ts";
import { describePoints } from "../study/describe-points.ts";
import type { PreparedPoint, PreparedStudy } from "../study/prepare.ts";
import { valuesText } from "../study/sweep.ts";
import { prepareAny, type SpecArguments } from "./spec-arguments.ts";

export async function check(spec: string, options: SpecArguments): Promise<void> {
  const study = await prepareAny(spec, options);
  const { points, size, name, sweep, fits } = study;
  const { built, manifest, loaded } = points[0]!.prepared;
  const several = points.length > 1;
  const sampled = size > points.length;
  const isStudy = fits.length > 0 || Object.keys(sweep).length > 0;
  const { hash } = isStudy ? study.manifest : manifest;
  const out: string[] = [sampled ? name : `${name} (hash ${hash.slice(0, 12)})`, ""];
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  if (isStudy) out.push("study", ...indented(studyLines(study)), "", several ? "its points" : "its point");
  out.push(
    ...indented(describePoints(points)),
    ...(loaded.experiment.backend === undefined ? [] : indented([SINGLE])),
    "",
    several ? "hypotheses, of the first point" : "hypotheses",
  );
  for (const { statement, holds, reason } of hypotheses(built)) {
    out.push(`  ${holds === null ? "?  " : holds ? "yes" : "no "}  ${statement}: ${reason}`);
  }
  const stability = points.flatMap((point) => stabilityLines(point, several));
  if (stability.length > 0) out.push("", "stability", ...indented(stability));
  out.push(
    "",
    several ? "cost of the first point" : "cost",
    ...indented(costLines(built, availableParallelism())),
    ...indented(tightLines(points, several)),
  );
  process.stdout.write(`${out.join("\n")}\n`);
}

const SINGLE = "networks: sums over neurons and data in single precision, on a GPU";

/** Values of a swept key that are shown. */
const MOST_SHOWN = 100;

function studyLines({ sweep, fits, lacks, points, size }: PreparedStudy): string[] {
  const runs = points.reduce((count, { prepared }) => count + prepared.built.runs.length, 0);
  const sample = `${counted(size, "point")}, too many to look at each: what follows is of ${points.length}, the first and those that differ from it in one key`;
  return [
    size > points.length ? sample : `${counted(points.length, "point")}, ${counted(runs, "run")}`,
    ...Object.entries(sweep).map(([key, values]) => `${key}: ${shown(values)}`),
    ...fits.map(({ quantity, solver, against, along, predicted }) => {
      const from = against === undefined ? "" : ` against ${against}`;
      const prediction = predicted === undefined ? "" : `, predicted slope ${formatNumber(predicted)}`;
      return `fit: ${quantity} of ${solver}${from} along ${along}${prediction}`;
    }),
    ...lacks.map((lack) => `warning: ${lack}`),
  ];
}

function shown(values: readonly unknown[]): string {
  const more = values.length - MOST_SHOWN;
  const listed = values.slice(0, MOST_SHOWN).map(showValue).join(", ");
  return more > 0 ? `${listed}, and ${counted(more, "more value")}` : listed;
}

/** That memory will be tight, at the point that takes most. */
function tightLines(points: readonly PreparedPoint[], several: boolean): string[] {
  const threads = availableParallelism();
  const bytes = points.map(({ prepared }) => memoryOf(prepared.built, threads));
  const largest = points[bytes.indexOf(largestOf(bytes))]!;
  const warning = roomWarning(largest.prepared.built, threads);
  if (warning === null) return [];
  return [`warning: ${several ? `${valuesText(largest.values)}: ` : ""}${warning}`];
}

/** Each method's largest step that is stable at the start; named by the point where there are several. */
function stabilityLines({ prepared, values }: PreparedPoint, several: boolean): string[] {
  return stabilityOf(prepared.built.runs).flatMap(({ method, step, limit: { step: limit, bound } }) => {
    const verdict = step < limit ? "ok" : "too large, unless the curvature falls along the way";
    const where = several ? `${valuesText(values)}: ` : "";
    return [
      `${where}${method}: stable below step ${formatNumber(limit)} at the start; step is ${step}: ${verdict}`,
      ...(bound === null ? [] : [`  ${boundText(bound)}, Λ the largest curvature`]),
    ];
  });
}
