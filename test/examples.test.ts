// The examples run, shortened, and the README's commands exist.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isFile, ROOT, readSummary, remarks, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const examples = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yaml"),
);

interface Run {
  solver: string;
  final: Record<string, number>;
}

/** What a study of one point holds of it. */
function pointOf(text: string): { outcome: string; runs: Run[] } {
  const { outcome, points } = JSON.parse(text);
  return { outcome, runs: points[0].runs };
}

describe("examples", () => {
  it("are all found", () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples)("%s runs", async (name) => {
    const folder = join(directory, name);
    const shorter = [
      ["solvers.0.particles.width", "[10, 25, 50]"],
      ["solvers.0.particles.replicas", "2"],
      // So short a run has no time for all of its lower bounds, and would say so.
      ["solvers.0.particles.dual", "off"],
      ["time.until", "0.8"],
      ["time.record", "1"],
      ["time.snapshots", "[0, 0.8]"],
    ].flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const path = join(ROOT, "examples", name);
    const { solvers, fits } = parse(readFileSync(path, "utf8")) as { solvers: object[]; fits?: object[] };
    const command = fits === undefined ? "run" : "study";
    const { code, stdout, stderr } = await muflow([command, path, "--out", folder, ...shorter]);
    expect(remarks(stderr)).toEqual([]);
    expect(code).toBe(0);
    const { outcome, runs } =
      fits === undefined ? readSummary(folder) : pointOf(readFileSync(join(folder, "study.json"), "utf8"));
    expect([outcome, runs.length]).toEqual(["done", 5 + solvers.length]);
    expect(isFile(folder, "report.html")).toBe(true);
    // What falls and what is dissipated are found apart from one another; steps of examples are short enough for a twentieth.
    expect(stdout).not.toContain("but between records it rose");
    for (const { solver, final } of runs as Run[]) {
      if (solver === "grid") expect(final.identity_residual).toBeLessThan(0.05);
    }
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
