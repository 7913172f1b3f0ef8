import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fromCsv } from "./csv.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-csv-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("a table without commas", () => {
  it.each([
    ["x;y\n1;2\n", 'found no column "x"; the file has: x;y. Is it separated by ";"? Commas are needed'],
    ["x\ty\n1\t2\n", "Is it separated by tabs? Commas are needed"],
    ["y\n1\n", 'found no column "x"; the file has: y'],
    ["a;b,y\n1,2\n", 'found no column "x"; the file has: a;b, y'],
  ])("%j", (text, message) => {
    const path = join(directory, "table.csv");
    writeFileSync(path, text);
    const read = () => fromCsv(path, { inputs: ["x"], target: "y" });
    expect(read).toThrow(message);
    if (!message.includes("Is it")) expect(read).not.toThrow("Is it");
  });
});
