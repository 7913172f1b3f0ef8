// The section of README.md about speed, between two marks: a line for each kind of work. All lines, with their spread, are in docs/speed.md.

import { readFileSync, writeFileSync } from "node:fs";
import { machineText } from "./machine.mjs";
import { THIS_BUILD } from "./sides.mjs";
import { tableOf } from "./table.mjs";

const [BEGIN, END] = ["<!-- Speed: made by node bench/run.mjs --readme -->", "<!-- End of speed -->"];

const WORDS = `## Speed

The same work by muflow and by other programs, on the same machine and as many threads. "Times faster" is their time divided by muflow's, the median of
samples taken in turn. [docs/speed.md](docs/speed.md) has the spread and more work; how to measure your machine: [CONTRIBUTING.md](CONTRIBUTING.md).`;

const PAGE = `# Speed

Made by \`node bench/run.mjs --readme\`. The same work by muflow and by other programs, on the same machine and as many threads; that they agree is checked
before anything is timed. "Times faster" is their time divided by muflow's: the median and the quartiles of samples taken in turn. What each row and each
peer is stands at the top of its file in [bench](../bench).`;

/** Errors: README.md without the marks. */
export function writeReadme(records, machine) {
  const measured = `Measured on ${machineText(machine)}.`;
  const page = [PAGE, "", ...tableOf(records), "", measured, ""].join("\n");
  writeFileSync(`${THIS_BUILD}/docs/speed.md`, page);
  // Noise, long steps and commands are for the page.
  const isMain = ({ row, options }) => options?.noise !== true && options?.step !== 1 && row !== "normals";
  const table = tableOf(records.filter(isMain), true);
  const path = `${THIS_BUILD}/README.md`;
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${BEGIN} … ${END}`);
  const made = [BEGIN, "", WORDS, "", ...table, "", measured, "", ""].join("\n");
  writeFileSync(path, text.slice(0, from) + made + text.slice(to));
}
