// A page for each claim, and one that lists them: Markdown with SVG figures, as a repository or a folder shows them. What is
// said of a claim comes from the claim, what was found from its result; nothing here is written for one claim.
//   DIR/README.md · DIR/ID.md · DIR/figures/ID.svg

import { join } from "node:path";
import { oneLine } from "../../base/labels.ts";
import { shellWord } from "../../base/shell.ts";
import { counted } from "../../base/words.ts";
import type { Claim, Prediction } from "../../claims/claim.ts";
import type { ClaimResult } from "../../claims/validate.ts";
import { makeFolder, writeAtomically } from "../../results/files.ts";
import { type Interval, tellingDigits, VERDICTS } from "../../statistics/verdict.ts";
import { formatNumber } from "../notation.ts";
import { drawClaimFigure } from "./claim-figure.ts";

export interface MeasuredClaim {
  readonly claim: Claim;
  readonly result: ClaimResult;
  /** As muflow validate takes it: the id, or the path of its file. */
  readonly named: string;
}

/** Writes the pages; returns the path of the list. `full`: which variant was run. */
export function writeClaimPages(folder: string, measured: readonly MeasuredClaim[], full: boolean): string {
  makeFolder(join(folder, "figures"));
  for (const entry of measured) {
    const { id, statement } = entry.claim;
    const { svg } = drawClaimFigure(entry.result.figure, statement, outcomeText(entry));
    writeAtomically(join(folder, "figures", `${id}.svg`), svg);
    writeAtomically(join(folder, `${id}.md`), claimPage(entry, full));
  }
  const path = join(folder, "README.md");
  writeAtomically(path, listPage(measured, full));
  return path;
}

/** What was predicted, as a relation. */
export function predictionText(predicted: Prediction): string {
  if ("equals" in predicted) return formatNumber(predicted.equals, 6);
  return "atMost" in predicted
    ? `≤ ${formatNumber(predicted.atMost, 6)}`
    : `≥ ${formatNumber(predicted.atLeast, 6)}`;
}

/** The measured number with its 95 % interval, J. */
export function measuredText({ measured, interval }: ClaimResult): string {
  return `${formatNumber(measured, tellingDigits(interval))} ${intervalText(interval)}`;
}

/** The interval that judges, I. */
export function judgedText({ judged }: ClaimResult): string {
  return intervalText(judged);
}

/** All of it, for the figure. */
function outcomeText({ claim: { predicted }, result }: MeasuredClaim): string {
  return `measured ${measuredText(result)}, judged by ${judgedText(result)}; predicted ${predictionText(predicted)}: ${result.verdict}`;
}

function intervalText(interval: Interval): string {
  const digits = tellingDigits(interval);
  return `[${interval.map((end) => formatNumber(end, digits)).join(", ")}]`;
}

/** How many of each verdict. */
export function countsText(results: readonly ClaimResult[]): string {
  return VERDICTS.map(
    (verdict) => `${results.filter((result) => result.verdict === verdict).length} ${verdict}`,
  ).join(", ");
}

/** What begins code or an escape, ends the text of a link, begins struck text, a tag or an entity, begins emphasis. */
const OPENERS =
  /[\\`]|\](?=\()|[~<](?=\S)|&(?=[#\p{L}])|\*(?=[\p{L}\p{N}\p{M}\p{S}])|(?<![\p{L}\p{N}\p{M}])\*(?=\S)|(?<![\p{L}\p{N}\p{M}\p{S}])_(?=\S)/gu;

/** What at the beginning of a line makes a heading, a quotation, a list, a rule, a table or the target of a link. */
const BLOCK = /^(?:[#>+=|:-]|\d+(?=[.)])|\[(?=[^\]]*\]:))/u;

/** Text as Markdown that reads as that text, on one line and anywhere in it. */
function asMarkdown(text: string): string {
  const escaped = oneLine(text).trim().replaceAll(OPENERS, "\\$&");
  return escaped.replace(BLOCK, (opener) => (/\d/.test(opener) ? `${opener}\\` : `\\${opener}`));
}

/** Text as code, between more backticks than it has in a row. */
function asCode(text: string): string {
  const line = oneLine(text);
  const fence = "`".repeat(1 + Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

/** The same within a cell of a table. */
function asCell(text: string): string {
  return asMarkdown(text).replaceAll("|", "\\|");
}

function claimPage({ claim, result, named }: MeasuredClaim, full: boolean): string {
  const { id, source, predicted } = claim;
  const [statement, equation, experiment, statistic, validates] = (
    ["statement", "equation", "experiment", "statistic", "validates"] as const
  ).map((part) => asMarkdown(claim[part]));
  const origin = [`${source.author} ${source.year}`, source.arxiv && `arXiv ${source.arxiv}`, source.work];
  const caption = asMarkdown(result.figure.caption);
  const notes = result.notes.map((note) => `- ${asMarkdown(note)}\n`).join("");
  const ending = {
    HOLDS: `This result validates ${validates}.`,
    FAILS: `This result contradicts ${validates}.`,
    "NOT RESOLVED": `This result leaves open ${validates}.`,
  }[result.verdict];
  return `# ${id}

${statement}

Source: ${asMarkdown(origin.filter(Boolean).join(", "))}.

**Mathematics.** ${equation}

**Experiment.** ${experiment}

**Measured.** ${statistic}

| predicted | measured [95 %, or its error] | judged by | verdict |
|---|---|---|---|
| ${predictionText(predicted)} | ${measuredText(result)} | ${judgedText(result)} | ${result.verdict} |

${asMarkdown(result.reason)}

![${caption.replaceAll(/\\?[[\]]/g, "")}](figures/${id}.svg)

${caption}

${notes}${notes === "" ? "" : "\n"}${ending}${claim.quickMayStayOpen ? " Its quick variant may stay NOT RESOLVED." : ""}

Again: ${asCode(`muflow validate ${shellWord(named)}${full ? " --full" : ""}`)}
`;
}

function listPage(measured: readonly MeasuredClaim[], full: boolean): string {
  const rows = measured.map(
    ({ claim, result }) =>
      `| [${claim.id}](${claim.id}.md) | ${asCell(claim.statement)} | ${predictionText(claim.predicted)} | ${measuredText(result)} | ${judgedText(result)} | ${result.verdict} |`,
  );
  return `# Claims

${counted(measured.length, "claim")}, ${full ? "full" : "quick"} variants: ${countsText(measured.map(({ result }) => result))}.
Made by \`muflow validate${full ? " --full" : ""} --out DIR\`. The interval that judges holds for all of them
at once: FAILS outside; HOLDS inside, where it is as narrow as the claim asks; else NOT RESOLVED. A quick variant asks for intervals as narrow as
the full one does, and may stay NOT RESOLVED only where its claim says so; a full one never may.

| claim | statement | predicted | measured [95 %, or its error] | judged by | verdict |
|---|---|---|---|---|---|
${rows.join("\n")}
`;
}
