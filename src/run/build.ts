// From an experiment's text to its mathematics: the problem, the dynamics, the initial law, and the list of runs.

import { resolve } from "node:path";
import { refuse } from "../base/breach.ts";
import { fileAt, inputError } from "../base/errors.ts";
import { interned } from "../base/interned.ts";
import { atOnce } from "../base/interrupt.ts";
import { bytesText, printable, secondsText } from "../base/words.ts";
import { type Dynamics, unknownsOf } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { npyData, npzData } from "../problem/array-data.ts";
import { csvData } from "../problem/csv.ts";
import { type DataSet, fromArrays } from "../problem/data.ts";
import type { InitialLaw } from "../problem/law.ts";
import { loss } from "../problem/loss.ts";
import type { Neuron } from "../problem/neuron.ts";
import { type NeuronFile, type NeuronShape, neuronRows } from "../problem/neuron-file.ts";
import { inputsBreaches, type Problem, problem } from "../problem/problem.ts";
import { split } from "../problem/split.ts";
import { fromFunction, labelSeconds, type Teacher, teacher, teacherPieces } from "../problem/synthetic.ts";
import { FileStore } from "../spec/file-store.ts";
import { parameterDimension } from "../spec/layout.ts";
import type { ModuleRecord } from "../spec/module.ts";
import { buildDynamics, dynamicsIn, withFunctions } from "../spec/motion.ts";
import { blocksOf, formOfNeuron, type NeuronSpec } from "../spec/neurons/list.ts";
import { NO_FUNCTIONS, type OwnFunctions } from "../spec/own-functions.ts";
import { schedule } from "../spec/schedule.ts";
import type { Experiment, InitialSpec } from "../spec/schema.ts";
import type { DataSpec } from "../spec/shapes/data.ts";
import { type Run, runsOf } from "./solvers/list.ts";

/** What an experiment's files hold, and a teacher's labels: read and made once, and handed to every thread. */
export interface ExperimentInputs {
  readonly data: DataSet | null;
  readonly initial: InitialLaw;
  /** The module that states the experiment's own functions, where it may have any. */
  readonly module?: ModuleRecord | null;
}

/** Whether data are made of a recipe (or read as they lie in a file of arrays), read from text, or stated in the experiment. */
export type DataOrigin = "made" | "text" | "stated";

/** Everything a run needs, made once per process. Errors (input) where data do not fit the problem. */
export interface BuiltExperiment {
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly initial: InitialLaw;
  readonly origin: DataOrigin;
  /** By solver, then width, then replica. */
  readonly runs: readonly Run[];
}

