// Breaking the physics on purpose: a copy of the sources in which one line is another, and the verdicts of claims measured with it.

import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryDirectory } from "./support.ts";

export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Claims that must say FAILS. */
  readonly fails: readonly string[];
}

const run = promisify(execFile);

/** Tests that the claims hold as the program is, and that each mutation makes its claims fail. */
export function testMutations(mutations: readonly Mutation[], timeout: number): void {
  const directory = temporaryDirectory();
  for (const folder of ["src", join("validation", "claims")]) {
    const filter = (path: string) => !path.endsWith(".test.ts");
    cpSync(join(ROOT, folder), join(directory, folder), { recursive: true, filter });
  }
  cpSync(join(ROOT, "package.json"), join(directory, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));

  const verdictsOf = async (ids: readonly string[]): Promise<Record<string, { verdict: string }>> => {
    const script = join(ROOT, "test", "mutant.mjs");
    return JSON.parse((await run(process.execPath, [script, directory, ...ids])).stdout);
  };

  describe("claims", () => {
    it("hold as the program is", { timeout }, async () => {
      const ids = [...new Set(mutations.flatMap(({ fails }) => fails))];
      for (const [id, { verdict }] of Object.entries(await verdictsOf(ids))) {
        expect([id, verdict]).toEqual([id, "HOLDS"]);
      }
    });

    it.each(mutations)("fail with $what", { timeout }, async ({ file, from, to, fails }) => {
      const path = join(directory, file);
      const source = readFileSync(path, "utf8");
      expect(source.split(from)).toHaveLength(2);
      writeFileSync(
        path,
        source.replace(from, () => to),
      );
      try {
        for (const [id, { verdict }] of Object.entries(await verdictsOf(fails))) {
          expect([id, verdict]).toEqual([id, "FAILS"]);
        }
      } finally {
        writeFileSync(path, source);
      }
    });
  });
}
