// The literature of a study: of its experiments, and of what its fits are made by.

import { BIBTEX, type Source } from "../base/sources.ts";
import { sourcesOf } from "../run/describe.ts";
import type { FitSpec } from "../spec/shapes/study.ts";
import { isOfNetworks } from "../spec/solvers/list.ts";
import type { PreparedPoint } from "./prepare.ts";

/** The works behind the experiments of all points, each once, as BibTeX. */
export function pointSources(points: readonly PreparedPoint[]): { label: string; bibtex: string }[] {
  const sources = points.flatMap(({ prepared }) => sourcesOf(prepared.built));
  return [...new Map(sources.map((source) => [source.label, source])).values()];
}

/** The works behind these fits, each once, as BibTeX. */
export function fitSources(fits: readonly FitSpec[]): { label: string; bibtex: string }[] {
  return [...new Set(fits.flatMap(sourcesOfFit))].map((label) => ({ label, bibtex: BIBTEX[label] }));
}

/** Those of `fitRate`, of `observedOrder` where no replica has a say, of `powerLaw`. */
function sourcesOfFit({ along, law, solver }: FitSpec): readonly Source[] {
  if (along === "time") return law === "exponential" ? ["hua1990"] : [];
  return isOfNetworks(solver) ? ["wedderburn1974", "mccullagh1989"] : ["roache1998"];
}
