// What is minimised against time: the risk, the energies, and the functionals that decrease.

import { largestOf, leastOf } from "../../base/extremes.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import { extent } from "../chart/axes.ts";
import { MUTED } from "../chart/chart.ts";
import { type Curve, curvesOf } from "../chart/curves.ts";
import type { Key } from "../chart/legend.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import type { Group } from "../runs/groups.ts";
import { observable } from "../runs/observable.ts";
import { certificateOf, leastHamiltonian, momentaIn } from "../runs/phase-space.ts";
import type { Scene } from "../runs/scene.ts";
import { called, courseText, levelsText, networksIn, symbolFor, whose } from "./captions.ts";
import { DIFFERENCE_FLOOR, untilRoundOff } from "./gap.ts";
import { across, certificate, type Layer, lines, patterned, type TimePicture } from "./in-time.ts";
import { levelsOf } from "./levels.ts";

const risk = observable("risk");
const energy = observable("energy");
const kinetic = observable("kinetic");
const entropy = observable("entropy");
const freeEnergy = observable("free_energy");
const dual = observable("dual");
const excess = observable("excess_hamiltonian");
const modified = observable("hypocoercive");

/** Nothing without data, where there is no risk. */
export function riskPicture({ series, groups, equilibria, input }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, groups, risk);
  if (curves.length === 0 || !(input.data.size > 0 || hasRisk(series.rows))) return undefined;
  const symbol = symbolFor(curves, { network: "*R*(*f*_N)", density: "*R*(*f*_μ)", both: "*R*" });
  const levels = levelsOf(equilibria, risk, false);
  return {
    name: "risk",
    title: `The risk against time${titleEnd(curves)}`,
    label: `risk ${symbol}`,
    scale: "wide from zero",
    layers: [lines(curves), across(levels)],
    caption: [
      `The risk ${symbol} along training${whose(curves)}${levelsText(levels)}.`,
      courseText("It", curves),
    ],
  };
}

/** Nothing where it would be the picture of the risk, or hold nothing that the picture of H does not. */
export function energyPicture(scene: Scene): TimePicture | undefined {
  const { series, groups, equilibria, phase } = scene;
  const alone = curvesOf(series, groups, energy);
  const total = curvesOf(series, groups, (row) => energy(row) + kinetic(row));
  const symbol = symbolFor(alone, { network: "*F*(*μ*_N)", density: "*F*(*μ*)", both: "*F*" });
  if (total.length > 0) {
    if (networksIn(total).length === 0 && phase.length > 0) return undefined;
    return {
      name: "energy",
      title: `Energy plus kinetic energy, and energy alone, against time${titleEnd(total)}`,
      label: "energy + kinetic energy",
      scale: "wide",
      layers: [
        lines(total),
        patterned(alone, "dashes", [{ label: "energy alone", colour: MUTED, shape: "dashes" }], 1),
      ],
      caption: [
        `Energy plus kinetic energy, ${symbol} + ½⟨|*ω*|²⟩ (solid), and the energy alone (dashed)${whose(total)}.`,
        courseText("The sum", total),
      ],
    };
  }
  const isRisk = (row: SeriesRow) => Math.abs(energy(row) - risk(row)) <= 1e-13 * Math.abs(risk(row));
  if (alone.length === 0 || (riskPicture(scene) !== undefined && series.rows.every(isRisk))) return undefined;
  const levels = levelsOf(equilibria, energy, false);
  return {
    name: "energy",
    title: `The energy against time${titleEnd(alone)}`,
    label: `energy ${symbol}`,
    scale: "wide",
    layers: [lines(alone), across(levels)],
    caption: [`The energy ${symbol}${whose(alone)}${levelsText(levels)}.`, courseText("It", alone)],
  };
}

/** With its value at equilibrium, pτ/2 where ω ~ N(0, τI). */
export function kineticPicture({ series, groups, facts }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, groups, kinetic);
  if (curves.length === 0) return undefined;
  const value = (momentaIn(series.columns) * facts.temperature) / 2;
  const key: Key = { label: "equilibrium *pτ*/2", colour: MUTED, shape: "dashes" };
  return {
    name: "kinetic",
    title: `The mean kinetic energy against time${titleEnd(curves)}`,
    label: "kinetic energy ½⟨|*ω*|²⟩",
    scale: value > 0 ? "from zero" : "wide from zero",
    layers: [lines(curves), across(value > 0 ? [{ value, key }] : [])],
    caption: [
      `The mean kinetic energy ½⟨|*ω*|²⟩${whose(curves)}${value > 0 ? `; dashed: its value at equilibrium, *pτ*/2 = ${typesetNumber(value)}` : ""}.`,
      courseText("It", curves),
    ],
  };
}

