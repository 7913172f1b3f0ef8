import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import {
  decodeCsv,
  encodeCsv,
  encodeParquet,
  KEY_COLUMNS,
  type SeriesRow,
  type SeriesTable,
} from "./series.ts";

const anyObservable = fc.option(fc.double());
const anyRow: fc.Arbitrary<SeriesRow> = fc.record({
  run: fc.nat(),
  solver: fc.string({ minLength: 1 }),
  width: fc.option(fc.nat()),
  replica: fc.option(fc.nat()),
  label: fc.string(),
  t: fc.double({ noNaN: true }),
  risk: anyObservable,
  'odd, "name"': anyObservable,
});
const anyTable: fc.Arbitrary<SeriesTable> = fc
  .array(anyRow)
  .map((rows) => ({ columns: [...KEY_COLUMNS, "risk", 'odd, "name"'], rows }));

const small: SeriesTable = {
  columns: [...KEY_COLUMNS, "risk", "kinetic"],
  rows: [
    {
      run: 0,
      solver: "particles",
      width: 10,
      replica: 0,
      label: "particles",
      t: 0,
      risk: 0.1,
      kinetic: null,
    },
    {
      run: 1,
      solver: 'odd, "solver"',
      width: null,
      replica: null,
      label: "",
      t: 1e-7,
      risk: Number.POSITIVE_INFINITY,
    },
  ],
};

describe("series as CSV", () => {
  it("gives back every table, every double exactly", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(decodeCsv(encodeCsv(table))).toEqual(table);
      }),
    );
  });

  it("is plain: shortest numbers, blanks, quotes only where needed", () => {
    expect(encodeCsv(small)).toBe(
      'run,solver,width,replica,label,t,risk,kinetic\n0,particles,10,0,particles,0,0.1,\n1,"odd, ""solver""",,,,1e-7,Infinity,\n',
    );
  });

  it("reads files without labels, as earlier versions wrote them", () => {
    const [row] = decodeCsv("run,solver,width,replica,t,risk\n0,particles,10,0,0.5,0.1\n").rows;
    expect(row).toEqual({ run: 0, solver: "particles", width: 10, replica: 0, t: 0.5, risk: 0.1 });
  });

  it("says what is wrong", () => {
    expect(() => decodeCsv("run,solver\n")).toThrow("series: found no column width");
    const head = `${KEY_COLUMNS.join(",")},risk\n`;
    expect(() => decodeCsv(`${head}0,particles,1,0,,0,much\n`)).toThrow('row 1: risk: found "much"');
    expect(() => decodeCsv(`${head}0,particles,1,0,,,1\n`)).toThrow("row 1: run and t must not be blank");
    expect(() => decodeCsv(`${head}0,particles\n`)).toThrow("series: Invalid Record Length");
  });
});

describe("series as Parquet", () => {
  const read = (bytes: Uint8Array) => {
    const file = new Uint8Array(bytes).buffer;
    return { metadata: parquetMetadata(file), rows: parquetReadObjects({ file }) };
  };

  it("is read back by hyparquet, the same table in the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (table) => {
        const bytes = encodeParquet(table);
        expect(await read(bytes).rows).toEqual(table.rows);
        expect(encodeParquet(table)).toEqual(bytes);
      }),
    );
  });

  it("has the declared types", () => {
    const fields = read(encodeParquet(small)).metadata.schema.slice(1);
    expect(fields.map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
      ["run", "INT32", "OPTIONAL"],
      ["solver", "BYTE_ARRAY", "OPTIONAL"],
      ["width", "INT32", "OPTIONAL"],
      ["replica", "INT32", "OPTIONAL"],
      ["label", "BYTE_ARRAY", "OPTIONAL"],
      ["t", "DOUBLE", "OPTIONAL"],
      ["risk", "DOUBLE", "OPTIONAL"],
      ["kinetic", "DOUBLE", "OPTIONAL"],
    ]);
  });

  it("refuses a value of another type", () => {
    const row = { run: 0.5, solver: "particles", width: 1, replica: 0, t: 0 };
    expect(() => encodeParquet({ columns: KEY_COLUMNS, rows: [row] })).toThrow(
      "series: run: found 0.5; allowed INT32",
    );
    const text = { ...row, run: 0, risk: "much" };
    expect(() => encodeParquet({ columns: ["risk"], rows: [text] })).toThrow(
      'risk: found "much"; allowed DOUBLE',
    );
  });
});
