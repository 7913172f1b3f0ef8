// muflow check SPEC: the experiment in words, its hypotheses, its largest stable step, its cost. Nothing is run.

import { costOf, describe, hypotheses } from "../experiment/describe.ts";
import { loadExperiment } from "../experiment/load.ts";
import { prepareExperiment } from "../experiment/run.ts";
import { stabilityLimit } from "../experiment/simulate.ts";
import { formatNumber } from "../report/notation.ts";
import type { RunArguments } from "./run.ts";

export async function check(spec: string, { set, seed }: RunArguments): Promise<void> {
  const loaded = await loadExperiment(spec, { set, ...(seed === undefined ? {} : { seed }) });
  const { built, manifest } = prepareExperiment(loaded);
  const out: string[] = [`${loaded.experiment.name} (hash ${manifest.hash.slice(0, 12)})`, ""];
  out.push(...describe(built).map((line) => `  ${line}`), "", "hypotheses");
  for (const { statement, holds, reason } of hypotheses(built)) {
    out.push(`  ${holds ? "yes" : "no "}  ${statement}: ${reason}`);
  }
  out.push("", "stability");
  const limits = new Map(built.runs.map((run) => [run.integrator, stabilityLimit(run)]));
  for (const [integrator, limit] of limits) {
    const { step } = built.runs[0].schedule;
    const verdict = step < limit ? "ok" : "too large, unless the curvature falls along the way";
    out.push(
      `  ${integrator}: stable below step ${formatNumber(limit)} at the start; step is ${step}: ${verdict}`,
    );
  }
  out.push("", "cost", ...costOf(built).map((line) => `  ${line}`));
  process.stdout.write(`${out.join("\n")}\n`);
}
