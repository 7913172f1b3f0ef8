// Examples in cases that take longer. The others: test/examples.test.ts.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryDirectory } from "../test/support.ts";

const directory = temporaryDirectory();

describe("the study of the best friction", () => {
  const folder = join(ROOT, "examples", "best-friction");

  /** 9 s of computing; a busy machine takes several times that. */
  const SLOW = 120_000;

  it(
    "finds what its README says: the best friction, and rates of runs that the spectrum predicts",
    async () => {
      const figure = join(directory, "best-friction.svg");
      // An oscillating and a monotone case, fitted over fewer e-folds, and a coarser scan before the golden sections.
      const shorter = ["--frictions", "0.6,2", "--folds", "15", "--scan", "9"];
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, [join(folder, "study.mjs"), figure, ...shorter]);
      const readme = readFileSync(join(folder, "README.md"), "utf8");

      const [, friction, gap] = /^best friction ([\d.]+), gap ([\d.]+)$/m.exec(stdout) ?? [];
      expect(friction).toBe("1.027");
      expect(readme).toContain(`the best friction, ${friction} with gap ${Number(gap).toFixed(4)}`);

      const rows = stdout.split("\n").filter((line) => line.endsWith("%"));
      expect(rows).toHaveLength(2);
      for (const [friction, gap, mode, predicted, fitted] of rows.map((row) => row.trim().split(/ {2,}/))) {
        expect(readme).toContain(`| ${friction} | ${gap} | ${mode} | ${predicted} |`);
        expect(Math.abs(Number(fitted) / Number(predicted) - 1)).toBeLessThan(0.02);
      }
      expect(readFileSync(figure, "utf8")).toMatch(/^<svg [\s\S]*(<circle[\s\S]*){2}<\/svg>\n$/);
    },
    SLOW,
  );
});
