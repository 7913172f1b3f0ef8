// Tables of numbers: the columns asked for, as they are written, and the first cell that is none, by its place.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { type CsvColumns, csvData, fromCsv, numberRows } from "./csv.ts";
import { fromArrays, standardised } from "./data.ts";
import { split } from "./split.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-csv-"));
afterAll(() => rmSync(directory, { recursive: true }));

function written(text: string): string {
  const path = join(directory, "some.csv");
  writeFileSync(path, text);
  return path;
}

const read = (text: string | Uint8Array, columns: CsvColumns) =>
  csvData("t", columns, () => Buffer.from(text as string));
/** Rows [x…, y]. */
const rowsOf = (text: string | Uint8Array, columns: CsvColumns) => {
  const { size, inputs, x, y } = read(text, columns);
  return Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: inputs }, (_, k) => x[k * size + i]),
    y[i],
  ]);
};
const neurons = (text: string, width: number, format = {}) =>
  numberRows("t", Buffer.from(text), width, format);
const XY = { inputs: ["x"], target: "y" };

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(MuflowError);
    expect((error as MuflowError).kind).toBe("input");
    const { message } = error as MuflowError;
    expect(message).not.toMatch(/\n/);
    return message;
  }
  throw new Error("accepted");
}

describe("columns by name", () => {
  const text = "q, u ,y,v\n1,2,3,4\n\n5,6,7,8\n9,1,2,3\n";
  it("inputs in the order asked for, the target, and weights", () => {
    const values = (columns: CsvColumns) => {
      const { names: _, ...rest } = fromCsv(written(text), columns);
      return rest;
    };
    const x = [
      [4, 2],
      [8, 6],
      [3, 1],
    ];
    expect(values({ inputs: ["v", "u"], target: "y" })).toEqual(fromArrays(x, [3, 7, 2]));
    expect(values({ inputs: ["v", "u "], target: " y" })).toEqual(fromArrays(x, [3, 7, 2]));
    expect(values({ inputs: ["v", "u"], target: "y", weight: "q" })).toEqual(
      fromArrays(x, [3, 7, 2], [1, 5, 9]),
    );
    expect(values({ inputs: ["v", "u"], target: "y", standardise: true })).toEqual(
      standardised(fromArrays(x, [3, 7, 2])),
    );
    expect(fromCsv(written(text), { inputs: ["v", "u"], target: "y" }).names).toEqual({
      inputs: ["v", "u"],
      target: "y",
    });
  });

  it.each([
    ["", "the file is empty"],
    ["x,y\n", "the file has a header line but no rows"],
    ["x,y\n1,2\n3,many\n", 'row 2 (line 3), column y: found "many"; a finite number is needed'],
    ["x,y\n1,2\n\n,4\n", "row 2 (line 4), column x: found nothing"],
    ["x,y\n1\n", "line 2 has 1 cell; the first row has 2"],
    ["x,y\nInfinity,1\n", 'column x: found "Infinity"'],
    ["qty,price,x,y\n3,3,100.75,1,2\n", "line 2 has 5 cells; the first row has 4"],
    [
      "x,y\n1,5,2\n",
      'line 2 has 3 cells; the first row has 2, separated by ",". Put cells that hold a comma',
    ],
    ["x,y\n1,2,\n", "line 2 has 3 cells"],
    ["x;y\n1;2\n3;4;5\n", "line 3 has 3 cells"],
    ["x,x,y\n1,2,3\n", 'column "x" is there twice, as 1 and 2; name it by number'],
    [
      'é,x,y\r\n"a\r\nb",1,2\r\n\r\nc,3,"4\r\nd,5,6\r\n',
      "the quote that opens in line 5 is never closed. Close it, or set quote: none",
    ],
    ['x,y\n"1\n2,3\n', "the quote that opens in line 2 is never closed"],
    ['x,y\n1,2\n3" pipe,4\n', "line 3 has a quote inside a cell. Set quote: none where quotes are text"],
    ['x,y\n"3"4,4\n', "line 2 goes on after the quote at the end of a cell. Set quote: none"],
    ["x,y\n0x10,1\n", 'row 1 (line 2), column x: found "0x10"'],
    ["x,y\n0b11,1\n", 'found "0b11"'],
    ["x,y\n0o7,1\n", 'found "0o7"'],
    ["x,y\n1_000,1\n", 'found "1_000"'],
    ["x,y\n1e400,1\n", 'found "1e400"'],
    ["x,y\n+-1,1\n", 'found "+-1"'],
    ["x,y\n−1,1\n", 'found "−1"'],
    ["x,y\n１,1\n", 'found "１"'],
    [
      'x,y\n"1,5",1\n',
      'found "1,5"; a finite number is needed. Correct or remove the row, or set decimal: comma',
    ],
    ["x,y\n?,1\n", 'found "?"; a finite number is needed. Correct or remove the row, or set missing: drop'],
    ["x,y\nNA,1\n", "or set missing: drop"],
    ['x,y\n"1\n3",1\n', 'found "1\\n3"'],
    ["x,y\n\u001b[2J1,1\n", 'found "\\u001b[2J1"'],
    ["y\n1\n", 'found no column "x"; the file has: y'],
    ['x,y\n1,"2\n', "is not a table"],
    ["1,2\n3,4\n", "the first row holds numbers (1, 2): set header: false"],
    [
      "5.1,3.5,setosa\n4.9,3,virginica\n",
      'found no column "x"; the file has: 5.1, 3.5, setosa. The first row holds numbers: is it data?',
    ],
  ])("%j is refused", (table, message) => {
    expect(messageOf(() => read(table, XY))).toContain(message);
  });

  it("a name with a comma that was split at it is told", () => {
    const text = '"x value, cm","a,b",a,b,y\n1,2,3,4,5\n';
    const inputs = (...keys: string[]) => ({ inputs: keys, target: "y" });
    expect(messageOf(() => read(text, inputs("a", "x value", "cm")))).toBe(
      't: found no column "x value"; the file has "x value, cm": put a name with a comma in quotes, ["x value, cm"]',
    );
    expect(rowsOf(text, inputs("x value, cm", "a", "b"))).toEqual([[1, 3, 4, 5]]);
    expect(rowsOf(text, inputs("a,b"))).toEqual([[2, 5]]);
    expect(messageOf(() => read(text, inputs("cm", "x value")))).toContain(
      'found no column "cm"; the file has: x value, cm',
    );
  });

  it("a column asked for twice is refused", () => {
    const twice = (columns: CsvColumns) => messageOf(() => read("x,y,z\n1,2,3\n", columns));
    expect(twice({ inputs: ["x", "x"], target: "y" })).toContain('"x" is among the inputs twice');
    expect(twice({ inputs: ["x..z"], target: "y" })).toContain('"y" is both an input and the target');
  });

  it("of very many names the nearest are told", () => {
    const names = Array.from({ length: 1e5 }, (_, k) => `feature_${k}`);
    const message = messageOf(() => read(`${names.join(",")}\n`, { inputs: ["feature_12x"], target: "y" }));
    expect(message).toMatch(
      /the file has: feature_0, .*, feature_11 and 99988 more; did you mean "feature_12/,
    );
    expect(message.length).toBeLessThan(400);
  });
});

