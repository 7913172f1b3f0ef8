// Equilibria with W: every μ ∝ e^(−Φ[μ]/τ), each with its free energy and its stability. Stable: the second variation
//   δ²E = τ∫η² dμ + Σ q_i ℓ″ (∫ηψ_i dμ)² + ∬W ηη dμ dμ > 0 for η ≠ const; `curvature` is its least value over τ∫(η − ⟨η⟩)² dμ.
// V and W sum over coordinates: without data the coordinates decouple, and the branches are products of those of each.

import { cos } from "../../base/elementary.ts";
import { MuflowError } from "../../base/errors.ts";
import { dotOf } from "../../base/sum.ts";
import { counted } from "../../base/words.ts";
import { grid as productOf } from "../../grid/grid.ts";
import { product } from "../../grid/initial.ts";
import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { type PotentialKind, potential } from "../../problem/potential.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { type Equilibrium, equilibriaFrom } from "./equilibria.ts";
import { type ExcessMap, fixedPoints, onlyFixedPoint } from "./fixed-points.ts";
import { gibbsDensity } from "./gibbs.ts";
import { freeEnergyOf, requireContained, requireNormalisable, requireResolved } from "./stationary.ts";

export type Stability = "stable" | "unstable" | "marginal";

export interface Branch {
  /** z of the density. */
  readonly numbers: Float64Array;
  readonly density: Float64Array;
  /** E_τ */
  readonly freeEnergy: number;
  /** marginal: the curvature vanishes, or there is a zero mode; else its sign. */
  readonly stability: Stability;
  /** True unless unstable: a minimum, or one of an orbit of minima. */
  readonly stable: boolean;
  /** Least eigenvalue of the second variation relative to that of τ∫μ log μ, zero mode aside. */
  readonly curvature: number;
  /** The symmetry along which the branch is one of many, or null. */
  readonly zeroMode: string | null;
  /** ∫|Φ[z′] − Φ[z]| dμ/τ, z′ the numbers of e^(−Φ[z]/τ): how far log μ is from its own Gibbs measure's. */
  readonly residual: number;
}

export interface BranchOptions {
  /** The most mass in the two outermost cells of a face; default 1e-6. */
  leak?: number;
}

/** |curvature| that counts as 0, where one number decides: nearer, round-off hides whether a branch has split. */
const FLAT = 1e-8;

/** True where `branches` finds every equilibrium: convex problems have one, and one number decides without data. */
export function exhaustive(problem: Problem): boolean {
  const { interaction, data, domain, potential } = problem;
  if (interaction === null || interaction.convex) return true;
  return (
    data.size === 0 &&
    potential.joint === null &&
    (interaction.kind === "quadratic" || (interaction.kind === "cosine" && domain === "torus"))
  );
}

/**
 * The equilibria on that grid by rising free energy: all of them where `exhaustive(problem)`, else those that deflated Newton
 * finds from a fixed family of starts. Of an orbit (rotations of the torus where V ≡ 0) one representative is given.
 * Errors: τ = 0, a plane that V does not confine (input); an equilibrium that the domain cuts or the cells cannot show,
 * or none found (numerics).
 */
export function branches(field: GridField, { leak = DEFAULT_LEAK }: BranchOptions = {}): Branch[] {
  const { problem, grid } = field;
  requireNormalisable(problem);
  // Without data coordinates know nothing of one another, but through a user's own V.
  const equilibria =
    problem.data.size === 0 && problem.potential.joint === null
      ? products(
          field,
          grid.axes.map((_, k) => coordinateEquilibria(problem, field, k)),
        )
      : equilibriaFrom(field, { unique: exhaustive(problem), symmetric: false });
  if (equilibria.length === 0) {
    throw new MuflowError(
      "numerics",
      `no equilibrium was found on ${counted(grid.size, "cell")}: Φ overflows there, or the cells are too coarse; try a narrower extent, or more cells`,
    );
  }
  const phi = new Float64Array(grid.size);
  return equilibria
    .map((equilibrium) => {
      const { density } = equilibrium;
      requireContained(grid, density, leak);
      const numbers = new Float64Array(field.count);
      field.observe(density, numbers);
      field.potential(numbers, phi);
      requireResolved(grid, density, phi, problem.temperature, problem.names);
      return labelled(field, equilibrium, numbers, phi);
    })
    .sort((a, b) => a.freeEnergy - b.freeEnergy);
}

