// What tells the solvers of an experiment apart, in words, read from the canonical spec: `particles, polyak`, `grid, spectral`.

import { cellsText, distinctLabels } from "../base/labels.ts";
import { ESTIMATORS, SAMPLINGS } from "../particles/batch.ts";

/** The options of a solver in words, the most telling first; empty ones where the spec does not say. Cells are not among them. */
export type Details = readonly string[];

/** Of each of the spec's solvers in their order: its name, with what tells it from others of that name. */
export function solverLabels(spec: unknown): string[] {
  const solvers = at(spec, "solvers");
  if (!Array.isArray(solvers)) return [];
  return distinctLabels(
    solvers.map((one, entry) => {
      const [name = ""] = Object.keys(Object(one));
      const cells = at(one, name, "cells");
      const [first = "", ...others] = detailsOf(spec, name, entry);
      return {
        name,
        details: [first, Array.isArray(cells) ? cellsText(cells) : "", ...others],
        place: entry + 1,
      };
    }),
  );
}

/** The place in the spec's list of solvers of each run, in the order of the runs; of all of them their numbers in words are. */
export function entriesOfRuns(spec: unknown): number[] {
  const solvers = at(spec, "solvers");
  if (!Array.isArray(solvers)) return [];
  return solvers.flatMap((one, entry) => {
    const [widths, replicas = 1] = [at(one, "particles", "width"), at(one, "particles", "replicas")];
    const copies = typeof replicas === "number" ? replicas : 1;
    return Array.from({ length: widths === undefined ? 1 : [widths].flat().length * copies }, () => entry);
  });
}

/** What tells the solver of that name, at that place of the spec's list, apart from others of its name. */
export function detailsOf(spec: unknown, solver: string, entry: number): Details {
  const options = at(spec, "solvers", String(entry), solver);
  if (options === undefined) return [];
  return solver === "particles" ? networkDetails(options) : densityDetails(options);
}

/** What lies there, undefined where nothing does. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}

/** The text of that key, else "". */
export function textAt(options: unknown, key: string): string {
  const value = at(options, key);
  return typeof value === "string" ? value : "";
}

export function densityDetails(options: unknown): Details {
  const [order, epsilon] = [at(options, "order"), at(options, "epsilon")];
  const method = textAt(options, "method");
  return [
    textAt(options, "scheme") || method,
    textAt(options, "integrator"),
    order === undefined ? "" : `order ${order}`,
    extentText(at(options, "extent")),
    at(options, "refine") === true ? "refined" : "not refined",
    method === "entropic" ? (epsilon === undefined ? "ε by the cells" : `ε = ${epsilon}`) : "",
  ];
}

/** `[−6, 6] × [−3, 3]`. */
function extentText(extent: unknown): string {
  if (!Array.isArray(extent) || !extent.every(Array.isArray)) return "";
  return extent.map((ends) => `[${ends.join(", ")}]`.replaceAll("-", "−")).join(" × ");
}

function networkDetails(particles: unknown): Details {
  const [order, beta2] = [at(particles, "order"), at(particles, "beta2")];
  const settings = [order !== undefined && `order ${order}`, beta2 !== undefined && `β₂ = ${beta2}`];
  const integrator = [textAt(particles, "integrator"), ...settings].filter(Boolean).join(", ");
  return [integrator, batchText(at(particles, "batch"))];
}

/** `batches of 8, reshuffled, svrg`: what is not the default is named. */
function batchText(batch: unknown): string {
  if (batch === undefined) return "all data";
  if (typeof batch === "number") return `batches of ${batch}`;
  const anchor = at(batch, "anchor");
  return [
    `batches of ${at(batch, "size")}`,
    ...[textAt(batch, "sampling"), textAt(batch, "estimator")].filter(
      (word) => word !== SAMPLINGS[0] && word !== ESTIMATORS[0],
    ),
    anchor !== undefined && `anchor every ${anchor} steps`,
  ]
    .filter(Boolean)
    .join(", ");
}
