import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalExperiment, describeDifferences, experimentHash, type JsonObject } from "./canonical.ts";
import { loadExperiment } from "./load.ts";
import { setAt } from "./overrides.ts";
import { parseExperiment } from "./schema.ts";

const SPEC = {
  name: "fit",
  problem: {
    data: { csv: "points.csv", inputs: ["x"], target: "y" },
    neuron: { activation: "tanh", inputs: 1 },
    regulariser: { l2: { w: 0.1 } },
    temperature: 0.1,
  },
  dynamics: { kind: "kinetic", friction: 1 },
  initial: { kind: "gaussian", mean: [0, 0, 1], std: 1 },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: [100, 1000] } }],
};

const FILES = [{ key: "problem.data.csv", sha256: "ab".repeat(32) }];

function canonical(raw: unknown, files = FILES): JsonObject {
  return canonicalExperiment(parseExperiment(raw, "spec"), files);
}

function hash(raw: unknown, files = FILES): string {
  return experimentHash({ canonical: canonical(raw, files), version: "0.1.0" });
}

function withValue(path: string, value: unknown): unknown {
  return setAt(SPEC, path.split("."), value, path);
}

/** The same mappings with their keys in an order drawn from `draws`. */
function shuffled(value: unknown, draws: readonly number[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => shuffled(entry, draws));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry], k) => ({
    key,
    entry,
    rank: draws[k % draws.length]!,
  }));
  entries.sort((a, b) => a.rank - b.rank);
  return Object.fromEntries(entries.map(({ key, entry }) => [key, shuffled(entry, draws)]));
}

/** Paths that may take any of many values, without asking anything of other keys. */
const anyChange = fc.oneof(
  fc.record({
    path: fc.constant("problem.temperature"),
    value: fc.double({ min: 0.01, max: 10, noNaN: true }),
  }),
  fc.record({
    path: fc.constant("dynamics.friction"),
    value: fc.double({ min: 0.01, max: 10, noNaN: true }),
  }),
  fc.record({ path: fc.constant("initial.mean.1"), value: fc.double({ min: -1, max: 1, noNaN: true }) }),
  fc.record({
    path: fc.constant("problem.regulariser.l2.w"),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ path: fc.constant("solvers.0.particles.width.1"), value: fc.integer({ min: 1, max: 1e6 }) }),
  fc.record({ path: fc.constant("seed"), value: fc.maxSafeNat() }),
  fc.record({
    path: fc.constant("problem.neuron.activation"),
    value: fc.constantFrom("relu", "sin", "tanh"),
  }),
);

describe("the canonical form", () => {
  it("has sorted keys, all defaults, and hashes for paths", () => {
    const form = canonical(SPEC);
    expect(JSON.stringify(form)).toBe(JSON.stringify(shuffled(form, [0])));
    expect(Object.keys(form)).toEqual(["dynamics", "initial", "name", "problem", "seed", "solvers", "time"]);
    expect(form).toMatchObject({
      problem: { data: { csv: `sha256:${"ab".repeat(32)}`, standardise: false }, loss: "squared" },
      solvers: [{ particles: { integrator: "baoab" } }],
    });
    expect(JSON.stringify(form)).not.toContain("points.csv");
  });

  it("needs the hash of every file", () => {
    expect(() => canonical(SPEC, [])).toThrow("no hash given for problem.data.csv");
  });

  it("does not know −0", () => {
    expect(hash(withValue("initial.mean", [-0, 0, 1]))).toBe(hash(SPEC));
    expect(
      Object.is((canonical(withValue("initial.mean", [-0, 0, 1])).initial as { mean: number[] }).mean[0], 0),
    ).toBe(true);
  });
});

