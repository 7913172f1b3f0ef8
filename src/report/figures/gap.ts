import type { SeriesRow } from "../../results/formats/series.ts";
import { axis } from "../chart/axes.ts";
import {
  type Curve,
  curveKeys,
  curveMarks,
  curvesOf,
  curveValues,
  observable,
  patternedMark,
} from "../chart/curves.ts";
import { DASHES, DOTS, type Key } from "../chart/legend.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { type Equilibrium, equilibriaOf, optimumFor } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import { certificateOf, distanceTo, leastHamiltonian, phaseGroups } from "../runs/phase-space.ts";
import { called, densitiesIn, networksIn, replicasShown, sentences } from "./captions.ts";
import { drawInTime } from "./trajectories.ts";

const freeEnergy = observable("free_energy");
const energy = observable("energy");
const dual = observable("dual");
const gap = observable("gap");
const kinetic = observable("kinetic");

/** Round-off of a gap, and of a difference of two free energies, relative to their terms: sums over many cells. */
const GAP_FLOOR = 1e-15;
export const DIFFERENCE_FLOOR = 1e-14;

/** What the momenta take off H at equilibrium. */
const MOMENTA = "(*pτ*/2) log 2π*τ*";

/**
 * How far from the optimum, on a logarithmic scale in time: the density's certificate and, with a computed equilibrium, its
 * true distance, and how far the networks' lower bounds are below the optimum. All of E_τ or, for densities in phase space, of H:
 * E_τ* − D is H* minus the lower bound that D gives on it, so that the networks' curves are the same for both.
 */
export function gapFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const { temperature } = factsOf(input.summary.spec);
  const equilibria = equilibriaOf(input, groups);
  const certificates = curvesOf(input.series, groups, certificateOf).map((curve) =>
    untilRoundOff(input, curve, GAP_FLOOR),
  );
  const distances = groups.flatMap((group) => {
    const optimum = optimumFor(equilibria, group);
    if (group.kind !== "density" || !optimum) return [];
    return curvesOf(input.series, groups, distanceTo(input.series, temperature, optimum))
      .filter((curve) => curve.group === group)
      .map((curve) => untilRoundOff(input, curve, DIFFERENCE_FLOOR));
  });
  const optimum = optimumFor(equilibria, distances[0]?.group);
  const below = optimum ? boundsBelow(input, groups, optimum) : [];
  const phase = phaseGroups(input.series, groups).length > 0;
  const alone = temperature > 0 ? "*E*_τ" : "*F*";
  const parts: Parts = {
    symbol: phase ? "*H*" : alone,
    alone,
    least: optimum && (phase ? leastHamiltonian(input.series, temperature) : freeEnergy)(optimum.row),
    optimum,
    equilibria,
    networks: networksIn(below),
    // The networks' limit, and of no interest without them.
    limit: networksIn(below).length > 0 ? densitiesIn(below).slice(0, 1) : [],
    certificates: certificates.filter(({ points }) => points.length > 0),
    distances: distances.filter(({ points }) => points.length > 0),
  };
  const drawn = [...parts.networks, ...parts.limit, ...parts.certificates, ...parts.distances];
  if (drawn.length === 0) return [];
  const certified = parts.certificates.length > 0;
  const { symbol } = parts;
  const svg = drawInTime(input, {
    title: `The ${certified ? "certificate and the distance to the optimum" : "distance to the equilibrium"} against time`,
    y: axis(
      certified ? `distance to the optimum of ${symbol}` : `distance to ${symbol}∗`,
      curveValues(drawn),
      { log: true },
    ),
    keys: keysOf(parts),
    marks: [
      ...curveMarks([...parts.networks, ...parts.certificates]),
      ...parts.limit.map((curve) => patternedMark(curve, DOTS)),
      ...(certified
        ? parts.distances.map((curve) => patternedMark(curve, DASHES))
        : curveMarks(parts.distances)),
    ],
  });
  return [{ name: "gap", caption: caption(input, parts), svg }];
}

interface Parts {
  /** Of what is minimised: H in phase space. */
  readonly symbol: string;
  /** Of what is minimised over θ alone. */
  readonly alone: string;
  /** The least value of what is minimised. */
  readonly least: number | undefined;
  readonly optimum: Equilibrium | undefined;
  readonly equilibria: readonly Equilibrium[];
  /** E_τ* − D of networks, and of the density. */
  readonly networks: readonly Curve[];
  readonly limit: readonly Curve[];
  /** E_τ − D */
  readonly certificates: readonly Curve[];
  /** E_τ − E_τ* */
  readonly distances: readonly Curve[];
}

/** E_τ* − D of networks and densities, where it is positive in all replicas. */
function boundsBelow(input: ReportInput, groups: readonly Group[], { row }: Equilibrium): Curve[] {
  const quantity = (one: SeriesRow) => positive(freeEnergy(row) - dual(one), DIFFERENCE_FLOOR * scaleOf(one));
  return curvesOf(input.series, groups, quantity);
}

/** A curve up to where round-off is all that is left of it. */
export function untilRoundOff({ series }: ReportInput, curve: Curve, floor: number): Curve {
  const scale = Math.max(
    ...series.rows.filter(({ run }) => curve.group.runs.includes(run)).map(scaleOf),
    Number.MIN_VALUE,
  );
  const end = curve.points.findIndex(({ low }) => !(low > floor * scale));
  return end < 0 ? curve : { ...curve, points: curve.points.slice(0, end) };
}

/** The size of the terms of E_τ or H. */
function scaleOf(row: SeriesRow): number {
  const terms = [energy(row), kinetic(row), freeEnergy(row), dual(row)].map(Math.abs).filter(Number.isFinite);
  return Math.max(0, ...terms);
}