describe("columns by number and range", () => {
  const text = "1,2,3,4\n5,6,7,8\n";
  it.each<[CsvColumns, number[][]]>([
    [
      { inputs: [1], target: 4 },
      [
        [1, 4],
        [5, 8],
      ],
    ],
    [
      { inputs: ["1..3"], target: 4 },
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    ],
    [
      { inputs: ["3..4", 1], target: 2 },
      [
        [3, 4, 1, 2],
        [7, 8, 5, 6],
      ],
    ],
  ])("%j without a header", (columns, expected) => {
    expect(rowsOf(text, { ...columns, header: false })).toEqual(expected);
  });

  it("and with one, by position or from name to name", () => {
    const named = "id,x1,x2,x3,y\n0,1,2,3,4\n";
    expect(rowsOf(named, { inputs: ["x1..x3"], target: "y" })).toEqual([[1, 2, 3, 4]]);
    expect(rowsOf(named, { inputs: ["2..4"], target: 5 })).toEqual([[1, 2, 3, 4]]);
    expect(read(named, { inputs: ["2..4"], target: 5 }).names).toEqual({
      inputs: ["x1", "x2", "x3"],
      target: "y",
    });
    expect(read(text, { inputs: ["1..3"], target: 4, header: false }).names?.inputs[2]).toBe("column 3");
  });

  it.each<[CsvColumns, string, string]>([
    [{ inputs: [1], target: 4 }, text, "the first row holds numbers (1, 2, 3, 4)"],
    [
      { inputs: [1], target: 5, header: false },
      text,
      "found no column 5; the file has 4 columns, counted from 1",
    ],
    [{ inputs: [0], target: 4, header: false }, text, "found no column 0"],
    [{ inputs: ["3..1"], target: 4, header: false }, text, 'found the range "3..1"'],
    [{ inputs: ["x"], target: 4, header: false }, text, "without a header columns go by number"],
    [{ inputs: [1], target: "1..2", header: false }, text, "one column here"],
    [{ inputs: [1], target: 2, header: true }, "y,1,2\n1,2,3\n", 'column "1" is at place 2'],
    [{ inputs: [1], target: 3 }, "M,1,2\nB,2,3\n", "the first row holds values (M, 1, 2)"],
    [{ inputs: [1], target: 2 }, "?,a\n1,2\n", "the first row holds values (?, a)"],
    [{ inputs: [2], target: 1, labels: { M: 1 } }, "M,a\nM,3\n", "the first row holds values (M, a)"],
  ])("%j is refused", (columns, table, message) => {
    expect(messageOf(() => read(table, columns))).toContain(message);
  });
});