describe("the hash", () => {
  it("does not depend on the order of keys", () => {
    const draws = fc.array(fc.nat(), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(anyChange, draws, ({ path, value }, ranks) => {
        const spec = withValue(path, value);
        expect(hash(shuffled(spec, ranks))).toBe(hash(spec));
      }),
    );
  });

  it("does not depend on whether defaults are written out", () => {
    fc.assert(
      fc.property(anyChange, ({ path, value }) => {
        const spec = withValue(path, value);
        expect(hash(parseExperiment(spec, "spec"))).toBe(hash(spec));
      }),
    );
    expect(hash(withValue("problem.loss", "squared"))).toBe(hash(SPEC));
    expect(hash(withValue("time.record", 10))).toBe(hash(SPEC));
    expect(hash(withValue("initial.std", [1, 1, 1]))).toBe(hash(SPEC));
  });

  it("depends on every value, which the difference names", () => {
    fc.assert(
      fc.property(anyChange, ({ path, value }) => {
        const [before, after] = [canonical(SPEC), canonical(withValue(path, value))];
        const differences = describeDifferences(before, after);
        expect(hash(withValue(path, value)) === hash(SPEC)).toBe(differences.length === 0);
        for (const line of differences) {
          // The default momentum follows the temperature.
          const follows = path === "problem.temperature" && line.startsWith("initial.momentum.std.");
          expect(follows || line.startsWith(`${path}: `)).toBe(true);
        }
      }),
    );
  });

  it("depends on the version and on a module's source", () => {
    const form = canonical(SPEC);
    const hashes = [
      experimentHash({ canonical: form, version: "0.1.0" }),
      experimentHash({ canonical: form, version: "0.2.0" }),
      experimentHash({ canonical: form, version: "0.1.0", moduleSha256: "00" }),
    ];
    expect(new Set(hashes).size).toBe(3);
    expect(experimentHash({ canonical: form, version: "0.1.0", moduleSha256: undefined })).toBe(hashes[0]);
    for (const one of hashes) expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it("depends on a file's contents, not on where it lies", async () => {
    const directory = mkdtempSync(join(tmpdir(), "muflow-canonical-"));
    const hashOf = async (csv: string, contents: string) => {
      writeFileSync(join(directory, csv), contents);
      const path = join(directory, "spec.json");
      writeFileSync(path, JSON.stringify(withValue("problem.data.csv", csv)));
      const { experiment, files } = await loadExperiment(path);
      return experimentHash({ canonical: canonicalExperiment(experiment, files), version: "0.1.0" });
    };
    try {
      mkdirSync(join(directory, "data"));
      const here = await hashOf("points.csv", "x,y\n1,2\n");
      expect(await hashOf("data/other.csv", "x,y\n1,2\n")).toBe(here);
      expect(await hashOf("points.csv", "x,y\n1,3\n")).not.toBe(here);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("differences", () => {
  const without = (key: string) =>
    Object.fromEntries(Object.entries(canonical(SPEC)).filter(([name]) => name !== key));

  it.each([
    ["problem.neuron.activation", "relu", ['problem.neuron.activation: "tanh" → "relu"']],
    ["dynamics.friction", 2, ["dynamics.friction: 1 → 2"]],
    ["solvers.0.particles.width", [100, 2000], ["solvers.0.particles.width.1: 1000 → 2000"]],
    ["solvers.0.particles.width", 100, ["solvers.0.particles.width: [100,1000] → [100]"]],
    ["problem.regulariser", { l2: 0.1 }, ['problem.regulariser.l2: {"a":0,"b":0,"w":0.1} → 0.1']],
    [
      "problem.potential",
      { kind: "cosine" },
      ['problem.potential: nothing → {"kind":"cosine","strength":1}'],
    ],
    ["name", "fit", []],
  ])("of %s set to %j", (path, value, lines) => {
    expect(describeDifferences(canonical(SPEC), canonical(withValue(path, value)))).toEqual(lines);
  });

  it("of a file's contents", () => {
    const other = canonical(SPEC, [{ key: "problem.data.csv", sha256: "cd".repeat(32) }]);
    expect(describeDifferences(canonical(SPEC), other)).toEqual([
      "problem.data.csv: the file's contents changed",
    ]);
  });

  it("of a file and no file", () => {
    const teacher = { teacher: { neurons: 1, dim: 1, samples: 5 } };
    const lines = describeDifferences(canonical(SPEC), canonical(withValue("problem.data", teacher)));
    expect(lines).toContain("problem.data.csv: a file → nothing");
  });

  it("of a key that is gone", () => {
    expect(describeDifferences(canonical(SPEC), without("seed"))).toEqual(["seed: 0 → nothing"]);
  });
});
