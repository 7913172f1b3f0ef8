// Tables of numbers: the columns asked for, by name, and the first cell that is none, by its place.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type CsvColumns, fromCsv, readNumberRows } from "./csv.ts";
import { fromArrays, standardised } from "./data.ts";

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

function written(text: string): string {
  const path = join(directory, "some.csv");
  writeFileSync(path, text);
  return path;
}

describe("columns by name", () => {
  const text = "q, u ,y,v\n1,2,3,4\n\n5,6,7,8\n9,1,2,3\n";
  it("inputs in the order asked for, the target, and weights", () => {
    const read = (columns: CsvColumns) => fromCsv(written(text), columns);
    const x = [
      [4, 2],
      [8, 6],
      [3, 1],
    ];
    expect(read({ inputs: ["v", "u"], target: "y" })).toEqual(fromArrays(x, [3, 7, 2]));
    expect(read({ inputs: ["v", "u"], target: "y", weight: "q" })).toEqual(
      fromArrays(x, [3, 7, 2], [1, 5, 9]),
    );
    expect(read({ inputs: ["v", "u"], target: "y", standardise: true })).toEqual(
      standardised(fromArrays(x, [3, 7, 2])),
    );
  });

  it.each([
    ["", "the file is empty"],
    ["u,y\n", "the file has a header line but no rows"],
    ["u,y\n1,2\n3,many\n", 'row 2 (line 3), column y: found "many"; a finite number is needed'],
    ["u,y\n1,2\n\n,4\n", "row 2 (line 4), column u: found nothing"],
    ["u,y\n1\n", "row 1 (line 2), column y: found nothing"],
    ["u,y\nInfinity,1\n", 'column u: found "Infinity"'],
  ])("%j is refused", (table, message) => {
    expect(() => fromCsv(written(table), { inputs: ["u"], target: "y" })).toThrow(message);
  });
});

describe("rows of numbers", () => {
  it("with a header line of names or without", () => {
    const rows = [
      [1, 2],
      [3, -4.5],
    ];
    expect(readNumberRows(written("1,2\n3,-4.5\n"), 2)).toEqual(rows);
    expect(readNumberRows(written("a,b\n1,2\n3,-4.5\n"), 2)).toEqual(rows);
  });

  it.each([
    ["1,2\n3\n", "row 2 (line 2) has 1 columns; 2 are needed"],
    ["a,b\n1,2,3\n", "row 1 (line 2) has 3 columns; 2 are needed"],
    ["1,2\n3,x\n", 'row 2 (line 2), column 2: found "x"'],
  ])("%j is refused", (table, message) => {
    expect(() => readNumberRows(written(table), 2)).toThrow(message);
  });
});
