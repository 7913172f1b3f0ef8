// Breaking the physics on purpose: a copy of the sources in which one line is another, and the verdicts of claims measured with it.

import { execFile } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { put, ROOT, temporaryDirectory } from "./support.ts";

export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Claims that must say FAILS. */
  readonly fails: readonly string[];
  /** Where they cannot be measured: why. */
  readonly because?: RegExp;
}

const run = promisify(execFile);

/** Rooms that claims import nothing of. */
const ABOVE = /^(report|cli)\b/;

/** TypeScript as Node runs it, a file at a time. */
function compile(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  return outputText;
}

const compiled = (path: string) => path.replace(/\.ts$/, ".js");

/** Tests that the claims hold as the program is, and that each mutation makes its claims fail. */
export function testMutations(mutations: readonly Mutation[], timeout: number): void {
  const directory = temporaryDirectory();
  for (const name of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || ABOVE.test(name)) continue;
    put(directory, join("src", compiled(name)), compile(readFileSync(join(ROOT, "src", name), "utf8")));
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

    it.each(mutations)("fail with $what", { timeout }, async ({
      file,
      from,
      to,
      fails,
      because = /^FAILS$/,
    }) => {
      const path = join(directory, compiled(file));
      const intact = readFileSync(path, "utf8");
      const source = readFileSync(join(ROOT, file), "utf8");
      expect(source.split(from)).toHaveLength(2);
      writeFileSync(path, compile(source.replace(from, () => to)));
      try {
        for (const [id, { verdict }] of Object.entries(await verdictsOf(fails))) {
          expect([id, verdict]).toEqual([id, expect.stringMatching(because)]);
        }
      } finally {
        writeFileSync(path, intact);
      }
    });
  });
}
