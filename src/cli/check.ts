// muflow check SPEC: the experiment in words, its hypotheses, its largest stable step, its cost. Nothing is run.

import { costLines, describe, hypotheses, methodOf } from "../experiment/describe.ts";
import { boundText, stabilityLimit } from "../experiment/simulate-particles.ts";
import { formatNumber } from "../report/notation.ts";
import { prepare, type SpecArguments } from "./prepare.ts";

export async function check(spec: string, options: SpecArguments): Promise<void> {
  const { built, manifest, loaded } = await prepare(spec, options);
  const out: string[] = [`${loaded.experiment.name} (hash ${manifest.hash.slice(0, 12)})`, ""];
  out.push(...describe(built).map((line) => `  ${line}`), "", "hypotheses");
  for (const { statement, holds, reason } of hypotheses(built)) {
    out.push(`  ${holds === null ? "?  " : holds ? "yes" : "no "}  ${statement}: ${reason}`);
  }
  const networks = built.runs.filter((run) => run.solver === "particles");
  if (networks.length > 0) out.push("", "stability of the networks");
  for (const [method, run] of new Map(networks.map((run) => [methodOf(run), run]))) {
    const { step } = run.schedule;
    const { step: limit, bound } = stabilityLimit(run);
    const verdict = step < limit ? "ok" : "too large, unless the curvature falls along the way";
    out.push(
      `  ${method}: stable below step ${formatNumber(limit)} at the start; step is ${step}: ${verdict}`,
    );
    if (bound !== null) out.push(`    ${boundText(bound)}, Λ the largest curvature`);
  }
  out.push("", "cost", ...costLines(built).map((line) => `  ${line}`));
  process.stdout.write(`${out.join("\n")}\n`);
}
