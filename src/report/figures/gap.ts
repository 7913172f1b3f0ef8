// How far from the optimum: the certificate of a density and, with a computed equilibrium, its true distance, and how far the lower
// bounds of networks are below the optimum. All of E_τ or, for densities in phase space, of H: E_τ* − D is H* minus the lower bound that D
// gives on it, so that the curves of networks are the same for both.

import type { SeriesRow } from "../../results/formats/series.ts";
import { type Curve, curveKeys, curvesOf } from "../chart/curves.ts";
import type { Key } from "../chart/legend.ts";
import { typesetNumber } from "../notation.ts";
import { optimumFor } from "../runs/equilibria.ts";
import { observable } from "../runs/observable.ts";
import { certificateOf, distanceTo, leastHamiltonian } from "../runs/phase-space.ts";
import type { Scene } from "../runs/scene.ts";
import { called, densitiesIn, networksIn, timeText, whose } from "./captions.ts";
import { lines, patterned, type TimePicture } from "./in-time.ts";

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

export function gapPicture(scene: Scene): TimePicture | undefined {
  const { series, groups, equilibria, facts } = scene;
  const until = (floor: number) => (curve: Curve) => untilRoundOff(series, curve, floor);
  const seen = ({ points }: Curve) => points.length > 0;
  const certificates = curvesOf(series, groups, certificateOf).map(until(GAP_FLOOR)).filter(seen);
  const distances = scene.densities
    .flatMap((group) => {
      const nearest = optimumFor(equilibria, group);
      return nearest === undefined
        ? []
        : curvesOf(series, groups, distanceTo(series, facts.temperature, nearest)).filter(
            (curve) => curve.group === group,
          );
    })
    .map(until(DIFFERENCE_FLOOR))
    .filter(seen);
  const optimum = optimumFor(equilibria, distances[0]?.group);
  const below = curvesOf(series, groups, (row: SeriesRow) => {
    const distance = optimum === undefined ? Number.NaN : freeEnergy(optimum.row) - dual(row);
    return distance > DIFFERENCE_FLOOR * scaleOf(row) ? distance : Number.NaN;
  });
  const networks = networksIn(below);
  // The limit of the networks, and of no interest without them.
  const limit = networks.length > 0 ? densitiesIn(below).slice(0, 1) : [];
  if (networks.length + certificates.length + distances.length === 0) return undefined;

  const certified = certificates.length > 0;
  const alone = facts.temperature > 0 ? "*E*_τ" : "*F*";
  const symbol = scene.phase.length > 0 ? "*H*" : alone;
  const keys = (name: string, shape: Key["shape"], curves: readonly Curve[]) =>
    curves.map(({ group, colour }): Key => {
      const detail = curves.length === 1 ? [] : group.name === "density" ? group.details : [group.label];
      return { label: [name, ...detail].join(", "), colour, shape };
    });
  const distanceName = certified ? "true distance" : "distance";
  return {
    name: "gap",
    title: `The ${certified ? "certificate and the distance to the optimum" : "distance to the equilibrium"} against time`,
    label: certified ? `distance to the optimum of ${symbol}` : `distance to ${symbol}∗`,
    scale: "logarithmic",
    layers: [
      lines(networks, curveKeys(networks)),
      patterned(limit, "dots", keys("bound of the density", "dots", limit)),
      lines(certificates, keys("certificate", "line", certificates)),
      certified
        ? patterned(distances, "dashes", keys(distanceName, "dashes", distances))
        : lines(distances, keys(distanceName, "line", distances)),
    ],
    caption: [drawnText(), atTheEnd(certificates, distances, optimum && optimumText()), otherCells()],
  };

  function drawnText(): string {
    const momenta = symbol === "*H*" && facts.temperature > 0 ? ` + ${MOMENTA}` : "";
    const when = facts.annealed ? " at the temperature *τ* of each time" : "";
    const bounds = `the lower bounds *D*(*μ*_N) of *N* neurons are below ${alone}∗${networks.length > 0 ? whose(networks) : ""}`;
    if (!certified && distances.length === 0) return `How far ${bounds}.`;
    const several = certificates.length > 1 || distances.length > 1;
    const parts = [
      certified && `the certificate ${symbol}(*μ*) − *D*${momenta}, the duality gap (solid)`,
      distances.length > 0 && `${certified ? "dashed: the true distance " : ""}${symbol}(*μ*) − ${symbol}∗`,
      networks.length > 0 && `in colours: how far ${bounds}`,
    ].filter(Boolean);
    const least = certified || networks.length > 0 ? "optimum" : "equilibrium of least free energy";
    return `How far the ${several ? "densities are" : "density is"} from the ${least}${when}: ${parts.join("; ")}.`;
  }

  /** `H∗ = E_τ∗ − (pτ/2) log 2πτ = 0.28, E_τ∗ computed apart and certified to round-off`. */
  function optimumText(): string {
    const { row, run } = optimum!;
    const phase = symbol === "*H*" && distances.length + certificates.length > 0;
    const shift = phase && facts.temperature > 0 ? ` = ${alone}∗ − ${MOMENTA}` : "";
    const value = phase ? leastHamiltonian(series, facts.temperature)(row) : freeEnergy(row);
    const least = `${phase ? symbol : alone}∗${shift} = ${typesetNumber(value, 6)}`;
    const own = gap(row);
    if (Number.isFinite(own)) {
      const certainty = own > GAP_FLOOR * scaleOf(row) ? `to ${typesetNumber(own, 2)}` : "to round-off";
      return `${least}${phase ? `, ${alone}∗` : ""} computed apart and certified ${certainty}`;
    }
    const count = equilibria.filter((one) => one.run === run).length;
    return count > 1 ? `${least}, the least of the ${count} equilibria found` : `${least} computed apart`;
  }

  /** Free energies on two sets of cells differ by their errors of discretisation too. */
  function otherCells(): string | undefined {
    const foreign = distances.filter(({ group }) => optimumFor(equilibria, group)!.group.grid !== group.grid);
    if (foreign.length === 0) return undefined;
    const others = foreign.map(({ group }) => called(group)).join(" and ");
    return `The equilibrium is on other cells than ${others}: below the difference of the two discretisations that distance means nothing.`;
  }
}