describe("how a table is written", () => {
  const expected = [
    [1.5, -2],
    [3, 0.25],
  ];
  const utf16 = (text: string, order: "le" | "be") => {
    const bytes = Buffer.from(text, "utf16le");
    return order === "le" ? bytes : bytes.swap16();
  };
  const CYRILLIC = "имя,x,y\nАлександра Петровна Иванова,1.5,-2\nЕкатерина Сергеевна Ёлкина,3,.25\n";
  const accented = zipSync({ "größe.csv": Buffer.from("x,y\n1.5,-2\n3,.25\n") });
  const unmarked = Buffer.from(accented);
  // Bit 11 of the flags, in the entry and in the directory.
  for (const at of [7, unmarked.indexOf("PK\x01\x02") + 9]) unmarked[at]! &= ~8;
  const zipWith = (change: (zip: Buffer) => Buffer) =>
    change(Buffer.from(zipSync({ "t.csv": Buffer.from("x,y\n1.5,-2\n3,.25\n") }, { level: 0 })));
  const twoTables = Buffer.from(
    zipSync({ "a.csv": Buffer.from("1,2\n"), "b.csv": Buffer.from("3,4\n") }, { level: 0 }),
  );
  // The second is damaged: it is not even unpacked.
  twoTables[twoTables.indexOf("3,4\n")]! ^= 1;
  const [plain, none] = [Buffer.from("x,y\n1.5,-2\n3,.25\n"), new Uint8Array(0)];
  it.each<[string, string | Uint8Array]>([
    ["commas", "x,y\n1.5,-2\n3,.25\n"],
    ["semicolons", "x;y\n1.5;-2\n3;.25\n"],
    ["semicolons and decimal commas", "x;y\n1,5;-2\n3;0,25\n"],
    ["tabs", "x\ty\n1.5\t-2\n3\t.25\n"],
    ["tabs and decimal commas", "x\ty\n1,5\t-2\n3\t0,25\n"],
    ["bars", "x|y\n1.5|-2\n3|.25\n"],
    ["a first line for Excel", "sep=;\nx;y\n1.5;-2\n3;.25\n"],
    ["the same with a mark, quotes and decimal commas", '\ufeff"SEP=;"\r\nx;y\r\n1,5;-2\r\n3;,25\r\n'],
    ["the same of a comma, where semicolons would do", "sep=,\nx,y,a;b\n1.5,-2,1;2\n3,.25,1;2\n"],
    ["the same of a sign that nobody would guess", "sep=~\nx~y\n1.5~-2\n3~.25\n"],
    ["the same of a tab, in UTF-16", utf16("\ufeffsep=\t\nx\ty\n1.5\t-2\n3\t.25\n", "le")],
    ["blanks", "  x    y\n 1.5   -2\n 3\t 2.5e-1  \n"],
    ["blanks and one tab", "x y\tz\n1.5 -2\t9\n3 .25\t9\n"],
    ["quotes", '"x","y"\n"1.5","-2"\n"3"," .25 "\n'],
    ["quoted separators", '"x";"a;b";y\n"1.5";"a;b";-2\n3;"""";.25\n'],
    ["carriage returns", "x,y\r\n1.5,-2\r\n3,.25"],
    ["empty lines before it", `${"\n".repeat(1e5)}x,y\n1.5,-2\n3,.25`],
    ["line ends of several kinds", "x,y\r\n1.5,-2\n3,.25\r"],
    ["a mark", "\ufeffx,y\n1.5,-2\n3,.25\n"],
    ["UTF-16", utf16("\ufeffx,y\n1.5,-2\n3,.25\n", "le")],
    ["UTF-16, big end first", utf16("\ufeffx,y\n1.5,-2\n3,.25\n", "be")],
    ["UTF-16 without a mark", utf16("x,y\n1.5,-2\n3,.25\n", "le")],
    ["the same, big end first", utf16("x,y\n1.5,-2\n3,.25\n", "be")],
    ["Cyrillic in UTF-16", utf16(`\ufeff${CYRILLIC}`, "le")],
    ["the same, big end first", utf16(`\ufeff${CYRILLIC}`, "be")],
    ["Cyrillic in UTF-16 without a mark", utf16(CYRILLIC, "le")],
    ["the same, big end first", utf16(CYRILLIC, "be")],
    ["Latvian in UTF-16 without a mark", utf16("Āboli,x,y\nā,1.5,-2\nĀ,3,.25\n", "le")],
    ["Arabic in UTF-16 without a mark", utf16("الاسم,x,y\nأبو عبد الله محمد,1.5,-2\nليلى,3,.25\n", "be")],
    ["Cyrillic in UTF-8", CYRILLIC],
    ["a zip", zipSync({ "t.csv": plain })],
    [
      "a zip with a remark at its end",
      zipWith((zip) => Buffer.concat([zip.subarray(0, -2), Buffer.from([3, 0]), Buffer.from("zip")])),
    ],
    ["a zip whose name has accents", accented],
    ["the same, not marked as UTF-8", unmarked],
    ["a zip of a folder", zipSync({ "data/": none, "data/t.csv": plain })],
    ["a zip made by macOS", zipSync({ "t.csv": plain, "__MACOSX/": none, "__MACOSX/._t.csv": plain })],
    ["the same, the remains first", zipSync({ "__MACOSX/._t.csv": plain, "t.csv": plain })],
    [
      "a zip with remains of file managers",
      zipSync({ "d/.DS_Store": plain, "d/t.csv": plain, "d/Thumbs.db": none }),
    ],
    ["names with blanks and commas", '"a, b",x ,"y "\n9,1.5,-2\n9,3,.25\n'],
  ])("%s: recognised", (_what, text) => {
    expect(rowsOf(text, XY)).toEqual(expected);
  });

  it("recognised by many lines of a large table, not by its first", () => {
    const large = `a,b;x;y\n${"1;1.5;-2\n".repeat(2 ** 14)}`;
    const rows = rowsOf(large, { inputs: [2], target: 3, header: true });
    expect([rows.length, rows[0]]).toEqual([2 ** 14, [1.5, -2]]);
  });

  it("or stated", () => {
    const remarks = "# made by hand\n# x y\n1.5 -2\n# twice\n3 .25\n";
    const bare = { inputs: [1], target: 2, header: false };
    expect(rowsOf(remarks, { ...bare, comment: "#" })).toEqual(expected);
    expect(messageOf(() => read(`${remarks}4 x\n`, { ...bare, comment: "#" }))).toContain("row 3 (line 6)");
    expect(messageOf(() => read(remarks, bare))).toContain('left out with comment: "#"');
    expect(rowsOf("x:y\n1.5:-2\n3:.25\n", { ...XY, separator: ":" })).toEqual(expected);
    expect(rowsOf("x,y\n'1.5',-2\n3,'.25'\n", { ...XY, quote: "'" })).toEqual(expected);
    expect(rowsOf('x,y,"note\n1.5,-2,5"\n3,.25,\n', { ...XY, quote: "none" })).toEqual(expected);
    expect(rowsOf('x,y\n"1,5",-2\n3,"0,25"\n', { ...XY, decimal: "comma" })).toEqual(expected);
    const accents = { inputs: ["größe"], target: "y" };
    const latin = Buffer.from("größe,y\n1.5,-2\n3,.25\n", "latin1");
    expect(rowsOf(latin, { ...accents, encoding: "latin-1" })).toEqual(expected);
    expect(read(latin, { ...accents, encoding: "latin-1" }).notices).toBeUndefined();
    expect(rowsOf(latin, accents)).toEqual(expected);
    expect(read(latin, accents).notices).toEqual([expect.stringContaining("read as Latin-1 (CP1252)")]);
  });

  it("an open quote is told by its line, below lines of comment", () => {
    const text = 'x,y\n1,2\n# 5" wide\n\n "3,4\n';
    expect(messageOf(() => read(text, { ...XY, comment: "#" }))).toContain("opens in line 5");
  });

  it.each([
    ["UTF-8", "utf8"],
    ["utf8", "utf8"],
    ["utf-8-sig", "utf8"],
    ["UTF-16LE", "utf16le"],
    ["utf-16", "utf16le"],
    ["latin1", "latin1"],
    ["ISO-8859-1", "latin1"],
    ["iso_8859-1", "latin1"],
    ["CP1252", "latin1"],
    ["Windows-1252", "latin1"],
  ] as const)("encoding: %s", (encoding, of) => {
    const text = Buffer.from("größe,y\n1.5,-2\n3,.25\n", of);
    expect(rowsOf(text, { inputs: ["größe"], target: "y", encoding })).toEqual(expected);
  });

  it("Latin-1 is CP1252, as the Web has it", () => {
    // Unicode's own table, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT, from 0x80; those without a character stay.
    const points = [
      ...[
        0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8d,
      ],
      ...[
        0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161,
        0x203a,
      ],
      ...[0x0153, 0x9d, 0x017e, 0x0178],
    ];
    const bytes = Buffer.from(points.map((_, k) => 0x80 + k));
    const name = String.fromCharCode(...points);
    const table = Buffer.concat([
      Buffer.from("Preis in "),
      bytes,
      Buffer.from("\xdf,y\n1.5,-2\n3,.25\n", "latin1"),
    ]);
    for (const format of [{}, { encoding: "latin-1" }]) {
      expect(rowsOf(table, { inputs: [`Preis in ${name}ß`], target: "y", ...format })).toEqual(expected);
    }
  });

  it.each<[string, string | Uint8Array, string, Partial<CsvColumns>]>([
    [
      "the mark of another encoding than is stated",
      "\ufeffx,y\n1,2\n",
      "begins with the mark of utf-8, and encoding says latin-1; leave encoding out",
      { encoding: "cp1252" },
    ],
    [
      "an unknown encoding",
      "x,y\n1,2\n",
      'encoding: found "koi8-r"; allowed: utf-8, utf-16le, utf-16be, latin-1',
      { encoding: "koi8-r" },
    ],
    [
      "two separators that fit",
      "x1;x,y;z\n1;5,2;5\n",
      'may be separated by "," and ";"; set separator',
      { inputs: [1], target: 2 },
    ],
    [
      "thousands, or decimals",
      "x;y\n1,234;2\n",
      'found "1,234"; a finite number is needed. It may be 1234: then delete the commas that separate thousands; or 1.234: then set decimal: comma',
      {},
    ],
    [
      "commas beside points",
      "x;y\n1,5;2.5\n",
      'found "1,5"; row 1 (line 2), column y, has "2.5". Write all',
      {},
    ],
    [
      "a row too long, by commas as its header is",
      "x, y\n1,2,3 4\n",
      'line 2 has 3 cells; the first row has 2, separated by ","',
      {},
    ],
    [
      "decimals in two ways, a comma first",
      "x;y\n1,5;2\n1.5;3\n2,5;4\n",
      'row 1 (line 2), column x: found "1,5"; row 2 (line 3), column x, has "1.5". Write all decimals with a point, or all with a comma',
      {},
    ],
    [
      "decimals in two ways, a point first",
      "x;y\n1.5;2\n1;2,5\n",
      'row 2 (line 3), column y: found "2,5"; row 1 (line 2), column x, has "1.5". Write all',
      {},
    ],
    [
      "decimals in two ways after many rows",
      `x;y\n${"1,5;2\n".repeat(200)}1.5;2\n`,
      'row 201 (line 202), column x: found "1.5"; row 1 (line 2), column x, has "1,5". Write all',
      {},
    ],
    [
      "decimals in two ways, as stated one of them",
      "x;y\n1.5;2,5\n",
      'column x: found "1.5"; row 1 (line 2), column y, has "2,5". Write all',
      { decimal: "comma" },
    ],
    [
      "decimal commas beside words with points in columns that are not asked for",
      "x;y;note\n1,5;2;1.5\n",
      'row 1 (line 2), column x: found "1,5"; a finite number is needed. Correct or remove the row, or set decimal: comma',
      {},
    ],
    [
      "points under decimal commas",
      "x;y\n1.234;2\n",
      "or 1.234: then set decimal: point",
      { decimal: "comma" },
    ],
    ["what is not UTF-8", Buffer.from("größe,y\n", "latin1"), "is no utf-8 text", { encoding: "utf-8" }],
    ["NUL bytes", "x,y\n1,\0\n", "NUL", {}],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 120, 0, 0, 0]), "UTF-32", {}],
    [
      "another separator than the first line says",
      "sep=;\nx;y\n1;2\n",
      'its first line says that cells are separated by ";", the key separator by ",". Leave out the key, or delete the line',
      { separator: "," },
    ],
    ["a bad cell after a first line for Excel", "sep=;\nx;y\n1;many\n", "row 1 (line 3), column y", {}],
    ["xz", Buffer.from("\xfd7zXZ\0...", "latin1"), "packed by xz", {}],
    ["a workbook", Buffer.from("\xd0\xcf\x11\xe0...", "latin1"), "an old Excel file", {}],
    ["one line without an end", "1,".repeat(2 ** 23), "its first line is longer than 16 MiB", {}],
    ["half a gzip", Buffer.from("\x1f\x8b\x08...", "latin1"), "damaged or cut short", {}],
    ["a zip of two tables", twoTables, 'is a zip of 2 files: "a.csv", "b.csv"; take', {}],
    ["a zip of nothing", zipSync({ "__MACOSX/._t.csv": plain }), "is a zip of 0 files", {}],
    [
      "a zip that says it is larger than what is read",
      zipWith((zip) => {
        zip.writeUInt32LE(2 ** 30 + 1, zip.indexOf("PK\x01\x02") + 24);
        return zip;
      }),
      "unpacks to more than 1 GiB",
      {},
    ],
    ["arrays in a zip", zipSync({ "a.npy": plain, "b.npy": plain }), "use the key npz", {}],
    [
      "a workbook",
      zipSync({ "[Content_Types].xml": plain, "xl/workbook.xml": plain }),
      "an Excel workbook",
      {},
    ],
    ["half a zip", Buffer.from("PK\x03\x04...", "latin1"), "not a readable zip archive", {}],
    [
      "a separator of two characters",
      "x,y\n",
      'found ";;"; allowed: one character, tab, blanks',
      { separator: ";;" },
    ],
  ])("%s is refused, or asked about", (_what, text, message, columns) => {
    expect(messageOf(() => read(text, { ...XY, ...columns }))).toContain(message);
  });
});

