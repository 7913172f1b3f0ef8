// An experiment read and checked, before anything is written: its inputs, what is built of them, and its identity.

import { relative } from "node:path";
import { MuflowError, type Path, placeOfError, putTo, renamed } from "../base/errors.ts";
import { atOnce, listening } from "../base/interrupt.ts";
import { PACKAGE } from "../base/package.ts";
import { secondsText } from "../base/words.ts";
import type { Manifest } from "../results/folder.ts";
import {
  type BuiltExperiment,
  buildExperiment,
  type ExperimentInputs,
  inputsInPieces,
  LONG_SECONDS,
} from "../run/build.ts";
import { cellSeconds, requireCounts, requireRoom } from "../run/needs.ts";
import { checkOwnFunctions } from "../run/own-checks.ts";
import { inFile, isFirstReplica } from "../run/runs.ts";
import { checkRun, type Run } from "../run/solvers/list.ts";
import { canonicalExperiment, experimentHash } from "../spec/canonical.ts";
import { functionsIn, type LoadedExperiment } from "../spec/load.ts";
import { PROBLEM_KEYS } from "../spec/shapes/problem.ts";

const { version } = PACKAGE;

/** An experiment that was read and checked, and knows its identity. */
export interface PreparedExperiment {
  readonly loaded: LoadedExperiment;
  readonly built: BuiltExperiment;
  readonly manifest: Manifest;
  readonly inputs: ExperimentInputs;
}

/** Everything that can be wrong with the input is found here (input errors, put to the file, the point or the option); nothing is written. */
export function prepareExperiment(loaded: LoadedExperiment): PreparedExperiment {
  return atOnce(preparedInPieces(loaded));
}

/** The same, listening while data are made. */
export function prepareListening(loaded: LoadedExperiment): Promise<PreparedExperiment> {
  return listening(preparedInPieces(loaded));
}

function* preparedInPieces(loaded: LoadedExperiment): Generator<void, PreparedExperiment> {
  try {
    return yield* checkedExperiment(loaded);
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    throw blamed(error, loaded);
  }
}

/** What is wrong, by its key in the file and begun by who is to blame; a file that is alone to blame speaks for itself. */
function blamed(error: MuflowError, { blame, stated, files }: LoadedExperiment): MuflowError {
  const named = renamed(error, inKeysOfFile);
  const place = placeOfError(named);
  if (place === null || "key" in place) return putTo(blame.at(place?.key ?? null), named);
  const key = files.find(({ path }) => path === place.file)?.key.split(".") ?? null;
  // A row is the file's own; which columns it has to have, keys beside it say.
  const who = blame.at(place.row ? key : (key?.slice(0, -1) ?? null));
  return who === stated.path ? named : putTo(who, named);
}

/** The library calls the parts of a problem by their names, the file by their keys: data.test is problem.data.test there. */
function inKeysOfFile(key: Path): Path {
  return PROBLEM_KEYS.includes(`${key[0]}`) ? ["problem", ...key] : key;
}

function* checkedExperiment(loaded: LoadedExperiment): Generator<void, PreparedExperiment> {
  requireCounts(loaded.experiment);
  const { module } = loaded.stated;
  const functions = functionsIn(loaded.stated);
  const read = yield* inputsInPieces(loaded.experiment, loaded.directory, {
    store: loaded.store,
    functions,
    onNotice: loaded.stated.onNotice,
  });
  const inputs = module === undefined ? read : { ...read, module: module.record };
  const built = buildExperiment(loaded.experiment, inputs, functions);
  checkOwnFunctions(built);
  const runs = built.runs.filter(isFirstReplica);
  for (const run of runs) requireRoom(run, `solvers.${run.entry}.${run.solver}`);
  const seconds = cellSeconds(runs);
  if (seconds > LONG_SECONDS) {
    const told = `looking at the cells of the densities: ${secondsText(seconds)}`;
    // Points of a study are alike.
    loaded.store.once(told, () => loaded.stated.onNotice?.(told));
  }
  for (const run of runs) {
    checkInFile(run);
    yield;
  }
  const canonical = canonicalExperiment(loaded.experiment, loaded.files);
  const moduleSha256 = module?.sha256 ?? null;
  const hash = experimentHash({
    canonical,
    version,
    ...(moduleSha256 === null ? {} : { moduleSha256 }),
  });
  const files = loaded.files.map(({ key, path, sha256 }) => ({
    key,
    path: relative(loaded.directory, path),
    sha256,
  }));
  return { loaded, built, inputs, manifest: { hash, version, spec: canonical, moduleSha256, files } };
}

/** What is wrong with a run before its first step, by the keys of its file. */
function checkInFile(run: Run): void {
  try {
    checkRun(run);
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    throw inFile(run, error);
  }
}
