import { Document, isScalar, visit } from "yaml";
import type { Summary } from "../experiment/formats/summary.ts";
import type { Figure, ReportInput } from "./folder.ts";
import { counted, escapeMarkup, formatNumber, notationToHtml } from "./notation.ts";
import { comparisonNotes, comparisonsTable, summaryNotes, summaryTable, type TextTable } from "./table.ts";

/**
 * The report: one HTML page that opens anywhere, with no script, style, font or picture from elsewhere. All of it but
 * the line `#machine` is a function of what the summary's hash covers. Every string of the input is escaped.
 */
export function renderReport(input: ReportInput, figs: readonly Figure[]): string {
  const { summary, description, sources } = input;
  const sections = [
    header(input),
    figs.length > 0 && `<section class="figures">\n${figs.map(renderFigure).join("\n")}\n</section>`,
    finalValues(summary),
    summary.comparisons.length > 0 && solversCompared(summary),
    description.length > 0 && section("What was computed", renderList(description)),
    section("How to reproduce", reproduction(summary), machineLine(summary), specDetails(summary)),
    sources.length > 0 && section("Sources", renderSources(input)),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(summary.name)} – muflow</title>
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

function header(input: ReportInput): string {
  const { summary } = input;
  const done = summary.outcome === "done";
  const outcome = done ? `Done: ${extentOf(input)}.` : `Ended early: ${summary.outcome}`;
  return `<header>\n<h1>${escapeMarkup(summary.name)}</h1>\n<p class="${done ? "outcome" : "outcome failed"}">${escapeMarkup(outcome)}</p>\n</header>`;
}

/** What was computed: runs have an end, a search for equilibria has none. */
function extentOf({ summary, series }: ReportInput): string {
  const searches = summary.runs.filter(({ solver }) => solver === "stationary").length;
  const runs = summary.runs.length - searches;
  const until = series.rows.reduce((latest, { t }) => (Number.isFinite(t) ? Math.max(latest, t) : latest), 0);
  return [
    (runs > 0 || searches === 0) && `${counted(runs, "run")} to time ${formatNumber(until, 6)}`,
    searches > 0 && `${searches === 1 ? "1 search" : `${searches} searches`} for equilibria`,
  ]
    .filter(Boolean)
    .join(", ");
}

function section(title: string, ...content: readonly string[]): string {
  return `<section>\n<h2>${title}</h2>\n${content.filter(Boolean).join("\n")}\n</section>`;
}

function renderFigure({ name, caption, svg }: Figure): string {
  const wide = /^<svg[^>]* width="(\d+)"/.exec(svg)?.[1];
  return `<figure id="figure-${escapeMarkup(name)}" style="width: ${wide}px">\n${svg.trim()}\n<figcaption>${notationToHtml(caption)}</figcaption>\n</figure>`;
}

function renderTable({ head, rows }: TextTable): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeMarkup(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll">\n<table>\n<thead>${row("th", head)}</thead>\n<tbody>\n${rows.map((cells) => row("td", cells)).join("\n")}\n</tbody>\n</table>\n</div>`;
}

function finalValues(summary: Summary): string {
  const table = summaryTable(summary);
  return section("Final values", renderTable(table), ...renderNotes(summaryNotes(summary, table)));
}

function solversCompared(summary: Summary): string {
  const last = comparisonsTable(summary, { last: true });
  const all = comparisonsTable(summary);
  const details =
    all.rows.length > last.rows.length
      ? `<details>\n<summary>At all snapshots</summary>\n${renderTable(all)}\n</details>`
      : "";
  return section("Solvers compared", renderTable(last), ...renderNotes(comparisonNotes(summary)), details);
}

function renderNotes(notes: readonly string[]): string[] {
  return notes.map((note) => `<p class="note">${escapeMarkup(note)}</p>`);
}

function renderList(lines: readonly string[]): string {
  return `<ul>\n${lines.map((line) => `<li>${escapeMarkup(line)}</li>`).join("\n")}\n</ul>`;
}

function reproduction({ version, hash, seed }: Summary): string {
  return `<p>With muflow ${escapeMarkup(version)}, on the experiment file below (and the data files it names):</p>
<pre>muflow run experiment.yaml</pre>
<p>The seed is ${seed}; the result's hash is <code>${escapeMarkup(hash)}</code>. The same hash means the same bits.</p>`;
}

function machineLine({ machine, wallTime }: Summary): string {
  const parts = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
  return `<p id="machine">Machine: ${escapeMarkup([...parts, `wall time ${formatNumber(wallTime, 3)} s`].join(" · ")).replaceAll(/\s+/g, " ")}</p>`;
}

function specDetails({ spec }: Summary): string {
  return `<details>\n<summary>The experiment, defaults filled in</summary>\n<pre>${escapeMarkup(specText(spec))}</pre>\n</details>`;
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

function renderSources({ sources }: ReportInput): string {
  const labels = renderList(sources.map(({ label }) => label));
  const bibtex = escapeMarkup(sources.map((source) => source.bibtex.trim()).join("\n\n"));
  return `${labels}\n<details>\n<summary>BibTeX</summary>\n<pre>${bibtex}</pre>\n</details>`;
}

const STYLE = `
body { margin: 0; background: #fff; color: #222; font: 16px/1.5 Helvetica, Arial, "DejaVu Sans", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid #ddd; font-size: 19px; }
.outcome { margin: 6px 0 20px; color: #555; }
.outcome.failed { padding: 8px 12px; border-left: 4px solid #b3261e; background: #fdf1f0; color: #7a1a14; }
.figures { display: flex; flex-wrap: wrap; gap: 24px 16px; }
figure { margin: 0; max-width: 100%; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { margin-top: 4px; padding: 0 8px; color: #444; font-size: 13.5px; line-height: 1.45; }
sub { line-height: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid #e7e7e7; }
th { border-bottom-color: #888; }
.note, #machine { color: #555; font-size: 13.5px; }
ul { padding-left: 20px; }
pre { padding: 10px 12px; background: #f6f6f6; font-size: 13px; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; }
@media print { main { max-width: none; padding: 0; } body { font-size: 11pt; } h2 { break-after: avoid; } }
`;