describe("marks that may separate thousands", () => {
  const grouped = (mark: string) => ["1@093;2", "917;3", "12@000;1"].map((row) => row.replace("@", mark));
  const table = (rows: readonly string[]) => `pop;y\n${rows.join("\n")}\n`;
  const POP = { inputs: ["pop"], target: "y" };

  it.each<[string, readonly string[], Partial<CsvColumns>, string]>([
    [
      "commas",
      grouped(","),
      {},
      'row 1 (line 2), column pop: found "1,093"; a finite number is needed. It may be 1093: then delete the commas that separate thousands; or 1.093: then set decimal: comma',
    ],
    [
      "points under decimal commas",
      grouped("."),
      { decimal: "comma" },
      'found "1.093"; a finite number is needed. It may be 1093: then delete the points that separate thousands; or 1.093: then set decimal: point',
    ],
    [
      "commas, but for one",
      [...grouped(","), "1,5;1"],
      { decimal: "point" },
      "Correct or remove the row, or set decimal: comma",
    ],
    [
      "commas after a zero",
      ["1,093;2", "0,125;1"],
      { decimal: "point" },
      "Correct or remove the row, or set decimal: comma",
    ],
    [
      "commas beside decimal points",
      ["1,093;0.5", "917;0.25"],
      {},
      'found "1,093"; row 1 (line 2), column y, has "0.5". Delete the comma of "1,093" where it separates thousands; else write all decimals with a point, or all with a comma',
    ],
    [
      "points beside decimal commas",
      ["1.093;0,5", "917;0,25"],
      {},
      'column y: found "0,5"; row 1 (line 2), column pop, has "1.093". Delete the point of "1.093" where it separates thousands; else write all',
    ],
    [
      "commas, twice in one of them",
      ["1,093;2", "1,234,567;3"],
      {},
      'It seems to be 1093 with commas between thousands (delete them), as "1,234,567" further down',
    ],
    [
      "commas, before a point in one of them",
      ["1,093;2", "2,500.75;3"],
      {},
      'It seems to be 1093 with commas between thousands (delete them), as "2,500.75" further down',
    ],
    [
      "points under decimal commas, before a comma in one of them",
      ["1.093;2", "2.500,75;3"],
      { decimal: "comma" },
      'It seems to be 1093 with points between thousands (delete them), as "2.500,75" further down',
    ],
  ])("%s: both readings are told", (_what, rows, format, message) => {
    expect(messageOf(() => read(table(rows), { ...POP, ...format }))).toContain(message);
  });

  it.each<[string, readonly string[], Partial<CsvColumns>, number[], string | null]>([
    [
      "commas, stated as decimal",
      grouped(","),
      { decimal: "comma" },
      [1.093, 917, 12],
      'column pop: "1,093", as the first of 2 numbers with a comma, was read as 1.093; where the comma separates thousands, delete it',
    ],
    [
      "all of them",
      ["1,093;2", "12,000;1"],
      { decimal: "comma" },
      [1.093, 12],
      'pop: "1,093", as the first of 2',
    ],
    [
      "one, negative",
      ["-1,093;2", "-7;1"],
      { decimal: "comma" },
      [-1.093, -7],
      '"-1,093", the only number with a comma,',
    ],
    [
      "points beside whole numbers",
      grouped("."),
      {},
      [1.093, 917, 12],
      'column pop: "1.093", as the first of 2 numbers with a point, was read as 1.093; where the point separates thousands, delete it',
    ],
    ["the same without a point in doubt", ["1.093;2", "12.345;1"], {}, [1.093, 12.345], null],
    ["a zero before the mark", ["0.125;2", "12.345;1", "3;1"], {}, [0.125, 12.345, 3], null],
    ["nothing before the mark", [".125;2", "12.345;1", "3;1"], {}, [0.125, 12.345, 3], null],
    [
      "a negative zero before it",
      ["-0,125;2", "12,345;1", "3;1"],
      { decimal: "comma" },
      [-0.125, 12.345, 3],
      null,
    ],
    ["other counts of decimals", ["1.093;2", "12.5;1", "3;1"], {}, [1.093, 12.5, 3], null],
    ["four digits before the mark", ["1.093;2", "1200.500;1", "3;1"], {}, [1.093, 1200.5, 3], null],
    ["four digits without it", ["1.093;2", "1200;1", "3;1"], {}, [1.093, 1200, 3], null],
    ["exponents", ["1.093;2", "1.200e3;1", "3;1"], {}, [1.093, 1200, 3], null],
    ["recognised, by the zero before them", ["0,125;2", "12,345;1"], {}, [0.125, 12.345], null],
    ["recognised, by another column", ["1,093;0,5", "12,345;1"], {}, [1.093, 12.345], null],
    [
      "the same beside whole numbers",
      ["1,093;0,5", "917;1"],
      {},
      [1.093, 917],
      '"1,093", the only number with a comma',
    ],
  ])("%s: read, and told where in doubt", (_what, rows, format, expected, notice) => {
    const data = read(table(rows), { ...POP, ...format });
    expect(Array.from(data.x)).toEqual(expected);
    expect(data.notices ?? []).toEqual(notice === null ? [] : [expect.stringContaining(notice)]);
  });

  it("decimals of every other kind are read without a word", () => {
    const tenths = fc.integer({ min: -99_999, max: 99_999 }).filter((k) => k % 10 !== 0);
    fc.assert(
      fc.property(
        fc.array(tenths, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 2 }),
        (ks, digits) => {
          const values = ks.map((k) => k / 10 ** digits);
          const data = read(table(values.map((value, i) => `${value};${i}`)), { ...POP, header: true });
          expect([Array.from(data.x), data.notices]).toEqual([values, undefined]);
        },
      ),
    );
  });
});

