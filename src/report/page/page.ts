// The pieces of a report's page: one HTML file that opens anywhere, with no script, style, font or picture from elsewhere.
// Every string that is passed as text, titles included, is escaped here.

import { Document, isScalar, visit } from "yaml";
import type { Hypothesis } from "../../run/describe.ts";
import type { Figure } from "../chart/chart.ts";
import type { Source, Told } from "../folder.ts";
import { escapeMarkup, formatNumber, notationToHtml } from "../notation.ts";
import { NONE, type TextTable } from "../tables/data-table.ts";
import { sourceText } from "./bibliography.ts";

/** What ran where and for how long: all that may differ between two reports of the same hash. */
interface Made {
  readonly machine: Readonly<Record<string, string | number>>;
  /** Seconds. */
  readonly wallTime: number;
}

/** A report as a page. */
export interface Page {
  /** Of the run or the study. */
  readonly summary: Made &
    Readonly<Record<"name" | "version" | "hash" | "outcome", string>> & { readonly seed: number };
  readonly told: Told;
  /** How it went, in a sentence. */
  readonly outcome: string;
  readonly figures: readonly Figure[];
  /** What was found; what is empty is left out. */
  readonly results: readonly string[];
  /** Beside the words on what was computed. */
  readonly remarks?: readonly string[];
  /** How to get the same bits again. */
  readonly again: {
    readonly command: string;
    readonly on: string;
    readonly title: string;
    readonly spec: unknown;
  };
}