function labelled(
  field: GridField,
  { density, curvature, flat, zeroMode }: Equilibrium,
  numbers: Float64Array,
  phi: Float64Array,
): Branch {
  const stability =
    curvature < -flat ? "unstable" : curvature <= flat || zeroMode !== null ? "marginal" : "stable";
  return {
    numbers,
    density,
    freeEnergy: freeEnergyOf(field, density, numbers),
    stability,
    stable: stability !== "unstable",
    curvature,
    zeroMode,
    residual: residualOf(field, density, phi),
  };
}

function residualOf(field: GridField, density: Float64Array, phi: Float64Array): number {
  const { grid, problem } = field;
  const again = new Float64Array(grid.size);
  const next = new Float64Array(field.count);
  gibbsDensity(phi, problem.temperature, grid.volume, again);
  field.observe(again, next);
  field.potential(next, again);
  for (let i = 0; i < again.length; i++) again[i] = Math.abs(again[i] - phi[i]);
  return (grid.volume * dotOf(density, again)) / problem.temperature;
}

/** Every choice of one equilibrium per coordinate. */
function products(field: GridField, coordinates: readonly (readonly Equilibrium[])[]): Equilibrium[] {
  let chosen: Equilibrium[][] = [[]];
  for (const equilibria of coordinates)
    chosen = chosen.flatMap((before) => equilibria.map((equilibrium) => [...before, equilibrium]));
  return chosen.map((parts) => {
    if (parts.length === 1) return parts[0];
    const modes = parts.flatMap(({ zeroMode }, k) =>
      zeroMode === null ? [] : [`${zeroMode} of ${field.problem.names[k]}`],
    );
    return {
      density: product(
        field.grid,
        parts.map(({ density }) => density),
      ),
      curvature: Math.min(...parts.map(({ curvature }) => curvature)),
      flat: Math.max(...parts.map(({ flat }) => flat)),
      zeroMode: modes.length === 0 ? null : modes.join(", "),
    };
  });
}

/** The equilibria of coordinate k alone, as densities along its axis. */
function coordinateEquilibria(problem: Problem, field: GridField, k: number): Equilibrium[] {
  const line = lineField(problem, field, k);
  const { interaction, domain } = line.problem;
  if (interaction === null) return equilibriaFrom(line, { unique: true, symmetric: false });
  if (interaction.kind === "quadratic") return quadraticEquilibria(line, interaction.strength);
  if (interaction.kind === "cosine" && domain === "torus")
    return cosineEquilibria(line, interaction.harmonics[0]);
  return equilibriaFrom(line, {
    unique: exhaustive(line.problem),
    symmetric: domain === "torus" && line.problem.potential.vanishes,
  });
}

/** The problem of one coordinate, on its axis. */
function lineField(problem: Problem, field: GridField, k: number): GridField {
  if (problem.dimension === 1) return field;
  const { strength, l2 } = problem.potential;
  const kind = problem.potential.kind as PotentialKind | null;
  const line: Problem = {
    ...problem,
    dimension: 1,
    names: [problem.names[k]],
    blocks: [problem.blocks[k]],
    potential: potential(Float64Array.of(l2[k]), kind === null ? undefined : { kind, strength }),
  };
  return new GridField(line, productOf([field.grid.axes[k]]));
}

