// What is minimised against time: the risk, the energies, and the functionals that decrease.

import { largestOf, leastOf } from "../../base/extremes.ts";
import { extent, type Scale } from "../chart/axes.ts";
import { type Curve, curvesOf } from "../chart/curves.ts";
import { across, keysOf, type Layer, type Level, lines } from "../chart/layers.ts";
import { MUTED } from "../chart/styles.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { quantityNotation } from "../quantity-words.ts";
import type { Group } from "../runs/groups.ts";
import { type Quantity, valueIn } from "../runs/observable.ts";
import { certificateOf, leastHamiltonian, momentaIn } from "../runs/phase-space.ts";
import type { Scene } from "../runs/scene.ts";
import { called, courseText, levelsText, networksIn, whose } from "./captions.ts";
import { DIFFERENCE_FLOOR, untilRoundOff } from "./gap.ts";
import { certificate, levelsOf, type TimePicture } from "./in-time.ts";

/** An observable against time beside its value at equilibrium; nothing where it is not recorded. */
function observed(
  { series, groups, equilibria }: Scene,
  name: string,
  scale: Scale,
  levels: readonly Level[] = levelsOf(equilibria, name),
): TimePicture | undefined {
  const curves = curvesOf(series, groups, name);
  if (curves.length === 0) return undefined;
  const label = quantityNotation(name);
  return {
    name,
    label,
    scale,
    layers: [lines(curves), across(levels)],
    caption: [`The ${label}${whose(curves)}${levelsText(levels)}.`, courseText("It", curves)],
  };
}

/** Nothing without data, where there is no risk. */
export function riskPicture(scene: Scene): TimePicture | undefined {
  const some =
    scene.input.data.size > 0 || scene.series.rows.some((row) => Math.abs(valueIn(row, "risk")) > 0);
  return some ? observed(scene, "risk", "wide from zero") : undefined;
}

/** Nothing where it would be the picture of the risk, or hold nothing that the picture of H does not. */
export function energyPicture(scene: Scene): TimePicture | undefined {
  const { series, groups, phase } = scene;
  const total = curvesOf(series, groups, (row) => valueIn(row, "energy") + valueIn(row, "kinetic"));
  if (total.length > 0) {
    if (networksIn(total).length === 0 && phase.length > 0) return undefined;
    const key = { label: "energy alone", colour: MUTED, shape: "dashes" } as const;
    return {
      name: "energy",
      label: "energy + kinetic energy",
      scale: "wide",
      layers: [
        lines(total),
        lines(curvesOf(series, groups, "energy"), { shape: "dashes", keys: [key], depth: 1 }),
      ],
      caption: [
        `Energy plus kinetic energy, *F* + ½⟨|*ω*|²⟩ (solid), and the energy alone (dashed)${whose(total)}.`,
        courseText("The sum", total),
      ],
    };
  }
  const isRisk = series.rows.every((row) => {
    const [energy, risk] = [valueIn(row, "energy"), valueIn(row, "risk")];
    return Math.abs(energy - risk) <= 1e-13 * Math.abs(risk);
  });
  return isRisk && riskPicture(scene) !== undefined ? undefined : observed(scene, "energy", "wide");
}

/** With its value at equilibrium, pτ/2 where ω ~ N(0, τI). */
export function kineticPicture(scene: Scene): TimePicture | undefined {
  const value = (momentaIn(scene.series.columns) * scene.facts.temperature) / 2;
  if (!(value > 0)) return observed(scene, "kinetic", "wide from zero", []);
  const key = { label: "equilibrium *pτ*/2", colour: MUTED, shape: "dashes" } as const;
  return observed(scene, "kinetic", "from zero", [{ value, key }]);
}

/** The shares of the height, below all else, that a low dual value and a large certificate of H may take. */
const ROOM = { dual: 0.5, hamiltonian: 0.05 };

/** E_τ of the densities over θ, or F at temperature 0: those in phase space have H. */
export function freeEnergyPicture({
  series,
  densities,
  phase,
  equilibria,
  facts,
}: Scene): TimePicture | undefined {
  const { temperature, annealed } = facts;
  const groups = densities.filter((group) => !phase.includes(group));
  const hot = temperature > 0;
  return certified(series, curvesOf(series, groups, "free_energy"), {
    name: "free-energy",
    label: `free energy ${hot ? "*E*_τ(*μ*)" : "*F*(*μ*)"}`,
    bound: "dual",
    levels: levelsOf(equilibria, "free_energy", true),
    room: ROOM.dual,
    what: `The free energy ${hot ? "*E*_τ(*μ*) = *F* + *τ*∫*μ* log *μ*" : "*F*(*μ*)"}`,
    when: annealed ? `, at the temperature of each time, from *τ* = ${formatNumber(temperature)} on` : "",
    where: `from the dual value up to it: where ${annealed ? "its least value at that temperature" : "the optimum"} lies`,
  });
}