describe("cells that are nearly numbers", () => {
  it.each<[cell: string, advice: string, format?: Partial<CsvColumns>]>([
    [
      "1.093,59",
      "1093.59 with points between thousands (delete them) and a decimal comma (set decimal: comma)",
    ],
    ["1.093,59", "1093.59 with points between thousands (delete them)", { decimal: "comma" }],
    ["1,093.591", "1093.591 with commas between thousands (delete them)"],
    [
      "1,093.591",
      "1093.591 with commas between thousands (delete them) and a decimal point (set decimal: point)",
      { decimal: "comma" },
    ],
    ["1,234,567", "1234567 with commas between thousands (delete them)"],
    ["1.234.567", "1234567 with points between thousands (delete them)"],
    ["12,34,567", "1234567 with commas between thousands"],
    ["1 093,5", "1093.5 with blanks between thousands (delete them) and a decimal comma"],
    ["1\u00a0093,5", "1093.5 with blanks between thousands (delete them) and a decimal comma"],
    ["1\u202f093", "1093 with blanks between thousands (delete them)"],
    ["1'093.5", "1093.5 with apostrophes between thousands"],
    ["1_000", "1000 with underscores between thousands"],
    ["-84.9%", "-84.9 with a per cent sign (delete it)"],
    ["-84,9 %", "-84.9 with a per cent sign (delete it) and a decimal comma (set decimal: comma)"],
    ["$1.50", "1.50 with the sign $ (delete it)"],
    ["1.50 €", "1.50 with the sign € (delete it)"],
    ["-$1,093.50", "-1093.50 with the sign $ (delete it) and commas between thousands (delete them)"],
    ["−2.000", "-2.000 with the minus sign U+2212 (write -)"],
    ["–2", "-2 with the minus sign U+2013 (write -)"],
    ["1e−3", "1e-3 with the minus sign U+2212 (write -)"],
    ["(2.5)", "-2.5 with brackets that stand for a minus"],
    ["2.5-", "-2.5 with a minus at its end"],
    ["- 2.5", "-2.5 with a blank after its sign"],
    ["1.0D+0", "1.0e+0 with an exponent with D, as Fortran writes it (write E)"],
    ["1.0-100", "1.0e-100 with an exponent without its letter"],
    ["1.5×10^3", "1.5e3 with a power of ten"],
    ["１2", "12 with digits of full width"],
    ["'1.5'", `1.5 with quotes around it (set quote: "'")`],
    ["1.5\u200b", "1.5 with characters that are not seen"],
  ])("%j", (cell, advice, format = {}) => {
    const message = messageOf(() => read(`x\ty\n${cell}\t1\n2\t3\n`, { ...XY, ...format }));
    expect(message).toContain("row 1 (line 2), column x: found");
    expect(message).toContain(`; a finite number is needed. It seems to be ${advice}`);
  });

  it.each([
    ["0x10", "It is a number to another base: write it to base ten. Correct or remove the row"],
    ["1e400", "It is beyond double precision, which ends at 1.8e308. Correct"],
    ["-inf", "It is infinite. Correct"],
    ["#DIV/0!", "It is an error of a spreadsheet. Correct"],
    ["12 kg", "It is a number with a unit or a word beside it: delete that. Correct"],
    ["2024-05-17", "It is a date or a time. Correct"],
    ["1.2.3", "is needed. Correct or remove the row"],
  ])("%j is told for what it is", (cell, advice) => {
    expect(messageOf(() => read(`x\ty\n${cell}\t1\n2\t3\n`, XY))).toContain(advice);
  });

  it.each<[string, string, Partial<CsvColumns>]>([
    [
      "x,y\nParis,1\nRome,2\n,3\n",
      'column x: found "Paris"; a finite number is needed. None of the 2 cells of the column is a number: leave the column out of inputs',
      {},
    ],
    [
      "x,y\n2024-05-17,1\n2024-05-18,2\n",
      "It is a date or a time. None of the 2 cells of the column is a number: leave the column out of inputs",
      {},
    ],
    [
      "x,y\n17.05.2024 12:30,1\n",
      "It is a date or a time. The only cell of the column is no number: leave",
      {},
    ],
    [
      "x,y\n1,M\n2,B\n",
      "None of the 2 cells of the column is a number: say by labels what texts stand for, or name another target",
      {},
    ],
    [
      "x,y,q\n1,1,a\n2,2,b\n",
      "None of the 2 cells of the column is a number: name another weight, or none",
      { weight: "q" },
    ],
    ["x,y\na,1\nb,2\n3,3\n", "Correct or remove the rows; 2 of 3 cells of the column are no numbers", {}],
  ])("a column of words, in %j", (text, advice, columns) => {
    expect(messageOf(() => read(text, { ...XY, ...columns }))).toContain(advice);
  });

  it("are no names of a header, where columns go by number", () => {
    expect(messageOf(() => read("1,093;$2\n917;$3\n", { inputs: [1], target: 2 }))).toContain(
      "the first row holds values",
    );
  });
});

