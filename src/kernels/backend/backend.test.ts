// Which backend a thread uses: the one that is asked for, in the library, in commands, and in every kind of worker.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import claims from "../../cli/claim-worker.ts";
import modes from "../../cli/modes-worker.ts";
import { conclude, performed } from "../../experiment/worker.ts";
import { readInputs } from "../../run/build.ts";
import { sharedProgress } from "../../run/progress.ts";
import { parseExperiment } from "../../spec/schema.ts";
import { backend, type Means, meansOf, useBackend } from "./backend.ts";
import { nativeEngine } from "./native.ts";

afterEach(() => {
  useBackend("auto");
});

describe("a backend", () => {
  it("is the one that is asked for, with its machine code", () => {
    expect(useBackend("wasm")).toEqual({ backend: "wasm", level: "simd128" });
    expect(useBackend("js")).toEqual({ backend: "js", level: null });
    expect(backend().engine).toBeNull();
    const native = nativeEngine();
    const level = "engine" in native ? native.engine.level : null;
    const expected = level === null ? { backend: "wasm", level: "simd128" } : { backend: "native", level };
    expect(useBackend("auto")).toEqual(expected);
  });

  it("of a name that is none is refused with the nearest", () => {
    expect(() => useBackend("wams" as "wasm")).toThrow(
      'backend: found "wams"; allowed: auto, native, wasm, js, gpu; did you mean "wasm"?',
    );
  });
});

describe("a worker computes by the backend that it is told", () => {
  const experiment = parseExperiment(
    {
      name: "well",
      problem: { potential: { kind: "double-well" }, temperature: 0.3 },
      dynamics: { kind: "langevin" },
      initial: { kind: "gaussian", mean: [0.2], std: 0.7 },
      time: { until: 0.2, step: 0.1, record: 2 },
      solvers: [{ grid: { cells: [40], extent: [[-4, 4]] } }],
    },
    "well.yaml",
  );
  const inputs = readInputs(experiment, ".");
  const common = { experiment, inputs, hash: "own", stop: new Int32Array(1) };
  const directory = mkdtempSync(join(tmpdir(), "muflow-means-"));
  const checkpoint = join(directory, "well.checkpoint");
  afterAll(() => rmSync(directory, { recursive: true }));

  const workers: Record<string, (means: Means) => unknown> = {
    "for runs": (means) =>
      performed({
        ...{ ...common, ...means, run: 0, slot: 0, rank: 0, size: 1, memory: null },
        ...{ checkpoint, packed: null, packs: false, checkpointSeconds: 1e9, progress: sharedProgress(1) },
      }),
    "for what runs say together": (means) =>
      conclude({ ...common, ...means, checkpoints: [checkpoint], packed: [null] }),
    "for modes": (means) => modes({ ...common, ...means, run: 0, quantity: "free_energy" }),
    "for claims": (means) => {
      const unknown = { claim: { id: "none" }, full: false, together: 1 };
      const claim = claims({ ...means, ...unknown, progress: new Float64Array(1), slot: 0 });
      return expect(claim).rejects.toThrow("found no claim none");
    },
  };

  it.each(Object.entries(workers))("%s", async (_, work) => {
    for (const name of ["js", "wasm"] as const) {
      useBackend(name);
      const means = meansOf(3);
      expect(means).toEqual({ backend: name, threads: 3 });
      // As a thread that has just begun, which would take another.
      useBackend(name === "js" ? "wasm" : "js");
      await work(means);
      expect(backend().backend).toBe(name);
    }
  });
});
