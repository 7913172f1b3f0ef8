// Mutants drawn by a seed. A site's place in the order, and which of its alternatives is taken, come from a hash of the seed and of
// the line that it stands on: a longer draw begins with the shorter one, and an edit moves the mutants of its own lines alone.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import { type Site, sitesOf } from "./sites.ts";

/** The rooms whose numbers are changed. */
export const ROOMS = [
  "base",
  "linear",
  "statistics",
  "problem",
  "grid",
  "particles",
  "pde",
  "observables",
  "study",
] as const;

/** One numeric slip. */
export interface Mutant {
  /** A hash of what follows, `at` and `line` apart. */
  readonly id: string;
  readonly room: string;
  /** From the root, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line, trimmed. */
  readonly text: string;
  readonly at: readonly [start: number, end: number];
  readonly from: string;
  readonly to: string;
  readonly constant: string | null;
}

const isNumeric = (name: string) => !/(\.test|-testing|\/testing|\.d|\/sources|\/words)\.ts$/.test(name);

/** The files of the rooms, tests too, sorted. */
export function filesOf(root: string): string[] {
  return ROOMS.map((room) => join("src", room))
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name).split(sep).join("/")),
    )
    .sort();
}

/** Those that mutants are drawn from. */
export function sourcesOf(root: string): string[] {
  return filesOf(root).filter(isNumeric);
}

/** A site, and where it stands. */
export interface Place {
  readonly site: Site;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly from: string;
  /** A name that the place keeps when other lines change. */
  readonly name: string;
}

/** All sites of those files. */
export function placesIn(root: string, files: readonly string[]): Place[] {
  const settings = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config.compilerOptions;
  const { options } = ts.convertCompilerOptionsFromJson(settings, root);
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(join(root, file));
    if (source === undefined) throw new Error(`${file}: no such source`);
    return placesOf(file, source, sitesOf(source, checker));
  });
}

function placesOf(file: string, source: ts.SourceFile, sites: readonly Site[]): Place[] {
  const seen = new Map<string, number>();
  return sites.map((site) => {
    const { line } = source.getLineAndCharacterOfPosition(site.start);
    const first = source.getPositionOfLineAndCharacter(line, 0);
    const [text] = source.text.slice(first).split("\n", 1);
    const from = source.text.slice(site.start, site.end);
    // The same on the same line, or on one that reads the same, is told apart by its number.
    const words = [file, text.trim(), site.start - first, from].join("\n");
    const number = seen.get(words) ?? 0;
    seen.set(words, number + 1);
    return { site, file, line: line + 1, text: text.trim(), from, name: `${words}\n${number}` };
  });
}

/** One mutant for every place, in the order of that seed. */
export function drawn(places: readonly Place[], seed: number): Mutant[] {
  const mutants = places.map(({ site, file, line, text, from, name }) => {
    const id = createHash("sha256").update(`${seed}\n${name}`).digest("hex").slice(0, 16);
    const { start, end, alternatives, constant } = site;
    const to = alternatives[Number.parseInt(id.slice(-8), 16) % alternatives.length];
    const at = [start, end] as const;
    return { id, room: roomOf(file), file, line, text, at, from, to, constant };
  });
  return mutants.sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** The source with the slip in it. */
export function mutated(source: string, { at: [start, end], to }: Mutant): string {
  return source.slice(0, start) + to + source.slice(end);
}

/** The room of a file. */
export function roomOf(file: string): string {
  return file.split("/")[1];
}

export function readSource(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
