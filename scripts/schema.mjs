// Writes what is made from the one schema of the experiment file (src/spec/schema.ts) and the list of observables (src/observables/list.ts):
//   node scripts/schema.mjs              the reference page docs/experiment-file.md, and the table of observables in docs/results.md
//   node scripts/schema.mjs --out FILE   these, and the JSON Schema to FILE
//   node scripts/schema.mjs --check      nothing; exits 1 if they are not up to date

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createJiti } from "jiti";

const PAGE = fileURLToPath(new URL("../docs/experiment-file.md", import.meta.url));
const RESULTS = fileURLToPath(new URL("../docs/results.md", import.meta.url));

const jiti = createJiti(import.meta.url);
const { experimentJsonSchema } = await jiti.import("../src/spec/schema.ts");
const { allowedText, optionsOf } = await jiti.import("../src/spec/issues.ts");
const { COLUMNS } = await jiti.import("../src/observables/list.ts");
const { MOMENTS } = await jiti.import("../src/run/solvers/moments.ts");
const [{ gives }] = MOMENTS.runs({}, {}, 0);

const EXAMPLE = `name: linear-kinetic
problem:
  data: { csv: points.csv, inputs: [x], target: y }
  neuron: { activation: identity, inputs: 1, output: fixed, bias: false } # ψ(θ; x) = θx, p = 1
  loss: squared
  regulariser: { l2: 0.5 }
  temperature: 0.1
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: [-1], std: [0.5], momentum: { mean: [0.5], std: [0.4] } }
time: { until: 4, step: 0.05, record: 40, snapshots: [0, 2, 4] }
solvers:
  - particles: { width: [100, 1000, 10000], replicas: 16, integrator: aboba }
seed: 7
`;

const INTRODUCTION = `<!-- Made by scripts/schema.mjs from src/spec/schema.ts: edit that. -->

# The experiment file

One experiment: a problem, the dynamics that solves it, where it starts, how long it runs, and what computes it.
The file is YAML or JSON (nothing in it is ever executed), or a TypeScript or JavaScript module that exports the
same object by default or as \`experiment\`. Paths are relative to the file. Unknown keys are refused.

A complete example:

\`\`\`yaml
${EXAMPLE}\`\`\`

Any key can be set from the command line, before defaults are filled; values are YAML, positions in lists count from 0:

\`\`\`sh
muflow run spec.yaml --set problem.temperature=0.2 --set solvers.0.particles.width='[100, 1000]' --seed 8
\`\`\`

An error names the key, what was found, what is allowed, and the nearest valid key. In the tables a \`?\` marks a key
that may be left out, and – a default that is nothing or is told in the meaning.
`;

/** The alternatives of a schema that are mappings with keys of their own: itself, its options, or the items of a list. */
function mappingsOf(node) {
  if (node.type === "array") return mappingsOf(node.items);
  return [node, ...optionsOf(node)].filter(({ properties }) => properties !== undefined);
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}

function defaultText(node, isRequired) {
  if (isRequired) return "required";
  return node.default === undefined ? "–" : `\`${JSON.stringify(node.default)}\``;
}

function table({ properties, required = [] }) {
  const rows = Object.entries(properties).map(([key, node]) => {
    const columns = [
      `\`${key}\``,
      allowedText(node),
      defaultText(node, required.includes(key)),
      node.description ?? "",
    ];
    return `| ${columns.map(cell).join(" | ")} |`;
  });
  if (rows.length === 0) return "No keys: an empty mapping, `{}`.";
  return ["| key | type | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

/** What tells a mapping from the other alternatives: its kind, or else its first key. */
function caption({ properties }) {
  const [key, node] = Object.entries(properties)[0];
  return node.const === undefined ? `With \`${key}\`:` : `With \`${key}: ${node.const}\`:`;
}

function heading(node, mapping) {
  if (node.type === "array") {
    return mappingsOf(node).length === 1
      ? "Each item:\n\n"
      : `An item ${caption(mapping).replace("With", "with")}\n\n`;
  }
  if (optionsOf(node).length === 0) return "";
  return `${mappingsOf(node).length === 1 ? "As a mapping:" : caption(mapping)}\n\n`;
}

/** A section for a key whose value is a mapping, then those of the keys inside. */
function sections(path, node, done = new Set()) {
  const mappings = mappingsOf(node);
  if (mappings.length === 0 || done.has(path)) return [];
  done.add(path);
  const tables = mappings.map((mapping) => heading(node, mapping) + table(mapping));
  const prefix = node.type === "array" ? `${path}.0` : path;
  const inner = mappings.flatMap(({ properties }) =>
    Object.entries(properties).flatMap(([key, value]) => sections(`${prefix}.${key}`, value, done)),
  );
  return [`## \`${path}\`\n\n${sentence(node.description)}\n\n${tables.join("\n\n")}\n`, ...inner];
}

function sentence(text) {
  return `${text.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
}

function page(schema) {
  const inner = Object.entries(schema.properties).flatMap(([key, node]) => sections(key, node));
  return [INTRODUCTION, `## Top level\n\n${table(schema)}\n`, ...inner].join("\n");
}

const HOLDERS = { network: "networks", density: "densities", "phase space": "phase space" };

/** Of networks, densities and equations a column of one name stands in one row. */
function observables() {
  const names = [...new Set(COLUMNS.map(({ name }) => name))];
  const rows = names.map((name) => {
    const columns = COLUMNS.filter((column) => column.name === name);
    const holders = columns.flatMap(({ of }) => Object.keys(of).map((one) => HOLDERS[one]));
    if (gives.includes(name)) holders.push("moments");
    const [{ meaning, unit = "", asked }] = columns;
    const where = asked ? "; with `observe` alone" : "";
    const cells = [
      `\`${name.replaceAll("#", "k")}\``,
      escaped(meaning),
      escaped(unit),
      holders.join(", ") + where,
    ];
    return `| ${cells.map(cell).join(" | ")} |`;
  });
  return ["| observable | is | unit | of |", "|---|---|---|---|", ...rows].join("\n");
}

/** Text whose stars are stars. */
function escaped(text) {
  return text.replaceAll("*", "\\*");
}

const MADE = /(?<=<!-- Made by scripts\/schema\.mjs: edit src\/observables\. -->\n\n).*?(?=\n\n)/s;

const { values: options } = parseArgs({ options: { out: { type: "string" }, check: { type: "boolean" } } });
const schema = experimentJsonSchema();
const pages = [
  [PAGE, page(schema)],
  [RESULTS, readFileSync(RESULTS, "utf8").replace(MADE, observables)],
];
for (const [path, text] of pages) {
  if (!options.check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`docs/${basename(path)} is not up to date: run node scripts/schema.mjs`);
    process.exitCode = 1;
  }
}
if (options.out !== undefined) {
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(schema, null, 2)}\n`);
}