/**
 * The Gibbs measures e^(−(V + tilt(m))/τ) of a line, asked at one m at a time: `fill` adds the tilt of m to V, and m = ⟨observed⟩ is
 * what is looked for, whose derivative in m is K Var(observed)/τ.
 */
function tiltedGibbs(
  field: GridField,
  strength: number,
  observed: Float64Array,
  fill: (m: number, phi: Float64Array) => void,
) {
  const { grid, problem } = field;
  const phi = new Float64Array(grid.size);
  const density = new Float64Array(grid.size);
  const values = new Float64Array(grid.size);
  let at = Number.NaN;

  /** The density at m. */
  function towards(m: number): Float64Array {
    if (m !== at) {
      phi.set(field.external);
      fill(m, phi);
      gibbsDensity(phi, problem.temperature, grid.volume, density);
      at = m;
    }
    return density;
  }

  /** ⟨f(observed)⟩ at m. */
  function mean(m: number, f: (value: number) => number): number {
    for (let i = 0; i < values.length; i++) values[i] = f(observed[i]);
    return grid.volume * dotOf(towards(m), values);
  }

  return {
    towards,
    mean,
    /** The slope of ⟨observed⟩ − m. */
    slope(m: number): number {
      const middle = mean(m, (value) => value);
      const variance = mean(m, (value) => (value - middle) * (value - middle));
      return (strength * variance) / problem.temperature - 1;
    },
  };
}

/** W = K z²/2: Φ = V + K(θ − m)²/2 and m = ⟨θ⟩; dM/dm = K Var/τ. */
function quadraticEquilibria(field: GridField, strength: number): Equilibrium[] {
  const { low, high, centres } = field.grid.axes[0];
  const { towards, mean, slope } = tiltedGibbs(field, strength, centres, (m, phi) => {
    for (let i = 0; i < phi.length; i++) phi[i] += 0.5 * strength * (centres[i] - m) * (centres[i] - m);
  });
  const map: ExcessMap = { excess: (m) => mean(m, (theta) => theta - m), slope };
  // V is even, so on a symmetric extent M is odd.
  return scalarRoots(map, low, high, low === -high, strength).map((m) => ({
    density: towards(m).slice(),
    curvature: Math.min(1, -slope(m)),
    flat: FLAT,
    zeroMode: null,
  }));
}

/**
 * W = −K cos z on the torus, V = −s cos θ: Φ = −(s + KC) cos θ − KS sin θ, and S = 0 unless s = 0, where a rotation makes
 * it so. C = ⟨cos θ⟩; dC/dC = K Var(cos)/τ, and across it K⟨sin²⟩/τ.
 */
function cosineEquilibria(field: GridField, strength: number): Equilibrium[] {
  const { temperature, potential: external } = field.problem;
  const cosine = field.grid.axes[0].centres.map(cos);
  const { towards, mean, slope } = tiltedGibbs(field, strength, cosine, (m, phi) => {
    for (let i = 0; i < phi.length; i++) phi[i] -= strength * m * cosine[i];
  });
  const map: ExcessMap = { excess: (m) => mean(m, (c) => c) - m, slope };
  const free = external.vanishes;
  const roots = scalarRoots(map, -1, 1, free, strength).filter((m) => !free || m >= 0);
  return roots.map((m) => {
    const orbit = free && m > 0;
    const sideways = orbit ? 1 : 1 - (strength * mean(m, (c) => 1 - c * c)) / temperature;
    return {
      density: towards(m).slice(),
      curvature: Math.min(1, -slope(m), sideways),
      flat: FLAT,
      zeroMode: orbit ? "rotation" : null,
    };
  });
}

/** Fixed points of M, which rises for K > 0 and falls for K ≤ 0. */
function scalarRoots(map: ExcessMap, low: number, high: number, odd: boolean, strength: number): number[] {
  if (strength > 0) return fixedPoints(map, low, high, odd);
  return [odd ? 0 : onlyFixedPoint(map, low, high)];
}