function positive(value: number, floor: number): number {
  return value > floor ? value : Number.NaN;
}

function keysOf({ networks, limit, certificates, distances }: Parts): Key[] {
  const detail = ({ group }: Curve, among: readonly Curve[]) =>
    among.length > 1 ? `, ${group.label.replace(/^density, /, "")}` : "";
  const certified = certificates.length > 0;
  return [
    ...curveKeys(networks),
    ...limit.map(({ colour }): Key => ({ label: "bound of the density", colour, shape: "dots" })),
    ...certificates.map(
      (curve): Key => ({
        label: `certificate${detail(curve, certificates)}`,
        colour: curve.colour,
        shape: "line",
      }),
    ),
    ...distances.map(
      (curve): Key => ({
        label: `${certified ? "true distance" : "distance"}${detail(curve, distances)}`,
        colour: curve.colour,
        shape: certified ? "dashes" : "line",
      }),
    ),
  ];
}

function caption(input: ReportInput, parts: Parts): string {
  const { symbol, alone, optimum, networks, limit, certificates, distances } = parts;
  const phase = symbol === "*H*";
  const certified = certificates.length > 0;
  const several = certificates.length > 1 || distances.length > 1;
  const whose = several ? "the densities are" : `the density ${networks.length > 0 ? "(black) " : ""}is`;
  const least = certified || networks.length > 0 ? "optimum" : "equilibrium of least free energy";
  const momenta = phase && alone !== "*F*";
  const divergence = alone === "*F*" ? "" : ` = *τ*KL(*μ*‖*μ̂*${momenta ? " ⊗ *N*(0, *τI*)" : ""})`;
  const bound = momenta ? `*D* + ${MOMENTA}` : "*D*";
  const found = optimum && `, with ${optimumText(optimum, parts)}`;
  const when = factsOf(input.summary.spec).annealed ? " at the temperature *τ* of each time" : "";
  return sentences(
    (certified || distances.length > 0) && `How far ${whose} from the ${least}${when}.`,
    certified &&
      `Solid: the certificate ${symbol}(*μ*) − ${bound}${divergence}, the duality gap, which a density knows of itself.`,
    distances.length > 0 &&
      `${certified ? "Dashed: the true distance" : "That is"} ${symbol}(*μ*) − ${symbol}∗${found}.${certified ? " The certificate always lies above the true distance." : ""}`,
    networks.length > 0 &&
      `${certified ? "Colours" : "Lines"}: ${alone}∗ − *D*(*μ*_N), how far the lower bound that *N* neurons give is below the optimum${byWidthOf(networks)}${limit.length > 0 ? "; dotted: that of the density" : ""}${distances.length > 0 ? "" : found}.`,
    atTheEnd(certificates, distances),
    otherCells(parts),
    shortened(input, [...certificates, ...distances]) &&
      `Curves end where round-off${phase ? ", or the error of the discretisation," : ""} is all that is left.`,
    replicasShown(input, [...networks, ...certificates, ...distances]),
  );
}

function byWidthOf(networks: readonly Curve[]): string {
  return networks.length > 1 ? ", by width" : ` (${networks[0]!.group.label})`;
}

function optimumText(
  { row }: Equilibrium,
  { symbol, alone, least, equilibria, distances, certificates }: Parts,
): string {
  const phase = symbol === "*H*" && distances.length + certificates.length > 0;
  const shift = phase && alone !== "*F*" ? ` = ${alone}∗ − ${MOMENTA}` : "";
  const value = phase
    ? `${symbol}∗${shift} = ${typesetNumber(least!, 6)}`
    : `${alone}∗ = ${typesetNumber(freeEnergy(row), 6)}`;
  const own = gap(row);
  const certified = own > GAP_FLOOR * scaleOf(row) ? `to ${typesetNumber(own, 2)}` : "to round-off";
  if (Number.isFinite(own))
    return `${value}${phase ? `, ${alone}∗` : ""} computed apart and certified ${certified}`;
  const count = equilibria.filter(({ run }) => run === row.run).length;
  return count > 1 ? `${value}, the least of the ${count} equilibria found` : `${value} computed apart`;
}

function atTheEnd(certificates: readonly Curve[], distances: readonly Curve[]): string | undefined {
  const [certificate, distance] = [certificates[0]?.points.at(-1), distances[0]?.points.at(-1)];
  const when = certificate ?? distance;
  if (!when) return undefined;
  const who =
    certificates.length > 1 || distances.length > 1
      ? ` for ${called((certificates[0] ?? distances[0])!.group)}`
      : "";
  const parts = [
    certificate && `the certificate is ${typesetNumber(certificate.mean, 2)}`,
    distance?.t === when.t &&
      `the ${certificate ? "true distance" : "distance is"} ${typesetNumber(distance.mean, 2)}`,
  ];
  return `At *t* = ${formatNumber(when.t, 6)}${who} ${parts.filter(Boolean).join(", ")}.`;
}

/** Free energies on two sets of cells differ by their errors of discretisation too. */
function otherCells({ distances, equilibria }: Parts): string | undefined {
  const foreign = distances.filter(({ group }) => optimumFor(equilibria, group)!.group.grid !== group.grid);
  if (foreign.length === 0) return undefined;
  const who = foreign.map(({ group }) => called(group)).join(" and ");
  return `The equilibrium is on other cells than ${who}: below the difference of the two discretisations that distance means nothing.`;
}

/** Whether a curve ends before the series of its group does. */
function shortened({ series }: ReportInput, curves: readonly Curve[]): boolean {
  return curves.some(({ group, points }) => {
    const times = series.rows.filter(({ run, t }) => group.runs.includes(run) && Number.isFinite(t));
    return times.some(({ t }) => t > (points.at(-1)?.t ?? Number.NEGATIVE_INFINITY));
  });
}