/** A curve up to where round-off is all that is left of it. */
export function untilRoundOff({ rows }: Scene["series"], curve: Curve, floor: number): Curve {
  const scales = rows.filter(({ run }) => curve.group.runs.includes(run)).map(scaleOf);
  const scale = Math.max(...scales, Number.MIN_VALUE);
  const end = curve.points.findIndex(({ low }) => !(low > floor * scale));
  return end < 0 ? curve : { ...curve, points: curve.points.slice(0, end) };
}

/** The size of the terms of E_τ or H. */
function scaleOf(row: SeriesRow): number {
  const terms = [energy(row), kinetic(row), freeEnergy(row), dual(row)].map(Math.abs).filter(Number.isFinite);
  return Math.max(0, ...terms);
}

function atTheEnd(
  certificates: readonly Curve[],
  distances: readonly Curve[],
  optimum: string | undefined,
): string | undefined {
  const [certificate, distance] = [certificates[0]?.points.at(-1), distances[0]?.points.at(-1)];
  const when = certificate ?? distance;
  if (!when) return optimum && `${optimum}.`;
  const several = certificates.length > 1 || distances.length > 1;
  const who = several ? ` for ${called((certificates[0] ?? distances[0])!.group)}` : "";
  const parts = [
    certificate && `the certificate is ${typesetNumber(certificate.mean, 2)}`,
    distance?.t === when.t &&
      `the ${certificate ? "true distance" : "distance is"} ${typesetNumber(distance.mean, 2)}`,
  ].filter(Boolean);
  return `At ${timeText(when.t)}${who} ${parts.join(", ")}${optimum ? ` (${optimum})` : ""}.`;
}
