// The table of README.md, between two marks.

import { readFileSync, writeFileSync } from "node:fs";
import { machineText } from "./machine.mjs";
import { THIS_BUILD } from "./sides.mjs";

const [BEGIN, END] = ["<!-- Made by node bench/run.mjs --readme -->", "<!-- End of the table -->"];

/** Errors: README.md without the marks. */
export function writeReadme(table, machine) {
  const path = `${THIS_BUILD}/README.md`;
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${BEGIN} … ${END}`);
  const made = [BEGIN, "", ...table, "", `Measured on ${machineText(machine)}.`, "", ""].join("\n");
  writeFileSync(path, text.slice(0, from) + made + text.slice(to));
}
