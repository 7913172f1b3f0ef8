// For tests: the runs of an experiment, as its file states them.

import { parseExperiment } from "../spec/schema.ts";
import { type BuiltExperiment, buildExperiment, readInputs } from "./build.ts";

export function builtOf(file: unknown, directory = "."): BuiltExperiment {
  const experiment = parseExperiment(file, "spec.yaml");
  return buildExperiment(experiment, readInputs(experiment, directory));
}
