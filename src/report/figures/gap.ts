// How far from the optimum: the certificate of a density and, with a computed equilibrium, its true distance, and how far the lower
// bounds of networks are below the optimum. All of E_τ or, for densities in phase space, of H: E_τ* − D is H* minus the lower bound that D
// gives on it, so that the curves of networks are the same for both.

import type { SeriesRow } from "../../results/formats/series.ts";
import { type Curve, curvesOf } from "../chart/curves.ts";
import { lines } from "../chart/layers.ts";
import { typesetNumber } from "../notation.ts";
import { optimumFor } from "../runs/equilibria.ts";
import { type Quantity, valueIn } from "../runs/observable.ts";
import { certificateOf, distanceTo, leastHamiltonian } from "../runs/phase-space.ts";
import type { Scene } from "../runs/scene.ts";
import { called, limitsIn, networksIn, timeText, whose } from "./captions.ts";
import type { TimePicture } from "./in-time.ts";

/** Round-off of a gap, and of a difference of two free energies, relative to their terms: sums over many cells. */
const GAP_FLOOR = 1e-15;
export const DIFFERENCE_FLOOR = 1e-14;

/** What the momenta take off H at equilibrium. */
const MOMENTA = "(*pτ*/2) log 2π*τ*";

export function gapPicture(scene: Scene): TimePicture | undefined {
  const { series, groups, equilibria, facts, phase } = scene;
  const { temperature, annealed } = facts;
  const seen = (quantity: Quantity, floor: number) =>
    curvesOf(series, groups, quantity)
      .map((curve) => untilRoundOff(series, curve, floor))
      .filter(({ points }) => points.length > 0);
  const certificates = seen(certificateOf, GAP_FLOOR);
  const distances = scene.densities.flatMap((group) => {
    const nearest = optimumFor(equilibria, group);
    if (nearest === undefined) return [];
    const curves = seen(distanceTo(series, temperature, nearest), DIFFERENCE_FLOOR);
    return curves.filter((curve) => curve.group === group);
  });
  const optimum = optimumFor(equilibria, distances[0]?.group);
  const below = curvesOf(series, groups, (row: SeriesRow) => {
    const distance =
      optimum === undefined ? Number.NaN : valueIn(optimum.row, "free_energy") - valueIn(row, "dual");
    return distance > DIFFERENCE_FLOOR * scaleOf(row) ? distance : Number.NaN;
  });
  const networks = networksIn(below);
  // The limit of the networks, and of no interest without them.
  const limit = networks.length > 0 ? limitsIn(below).slice(0, 1) : [];
  if (networks.length + certificates.length + distances.length === 0) return undefined;

  const certified = certificates.length > 0;
  const densities = certified || distances.length > 0;
  const alone = temperature > 0 ? "*E*_τ" : "*F*";
  const symbol = phase.length > 0 ? "*H*" : alone;
  /** Named as what they are; of several, with whose. */
  const named = (name: string, curves: readonly Curve[]) =>
    curves.map((curve) => {
      const { name: group, details, label } = curve.group;
      const detail = curves.length === 1 ? [] : group === "density" ? details : [label];
      return { ...curve, label: [name, ...detail].join(", ") };
    });
  const drawn = [
    certified &&
      `the certificate ${symbol}(*μ*) − *D*${symbol === "*H*" && temperature > 0 ? ` + ${MOMENTA}` : ""}, the duality gap (solid)`,
    distances.length > 0 && `the true distance ${symbol}(*μ*) − ${symbol}∗${certified ? " (dashed)" : ""}`,
    networks.length > 0 &&
      `how far the lower bounds *D*(*μ*_N) of *N* neurons are below ${alone}∗${whose(networks)}`,
  ].filter(Boolean);
  return {
    name: "gap",
    label: certified ? `distance to the optimum of ${symbol}` : `distance to ${symbol}∗`,
    scale: "logarithmic",
    layers: [
      lines(networks),
      lines(named("bound of the density", limit), { shape: "dots" }),
      lines(named("certificate", certificates)),
      lines(named(certified ? "true distance" : "distance", distances), {
        shape: certified ? "dashes" : "line",
      }),
    ],
    caption: [
      `How far from the optimum${annealed ? " at the temperature *τ* of each time" : ""}: ${drawn.join("; ")}.`,
      atTheEnd(),
      otherCells(),
    ],
  };

  function atTheEnd(): string | undefined {
    const [certificate, distance] = [certificates[0]?.points.at(-1), distances[0]?.points.at(-1)];
    const when = certificate ?? distance;
    const least = optimum && optimumText();
    if (!when) return least && `${least}.`;
    const several = certificates.length > 1 || distances.length > 1;
    const who = several ? ` for ${called((certificates[0] ?? distances[0])!.group)}` : "";
    const parts = [
      certificate && `the certificate is ${typesetNumber(certificate.y, 2)}`,
      distance?.x === when.x &&
        `the true distance ${certificate ? "" : "is "}${typesetNumber(distance.y, 2)}`,
    ].filter(Boolean);
    return `At ${timeText(when.x)}${who} ${parts.join(", ")}${least ? ` (${least})` : ""}.`;
  }

  /** `H∗ = 0.28, certified to round-off`. */
  function optimumText(): string {
    const { row, run } = optimum!;
    const hamiltonian = symbol === "*H*" && densities;
    const value = hamiltonian ? leastHamiltonian(series, temperature)(row) : valueIn(row, "free_energy");
    const least = `${hamiltonian ? symbol : alone}∗ = ${typesetNumber(value, 6)}`;
    const certificate = valueIn(row, "gap");
    if (Number.isFinite(certificate)) {
      const certainty =
        certificate > GAP_FLOOR * scaleOf(row) ? `to ${typesetNumber(certificate, 2)}` : "to round-off";
      return `${least}, certified ${certainty}`;
    }
    const count = equilibria.filter((equilibrium) => equilibrium.run === run).length;
    return count > 1 ? `${least}, the least of the ${count} equilibria found` : least;
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
  const terms = ["energy", "kinetic", "free_energy", "dual"].map((name) => Math.abs(valueIn(row, name)));
  return Math.max(0, ...terms.filter(Number.isFinite));
}
