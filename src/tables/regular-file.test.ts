// A file that somebody changes while it is read is refused: half of its bytes would be those of another.

import fs, { mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readRegular } from "./regular-file.ts";

/** What happens to the file just before its bytes are read. */
let meanwhile = () => {};
const { readSync } = fs;
fs.readSync = ((...args: Parameters<typeof readSync>) => {
  const act = meanwhile;
  meanwhile = () => {};
  act();
  return readSync(...args);
}) as typeof readSync;
syncBuiltinESMExports();
afterAll(() => {
  fs.readSync = readSync;
  syncBuiltinESMExports();
});

const directory = mkdtempSync(join(tmpdir(), "muflow-regular-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, "points.csv");

const read = (act: () => void) => {
  writeFileSync(path, "x,y\n1,2\n");
  utimesSync(path, new Date(1e12), new Date(1e12));
  meanwhile = act;
  return readRegular(path, (found) => new Error(`found ${found}`)).toString();
};

it.each<[string, () => void]>([
  ["of as many bytes", () => writeFileSync(path, "x,y\n3,4\n")],
  ["of more", () => writeFileSync(path, "x,y\n1,2\n3,4\n")],
  ["of fewer", () => truncateSync(path, 4)],
  ["of none", () => truncateSync(path, 0)],
])("a file that becomes one %s is refused", (_what, act) => {
  expect(() => read(act)).toThrow("found a file that changed while it was read");
});

it("one that is left alone, or only looked at, is read whole", () => {
  expect(read(() => statSync(path))).toBe("x,y\n1,2\n");
});
