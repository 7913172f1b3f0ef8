import * as Plot from "@observablehq/plot";
import type { SeriesRow } from "../../results/formats/series.ts";
import { ranToEnd } from "../../results/formats/summary.ts";
import { axis, extent } from "../chart/axes.ts";
import { type Curve, curveKeys, curveMarks, curvesOf, observable } from "../chart/curves.ts";
import type { Key } from "../chart/legend.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { typesetNumber } from "../notation.ts";
import { equilibriaOf, levelMarks, levelsOf } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import { certificateOf, leastHamiltonian, phaseGroups } from "../runs/phase-space.ts";
import { called, changeOfLast, sentences } from "./captions.ts";
import { BAND, between } from "./free-energy.ts";
import { drawInTime } from "./trajectories.ts";

const hamiltonian = observable("free_energy");
const energy = observable("energy");
const kinetic = observable("kinetic");
const entropy = observable("entropy");

/** The share of the picture's height, below all else that is drawn, that a large certificate may take. */
const BELOW = 0.05;

/** What H changes by in rounding alone, relative to its terms: sums over many cells. */
const ROUND_OFF = 1e-13;

/** H of the densities in phase space, in time, with its parts, its certificate as a band below it and H* as a level. */
export function hamiltonianFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const curves = curvesOf(input.series, phaseGroups(input.series, groups), hamiltonian);
  const first = curves[0];
  if (!first) return [];
  const { temperature } = factsOf(input.summary.spec);
  const parts = partsOf(input, first.group, temperature);
  const levels = levelsOf(equilibriaOf(input, groups), leastHamiltonian(input.series, temperature), true).map(
    (level) => ({ ...level, key: { ...level.key, label: level.key.label.replace("equilibrium", "*H*∗") } }),
  );
  const below = curvesOf(input.series, [first.group], (row) => hamiltonian(row) - certificateOf(row))[0];
  const values = [
    ...curves.flatMap(({ points }) => points.map(({ mean }) => mean)),
    ...levels.map(({ value }) => value),
  ];
  const [low, high] = extent([...values, ...parts.flatMap(({ points }) => points.map(({ y }) => y))]);
  const floor = low - BELOW * (high - low || Math.abs(high));
  const band = below ? between(first, below, floor) : [];
  const cut = below?.points.some(({ mean }) => mean < floor);
  const svg = drawInTime(input, {
    title: "The Hamiltonian free energy H and its parts against time",
    y: axis("*H*(*μ*) and its parts", [
      ...values,
      ...parts.flatMap(({ points }) => points.map(({ y }) => y)),
      ...band.map(({ bound }) => bound),
    ]),
    keys: [
      ...(curves.length > 1
        ? curveKeys(curves)
        : [{ label: "*H*", colour: first.colour, shape: "line" } as const]),
      ...parts.map(({ key }) => key),
      ...levels.map(({ key }) => key),
      ...(band.length > 0 ? [{ label: "certificate", colour: BAND, shape: "area" } as const] : []),
    ],
    marks: [
      Plot.areaY(band, { x: "t", y1: "bound", y2: "mean", fill: BAND, fillOpacity: 0.7 }),
      ...levelMarks(levels),
      ...parts.map(({ points, key }) =>
        Plot.lineY(points, { x: "t", y: "y", stroke: key.colour, strokeWidth: 1.75 }),
      ),
      ...curveMarks(curves),
    ],
  });
  const several = curves.length > 1;
  const caption = sentences(
    `*H*(*μ*) = *F*(*ρ*) + ½∫|*ω*|² d*μ*${temperature > 0 ? " + *τ*∫*μ* log *μ*" : ""}, *ρ* the law of *θ*, of the ${several ? "densities (black and warm colours)" : "density (black)"}${several ? `, and its parts for ${called(first.group)}` : " and its parts"}.`,
    `*H* never increases along the exact flow. ${rise(first, largestTerm(input, first, temperature), several)}`,
    temperature > 0
      ? "Where it rests for a while, *μ* is momentarily close to some *ρ* ⊗ *N*(0, *τI*), on which nothing is dissipated."
      : "Where it rests for a while, the momenta are momentarily small: nothing is dissipated at *ω* = 0.",
    changeOfLast("It", curves),
    levels.length === 1 &&
      `Dashed: its least value *H*∗${temperature > 0 ? " = *E*_τ∗ − (*pτ*/2) log 2π*τ*" : ""} = ${typesetNumber(levels[0]!.value, 6)}.`,
    levels.length > 1 &&
      "Dashed: its value at equilibria that attract (marginal: one of a family); dotted: at those that repel.",
    band.length > 0 &&
      `Grey: from *H* down by its certificate; the least value of *H* lies in it at every time${cut ? " (cut off where the certificate is large)" : ""}.`,
    !ranToEnd(input.summary) && "The computation ended early.",
  );
  return [{ name: "hamiltonian", caption, svg }];
}

interface Part {
  readonly key: Key;
  readonly points: readonly { readonly t: number; readonly y: number }[];
}

/** The terms whose sum is H; without temperature two. */
function partsOf(input: ReportInput, group: Group, temperature: number): Part[] {
  const terms = [
    { label: "*F*(*ρ*)", colour: "#1b6ca8", of: energy },
    { label: "kinetic", colour: "#7048b6", of: kinetic },
    ...(temperature > 0
      ? [
          {
            label: "*τ*∫*μ* log *μ*",
            colour: "#3d8b4f",
            of: (row: SeriesRow) => temperature * entropy(row),
          },
        ]
      : []),
  ];
  return terms.flatMap(({ label, colour, of }) => {
    const curve = curvesOf(input.series, [group], of)[0];
    const points = curve?.points.map(({ t, mean }) => ({ t, y: mean })) ?? [];
    return points.length > 0 ? [{ key: { label, colour, shape: "line" }, points }] : [];
  });
}

/** What the exact flow forbids, as far as the records show it. */
function rise({ group, points }: Curve, scale: number, several: boolean): string {
  const most = points
    .slice(1)
    .reduce((largest, { mean }, k) => Math.max(largest, mean - points[k]!.mean), Number.NEGATIVE_INFINITY);
  const whose = several ? ` for ${called(group)}` : "";
  if (points.length < 2) return "";
  if (most > ROUND_OFF * scale)
    return `From one record to the next it rose here by up to ${typesetNumber(most, 2)}${whose}, an error of the discretisation.`;
  return most > 0
    ? `Here it did not rise from any record to the next by more than round-off${whose}.`
    : `Here it did not rise from any record to the next${whose}.`;
}

function largestTerm(input: ReportInput, { group }: Curve, temperature: number): number {
  return extent(
    partsOf(input, group, temperature).flatMap(({ points }) => points.map(({ y }) => Math.abs(y))),
  )[1];
}
