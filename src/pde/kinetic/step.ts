// The kinetic Fokker–Planck equation ∂_tμ + ω·∇_θμ − ∇_θΦ[ρ]·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ), p = 1, 2, by words over A, B, O:
//   order 2: the word S_h · order 4: (4 S_{h/2} − S_h)/3 over the whole run: the palindrome's error has only even powers of
//   h, and two independent runs, combined where they are read, cancel its first term (Richardson).
// Scheme spectral: space to round-off when resolved, not positive. Scheme positive: μ ≥ 0 exactly, order 2 only.

import { type Breach, refuse, under } from "../../base/breach.ts";
import { inputError } from "../../base/errors.ts";
import { unknownsOf } from "../../dynamics/dynamics.ts";
import { beginsInfinite, type Motion, motionOf } from "../../dynamics/motion.ts";
import type { Grid } from "../../grid/grid.ts";
import { residentCopy } from "../../kernels/resident.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { positionGrid, requireMemory } from "../field/phase.ts";
import { type Force, forceOf } from "./force.ts";
import { type Run, type RunOptions, runOf } from "./run.ts";
import type { AskedOfPhase } from "./scheme.ts";
import { type KineticScheme, kineticScheme } from "./schemes.ts";

export interface KineticOptions extends Omit<RunOptions, "scheme" | "force" | "values"> {
  scheme: KineticScheme;
  order: 2 | 4;
  /** μ at t = 0 (copied). */
  density: Float64Array;
  /** Of that problem on the axes of θ, where one is there already; between two steps it may be used elsewhere. */
  force?: Force;
}

/**
 * Steps a density of phase space. Restrictions: p = 1 or 2; a spectral run must be resolved (its negative mass tells) and
 * must not reach a bounded face, where it is periodic (its boundary mass tells). Any h is stable that is so for one
 * neuron, h < 2/√λ. Cost a step: that of the word (run.ts), three times it for order 4; memory: `kineticMemory`, all of it
 * taken by the constructor. Source: docs/theory.md §2.3 and §4.2, after Krichene, Caluya, Halder (arXiv 2007.06852).
 */
export class KineticStepper {
  private readonly h: number;
  private readonly run: Run;
  /** The run with h/2, for order 4. */
  private readonly half: Run | null;
  private readonly combined: { readonly values: Float64Array; epoch: number } | null;
  private changes = 0;

  /**
   * Errors (input): memory beyond 2 GiB; odd numbers of cells for the spectral scheme; order 4 of the positive one (its
   * combination is not positive); γ = 0 at τ > 0; Nesterov's friction with from = 0 (singular), or at τ > 0.
   */
  constructor(asked: KineticOptions) {
    const { problem, dynamics, phase, scheme, integrator, order, step, density } = asked;
    const cells = phase.axes.map((axis) => axis.cells);
    requireAxes(problem, phase);
    const breaches = phaseBreaches(scheme, { cells, order }, motionOf(dynamics, problem));
    refuse(
      [...dynamics.breaches(unknownsOf(problem)), ...breaches.map((breach) => under(["grid"], breach))][0],
    );
    requireMemory(cells, order, problem.data.size);
    const force = asked.force ?? forceOf(new GridField(problem, positionGrid(phase)));
    const options = { problem, dynamics, phase, scheme: kineticScheme(scheme), integrator, force };
    const runWith = (h: number) => runOf({ ...options, step: h, values: residentCopy(density) });
    this.h = step;
    this.run = runWith(step);
    this.half = order === 4 ? runWith(step / 2) : null;
    this.combined = this.half && { values: residentCopy(density), epoch: 0 };
  }

  /** From t = nh to (n + 1)h. Errors (numerics): a density whose mean field is not finite. */
  step(n: number): void {
    this.run.advance(n * this.h);
    this.half?.advance(n * this.h);
    this.half?.advance((n + 0.5) * this.h);
    this.changes += 1;
  }

  /** Another number whenever μ is another. */
  get epoch(): number {
    return this.changes;
  }

  /** μ now. The array belongs to the stepper: read it before the next step, do not write. */
  density(): Float64Array {
    const { run, half, combined } = this;
    if (half === null || combined === null) return run.values;
    if (combined.epoch !== this.changes) {
      extrapolate(run.values, half.values, combined.values);
      combined.epoch = this.changes;
    }
    return combined.values;
  }

  /** All that a later step depends on, but for n; `into`: what it gave before, to be written over. */
  save(into?: Float64Array): Float64Array {
    const { run, half } = this;
    const saved = into ?? new Float64Array(run.values.length * (half === null ? 1 : 2));
    saved.set(run.values);
    if (half !== null) saved.set(half.values, run.values.length);
    return saved;
  }

  /** μ of a state that `save` gave, written over it. */
  densityOf(saved: Float64Array): Float64Array {
    if (this.half === null) return saved;
    const { length } = this.run.values;
    const coarse = saved.subarray(0, length);
    extrapolate(coarse, saved.subarray(length), coarse);
    return coarse;
  }

  /** Goes on from a state that `save` gave, with the same bits. */
  restore(saved: Float64Array): void {
    const { length } = this.run.values;
    this.run.values.set(saved.subarray(0, length));
    this.half?.values.set(saved.subarray(length));
    this.changes += 1;
  }
}

function extrapolate(coarse: Float64Array, fine: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = fine[i] + (fine[i] - coarse[i]) / 3;
}

/** What a grid of phase space does not allow: of its cells, its order and friction. */
export function phaseBreaches(scheme: KineticScheme, asked: AskedOfPhase, { friction }: Motion): Breach[] {
  return [
    ...kineticScheme(scheme).breaches(asked),
    ...(beginsInfinite(friction)
      ? [
          {
            key: ["dynamics", "friction", "from"],
            found: 0,
            allowed: "a number > 0 with grid: friction r/t is infinite at t = 0",
          },
        ]
      : []),
  ];
}

function requireAxes({ dimension }: Problem, { axes }: Grid): void {
  if (axes.length === 2 * dimension && dimension <= 2) return;
  throw inputError(
    "grid.cells",
    `found ${axes.length} axes for p = ${dimension}; allowed: 2p, p = 1 or 2 (θ, then ω)`,
  );
}
