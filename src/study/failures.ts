// A run that failed for good has its reason beside its state: state/HASH/run-N.failure.json.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeAtomically } from "../experiment/files.ts";

/** A run without a result, and why. */
export interface Failure {
  readonly kind: "numerics";
  readonly message: string;
}

/** Keeps the reason, or removes an earlier one. What is no fault of the run's own (a full disk) is not kept. */
export function noteFailure(path: string, failure: { kind: string; message: string } | null): void {
  if (failure?.kind === "numerics") writeAtomically(path, `${JSON.stringify(failure)}\n`);
  else rmSync(path, { force: true });
}

/** Why a run has no result, or null; null too where the file is damaged: the run is then computed again. */
export function readFailure(path: string): Failure | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Failure;
  } catch {
    return null;
  }
}
