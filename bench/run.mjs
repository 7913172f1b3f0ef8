// Speed against named programs, as ratios with their spread; agreement is checked before anything is timed.
//   node bench/run.mjs                    all rows, one table
//   node bench/run.mjs ROW [options]      the cases of one row, or the one that options describe
//   node bench/run.mjs --help             options; --list: rows, their options and peers

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { contextOf, SHARED, SHARED_HELP, tell } from "./harness/context.mjs";
import { machineOf, machineText } from "./harness/machine.mjs";
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
  --readme          writes the table into README.md
  --list            the rows, each with its own options, cases and peers`;

/** Of a row, for parseArgs. */
const optionsOf = (row) =>
  Object.fromEntries(
    Object.entries(row.options).map(([name, value]) => [
      name,
      { type: typeof value === "boolean" ? "boolean" : "string" },
    ]),
  );

/** Options as the row has them; undefined where none is given. Errors: no number where one is needed. */
function caseOf(row, values) {
  const given = Object.keys(row.options).filter((name) => values[name] !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map((name) => {
      const text = values[name];
      if (typeof row.options[name] !== "number") return [name, text];
      const value = Number(text);
      if (text.trim() !== "" && Number.isFinite(value)) return [name, value];
      throw new Error(`--${name}: found ${text}; allowed: a number`);
    }),
  );
}

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

/** Records of those rows, and the rows that failed, each said at once. */
async function measureAll(rows, values, context) {
  const peers =
    values.peer === undefined ? {} : { peers: values.peer.split(",").filter((name) => name !== "none") };
  const [records, failures] = [[], []];
  for (const row of rows) {
    const asked = caseOf(row, values);
    for (const one of asked === undefined ? row.cases : [asked]) {
      for (const backend of context.backends) {
        try {
          records.push(...(await row.measure(one, { ...context, ...peers, backend })));
        } catch (error) {
          tell(error.message);
          failures.push(error.message);
        }
      }
    }
  }
  return { records, failures };
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
  const table = tableOf(records);
  console.log(`${table.join("\n")}\n\n${machineText(machine)}`);
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ machine, records }, null, 1)}\n`);
  }
  if (values.readme) writeReadme(table, machine);
  if (failures.length > 0) process.exitCode = 1;
}

async function measured(row, values) {
  const context = contextOf(values);
  const machine = machineOf(context.python);
  return { machine, ...(await measureAll(row === null ? ROWS : [row], values, context)) };
}

await main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
});