describe("labels", () => {
  const text = "d,x\nM,1\nB,2\nM,3\n";
  it("stand for numbers", () => {
    expect(rowsOf(text, { inputs: ["x"], target: "d", labels: { M: 1, B: -1 } })).toEqual([
      [1, 1],
      [2, -1],
      [3, 1],
    ]);
    expect(rowsOf("d,x\n0,1\n1.0,2\n", { inputs: ["x"], target: "d", labels: { 0: -1, 1: 1 } })).toEqual([
      [1, -1],
      [2, 1],
    ]);
  });
  it("texts without labels are refused, and labels named", () => {
    expect(messageOf(() => read(text, { inputs: ["x"], target: "d" }))).toContain(
      'column d: found "M"; a finite number is needed. None of the 3 cells of the column is a number: say by labels what texts stand for',
    );
  });
  it("that look like a missing cell, or like a number, are labels where they are said to be", () => {
    const answers = { inputs: ["x"], target: "d", labels: { none: -1, some: 1 }, missing: "drop" } as const;
    expect(rowsOf("d,x\nnone,1\nsome,2\n?,3\n", answers)).toEqual([
      [1, -1],
      [2, 1],
    ]);
    const ones = { inputs: ["x"], target: "d", labels: { 1: 1, 0: -1 } };
    expect(rowsOf("d;x\n1,0;1,5\n0,0;2,5\n", ones)).toEqual([
      [1.5, 1],
      [2.5, -1],
    ]);
  });
  it("others are refused", () => {
    const labels = { M: 1, b: -1 };
    const other = (cell: string) =>
      messageOf(() => read(`d,x\n${cell},1\n`, { inputs: ["x"], target: "d", labels }));
    expect(other("constructor")).toContain('column d: found "constructor"; allowed: the labels "M", "b"');
    expect(other("?")).toContain('found "?"; allowed: the labels "M", "b", or set missing: drop');
    expect(messageOf(() => read(text, { inputs: ["x"], target: "d", labels }))).toContain(
      'row 2 (line 3), column d: found "B"; allowed: the labels "M", "b"',
    );
  });
});

