// What others read of series.parquet: DuckDB and polars, each its own implementation of the format.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import polars from "nodejs-polars";
import { afterAll, describe, expect, it } from "vitest";
import { encodeParquet, KEY_COLUMNS, type SeriesRow, type SeriesTable } from "./series.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-readers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const odd = 'odd, "näme"';
const extremes: SeriesTable = {
  columns: ["point", "problem.neuron.activation", ...KEY_COLUMNS, "risk", odd, "gap"],
  text: ["problem.neuron.activation"],
  rows: [
    [0, "tanh", 0, "particles", 10, 0, "particles, baoab", 0, 0.1, -0, null],
    [0, 'tänh, "odd"\n', 1, "grid", null, null, "", 1e-7, Number.NaN, 5e-324, null],
    [2147483647, "", 2, "jko", null, null, null, 3, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, null],
  ].map((cells) => rowOf(["point", "problem.neuron.activation", ...KEY_COLUMNS, "risk", odd, "gap"], cells)),
};
/** More values than one page of the format takes. */
const long: SeriesTable = {
  columns: [...KEY_COLUMNS, "risk"],
  rows: Array.from({ length: 60_000 }, (_, k) =>
    rowOf(
      [...KEY_COLUMNS, "risk"],
      [k % 7, k % 2 ? "particles" : "grid", k % 3 ? k : null, 0, "label", k / 10, Math.sin(k)],
    ),
  ),
};
const empty: SeriesTable = { columns: [...KEY_COLUMNS, "risk"], rows: [] };

function rowOf(columns: readonly string[], cells: readonly (string | number | null)[]): SeriesRow {
  return Object.fromEntries(columns.map((column, k) => [column, cells[k]])) as SeriesRow;
}

type Read = { columns: string[]; types: string[]; rows: unknown[][] };

async function byDuckDb(path: string): Promise<Read> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll("select * from read_parquet($path)", { path });
    return { columns: read.columnNames(), types: read.columnTypes().map(String), rows: read.getRowsJS() };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function byPolars(path: string): Read {
  const frame = polars.readParquet(path);
  const columns = frame.columns;
  const rows = frame.toRecords().map((record) => columns.map((column) => record[column]));
  return { columns, types: frame.dtypes.map((type) => type.variant), rows };
}

const readers = {
  DuckDB: { read: byDuckDb, types: { whole: "INTEGER", text: "VARCHAR", real: "DOUBLE" } },
  polars: { read: byPolars, types: { whole: "Int32", text: "String", real: "Float64" } },
};
const WHOLE = ["point", "run", "width", "replica"];

describe.each(Object.entries(readers))("series.parquet read by %s", (name, { read, types }) => {
  it.each(Object.entries({ extremes, long, empty }))("%s: every bit, name and type", async (which, table) => {
    const path = join(folder, `${name}-${which}.parquet`);
    writeFileSync(path, encodeParquet(table));
    const { columns, rows, text = [] } = table;
    const found = await read(path);
    expect(found.columns).toEqual(columns);
    expect(found.types).toEqual(
      columns.map((column) =>
        WHOLE.includes(column)
          ? types.whole
          : column === "solver" || column === "label" || text.includes(column)
            ? types.text
            : types.real,
      ),
    );
    expect(found.rows).toEqual(rows.map((row) => columns.map((column) => row[column])));
  });
});