/** H of the densities in phase space with its parts, its certificate as a band below it and H* as a level. */
export function hamiltonianPicture({ series, phase, facts, equilibria }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, phase, "free_energy");
  const { temperature } = facts;
  const [first] = curves;
  return certified(series, curves, {
    name: "hamiltonian",
    label: "*H*(*μ*) and its parts",
    bound: (row) => valueIn(row, "free_energy") - certificateOf(row),
    levels: levelsOf(equilibria, leastHamiltonian(series, temperature), true, "*H*∗"),
    room: ROOM.hamiltonian,
    alone: "*H*",
    parts: first && partsOf(series, first.group, temperature),
    what: `*H*(*μ*) = *F*(*ρ*) + ½∫|*ω*|² d*μ*${temperature > 0 ? " + *τ*∫*μ* log *μ*" : ""}`,
    when: `, and its parts${curves.length > 1 ? ` for ${called(first!.group)}` : ""}`,
    where: "from *H* down by its certificate: where its least value lies",
  });
}

/** A functional that falls, with what the first curve's certificate says of its least value. */
interface Certified extends Pick<TimePicture, "name" | "label"> {
  /** A lower bound on the least value. */
  readonly bound: Quantity;
  readonly levels: readonly Level[];
  readonly room: number;
  /** What a single curve is called in the legend. */
  readonly alone?: string;
  readonly parts?: Layer | undefined;
  readonly what: string;
  readonly when: string;
  readonly where: string;
}

function certified(
  series: Scene["series"],
  curves: readonly Curve[],
  { name, label, bound, levels, room, alone, parts, what, when, where }: Certified,
): TimePicture | undefined {
  const [first] = curves;
  if (!first) return undefined;
  const named = alone !== undefined && curves.length === 1 ? [{ ...first, label: alone }] : curves;
  const drawn = [lines(curves, { keys: keysOf(named) }), ...(parts ? [parts] : []), across(levels)];
  const [low, high] = extent(drawn.flatMap(({ values = [] }) => values));
  const floor = low - room * (high - low || Math.abs(high));
  const below = curvesOf(series, [first.group], bound)[0]?.points ?? [];
  const grey = below.length > 0 ? `; grey, ${where}` : "";
  return {
    name,
    label,
    scale: "linear",
    layers: [...drawn, certificate(first, below, floor)],
    caption: [`${what}${whose(curves)}${when}${levelsText(levels, 6)}${grey}.`, courseText("It", curves)],
  };
}

/** The terms whose sum is H; without temperature two. */
function partsOf(series: Scene["series"], group: Group, temperature: number): Layer {
  const terms: [label: string, colour: string, of: Quantity][] = [
    ["*F*(*ρ*)", "#1b6ca8", "energy"],
    ["kinetic", "#7048b6", "kinetic"],
    ["*τ*∫*μ* log *μ*", "#3d8b4f", (row) => temperature * valueIn(row, "entropy")],
  ];
  const curves = terms
    .slice(0, temperature > 0 ? 3 : 2)
    .flatMap(([label, colour, of]) =>
      curvesOf(series, [group], of).map((curve) => ({ ...curve, label, colour, strokeWidth: 1.75 })),
    );
  return lines(curves, { depth: 1 });
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
  const above = curvesOf(series, phase, "excess_hamiltonian").map(until)[0];
  const fall = above && curvesOf(series, [above.group], "hypocoercive").map(until)[0];
  if (!above || !fall) return undefined;
  const least = leastOf(above.points.map(({ y }) => y));
  const end = above.points.findIndex(({ y }) => y < CLEAR * least);
  const [uneven, even] = [above, fall].map(({ points }) => ratesOf(points.slice(0, end)));
  if (end < 3 || !(RESTS * leastOf(uneven!) < leastOf(even!))) return undefined;
  const range = (rates: readonly number[]) =>
    [leastOf(rates), largestOf(rates)].map((rate) => typesetNumber(rate, 2)).join(" and ");
  const strokes = [
    { ...above, label: "*H* − *H*∗" },
    { ...fall, label: "modified, *ℰ*", colour: COLOUR, strokeWidth: 1.75 },
  ];
  return {
    name: "hypocoercive",
    label: "*H*(*μ*) − *H*∗, and *ℰ*",
    scale: "logarithmic",
    layers: [lines(strokes)],
    caption: [
      `How far ${called(above.group)} is from equilibrium: *H*(*μ*) − *H*∗, which rests where the momenta are in equilibrium, and the modified functional *ℰ*, which does not.`,
      `From one record to the next, until *t* = ${formatNumber(above.points[end - 1]!.x, 4)}, *H* − *H*∗ falls at rates between ${range(uneven!)}, *ℰ* between ${range(even!)}.`,
      unproved(series, above.group),
      riseText(fall),
    ],
  };
}

/** −d log/dt between neighbours. */
function ratesOf(points: Curve["points"]): number[] {
  return points.slice(1).map(({ x, y }, k) => Math.log(points[k]!.y / y) / (x - points[k]!.x));
}

/** How often the proof says nothing. */
function unproved({ rows }: Scene["series"], { runs }: Group): string | undefined {
  const records = rows.filter(({ run }) => runs.includes(run));
  const blank = records.filter((row) => typeof row.hypocoercive_decline !== "number").length;
  if (blank === 0) return undefined;
  return `At ${blank} of ${records.length} records *Φ* is curved beyond what the proof allows for, and *ℰ* need not fall.`;
}

function riseText({ points }: Curve): string | undefined {
  const rise = points.findIndex(({ y }, k) => k > 0 && y > points[k - 1]!.y);
  if (rise < 0) return undefined;
  return `From *t* = ${formatNumber(points[rise - 1]!.x, 4)} on what is left of *ℰ* is the error of the discretisation.`;
}