export interface ReadOptions {
  readonly store?: FileStore;
  readonly functions?: OwnFunctions;
  /** Hears of what takes seconds before it begins, and of how neurons were read where that is in doubt. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** What takes longer is told of. */
export const LONG_SECONDS = 2;
/** Of one core: to read a byte of text, and to make a datum of a function, by quadrature. */
const BYTE_SECONDS = 1.1e-7;
const DATUM_SECONDS = { uniform: 2e-7, "gauss-legendre": 3e-6 };

/** What the files that an experiment names hold, their paths relative to its own directory. */
export function readInputs(
  experiment: Experiment,
  directory: string,
  options: ReadOptions = {},
): ExperimentInputs {
  return atOnce(inputsInPieces(experiment, directory, options));
}

/** The same in pieces, where a teacher labels its data. */
export function* inputsInPieces(
  experiment: Experiment,
  directory: string,
  { store = new FileStore(), functions = NO_FUNCTIONS, onNotice }: ReadOptions,
): Generator<void, ExperimentInputs> {
  const { data, neuron, loss: lossSpec } = experiment.problem;
  const shape: NeuronShape = {
    dimension: parameterDimension(experiment),
    momenta: hasMomenta(dynamicsIn(experiment).motion),
    blocks: blocksOf(neuron),
  };
  const begin = (what: string, seconds: number) => {
    if (seconds > LONG_SECONDS) onNotice?.(`${what}: ${secondsText(seconds)}`);
  };
  const read = (path: string) => {
    const { bytes } = store.read(path, (found) =>
      inputError(fileAt(path), `found ${found}; a table of numbers is needed`),
    );
    const text = !/\.np[yz]$/i.test(path);
    if (text) begin(`reading ${printable(path)}, ${bytesText(bytes.length)}`, BYTE_SECONDS * bytes.length);
    return bytes;
  };
  // The points of a study share what they have in common.
  const keyOf = (what: unknown) => JSON.stringify([what, shape, directory]);
  const once = <Made>(what: unknown, make: () => Made) => store.once(keyOf(what), make);
  function* dataOf(spec: DataSpec, labelling: NeuronSpec): Generator<void, DataSet> {
    const data = once(spec, () => {
      if ("function" in spec) {
        begin(`making ${spec.samples} data`, DATUM_SECONDS[spec.quadrature] * spec.samples);
      }
      return buildData(spec, directory, read, functions);
    });
    if (!("kind" in data)) return data;
    return yield* store.onceInPieces(keyOf([spec, labelling, lossSpec]), () => {
      begin(`the teacher labels ${data.samples} samples`, labelSeconds(data));
      return teacherPieces(data, buildNeuron(labelling, functions), loss(lossSpec));
    });
  }
  const set = data === undefined || neuron === undefined ? null : yield* dataOf(data, neuron);
  // The shape of neurons in a file goes by it.
  if (set !== null && neuron !== undefined) refuse(inputsBreaches(neuron.inputs, set)[0]);
  return {
    data: set,
    initial: once(experiment.initial, () =>
      buildInitial(experiment.initial, directory, shape, read, onNotice),
    ),
  };
}

/** `functions` finds the functions that the experiment names; a worker has them of `inputs.module`. */
export function buildExperiment(
  spec: Experiment,
  inputs: ExperimentInputs,
  functions: OwnFunctions = NO_FUNCTIONS,
): BuiltExperiment {
  const experiment = interned(spec);
  const { data, neuron: neuronSpec, potential: external, interaction: pair, ...rest } = experiment.problem;
  const task = problem({
    ...rest,
    dimension: parameterDimension(experiment),
    ...(inputs.data === null ? {} : { data: inputs.data }),
    ...(neuronSpec === undefined ? {} : { neuron: buildNeuron(neuronSpec, functions) }),
    ...(external === undefined ? {} : { potential: withFunctions(external, "problem.potential", functions) }),
    ...(pair === undefined ? {} : { interaction: withFunctions(pair, "problem.interaction", functions) }),
  } as Parameters<typeof problem>[0]);
  const dynamics = buildDynamics(experiment.dynamics, functions);
  refuse(dynamics.breaches(unknownsOf(task))[0]);
  const { initial } = inputs;
  const plan = schedule(experiment.time);
  const base = { problem: task, dynamics, initial, schedule: plan };
  const runs = experiment.solvers.flatMap((solver, entry) =>
    runsOf(Object.entries(solver)[0]!, { ...base, entry }, experiment.seed),
  );
  return { problem: task, dynamics, initial, origin: originOf(data), runs };
}

function originOf(data: DataSpec | undefined): DataOrigin {
  if (data === undefined) return "made";
  if ("arrays" in data) return "stated";
  return "csv" in data ? "text" : "made";
}

type Read = (path: string) => Uint8Array;

/** Files of data, by the key that names one. */
const TABLES = { csv: csvData, npy: npyData, npz: npzData };

function buildNeuron(spec: NeuronSpec, functions: OwnFunctions): Neuron {
  return formOfNeuron(spec).make(withFunctions(spec, "problem.neuron", functions) as NeuronSpec);
}

function buildData(
  spec: DataSpec,
  directory: string,
  read: Read,
  functions: OwnFunctions,
): DataSet | Teacher {
  /** What is said of a file besides its own path, the path of the file to test on made absolute. */
  const options = <Option extends { test?: object }>({ test, ...rest }: Option) => {
    if (test === undefined) return rest;
    const file = "file" in test ? { file: resolve(directory, test.file as string) } : {};
    return { ...rest, test: { ...test, ...file } };
  };
  if ("csv" in spec || "npy" in spec || "npz" in spec) {
    const [kind, dataIn] = Object.entries(TABLES).find(([key]) => key in spec)!;
    const { [kind]: file, ...rest } = spec as { [key: string]: unknown; test?: object };
    return dataIn(resolve(directory, file as string), options(rest) as never, read);
  }
  const { test } = "test" in spec ? spec : {};
  if ("arrays" in spec) {
    const data = fromArrays(spec.arrays.x, spec.arrays.y, spec.arrays.weight);
    return test === undefined ? data : split(data, test);
  }
  if ("teacher" in spec) return teacher(test === undefined ? spec.teacher : { ...spec.teacher, test });
  return fromFunction(withFunctions(spec, "problem.data", functions) as Parameters<typeof fromFunction>[0]);
}

function buildInitial(
  spec: InitialSpec,
  directory: string,
  shape: NeuronShape,
  read: Read,
  onNotice: ReadOptions["onNotice"],
): InitialLaw {
  if (spec.kind === "file") {
    const { path: written, kind: _, ...options } = spec;
    const path = resolve(directory, written);
    const tell = (notice: string) => onNotice?.(`initial: ${notice}`);
    const rows = neuronRows(fileAt(path), read(path), shape, options as NeuronFile, tell);
    return { position: { kind: "points", rows } };
  }
  const { momentum, ...position } = spec;
  return momentum === undefined ? { position } : { position, momentum };
}