/** All of it but the line `#machine` is a function of what the summary's hash covers. Every string is escaped. */
export function renderPage({ summary, told, outcome, figures, results, remarks = [], again }: Page): string {
  const { description, hypotheses, sources, warnings = [] } = told;
  const title = escapeMarkup(summary.name);
  const doubts = warnings.map((warning) => `<p class="warning">Warning: ${escapeMarkup(warning)}.</p>\n`);
  const sections = [
    `<header>\n<h1>${title}</h1>\n<p class="${summary.outcome === "done" ? "outcome" : "outcome failed"}">${escapeMarkup(outcome)}</p>\n${doubts.join("")}</header>`,
    figureSection(figures),
    ...results,
    description.length > 0 && section("What was computed", renderList(description), ...remarks),
    hypothesisSection(hypotheses),
    reproductionSection(summary, again),
    sourcesSection(sources),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – muflow</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${sections.filter(Boolean).join("\n")}
</main>
</body>
</html>
`;
}

/** A section of markup under a title. */
export function section(title: string, ...content: readonly string[]): string {
  return `<section>\n<h2>${escapeMarkup(title)}</h2>\n${content.filter(Boolean).join("\n")}\n</section>`;
}

/** Markup that opens on a click. */
export function details(title: string, ...content: readonly string[]): string {
  return `<details>\n<summary>${escapeMarkup(title)}</summary>\n${content.join("\n")}\n</details>`;
}

function figureSection(figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  return `<section class="figures">\n${figures.map(renderFigure).join("\n")}\n</section>`;
}

function renderFigure({ name, caption, width, svg }: Figure): string {
  return `<figure id="figure-${escapeMarkup(name)}" style="width: ${width}px">\n${svg.trim()}\n<figcaption>${notationToHtml(caption)}</figcaption>\n</figure>`;
}

/** Cells from which on a line is broken. */
const SENTENCE = 50;

export function renderTable({ head, rows }: TextTable): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}${cell.length > SENTENCE ? ' class="sentence"' : ""}>${escapeMarkup(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll">\n<table>\n<thead>${row("th", head)}</thead>\n<tbody>\n${rows.map((cells) => row("td", cells)).join("\n")}\n</tbody>\n</table>\n</div>`;
}

export function renderNotes(notes: readonly string[]): string[] {
  return notes.map((note) => `<p class="note">${escapeMarkup(note)}</p>`);
}

export function renderList(lines: readonly string[]): string {
  return `<ul>\n${lines.map((line) => `<li>${escapeMarkup(line)}</li>`).join("\n")}\n</ul>`;
}

/** Where the tables of that name lie besides. */
export function tableFiles(...names: readonly string[]): string {
  const files = names
    .map(escapeMarkup)
    .map((name) => `<code>tables/${name}.csv</code>, <code>tables/${name}.tex</code>`);
  return `<p class="note">As files: ${files.join(", ")}.</p>`;
}

/** What the theorems behind an experiment ask for, and whether they have it. */
function hypothesisSection(hypotheses: readonly Hypothesis[] = []): string {
  if (hypotheses.length === 0) return "";
  const rows = hypotheses.map(({ statement, holds, reason }) => [
    statement,
    holds === null ? NONE : holds ? "yes" : "no",
    reason,
  ]);
  const table = renderTable({ head: ["hypothesis", "holds", "because"], rows });
  const undecided = rows.some(([, holds]) => holds === NONE);
  return section(
    "Hypotheses",
    table,
    ...renderNotes(undecided ? [`${NONE} cannot be decided from the problem alone.`] : []),
  );
}

/** How to get the same bits again, and what is excepted from that. */
function reproductionSection({ version, hash, seed, ...run }: Page["summary"], again: Page["again"]): string {
  const { command, on, title, spec } = again;
  return section(
    "How to reproduce",
    `<p>With muflow ${escapeMarkup(version)}, ${on}:</p>
<pre>${escapeMarkup(command)}</pre>
<p>The seed is ${escapeMarkup(String(seed))}; the result's hash is <code>${escapeMarkup(hash)}</code>. The same hash means the same bits.</p>`,
    machineLine(run),
    details(title, `<pre>${escapeMarkup(specText(spec))}</pre>`),
  );
}

function machineLine({ machine, wallTime }: Made): string {
  const parts = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
  return `<p id="machine">Machine: ${escapeMarkup([...parts, `wall time ${formatNumber(wallTime, 3)} s`].join(" · ")).replaceAll(/\s+/g, " ")}</p>`;
}

/** The canonical spec as YAML, lists of plain values on one line. */
function specText(spec: unknown): string {
  const document = new Document(spec);
  visit(document, {
    Seq(_, list) {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false });
}

function sourcesSection(sources: readonly Source[]): string {
  if (sources.length === 0) return "";
  const bibtex = escapeMarkup(sources.map((source) => source.bibtex.trim()).join("\n\n"));
  return section("Sources", renderList(sources.map(sourceText)), details("BibTeX", `<pre>${bibtex}</pre>`));
}

const STYLE = `
body { margin: 0; background: #fff; color: #222; font: 16px/1.5 Helvetica, Arial, "DejaVu Sans", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid #ddd; font-size: 19px; }
.outcome { margin: 6px 0 20px; color: #555; }
.outcome.failed { padding: 8px 12px; border-left: 4px solid #b3261e; background: #fdf1f0; color: #7a1a14; }
.warning { margin: -12px 0 20px; padding: 8px 12px; border-left: 4px solid #c2850a; background: #fdf7ea; color: #6b4a06; }
.figures { display: flex; flex-wrap: wrap; gap: 24px 16px; }
figure { margin: 0; max-width: 100%; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { margin-top: 4px; padding: 0 8px; color: #444; font-size: 13.5px; line-height: 1.45; }
sub { line-height: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid #e7e7e7; }
td.sentence { min-width: 26em; white-space: normal; overflow-wrap: anywhere; }
th { border-bottom-color: #888; }
.note, #machine { color: #555; font-size: 13.5px; }
ul { padding-left: 20px; }
pre { padding: 10px 12px; background: #f6f6f6; font-size: 13px; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; }
@media print { main { max-width: none; padding: 0; } body { font-size: 11pt; } h2 { break-after: avoid; } }
`;
