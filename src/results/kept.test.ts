// A folder's JSON files are what muflow writes, or refused in one line that says where they are not.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { syntheticFit, syntheticStudy } from "../../test/support/studies.ts";
import { readStudy } from "../study/gather.ts";
import { manifestOf, readSummary } from "./folder.ts";
import { keptSource } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-kept-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(join(folder, "state", "source"), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const summary = {
  ...{ name: "a", hash: "0".repeat(64), version: "1", seed: 3, spec: {}, machine: { cores: 2 }, wallTime: 1 },
  outcome: "done",
  runs: [{ solver: "particles", width: 3, replica: 0, final: { risk: 1 } }],
  comparisons: [
    {
      ...{ a: { solver: "particles", width: 3 }, b: { solver: "grid", cells: [4] }, t: null, quantity: "w1" },
      ...{ mean: 1, interval: null, replicas: 1 },
    },
  ],
  rates: [],
};
const study = syntheticStudy({ fits: [syntheticFit({ predicted: -0.5 })] });
const manifest = { hash: "0", version: "1", spec: {}, moduleSha256: null, files: [] };
const spec = { raw: { name: "a" }, moduleSha256: null };

const FILES: Record<string, [whole: object, read: () => unknown]> = {
  "summary.json": [summary, () => readSummary(folder)],
  "study.json": [JSON.parse(JSON.stringify(study)), () => readStudy(folder)],
  "state/manifest.json": [manifest, () => manifestOf(folder)],
  "state/source/spec.json": [spec, () => keptSource(folder)],
};

/** Every place in it, as keys. */
function placesIn(value: unknown, keys: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...keys, key], ...placesIn(item, [...keys, key])]);
}

function changed(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole)) return whole.with(Number(key), changed(whole[Number(key)], rest, value));
  const mapping = whole as Record<string, unknown>;
  return { ...mapping, [key]: changed(mapping[key], rest, value) };
}

describe.each(Object.entries(FILES))("%s", (name, [whole, read]) => {
  it("is read as it was written", async () => {
    put(name, JSON.stringify(whole));
    const found = await read();
    if (name.endsWith("spec.json")) expect(found).toMatchObject({ raw: spec.raw });
    else expect(found).toEqual(whole);
  });

  const refusal = async (text: string) => {
    put(name, text);
    const error = await Promise.resolve()
      .then(read)
      .then(
        () => null,
        (error: Error) => error,
      );
    if (error !== null) {
      expect(error).toMatchObject({ name: "MuflowError", kind: "input" });
      expect(error.message.startsWith(join(folder, name))).toBe(true);
      expect(error.message.split("\n")).toHaveLength(1);
    }
    return error?.message ?? null;
  };

  it.each(["", "{", "null", "[]", "3", '"text"', "{}", "\u0000"])("that is %j is refused", async (text) => {
    const isJson = !["", "{", "\u0000"].includes(text);
    expect(await refusal(text)).toContain(isJson ? "is not what muflow writes" : "is not JSON");
  });

  it("with a wrong value anywhere is refused in a line, or holds no text where numbers belong", async () => {
    let refused = 0;
    for (const place of placesIn(whole)) {
      for (const value of ["<img src=x onerror=alert(1)>", [], { a: 1 }, true]) {
        if ((await refusal(JSON.stringify(changed(whole, place, value)))) !== null) refused += 1;
      }
    }
    if (!name.endsWith("spec.json")) expect(refused).toBeGreaterThan(placesIn(whole).length);
    for (const place of [["seed"], ["wallTime"], ["runs", "0", "final", "risk"]]) {
      if (name !== "summary.json") continue;
      expect(await refusal(JSON.stringify(changed(whole, place, "<b>")))).toContain(
        ` at ${place.join(".")};`,
      );
    }
  });

  it("that is no file is refused, not waited for", async () => {
    put("state/source/other", "");
    execFileSync("mkfifo", [join(folder, name)]);
    await expect(Promise.resolve().then(read)).rejects.toThrow("found a named pipe, not a regular file,");
  });
});
