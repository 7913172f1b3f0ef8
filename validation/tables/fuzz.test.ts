// Tables that were damaged at random, by the seed: each is either refused in one line, or read as a reading by the letter (naive.ts) reads it under
// some way of writing tables; under the way it was written in, where that still makes sense. No trace, and nothing takes more than 5 s.
//   npx vitest run --config validation/vitest.config.ts validation/tables      MUFLOW_TEST_SEED=2 draws other damage

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MuflowError } from "../../src/base/errors.ts";
import { npzData } from "../../src/problem/array-data.ts";
import { type CsvColumns, csvData } from "../../src/problem/csv.ts";
import type { DataSet } from "../../src/problem/data.ts";
import { encodeNpz } from "../../src/tables/npz.ts";
import { ROOT } from "../../test/support.ts";
import { naiveRows, type Style } from "./naive.ts";

const TABLES = 5000;
const ARCHIVES = 500;
const PROCESSES = 60;
const PATIENCE_MS = 5000;

const SEPARATORS = [",", ";", "\t", "|", " "];
const STYLES: readonly Style[] = SEPARATORS.flatMap((separator) =>
  ([".", ","] as const)
    .filter((decimal) => decimal !== separator)
    .flatMap((decimal) => [true, false].map((header) => ({ separator, decimal, header }))),
);

// ---- Tables, whole ----

const cell = fc.oneof(
  fc.integer({ min: -999, max: 999 }).map(String),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((value) => value.toPrecision(6)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

interface Whole {
  readonly text: string;
  readonly style: Style;
  readonly columns: CsvColumns;
  /** Inputs, then the target. */
  readonly asked: readonly (string | number)[];
}

const whole: fc.Arbitrary<Whole> = fc
  .record({
    style: fc.constantFrom(...STYLES),
    width: fc.integer({ min: 2, max: 5 }),
    end: fc.constantFrom("\n", "\r\n"),
    quoted: fc.boolean(),
    byNumber: fc.boolean(),
    stated: fc.boolean(),
    drop: fc.boolean(),
  })
  .chain(({ style, width, end, quoted, byNumber, stated, drop }) =>
    fc
      .array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 })
      .map((rows) => {
        const { separator, decimal, header } = style;
        const show = (text: string) => {
          const written = text.replace(".", decimal);
          return quoted ? `"${written}"` : written;
        };
        const names = Array.from({ length: width }, (_, k) => `c${k + 1}`);
        const lines = [...(header ? [names] : []), ...rows.map((row) => row.map(show))];
        const asked = names.map((name, k) => (byNumber || !header ? k + 1 : name));
        const words: Record<string, string> = { "\t": "tab", " ": "blanks" };
        const columns: CsvColumns = {
          inputs: asked.slice(0, -1),
          target: asked.at(-1)!,
          ...(stated || !header ? { header } : {}),
          ...(stated
            ? {
                separator: words[separator] ?? separator,
                decimal: decimal === "." ? ("point" as const) : ("comma" as const),
              }
            : {}),
          ...(drop ? { missing: "drop" as const } : {}),
        };
        const text = lines.map((line) => line.join(separator)).join(end) + end;
        return { text, style, columns, asked };
      }),
  );

// ---- Damage ----

const NASTY = [
  ...[
    ",",
    ";",
    "\t",
    "|",
    " ",
    '"',
    '""',
    "'",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\ufeff",
    "\u00a0",
    "\u2212",
    "\u202e",
  ],
  ...[
    "-",
    "+",
    ".",
    "e",
    "E",
    "e5",
    "e400",
    "e-400",
    "0x10",
    "0b11",
    "0o7",
    "1_0",
    "١",
    "１",
    "Infinity",
    "NaN",
  ],
  ...["?", "NA", "c1", "c2", "#", "=1+1", "\u001b[2J", "1,5", "1.5", "7", "00", "999999999999999999999"],
];

type Damage = (text: string, at: (length: number) => number, nasty: string) => string;

const lines = (text: string) => text.split("\n");
const DAMAGE: readonly Damage[] = [
  (text, at, nasty) => {
    const k = at(text.length + 1);
    return text.slice(0, k) + nasty + text.slice(k);
  },
  (text, at, nasty) => {
    const k = at(text.length);
    return text.slice(0, k) + nasty + text.slice(k + 1);
  },
  (text, at) => {
    const k = at(text.length);
    return text.slice(0, k) + text.slice(k + 1);
  },
  (text, at) => text.slice(0, at(text.length + 1)),
  // A whole cell.
  (text, at, nasty) => {
    const cells = text.split(/([,;|\t\n]+)/);
    cells[2 * Math.floor(at(cells.length) / 2)] = nasty;
    return cells.join("");
  },
  (text, at) => {
    const all = lines(text);
    const k = at(all.length);
    return [...all.slice(0, k), all[k]!, ...all.slice(k)].join("\n");
  },
  (text, at) => {
    const all = lines(text);
    return all.filter((_, k) => k !== at(all.length)).join("\n");
  },
  (text, at) => {
    const all = lines(text);
    const k = at(all.length);
    return [...all.slice(k), ...all.slice(0, k)].join("\n");
  },
  (text, _at, nasty) => text.replaceAll(/[,;|\t]/g, nasty[0]!),
  (text, _at, nasty) =>
    lines(text)
      .map((line) => (line === "" ? line : line + nasty))
      .join("\n"),
  (text) => text.replaceAll("\n", "\r"),
  (text) => text.replaceAll(".", ","),
];

