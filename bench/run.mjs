// Speed against named programs, as ratios with their spread; agreement is checked before anything is timed.
//   node bench/run.mjs                    all rows, one table
//   node bench/run.mjs ROW [options]      the cases of one row, or the one that options describe
//   node bench/run.mjs --help             options; --list: rows, their options and peers

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { contextOf, SHARED, SHARED_HELP } from "./harness/context.mjs";
import { machineOf, machineText } from "./harness/machine.mjs";
import { measureCases } from "./harness/measure-cases.mjs";
import { caseOf, optionsOf, peersOf } from "./harness/options.mjs";
import { writeReadme } from "./harness/readme.mjs";
import { tableOf } from "./harness/table.mjs";
import { ROWS, rowNamed } from "./rows/index.mjs";

const OWN = {
  peer: { type: "string" },
  json: { type: "string" },
  from: { type: "string" },
  readme: { type: "boolean" },
  list: { type: "boolean" },
  help: { type: "boolean" },
};

const HELP = `node bench/run.mjs [ROW] [options]

${SHARED_HELP}
  --peer names      with commas; none: muflow alone (all that the row times unasked)
  --json file       the records
  --from file       no measurement: the records of an earlier --json
  --readme          writes docs/speed.md, and the main rows into README.md
  --list            the rows, each with its own options, cases and peers`;

function list() {
  for (const { name, about, options, cases, peers = {} } of ROWS) {
    const flags = Object.entries(options).map(([key, value]) =>
      typeof value === "boolean" ? `[--${key}]` : `--${key} ${value}`,
    );
    const names = Object.entries(peers).map(([peer, { asked }]) => (asked ? `${peer} (if asked)` : peer));
    console.log(`${name.padEnd(15)}${about}; cases: ${cases.length}`);
    if (flags.length > 0) console.log(`${" ".repeat(15)}${flags.join(" ")}`);
    if (names.length > 0) console.log(`${" ".repeat(15)}peers: ${names.join(", ")}`);
  }
}

async function main() {
  const name = process.argv[2]?.startsWith("-") ? undefined : process.argv[2];
  const row = name === undefined ? null : rowNamed(name);
  const { values } = parseArgs({
    args: process.argv.slice(row === null ? 2 : 3),
    options: { ...OWN, ...SHARED, ...(row === null ? {} : optionsOf(row)) },
  });
  if (values.help) return console.log(HELP);
  if (values.list) return list();
  const {
    machine,
    records,
    failures = [],
  } = values.from === undefined ? await measured(row, values) : JSON.parse(readFileSync(values.from, "utf8"));
  if (failures.length > 0) process.exitCode = 1;
  if (records.length === 0) return;
  const table = tableOf(records);
  console.log(`${table.join("\n")}\n\n${machineText(machine)}`);
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ machine, records }, null, 1)}\n`);
  }
  if (values.readme) writeReadme(records, machine);
}

/** Of one row, or of all that have the peers that are asked for. */
async function measured(row, values) {
  const rows = row === null ? ROWS : [row];
  const peers = peersOf(rows, values.peer);
  const asked = row === null ? undefined : caseOf(row, values);
  const context = { ...contextOf(values), ...(peers && { peers }) };
  const machine = machineOf(context.python);
  const cases = rows
    .filter((one) => !peers?.length || peers.some((name) => Object.hasOwn(one.peers ?? {}, name)))
    .flatMap((one) => (asked === undefined ? one.cases : [asked]).map((options) => [one, options]));
  return { machine, ...(await measureCases(cases, context)) };
}

await main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
});
