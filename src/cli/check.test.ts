// muflow check, as it is printed: memory that is tight is told of the point that takes most, not of the first.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { check } from "./check.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-check-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("names the point that takes most", async () => {
  const spec = join(directory, "widths.yaml");
  writeFileSync(
    spec,
    `name: widths
problem: { potential: { kind: quadratic }, temperature: 0.5 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0.2], std: 1 }
time: { until: 0.4, step: 0.1, record: 2 }
solvers: [{ particles: { width: 10, dual: off } }]
sweep: { solvers.0.particles.width: [10, 1000000, 20] }
`,
  );
  let printed = "";
  const free = vi.spyOn(os, "freemem").mockReturnValue(1);
  syncBuiltinESMExports();
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  try {
    await check(spec, { set: [] });
  } finally {
    out.mockRestore();
    free.mockRestore();
    syncBuiltinESMExports();
  }
  const warnings = printed.split("\n").filter((line) => line.includes("warning: "));
  expect(warnings).toEqual([
    expect.stringMatching(/^ *warning: solvers\.0\.particles\.width = 1000000: memory: up to /),
  ]);
});