describe("missing cells", () => {
  const text = "x,y,z\n1,2,\n?,3,1\n4,NA,1\n5,6,?\n";
  it("drop their rows, which are counted", () => {
    expect(rowsOf(text, { ...XY, missing: "drop" })).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(read(text, { ...XY, missing: "drop" }).notices).toEqual([
      "2 of 4 rows are used; cells missing in x (1) and y (1)",
    ]);
  });
  it("bad cells do not, nor is nothing left", () => {
    expect(messageOf(() => read("x,y\n1,2\nmany,3\n", { ...XY, missing: "drop" }))).toContain('found "many"');
    expect(messageOf(() => read("x,y\n?,2\n", { ...XY, missing: "drop" }))).toContain("no row is left");
  });
});

describe("data to test on", () => {
  const files: Record<string, string> = {
    train: "x,y\n0,1\n4,-1\n",
    test: "x,y\n2,1\n",
    other: "u,y\n2,1\n",
  };
  const from = (options: Partial<CsvColumns>) =>
    csvData("train", { ...XY, ...options }, (name) => Buffer.from(files[name]!));
  it("comes from a file, on the scales of what is learnt from", () => {
    const { test, x } = from({ test: { file: "test" }, standardise: "inputs" });
    expect(Array.from(x)).toEqual([-1, 1]);
    expect([Array.from(test!.x), Array.from(test!.y), Array.from(test!.weight)]).toEqual([[0], [1], [1]]);
    expect(messageOf(() => from({ test: { file: "other" } }))).toContain('other: found no column "x"');
  });
  it("or is split off", () => {
    const options = { fraction: 0.5, seed: 3 };
    const { test, ...train } = from({ test: options });
    expect({ ...train, test }).toEqual(split(from({}), options));
    expect(messageOf(() => from({ test: { fraction: 0.1 } }))).toContain("nothing to test on");
  });
});

