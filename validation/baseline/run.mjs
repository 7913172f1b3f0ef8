// What every example and every quick claim comes to, to the bit:
//   node validation/baseline/run.mjs            compares with digests.json; exit code 1, and what differs, where any bit does
//   node validation/baseline/run.mjs --write    makes digests.json anew, where numbers were meant to move (the changelog says which)
//   --keep DIR                                  leaves the folders there, to look into
// Arrays and tables as files; of summary.json and study.json the numbers. Hashes, versions, words, figures and what tells of the machine are left out.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIGESTS = fileURLToPath(new URL("digests.json", import.meta.url));
const CLI = join(ROOT, "dist/cli.js");
const FILES = ["series.csv", "series.parquet", "neurons.npz", "density.npz"];
/** Of results: what may be another on another machine, or is no number that was computed. */
const APART = ["name", "hash", "version", "spec", "machine", "wallTime", "statement", "source"];

const { values } = parseArgs({ options: { write: { type: "boolean" }, keep: { type: "string" } } });

function muflow(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`muflow ${args.join(" ")}: exit code ${status}\n${stderr}`);
  return stdout;
}

const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 32);

/** Every number below it, by its place; numbers as JSON writes them name their bits. */
function numbersOf(value, place = "", found = []) {
  if (typeof value === "number" || value === null) found.push(`${place} ${value}`);
  else if (typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) {
      if (!APART.includes(key)) numbersOf(entry, place === "" ? key : `${place}.${key}`, found);
    }
  }
  return found;
}

function digestsOfFolder(folder) {
  const digests = {};
  for (const name of FILES.filter((file) => existsSync(join(folder, file)))) {
    digests[name] = digest(readFileSync(join(folder, name)));
  }
  for (const name of ["summary.json", "study.json"].filter((file) => existsSync(join(folder, file)))) {
    const numbers = numbersOf(JSON.parse(readFileSync(join(folder, name), "utf8")));
    digests[`numbers of ${name}`] = digest(numbers.sort().join("\n"));
  }
  return digests;
}

const directory = values.keep ?? mkdtempSync(join(tmpdir(), "muflow-baseline-"));
mkdirSync(directory, { recursive: true });
const found = {};
try {
  const examples = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" });
  for (const example of examples.filter((name) => name.endsWith(".yaml")).sort()) {
    const spec = join(ROOT, "examples", example);
    const { sweep, fits } = parse(readFileSync(spec, "utf8"));
    const folder = join(directory, example.replaceAll(/[/\\]|\.yaml$/g, "-"));
    rmSync(folder, { recursive: true, force: true });
    muflow([sweep === undefined && fits === undefined ? "run" : "study", spec, "--out", folder]);
    found[`examples/${example}`] = digestsOfFolder(folder);
    console.log(`examples/${example}`);
  }
  for (const claim of JSON.parse(muflow(["validate", "--json"]))) {
    found[`claim ${claim.id}`] = { verdict: claim.verdict, numbers: digest(numbersOf(claim).join("\n")) };
  }
} finally {
  if (values.keep === undefined) rmSync(directory, { recursive: true });
}

if (values.write) writeFileSync(DIGESTS, `${JSON.stringify(found, null, 2)}\n`);
else {
  const before = JSON.parse(readFileSync(DIGESTS, "utf8"));
  const differing = [...new Set([...Object.keys(before), ...Object.keys(found)])].flatMap((name) => {
    const [a = {}, b = {}] = [before[name], found[name]];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((what) => a[what] !== b[what])
      .map((what) => `${name}: ${what}: ${a[what] ?? "nothing"} → ${b[what] ?? "nothing"}`);
  });
  for (const line of differing) console.log(line);
  console.log(
    `${Object.keys(found).length} examples and claims: ${differing.length === 0 ? "the same bits" : `${differing.length} digests differ`}`,
  );
  process.exitCode = differing.length === 0 ? 0 : 1;
}
