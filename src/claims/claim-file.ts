// A user's own claim: a TypeScript or JavaScript module whose default export, or export named claim, is one. It imports muflow
// by name, as from an installed package, wherever the file lies.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { inputError, MuflowError } from "../base/errors.ts";
import { LIBRARY, moduleError } from "../spec/module.ts";
import { type Claim, claim } from "./claim.ts";

/** The claim in that file. Errors (input): no such file, a module that does not load, no claim in it. */
export async function loadClaim(path: string): Promise<Claim> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) {
    throw inputError(
      path,
      `found no such file (${absolute}); allowed: a claim's id or a module that exports one`,
    );
  }
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    alias: { muflow: LIBRARY.pathname },
  });
  let exported: Record<string, unknown>;
  try {
    exported = Object(await jiti.import(absolute));
  } catch (error) {
    if (error instanceof MuflowError) throw error;
    throw moduleError(path, error);
  }
  const stated = exported.default ?? exported.claim;
  if (Array.isArray(stated)) {
    throw inputError(
      path,
      `found a list of ${stated.length}; allowed: one claim a file: export each from a file of its own`,
    );
  }
  if (typeof stated !== "object" || stated === null) {
    throw inputError(
      path,
      "found no claim; allowed: a default export, or one named claim, made by claim({…})",
    );
  }
  return claim(stated as Claim);
}
