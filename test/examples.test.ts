// The examples run, shortened, and the README's commands exist.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isFile, muflow, ROOT, readSummary, remarks, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const examples = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yaml"),
);

describe("examples", () => {
  it("are all found", () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples)("%s runs", async (name) => {
    const folder = join(directory, name);
    const shorter = [
      "--set",
      "solvers.0.particles.width=[10, 50]",
      "--set",
      "solvers.0.particles.replicas=2",
    ];
    const path = join(ROOT, "examples", name);
    const { solvers } = parse(readFileSync(path, "utf8")) as { solvers: object[] };
    // A density in the plane takes its time: a tenth of it.
    if (solvers.some((solver) => "grid" in solver))
      shorter.push("--set", "time.until=4", "--set", "time.record=10", "--set", "time.snapshots=[0, 4]");
    const { code, stderr } = await muflow(["run", path, "--out", folder, ...shorter]);
    expect(remarks(stderr)).toEqual([]);
    expect(code).toBe(0);
    expect(readSummary(folder)).toMatchObject({ outcome: "done", runs: { length: 3 + solvers.length } });
    expect(isFile(folder, "report.html")).toBe(true);
  });
});

describe("the README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };

  it("has two commands that are scripts of the package", () => {
    for (const name of ["start", "test"]) {
      expect(readme).toContain(`npm ci && npm ${name}`);
      expect(scripts).toHaveProperty(name);
    }
    const spec = /run (\S+\.yaml)/.exec(scripts.start)?.[1] ?? "";
    expect(isFile(ROOT, spec)).toBe(true);
  });
});