/** The shares of the height, below all else, that a low dual value and a large certificate of H may take. */
const ROOM = { dual: 0.5, hamiltonian: 0.05 };

/** E_τ of the densities over θ, or F at temperature 0: those in phase space have H. */
export function freeEnergyPicture(scene: Scene): TimePicture | undefined {
  const { series, densities, phase, equilibria } = scene;
  const { temperature, annealed } = scene.facts;
  const groups = densities.filter((group) => !phase.includes(group));
  const curves = curvesOf(series, groups, freeEnergy);
  const first = curves[0];
  if (!first) return undefined;
  const levels = levelsOf(equilibria, freeEnergy, true);
  const bounds = curvesOf(series, groups, dual).find(({ group }) => group === first.group);
  const [course, equilibrium] = [lines(curves), across(levels)];
  const band = certificate(first, bounds?.points ?? [], floorOf([course, equilibrium], ROOM.dual));
  const symbol = temperature > 0 ? "*E*_τ(*μ*)" : "*F*(*μ*)";
  const sum = temperature > 0 ? " = *F* + *τ*∫*μ* log *μ*" : "";
  const when = annealed
    ? `, at the temperature of each time, from *τ* = ${formatNumber(temperature)} on`
    : "";
  const optimum = annealed ? "its least value at that temperature" : "the optimum";
  return {
    name: "free-energy",
    title: "The free energy against time",
    label: `free energy ${symbol}`,
    scale: "linear",
    layers: [course, band, equilibrium],
    caption: [
      `The free energy ${symbol}${sum}${whose(curves)}${when}${levelsText(levels, 6)}${band.keys.length > 0 ? `; grey, from the dual value of ${called(first.group)} up to it: where ${optimum} lies` : ""}.`,
      courseText("It", curves),
    ],
  };
}

/** H of the densities in phase space with its parts, its certificate as a band below it and H* as a level. */
export function hamiltonianPicture({ series, phase, facts, equilibria }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, phase, freeEnergy);
  const first = curves[0];
  if (!first) return undefined;
  const { temperature } = facts;
  const levels = levelsOf(equilibria, leastHamiltonian(series, temperature), true, "*H*∗");
  const key: Key = { label: "*H*", colour: first.colour, shape: "line" };
  const drawn = [
    lines(curves, curves.length > 1 ? undefined : [key]),
    partsOf(series, first.group, temperature),
    across(levels),
  ];
  const below = curvesOf(series, [first.group], (row) => freeEnergy(row) - certificateOf(row))[0];
  const band = certificate(first, below?.points ?? [], floorOf(drawn, ROOM.hamiltonian));
  const sum = `*F*(*ρ*) + ½∫|*ω*|² d*μ*${temperature > 0 ? " + *τ*∫*μ* log *μ*" : ""}`;
  return {
    name: "hamiltonian",
    title: "The Hamiltonian free energy H and its parts against time",
    label: "*H*(*μ*) and its parts",
    scale: "linear",
    layers: [...drawn, band],
    caption: [
      `*H*(*μ*) = ${sum}${whose(curves)}, and its parts${curves.length > 1 ? ` for ${called(first.group)}` : ""}${levelsText(levels, 6)}${band.keys.length > 0 ? "; grey, from *H* down by its certificate: where its least value lies" : ""}.`,
      courseText("It", curves),
    ],
  };
}

/** The terms whose sum is H; without temperature two. */
function partsOf(series: Scene["series"], group: Group, temperature: number): Layer {
  const terms = [
    { label: "*F*(*ρ*)", colour: "#1b6ca8", of: energy },
    { label: "kinetic", colour: "#7048b6", of: kinetic },
    {
      label: "*τ*∫*μ* log *μ*",
      colour: "#3d8b4f",
      of: (row: SeriesRow) => (temperature > 0 ? temperature * entropy(row) : Number.NaN),
    },
  ];
  const curves = terms.flatMap(({ label, colour, of }) =>
    curvesOf(series, [group], of).map((curve) => ({ ...curve, label, colour, strokeWidth: 1.75 })),
  );
  return lines(
    curves,
    curves.map(({ label, colour }): Key => ({ label, colour, shape: "line" })),
    1,
  );
}

