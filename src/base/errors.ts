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

/** The result; null and why there is none where the work fails in one of those kinds. */
export function attempt<Result>(
  work: () => Result,
  kinds: readonly FailureKind[] = ["input", "numerics"],
):
  | { readonly result: Result; readonly failure?: undefined }
  | { readonly result: null; readonly failure: string } {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof MuflowError && kinds.includes(error.kind))) throw error;
    return { result: null, failure: error.message };
  }
}

// ---- Where an error is ----

/** Keys, from the outermost in. */
export type Path = readonly (string | number)[];

/** A place in a file of numbers. */
interface FilePlace {
  readonly file: string;
  /** What of it, in words that follow its path: ": theta", ", column 2". */
  readonly within: string;
  /** Whether it is one of its rows: what is wrong is then the file's, not what is asked of it. */
  readonly row: boolean;
}

/** A key, as the library or the experiment file calls it, or a place in a file. */
export type Place = { readonly key: Path } | FilePlace;

/** The same as it is written: dotted keys, or what else the line begins with. */
export type Where = string | Path | FilePlace;

/** What an error says; a path among the texts is a key, named as it is called where the error is read. */
export type Words = readonly (string | Path)[];

interface Parts {
  /** What the line begins with, before the place; "": with the place. */
  readonly who: string;
  readonly place: Place | null;
  readonly words: Words;
}

/** An error that knows its place, so that whoever knows more of that names it by value; its message is made at the end. */
class PlacedError extends MuflowError {
  constructor(
    kind: FailureKind,
    readonly parts: Parts,
  ) {
    const { who, place, words } = parts;
    const text = words.map((part) => (typeof part === "string" ? part : part.join("."))).join("");
    super(kind, [printable(who), place === null ? "" : placeText(place), text].filter(Boolean).join(": "));
  }
}

function placeText(place: Place): string {
  return printable("key" in place ? place.key.join(".") : place.file + place.within);
}

function placeOf(where: Where): Place {
  if (typeof where === "string") return { key: where.split(".") };
  return "file" in where ? where : { key: where };
}

function partsOf(error: MuflowError): Parts {
  return error instanceof PlacedError ? error.parts : { who: "", place: null, words: [error.message] };
}

/** Where an error is; null: nowhere in particular. */
export function placeOfError(error: MuflowError): Place | null {
  return partsOf(error).place;
}

/** The beginning of a file; what of it, `within` says. */
export function fileAt(file: string): FilePlace {
  return { file, within: "", row: false };
}

/** A place within another, in words that follow it. */
export function within(where: Where, words: string, row = false): Where {
  if (typeof where === "string") return where + words;
  return "file" in where ? { ...where, within: where.within + words, row } : where;
}

/** An error of that kind at a place. */
export function placedError(kind: FailureKind, where: Where | null, words: Words): MuflowError {
  return new PlacedError(kind, { who: "", place: where === null ? null : placeOf(where), words });
}

/** Bad input: `where: found …; allowed …`. One line, of characters that are seen, whatever of a file or an option stands in it. */
export function inputError(where: Where, message: string): MuflowError {
  return placedError("input", where, [printable(message)]);
}

/** The same error with other names for the keys. */
export function renamed(error: MuflowError, name: (key: Path) => Path): MuflowError {
  const { place, words, ...parts } = partsOf(error);
  return new PlacedError(error.kind, {
    ...parts,
    place: place !== null && "key" in place ? { key: name(place.key) } : place,
    words: words.map((part) => (typeof part === "string" ? part : name(part))),
  });
}

/** The same error put to somebody: a file, an option. */
export function putTo(who: string, error: MuflowError): MuflowError {
  return new PlacedError(error.kind, { ...partsOf(error), who });
}

/** The same error with advice. */
export function advised(error: MuflowError, advice: string): MuflowError {
  const parts = partsOf(error);
  return new PlacedError(error.kind, { ...parts, words: [...parts.words, `. ${advice}`] });
}
