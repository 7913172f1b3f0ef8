import { printable } from "./words.ts";

/**
 * The closed set of ways a run can end early, each with its exit code (see docs/errors.md):
 * - `input`: the request is wrong; nothing was written (2);
 * - `numerics`: the computation failed: diverged, leaked, did not converge; the last good state is kept (3);
 * - `claim`: a claim that was checked FAILS, or two folders that were compared differ (4);
 * - `stopped`: interrupted, on request or by a full disk: the same command resumes; or runs of a study are missing (75).
 */
export type FailureKind = "input" | "numerics" | "claim" | "stopped";

const EXIT_CODE: Readonly<Record<FailureKind, number>> = {
  input: 2,
  numerics: 3,
  claim: 4,
  stopped: 75,
};

/**
 * An error meant for the user: one clear line that says where, what was found, what is allowed, what to do.
 *
 * @example
 * ```ts
 * import { MuflowError, problem } from "muflow";
 *
 * try {
 *   problem({ temperature: -1 });
 * } catch (error) {
 *   if (!(error instanceof MuflowError)) throw error;
 *   console.log(error.kind, error.exitCode); // input 2
 *   console.log(error.message); // problem.temperature: found -1; allowed: a finite number ≥ 0
 * }
 * ```
 */
export class MuflowError extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = "MuflowError";
    this.kind = kind;
  }

  get exitCode(): number {
    return EXIT_CODE[this.kind];
  }
}

/** Bad input: `where: found …; allowed …`. One line, of characters that are seen, whatever of a file or an option stands in it. */
export function inputError(where: string, message: string): MuflowError {
  return new MuflowError("input", printable(`${where}: ${message}`));
}