describe("rows of numbers", () => {
  it("with a header line of names or without", () => {
    const rows = [
      [1, 2],
      [3, -4.5],
    ];
    expect(neurons("1,2\n3,-4.5\n", 2)).toEqual(rows);
    expect(neurons("a,b\n1,2\n3,-4.5\n", 2)).toEqual(rows);
    expect(neurons("sep=;\na;b\n1;2\n3;-4,5\n", 2)).toEqual(rows);
    expect(neurons("sep=;\n1;2\n3;-4,5\n", 2, { separator: ";" })).toEqual(rows);
    expect(neurons("a\tb\n1\t2\n3\t-4.5\n", 2)).toEqual(rows);
    expect(neurons("0,1\n1,2\n3,-4.5\n", 2, { header: true })).toEqual(rows);
    expect(neurons("1,2\n3,-4.5\n", 2, { header: false })).toEqual(rows);
    expect(neurons("0\n1\n", 1)).toEqual([[0], [1]]);
  });

  it("how they were read is told where it is in doubt", () => {
    const heard = (text: string | Uint8Array, format = {}) => {
      const notices: string[] = [];
      numberRows("t", Buffer.from(text as string), 2, format, (notice) => notices.push(notice));
      return notices;
    };
    expect(heard("1.093;2\n917;3\n")).toEqual([
      expect.stringContaining('column 1: "1.093", the only number'),
    ]);
    expect(heard("a;b\n1,093;2\n", { decimal: "comma" })).toEqual([expect.stringContaining("column 1")]);
    expect(heard(Buffer.from("ä,b\n1.093,2\n", "latin1"))).toEqual([expect.stringContaining("CP1252")]);
    expect(heard("1.093;2\n917.5;3\n")).toEqual([]);
  });

  it.each([
    ["1,2\n3\n", "line 2 has 1 cell; the first row has 2"],
    ["a,b,c\n1,2,3\n", "the first row has 3 columns; 2 are needed"],
    ["1.5,2\n3,x\n", 'row 2 (line 2), column 2: found "x"'],
    ["1.5,2.O\n3,4\n", "the first row holds numbers and words (1.5, 2.O): set header"],
    ["1.5,0x10\n", "the first row holds numbers and words"],
  ])("%j is refused", (table, message) => {
    expect(messageOf(() => neurons(table, 2))).toContain(message);
  });
});

it("any table reads back, however it is written", () => {
  const cell = fc.double({ noNaN: true, noDefaultInfinity: true });
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );
  const style = fc.record({
    separator: fc.constantFrom(",", ";", "\t", "|", "  "),
    end: fc.constantFrom("\n", "\r\n"),
    quoted: fc.boolean(),
    comma: fc.boolean(),
  });
  fc.assert(
    fc.property(table, style, (rows, { separator, end, quoted, comma }) => {
      const decimal = comma && separator !== ",";
      const show = (value: number) => {
        const text = decimal ? String(value).replace(".", ",") : String(value);
        return quoted ? `"${text}"` : text;
      };
      const width = rows[0]!.length;
      const names = Array.from({ length: width }, (_, k) => `c${k}`);
      const text = [names.join(separator), ...rows.map((row) => row.map(show).join(separator))].join(end);
      const format: Partial<CsvColumns> = decimal ? { decimal: "comma" } : {};
      const found = rowsOf(text, { inputs: [`c0..c${width - 2}`], target: `c${width - 1}`, ...format });
      expect(found).toEqual(
        rows.map((row) => row.map((value) => (value === 0 ? Number(String(value)) : value))),
      );
    }),
  );
});

it("decimals in two ways are told, though a record further down is too short", () => {
  const message = messageOf(() => read("x;y\n1,5;2\n1.5;3\n2,5;4\n7\n", XY));
  expect(message).toContain(
    'row 1 (line 2), column x: found "1,5"; row 2 (line 3), column x, has "1.5". Write all decimals',
  );
});
