// What a folder keeps of its spec: copies that are whole, found again under their hash.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { keepSource, keptSource } from "./source.ts";

it("a copy is whole, whatever an interruption left of one, and stands in the place of the file it is of", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muflow-source-"));
  try {
    const path = join(folder, "points.csv");
    // Whoever writes the file later: what is kept is what was read.
    writeFileSync(path, "");
    const bytes = Buffer.from("x,y\n1,2\n");
    const sha256 = "0123456789abcdef".repeat(4);
    const name = `${sha256.slice(0, 16)}-points.csv`;
    const kept = join(folder, "state", "source");
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, `${name}.new`), "x,y\n1");
    const file = { key: "problem.data.csv", written: "points.csv", path, sha256, bytes };
    keepSource(folder, { raw: { problem: { data: { csv: "points.csv" } } }, path: "spec.yaml" }, [file]);
    expect(readdirSync(kept).sort()).toEqual([name, "spec.json"].sort());
    expect(readFileSync(join(kept, name), "utf8")).toBe("x,y\n1,2\n");
    const { raw, path: stated } = await keptSource(folder);
    expect(raw).toEqual({ problem: { data: { csv: name } } });
    expect(basename(stated)).toBe("spec.json");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
