// muflow compare A B: the spec by key, the numbers by what they are of, largest difference first.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { put, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const at = (name: string) => join(directory, name);

const body = `problem: { potential: { kind: quadratic }, temperature: 0.5 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0.2], std: 1 }
time: { until: 0.4, step: 0.1, record: 2 }
solvers: [{ particles: { width: [4, 8], dual: off } }, { grid: { cells: 40, extent: [[-8, 8]] } }]
`;

interface Found {
  same: boolean;
  compared: number;
  spec: { path: string; a: unknown; b: unknown }[];
  numbers: { where: string; quantity: string; a: number; b: number; relative: number | null }[];
}

const compare = async (a: string, b: string, ...options: string[]) => {
  const { code, stdout, stderr } = await muflow(["compare", at(a), at(b), ...options], directory);
  return { code, stdout, stderr };
};
const found = async (
  a: string,
  b: string,
  ...options: string[]
): Promise<Found & { code: number | null }> => {
  const { code, stdout } = await compare(a, b, "--json", ...options);
  return { code, ...(JSON.parse(stdout) as Found) };
};

beforeAll(async () => {
  const one = put(directory, "one.yaml", `name: one\n${body}`);
  const study = put(directory, "two.yaml", `name: two\n${body}sweep: { problem.temperature: [0.5, 0.7] }\n`);
  const commands = [
    ["run", one, "--out", at("a")],
    ["run", one, "--out", at("again"), "--threads", "1"],
    ["run", one, "--out", at("warmer"), "--set", "problem.temperature=0.6"],
    ["run", one, "--out", at("wider"), "--set", "solvers.0.particles.width=[4, 8, 16]"],
    ["study", study, "--out", at("study")],
    ["study", study, "--out", at("study-reseeded"), "--seed", "5"],
  ];
  for (const args of commands) expect((await muflow(args, directory)).code).toBe(0);
}, 120_000);

describe("the same", () => {
  it("is said, and ends with 0, whatever machine and time", async () => {
    const { code, stdout, stderr } = await compare("a", "again");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^spec: the same\nnumbers: \d+, the same\n$/);
    expect((await found("study", "study")).same).toBe(true);
  });
});

