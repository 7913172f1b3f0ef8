// What tells the solvers of an experiment apart, in words: `particles, polyak`, `grid, spectral`.

import { cellsText, distinctLabels } from "../base/labels.ts";
import { type BatchOptions, ESTIMATORS, SAMPLINGS } from "../particles/batch.ts";
import { type IntegratorName, type IntegratorSettings, integratorText } from "../particles/integrators.ts";

/** Networks as an experiment states them, as far as words need it. */
interface StatedNetworks extends IntegratorSettings {
  readonly width: number | readonly number[];
  readonly replicas?: number | undefined;
  readonly integrator?: IntegratorName | undefined;
  readonly batch?: number | BatchOptions | undefined;
}

/** A density likewise. */
export interface StatedDensity {
  readonly cells?: readonly number[] | undefined;
  readonly extent?: readonly (readonly number[])[] | undefined;
  readonly scheme?: string | undefined;
  readonly integrator?: string | undefined;
  readonly order?: number | undefined;
  readonly refine?: boolean | undefined;
  readonly method?: string | undefined;
  readonly epsilon?: number | undefined;
}

/** One of them. */
export type StatedSolver =
  | { readonly particles: StatedNetworks }
  | { readonly grid: StatedDensity }
  | { readonly jko: StatedDensity }
  | { readonly stationary: StatedDensity };

/** What words need of an experiment, defaults filled. */
export interface StatedSolvers {
  readonly solvers: readonly StatedSolver[];
}

/** The options of a solver in words, the most telling first; empty ones where it has none. Cells are not among them. */
export type Details = readonly string[];

/** Of each of an experiment's solvers in their order: its name, with what tells it from others of that name. */
export function solverLabels({ solvers }: StatedSolvers): string[] {
  return distinctLabels(
    solvers.map((solver, entry) => {
      const [first = "", ...others] = detailsOf(solver);
      const cells = densityOf(solver)?.cells;
      return {
        name: nameOf(solver),
        details: [first, cells === undefined ? "" : cellsText(cells), ...others],
        place: entry + 1,
      };
    }),
  );
}

/** The place in the list of solvers of each run, in the order of the runs. */
export function entriesOfRuns({ solvers }: StatedSolvers): number[] {
  return solvers.flatMap((solver, entry) => {
    const { width = [], replicas = 1 } = "particles" in solver ? solver.particles : {};
    const count = "particles" in solver ? [width].flat().length * replicas : 1;
    return Array.from({ length: count }, () => entry);
  });
}

/** particles, grid, jko or stationary. */
export function nameOf(solver: StatedSolver): string {
  return Object.keys(solver)[0]!;
}

/** What a solver that holds a density states; undefined of networks. */
export function densityOf(solver: StatedSolver): StatedDensity | undefined {
  if ("grid" in solver) return solver.grid;
  if ("jko" in solver) return solver.jko;
  return "stationary" in solver ? solver.stationary : undefined;
}

/** What can tell a solver apart from others of its name. */
export function detailsOf(solver: StatedSolver): Details {
  return "particles" in solver ? networkDetails(solver.particles) : densityDetails(densityOf(solver)!);
}

function densityDetails({
  scheme,
  method = "",
  integrator = "",
  order,
  extent,
  refine,
  epsilon,
}: StatedDensity): Details {
  return [
    scheme ?? method,
    integrator,
    order === undefined ? "" : `order ${order}`,
    extent === undefined ? "" : extentText(extent),
    refine === true ? "refined" : "not refined",
    method === "entropic" ? (epsilon === undefined ? "ε by the cells" : `ε = ${epsilon}`) : "",
  ];
}

/** `[−6, 6] × [−3, 3]`. */
function extentText(extent: readonly (readonly number[])[]): string {
  return extent.map((ends) => `[${ends.join(", ")}]`.replaceAll("-", "−")).join(" × ");
}

function networkDetails(networks: StatedNetworks): Details {
  const { integrator, batch } = networks;
  return [integrator === undefined ? "" : integratorText(integrator, networks), batchText(batch)];
}

/** `batches of 8, reshuffled, svrg`: what is not the default is named. */
function batchText(batch: StatedNetworks["batch"]): string {
  if (batch === undefined) return "all data";
  if (typeof batch === "number") return `batches of ${batch}`;
  const { size, sampling = SAMPLINGS[0], estimator = ESTIMATORS[0], anchor } = batch;
  return [
    `batches of ${size}`,
    sampling !== SAMPLINGS[0] && sampling,
    estimator !== ESTIMATORS[0] && estimator,
    anchor !== undefined && `anchor every ${anchor} steps`,
  ]
    .filter(Boolean)
    .join(", ");
}