const damage = fc.array(
  fc.record({
    how: fc.constantFrom(...DAMAGE),
    // Uniform: a double of fast-check is mostly near 0, and damage would be at the beginning.
    where: fc.noBias(fc.nat(2 ** 31 - 1)).map((n) => n / 2 ** 31),
    nasty: fc.constantFrom(...NASTY),
  }),
  { minLength: 0, maxLength: 3 },
);

const packing = fc.constantFrom(
  (text: string) => Buffer.from(text),
  (text: string) => Buffer.from(text),
  (text: string) => Buffer.from(`\ufeff${text}`),
  (text: string) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text: string) => gzipSync(text),
  (text: string) => Buffer.from(zipSync({ "a.csv": Buffer.from(text) })),
);

const damaged = fc.record({ table: whole, damage, packing }).map(({ table, damage, packing }) => {
  const text = damage.reduce(
    (now, { how, where, nasty }) =>
      now === "" ? now : how(now, (length) => Math.floor(where * length), nasty),
    table.text,
  );
  return { ...table, text, bytes: packing(text), touched: damage.length > 0 };
});

// ---- What must hold ----

/** What `read` gives, or the line that refuses it. */
function outcome(read: () => DataSet): DataSet | string {
  const start = performance.now();
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    expect(error.kind).toBe("input");
    // One line, and nothing that a terminal obeys.
    expect(error.message).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(error.message.length).toBeLessThan(600);
    return error.message;
  } finally {
    expect(performance.now() - start).toBeLessThan(PATIENCE_MS);
  }
}

const rowsOf = ({ size, inputs, x, y }: DataSet) =>
  Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: inputs }, (_, k) => x[k * size + i]!),
    y[i]!,
  ]);

const directory = mkdtempSync(join(tmpdir(), "muflow-fuzz-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("damaged tables", () => {
  it(`${TABLES} of them are refused, or read by the letter`, () => {
    const counts = { read: 0, refused: 0, untouched: 0 };
    fc.assert(
      fc.property(damaged, ({ text, bytes, style, columns, asked, touched }) => {
        const found = outcome(() => csvData("t.csv", columns, () => bytes));
        if (typeof found === "string") {
          counts.refused++;
          return;
        }
        counts.read++;
        if (!touched) counts.untouched++;
        const rows = rowsOf(found);
        const drop = columns.missing === "drop";
        const own = naiveRows(text, asked, style, drop);
        const readings = own !== null ? [own] : STYLES.map((other) => naiveRows(text, asked, other, drop));
        const same = readings.some((reading) => JSON.stringify(reading) === JSON.stringify(rows));
        expect(same, JSON.stringify({ text, style, columns, rows, own })).toBe(true);
      }),
      { numRuns: TABLES },
    );
    // Neither everything is refused, nor does nothing go wrong.
    expect(counts.read).toBeGreaterThan(TABLES / 10);
    expect(counts.refused).toBeGreaterThan(TABLES / 10);
    expect(counts.untouched).toBeGreaterThan(TABLES / 50);
    console.log(`tables: ${JSON.stringify(counts)}`);
  });

  it(`${ARCHIVES} archives with flipped bits and cut ends are refused, or read whole`, () => {
    const arrays = {
      x: { shape: [4, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
      y: { shape: [4], data: Float64Array.of(1, -1, 1, -1) },
    };
    const read = (bytes: Uint8Array) =>
      outcome(() => npzData("a.npz", { inputs: "x", target: "y" }, () => bytes));
    const good = rowsOf(read(encodeNpz(arrays)) as DataSet);
    const flips = fc.array(fc.record({ at: fc.nat(), bit: fc.nat(7) }), { maxLength: 3 });
    fc.assert(
      fc.property(flips, fc.option(fc.nat()), (flips, cut) => {
        const bytes = encodeNpz(arrays).slice();
        for (const { at, bit } of flips) bytes[at % bytes.length]! ^= 1 << bit;
        const found = read(cut === null ? bytes : bytes.slice(0, cut % bytes.length));
        if (typeof found !== "string") expect(rowsOf(found)).toEqual(good);
      }),
      { numRuns: ARCHIVES },
    );
  });
});

describe("as a command", () => {
  const spec = join(directory, "spec.json");
  beforeAll(() => {
    const { status } = spawnSync(process.execPath, ["dist/cli.js", "--version"], { cwd: ROOT });
    expect(status, "npm run build comes first").toBe(0);
  });
  it(`${PROCESSES} of them end with the exit codes of docs/errors.md, without a trace`, () => {
    for (const [index, { bytes, columns }] of fc.sample(damaged, { numRuns: PROCESSES }).entries()) {
      const csv = `t${index}.csv`;
      writeFileSync(join(directory, csv), bytes);
      const experiment = {
        name: "fuzz",
        problem: {
          data: { csv, ...columns },
          neuron: { activation: "tanh", inputs: columns.inputs.length },
        },
        dynamics: { kind: "gradient-flow" },
        initial: { kind: "gaussian", mean: 0, std: 1 },
        time: { until: 1, step: 0.5 },
        solvers: [{ particles: { width: 4 } }],
      };
      writeFileSync(spec, JSON.stringify(experiment));
      const { status, signal, stderr } = spawnSync(process.execPath, ["dist/cli.js", "check", spec], {
        cwd: ROOT,
        encoding: "utf8",
        timeout: 4 * PATIENCE_MS,
      });
      expect(signal).toBeNull();
      expect([0, 2], stderr).toContain(status);
      expect(stderr).not.toMatch(/\n\s+at |unexpected error/);
      if (status === 2) expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });
});
