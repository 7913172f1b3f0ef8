// What 0.3.0 was given, and what it left: its specs are read and mean the same, and its folders, finished or not, are left as they are, with one
// line of what to do.

import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { prepareStudy } from "../src/study/prepare.ts";
import { ROOT, resident, temporaryDirectory } from "./support.ts";

const fixtures = join(ROOT, "test", "fixtures", "0.3.0");
const specs = join(fixtures, "specs");
/** As 0.3.0 completed them: the first point, how many there are, and how many fits. */
const meant = JSON.parse(
  // The one value that has another name.
  readFileSync(join(specs, "canonical.json"), "utf8").replaceAll(
    /"standardise": ?true/g,
    '"standardise": "all"',
  ),
) as Record<string, { first: object; points: number; fits: number }>;

it.each(Object.entries(meant))("%s means what it meant", async (name, { first, points, fits }) => {
  const study = await prepareStudy(join(specs, name));
  expect([study.points.length, study.fits.length]).toEqual([points, fits]);
  // Keys that are new have their defaults; whatever was there is the same.
  expect(study.points[0]!.prepared.manifest.spec).toMatchObject(first);
});

const directory = temporaryDirectory();
const muflow = resident();

/** Of every file, by name. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}

const spec = (name: string) => join(specs, `${name}.yaml`);
const other =
  /^muflow: [^\n]*: was computed by muflow 0\.3\.0, this is [\d.]+, whose numbers may differ; go on with that version, or compute it anew in another folder\n$/;

it.each([
  ["report of a run", "run-done", (folder: string) => ["report", folder]],
  ["run into a finished folder", "run-done", (folder: string) => ["run", spec("done"), "--out", folder]],
  [
    "run into an interrupted folder",
    "run-stopped",
    (folder: string) => ["run", spec("stopped"), "--out", folder],
  ],
  ["report of a study", "study-done", (folder: string) => ["report", folder]],
  [
    "study into a finished folder",
    "study-done",
    (folder: string) => ["study", spec("swept"), "--out", folder],
  ],
  [
    "merge of shards",
    "sh1",
    (folder: string) => ["merge", folder, join(fixtures, "sh2"), "--out", join(directory, "merged")],
  ],
])("%s: refused in one line, nothing touched", async (_, name, command) => {
  const folder = join(directory, name);
  cpSync(join(fixtures, name), folder, { recursive: true });
  const before = contents(folder);
  const { code, stdout, stderr } = await muflow(command(folder));
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(other);
  expect(contents(folder)).toEqual(before);
});