function floorOf(layers: readonly Layer[], share: number): number {
  const [low, high] = extent(layers.flatMap(({ values }) => values));
  return low - share * (high - low || Math.abs(high));
}

/** Of ℰ: stands out from the black of H − H*. */
const COLOUR = "#e8710a";
/** H − H* rests where its slowest rate is below that of ℰ by this factor. */
const RESTS = 2;
/** Rates are those of the fall until H − H* is within this factor of its end, which may be the error of the discretisation. */
const CLEAR = 10;

/**
 * H − H*, which rests wherever the momenta are momentarily in equilibrium, beside ℰ, which does not, of the first density that
 * has both; nothing where H − H* does not rest.
 */
export function hypocoercivePicture({ series, phase }: Scene): TimePicture | undefined {
  const until = (curve: Curve) => untilRoundOff(series, curve, DIFFERENCE_FLOOR);
  const above = curvesOf(series, phase, excess).map(until)[0];
  const fall = above && curvesOf(series, [above.group], modified).map(until)[0];
  if (!above || !fall) return undefined;
  const least = leastOf(above.points.map(({ mean }) => mean));
  const end = above.points.findIndex(({ mean }) => mean < CLEAR * least);
  const [uneven, even] = [above, fall].map(({ points }) => ratesOf(points.slice(0, end)));
  if (end < 3 || !(RESTS * leastOf(uneven!) < leastOf(even!))) return undefined;
  const range = (rates: readonly number[]) =>
    [leastOf(rates), largestOf(rates)].map((rate) => typesetNumber(rate, 2)).join(" and ");
  return {
    name: "hypocoercive",
    title: "H − H∗ and the modified functional ℰ against time",
    label: "*H*(*μ*) − *H*∗, and *ℰ*",
    scale: "logarithmic",
    layers: [
      lines(
        [above, { ...fall, colour: COLOUR, strokeWidth: 1.75 }],
        [
          { label: "*H* − *H*∗", colour: above.colour, shape: "line" },
          { label: "modified, *ℰ*", colour: COLOUR, shape: "line" },
        ],
      ),
    ],
    caption: [
      `How far ${called(above.group)} is from equilibrium: *H*(*μ*) − *H*∗, which rests where the momenta are in equilibrium, and the modified functional *ℰ*, which does not.`,
      `From one record to the next, until *t* = ${formatNumber(above.points[end - 1]!.t, 4)}, *H* − *H*∗ falls at rates between ${range(uneven!)}, *ℰ* between ${range(even!)}.`,
      unproved(series, above.group),
      riseText(fall),
    ],
  };
}

/** −d log/dt between neighbours. */
function ratesOf(points: Curve["points"]): number[] {
  return points.slice(1).map(({ t, mean }, k) => Math.log(points[k]!.mean / mean) / (t - points[k]!.t));
}

/** How often the proof says nothing. */
function unproved({ rows }: Scene["series"], { runs }: Group): string | undefined {
  const records = rows.filter(({ run }) => runs.includes(run));
  const blank = records.filter((row) => typeof row.hypocoercive_decline !== "number").length;
  if (blank === 0) return undefined;
  return `At ${blank} of ${records.length} records *Φ* is curved beyond what the proof allows for, and *ℰ* need not fall.`;
}

function riseText({ points }: Curve): string | undefined {
  const rise = points.findIndex(({ mean }, k) => k > 0 && mean > points[k - 1]!.mean);
  if (rise < 0) return undefined;
  return `From *t* = ${formatNumber(points[rise - 1]!.t, 4)} on what is left of *ℰ* is the error of the discretisation.`;
}

function titleEnd(curves: readonly Curve[]): string {
  return networksIn(curves).length > 0 ? " by width" : "";
}

function hasRisk(rows: readonly SeriesRow[]): boolean {
  return rows.some((row) => Math.abs(risk(row)) > 0);
}
