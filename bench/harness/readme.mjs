// The section of README.md about speed, between two marks.

import { readFileSync, writeFileSync } from "node:fs";
import { machineText } from "./machine.mjs";
import { THIS_BUILD } from "./sides.mjs";

const [BEGIN, END] = ["<!-- Speed: made by node bench/run.mjs --readme -->", "<!-- End of speed -->"];

const WORDS = `## Speed

The same work by muflow and by other programs, on the same machine and as many threads. "Times faster" is their time divided by muflow's: the median and the
quartiles of samples taken in turn. How it is measured, and how to measure your machine: [CONTRIBUTING.md](CONTRIBUTING.md).`;

/** Errors: README.md without the marks. */
export function writeReadme(table, machine) {
  const path = `${THIS_BUILD}/README.md`;
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${BEGIN} … ${END}`);
  const made = [BEGIN, "", WORDS, "", ...table, "", `Measured on ${machineText(machine)}.`, "", ""].join(
    "\n",
  );
  writeFileSync(path, text.slice(0, from) + made + text.slice(to));
}