describe("what differs", () => {
  it("is the key of the spec by path, and every number that it moves, largest first", async () => {
    const { code, spec, numbers, compared } = await found("a", "warmer");
    expect(code).toBe(4);
    expect(spec).toEqual([{ path: "problem.temperature", a: 0.5, b: 0.6 }]);
    const shares = numbers.map(({ relative }) => relative ?? Number.POSITIVE_INFINITY);
    expect(shares).toEqual([...shares].sort((x, y) => y - x));
    expect(compared).toBeGreaterThan(numbers.length);
    // By hand, from the two files.
    const cells = (name: string) =>
      readFileSync(join(at(name), "series.csv"), "utf8")
        .trim()
        .split("\n")
        .map((row) => row.split(","));
    const [a, b] = [cells("a"), cells("warmer")];
    const energy = a[0]!.indexOf("energy");
    const [x, y] = [Number(a[3]![energy]), Number(b[3]![energy])];
    const row = numbers.find(({ where }) =>
      /^series: solver = particles, width = 4, replica = 0, .*t = 0\.4: energy$/.test(where),
    )!;
    expect([row.a, row.b]).toEqual([x, y]);
    expect(row.relative).toBeCloseTo(Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y)), 14);
    const { code: other, stdout, stderr } = await compare("a", "warmer");
    expect([other, stderr]).toEqual([
      4,
      expect.stringMatching(/^muflow: .* differ: 1 difference of the spec, \d+ of \d+ numbers\n$/),
    ]);
    expect(stdout).toContain("  problem.temperature: 0.5 → 0.6\n");
    // A line for each quantity, with how many numbers of it differ, and the largest difference.
    const table = /relatively\n([\s\S]*)\(--json has every difference\)\n$/.exec(stdout)![1]!;
    const told = table
      .trim()
      .split("\n")
      .map((line) => /^ *(\S+) {2}(?:(\d+) × )?(.*?)(?:, (?:most )?at .*)?: .* → .*$/.exec(line)!);
    const energies = numbers.filter(({ quantity }) => quantity === "energy");
    const [share, count] = told.find(([, , , quantity]) => quantity === "energy")!.slice(1);
    expect(Number(count)).toBe(energies.length);
    expect(Number(share)).toBeCloseTo(Math.max(...energies.map(({ relative }) => relative!)), 1);
    expect(new Set(told.map(([, , , quantity]) => quantity)).size).toBe(told.length);
    expect(told.reduce((sum, [, , number = "1"]) => sum + Number(number), 0)).toBe(numbers.length);
  });

  it("is one digit that was changed, and none within the tolerance", async () => {
    cpSync(at("a"), at("edited"), { recursive: true });
    const path = join(at("edited"), "series.csv");
    const lines = readFileSync(path, "utf8").split("\n");
    const cells = lines[2]!.split(",");
    const column = lines[0]!.split(",").indexOf("energy");
    cells[column] = String(Number(cells[column]) * (1 + 1e-9));
    writeFileSync(path, [...lines.slice(0, 2), cells.join(","), ...lines.slice(3)].join("\n"));
    const { spec, numbers } = await found("a", "edited");
    expect(spec).toEqual([]);
    expect(numbers).toHaveLength(1);
    expect(numbers[0]!.relative).toBeCloseTo(1e-9, 12);
    expect((await found("a", "edited", "--tolerance", "1e-8")).code).toBe(0);
    expect((await found("a", "edited", "--tolerance", "1e-10")).code).toBe(4);
  });

  it("is a number of summary.json that no series has", async () => {
    cpSync(at("a"), at("summed"), { recursive: true });
    const path = join(at("summed"), "summary.json");
    const summary = JSON.parse(readFileSync(path, "utf8"));
    summary.comparisons[0].mean *= 2;
    writeFileSync(path, JSON.stringify(summary));
    const { code, numbers } = await found("a", "summed");
    expect(code).toBe(4);
    expect(numbers.map(({ where, relative }) => [where, relative])).toEqual([["comparisons.0.mean", 0.5]]);
  });

  it("is a run that only one has; those that both have are matched, in whatever order", async () => {
    const { spec, numbers } = await found("a", "wider");
    expect(spec).toEqual([{ path: "solvers.0.particles.width", a: [4, 8], b: [4, 8, 16] }]);
    const series = numbers.filter(({ where }) => where.startsWith("series: "));
    expect(series.length).toBe(3);
    for (const { where, a, relative } of series) {
      expect(where).toContain("width = 16");
      expect([a, relative]).toEqual([null, null]);
    }
  });

  it("is told of rows that are of the same one by one, and of cells that one has alone", async () => {
    const [header, row] = readFileSync(join(at("a"), "series.csv"), "utf8").split("\n");
    const column = header!.split(",").indexOf("energy");
    const withEnergy = (energy: number | string) => {
      const cells = row!.split(",");
      cells[column] = String(energy);
      return cells.join(",");
    };
    const energies = { once: [1], twice: [1, 2], changed: [1, 4], blank: [""], undefinable: ["NaN"] };
    for (const [name, values] of Object.entries(energies)) {
      cpSync(at("a"), at(name), { recursive: true });
      writeFileSync(join(at(name), "series.csv"), `${[header, ...values.map(withEnergy)].join("\n")}\n`);
    }
    expect((await found("twice", "twice")).same).toBe(true);
    const changed = await found("twice", "changed");
    expect(changed.numbers).toMatchObject([
      {
        where: expect.stringMatching(/^series: .*t = 0 \(2\): energy$/),
        a: 2,
        b: 4,
        relative: 0.5,
      },
    ]);
    const more = await found("once", "twice");
    expect(more.numbers).toMatchObject([
      { where: expect.stringMatching(/t = 0 \(2\)$/), a: null, b: "a row", relative: null },
    ]);
    // A cell that is blank in one is a difference, in both it is none; NaN is NaN.
    const blank = await found("once", "blank");
    expect(blank.numbers).toMatchObject([{ a: 1, b: null, relative: null }]);
    expect((await found("blank", "blank")).compared).toBe(blank.compared - 1);
    expect((await found("undefinable", "undefinable")).same).toBe(true);
    expect((await found("undefinable", "once")).numbers).toHaveLength(1);
    // Both rows' cells are looked at, and the one that is missing.
    expect(more.compared).toBe((await found("once", "once")).compared + 1);
  });

  it("is told of studies by point", async () => {
    const { spec, numbers } = await found("study", "study-reseeded");
    expect(spec).toEqual([{ path: "seed", a: 0, b: 5 }]);
    const series = numbers.filter(({ where }) => where.startsWith("series: "));
    for (const { where } of series)
      expect(where).toMatch(/problem\.temperature = 0\.[57], .*solver = particles/);
    expect(series.length).toBeGreaterThan(10);
  });
});

it("folders that hold nothing, or an odd tolerance, are bad input", async () => {
  const { code, stderr } = await compare("a", "nowhere");
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/nowhere: holds no muflow results; allowed: .*\n$/),
  ]);
  expect((await compare("a", "again", "--tolerance", "-1")).code).toBe(2);
});
