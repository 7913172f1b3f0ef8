// A run's folder: who may write it, what it belongs to, and whether it is finished.
//   state/manifest.json   the experiment the folder belongs to, with the paths of its files
//   state/lock            the process that is writing (lock.ts)
//   summary.json          written last: the folder is finished

import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { inputError, MuflowError } from "../base/errors.ts";
import { shellWord } from "../base/shell.ts";
import { describeDifferences, type JsonObject } from "../spec/canonical.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import type { Summary } from "./formats/summary.ts";
import { keptJson, manifestShape, summaryShape } from "./kept.ts";
import { takeLock } from "./lock.ts";

export interface Manifest {
  readonly hash: string;
  readonly version: string;
  readonly spec: JsonObject;
  readonly moduleSha256: string | null;
  /** Files the experiment names, as written in it. */
  readonly files: readonly { readonly key: string; readonly path: string; readonly sha256: string }[];
}

export const manifestPath = (folder: string) => join(folder, "state", "manifest.json");
const lockPath = (folder: string) => join(folder, "state", "lock");

export const summaryPath = (folder: string) => join(folder, "summary.json");

/** The summary of a finished folder, else null. */
export function readSummary(folder: string): Summary | null {
  const path = summaryPath(folder);
  if (!existsSync(path)) return null;
  return keptJson(path, summaryShape, "remove it to have the results written again") as unknown as Summary;
}

/** Throws an input error where the folder holds something else than this experiment, naming what differs. */
export function requireSameExperiment(folder: string, wanted: Manifest): void {
  if (!existsSync(folder)) return;
  const manifest = manifestOf(folder);
  if (manifest === null) {
    if (!statSync(folder).isDirectory()) throw inputError(folder, "is a file. Choose a folder with --out");
    if (isBegun(folder)) return;
    throw inputError(folder, "is not empty and holds no muflow run. Choose another folder with --out");
  }
  if (manifest.hash === wanted.hash) return;
  requireSameVersion(folder, manifest, wanted);
  if (commandOf(manifest) !== commandOf(wanted)) {
    throw inputError(
      folder,
      `was made by muflow ${commandOf(manifest)}, this is muflow ${commandOf(wanted)}. Choose another folder with --out, or remove this one`,
    );
  }
  throw new MuflowError(
    "input",
    `${folder}: holds another experiment: ${differences(manifest, wanted).join("; ")}. Choose another folder with --out, or remove this one`,
  );
}

/** Throws an input error where another version computed what the folder holds: their numbers are not mixed. */
export function requireSameVersion(
  folder: string,
  manifest: Manifest,
  { version }: Pick<Manifest, "version">,
): void {
  if (manifest.version === version) return;
  throw inputError(
    folder,
    `was computed by muflow ${manifest.version}, this is ${version}, whose numbers may differ; go on with that version, or compute it anew in another folder`,
  );
}

/** Which command a folder is made by: a study's manifest has the experiment beside its sweep. */
function commandOf({ spec }: Manifest): "study" | "run" {
  return Object.hasOwn(spec, "sweep") ? "study" : "run";
}

/** What a folder says it belongs to, or null where it says nothing. */
export function manifestOf(folder: string): Manifest | null {
  const path = manifestPath(folder);
  if (!existsSync(path)) return null;
  return keptJson(path, manifestShape, "choose another folder with --out, or remove this one") as Manifest;
}

/** The same of a folder that must say it. Errors (input): it says nothing. */
export function requireManifest(folder: string): Manifest {
  const manifest = manifestOf(folder);
  if (manifest !== null) return manifest;
  throw inputError(folder, "holds no muflow results; allowed: a folder of muflow run, study or merge");
}

function differences(manifest: Manifest, wanted: Manifest): string[] {
  const lines = describeDifferences(manifest.spec, wanted.spec);
  if (manifest.moduleSha256 !== wanted.moduleSha256)
    lines.push("the source of the experiment's module changed");
  for (const file of wanted.files) {
    const before = manifest.files.find(({ key }) => key === file.key);
    if (before !== undefined && before.sha256 !== file.sha256) lines.push(`the file is ${file.path}`);
  }
  return lines;
}

/** Whether there is nothing in it but what comes before the manifest: a process that died in its first milliseconds leaves such a folder. */
function isBegun(folder: string): boolean {
  const names = readdirSync(folder);
  if (names.length === 0) return true;
  const state = join(folder, "state");
  if (names.join() !== "state" || !statSync(state).isDirectory()) return false;
  return readdirSync(state).every((name) => name === "manifest.json.new" || /^lock($|[.-])/.test(name));
}

/** That work on a folder was stopped, saved; what goes on with it, and what of it can be read until then. */
export function stopped(folder: string): MuflowError {
  return new MuflowError(
    "stopped",
    `${folder}: stopped; the same command goes on from here. ${readableIn(folder)}`,
  );
}

/** The name of a folder beside that one: runs/x/ is runs/x, and a folder of dots has another name. */
export function siblingOf(folder: string, ending: string): string {
  const named = /^\.{1,2}$/.test(basename(folder)) ? resolve(folder) : folder;
  return join(dirname(named), `${basename(named)}${ending}`);
}

/** What is there to be read of results, a sentence. */
export function readableIn(folder: string): string {
  const manifest = manifestOf(folder);
  const isStudy = manifest !== null && commandOf(manifest) === "study";
  const results = isStudy ? "study.json" : "summary.json";
  const has = (name: string) => existsSync(join(folder, name));
  if (has(results) && has("report.html")) return `Readable: ${folder}`;
  if (has(results)) return `Readable: ${results} and series.csv; the report is not drawn yet`;
  const later = `No results are readable yet: ${results}, series.csv and report.html come at the end`;
  return isStudy
    ? `${later}; muflow merge ${shellWord(folder)} --out ${shellWord(siblingOf(folder, "-so-far"))} makes them of the runs that are done`
    : later;
}

/** Makes the folder this process's own for this experiment. Returns the function that gives it back. */
export async function claimFolder(
  folder: string,
  manifest: Manifest,
  notice?: (message: string) => void,
): Promise<() => void> {
  requireSameExperiment(folder, manifest);
  makeFolder(join(folder, "state"));
  const release = await takeLock(lockPath(folder), folder, notice);
  try {
    // Another process may have made it its own, and ended, since.
    requireSameExperiment(folder, manifest);
    if (!existsSync(manifestPath(folder))) {
      writeAtomically(manifestPath(folder), `${JSON.stringify(manifest, null, 2)}\n`);
    }
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** Removes the lock of a process that is known to be gone, on whatever host it ran. */
export function breakLock(folder: string): void {
  rmSync(lockPath(folder), { force: true });
}
