// ∫e^(−Φ/τ)dθ where the exponent is homogeneous of degree 2 on cones, between which data points change the side of their kink.
// In v = (λ/τ)^½ θ, θ = (w, b), λ its penalties, ξ_i = λ^(−½)(x_i, 1), the exponent is ½v·(I − tB)v with one B a cone, and no τ:
//   output a integrated out (docs/theory.md §3.6), σ of degree 1: B = ss′, s = l_a^(−½) Σ g_iσ′ξ_i, t = κ²     (g scaled by κ)
//   no output, relu²:                                     B = −2 Σ g_iξ_iξ_i′ over the active i, t = κ
// By rays, with Q(u) = u·(I − tB)u: Σ_± (π/2Q)^½ for one coordinate, ∫du/Q over the circle for two, and (π/2)^½ ∫du Q^(−3/2) over
// the sphere for three. Arcs of a circle have closed forms (arcs.ts); the sphere is turned about its last axis, by a rule in the angle.
// It is finite where Q > 0 on every ray, and decides so exactly but for the rule.

import { cos, log, sin } from "../../base/elementary.ts";
import {
  type Arcs,
  circleShare,
  formOnArcs,
  halfCircle,
  type Plane,
  type Sides,
  sphereShare,
  sumOfArcs,
  wholeCircle,
} from "./arcs.ts";
import { DIVERGES, type Estimate, gaussianLog, UNRESOLVED } from "./estimate.ts";

/** Half-planes about the last axis, each rule finer by 3/2. */
const TURNS = [24, 36, 54, 81, 122, 183, 275];
/** As many do, typically. */
const TYPICAL_RULES = 3;
/** Numbers that an arc takes, and that all of them may take. */
const ARC_NUMBERS = 10;
const MOST_NUMBERS = 2 ** 20;
/** The error of log is taken to be so many times the last two changes; with which a finer rule is not looked for, and which will do. */
const CAUTION = 3;
const SMALL = 1e-9;
const LARGEST = 0.01;

/** What the exponent is made of; the sides: σ′, of relu² what its square is multiplied by. */
export interface ConeTerms extends Sides {
  /** λ of each coordinate of v. */
  readonly penalties: readonly number[];
  /** (x_i, 1), coordinate by coordinate, M of each; the 1 where there is a bias. */
  readonly inputs: readonly Float64Array[];
  /** l_a where the output is integrated out; null: relu² without output. */
  readonly outer: number | null;
}

export class ConeIntegral {
  /** Coordinates of v. */
  readonly axes: number;
  private readonly terms: ConeTerms;
  /** ξ, coordinate by coordinate. */
  private readonly xi: readonly Float64Array[];
  private readonly count: number;
  private readonly strength: Float64Array;
  /** Rules that may be used. */
  private readonly rules: number;
  /** What all strengths are divided by, so that no square overflows. */
  private unit = 0;
  /** By rule, the half-planes' ends of arcs, made when needed. */
  private readonly turned = new Map<number, readonly Plane[]>();
  /** By rule, the arcs for the g last given. */
  private readonly arcs = new Map<number, readonly Arcs[]>();

  /** `evaluations`: what one bound may cost, see `cost`. */
  constructor(terms: ConeTerms, evaluations: number = Number.POSITIVE_INFINITY) {
    const { penalties, inputs } = terms;
    this.terms = terms;
    this.axes = penalties.length;
    this.xi = inputs.map((column, k) => column.map((x) => x / Math.sqrt(penalties[k])));
    this.count = this.xi[0].length;
    this.strength = new Float64Array(this.count);
    this.rules = this.axes === 3 ? rulesWithin(evaluations, this.count) : 1;
  }

  /** What one bound costs, the search for κ included, in evaluations of ψ at all data. */
  get cost(): number {
    const planes = TURNS.slice(0, TYPICAL_RULES).reduce((sum, turns) => sum + turns, 0);
    return COST * (this.axes === 3 ? planes : 1);
  }

  /** Takes g, finite. */
  load(g: Float64Array): void {
    const { outer } = this.terms;
    let most = 0;
    for (let i = 0; i < this.count; i++) most = Math.max(most, Math.abs(g[i]));
    this.unit = outer === null ? 2 * most : most / Math.sqrt(outer);
    const sign = outer === null ? -1 : 1;
    for (let i = 0; i < this.count; i++) this.strength[i] = most === 0 ? 0 : (sign * g[i]) / most;
    this.arcs.clear();
  }

  /** The κ from which on the integral of κg is infinite; Infinity where there is none, 0 where there is no rule to find it by. */
  critical(): number {
    let most = 0;
    if (this.axes === 1) {
      for (const side of [1, -1]) most = Math.max(most, this.formOn(side));
    } else {
      if (this.rules === 0) return 0;
      const finest = Math.min(TYPICAL_RULES, this.rules) - 1;
      for (const arcs of this.arcsOf(finest)) most = Math.max(most, arcs.most);
    }
    const root = this.terms.outer === null ? most : Math.sqrt(most);
    return 1 / (this.unit * root);
  }

  /** log∫e^(−Φ/τ) of κg over all of θ, and over a where it is integrated out. */
  estimate(scale: number, temperature: number): Estimate {
    const { penalties, outer } = this.terms;
    const size = scale * this.unit;
    const t = outer === null ? size : size * size;
    const { value, error } = this.logRays(t);
    let constant = outer === null ? 0 : gaussianLog(temperature, outer);
    for (const penalty of penalties) constant += 0.5 * log(temperature / penalty);
    return { value: constant + value, error };
  }

  private logRays(t: number): Estimate {
    if (this.axes === 1) {
      const sides = [1, -1].map((side) => 1 - t * this.formOn(side));
      if (!sides.every((q) => q > 0)) return DIVERGES;
      const total = sides.reduce((sum, q) => sum + 1 / Math.sqrt(q), 0);
      return { value: log(Math.sqrt(0.5 * Math.PI) * total), error: 0 };
    }
    if (this.axes === 2) {
      const total = sumOfArcs(this.arcsOf(0)[0], t, circleShare);
      return total > 0 ? { value: log(total), error: 0 } : DIVERGES;
    }
    return this.logSphere(t);
  }

  /** Rules until two agree. */
  private logSphere(t: number): Estimate {
    let best = UNRESOLVED;
    let last = Number.NaN;
    let change = Number.NaN;
    for (let rule = 0; rule < this.rules; rule++) {
      const planes = this.arcsOf(rule);
      let total = 0;
      for (const arcs of planes) {
        const integral = sumOfArcs(arcs, t, sphereShare);
        if (!(integral > 0)) return DIVERGES;
        total += integral;
      }
      const value = log((Math.sqrt(0.5 * Math.PI) * 2 * Math.PI * total) / planes.length);
      const before = change;
      change = Math.abs(value - last);
      last = value;
      // Kinks of kinks: of the rule's error no more is known than that it falls.
      const error = CAUTION * (before + change);
      best = error <= LARGEST ? { value, error } : UNRESOLVED;
      if (error <= SMALL) break;
    }
    return best;
  }

  /** B(u) on u = ±1. */
  private formOn(side: number): number {
    const [xi] = this.xi;
    const { outer, up, down } = this.terms;
    let total = 0;
    for (let i = 0; i < this.count; i++) {
      const z = side * xi[i];
      const slope = z > 0 ? up : down;
      total += this.strength[i] * slope * (outer === null ? z * z : z);
    }
    return outer === null ? total : total * total;
  }

  private arcsOf(rule: number): readonly Arcs[] {
    const known = this.arcs.get(rule);
    if (known !== undefined) return known;
    const arcs = this.planesOf(rule).map((plane) =>
      formOnArcs(plane, this.terms, this.strength, this.terms.outer !== null),
    );
    this.arcs.set(rule, arcs);
    return arcs;
  }

  private planesOf(rule: number): readonly Plane[] {
    const known = this.turned.get(rule);
    if (known !== undefined) return known;
    const [first, second, last] = this.xi;
    const planes =
      this.axes === 2
        ? [wholeCircle(first, second)]
        : Array.from({ length: TURNS[rule] }, (_, k) => {
            const angle = (2 * Math.PI * k) / TURNS[rule];
            const [c, s] = [cos(angle), sin(angle)];
            return halfCircle(
              first.map((x, i) => c * x + s * second[i]),
              last,
            );
          });
    this.turned.set(rule, planes);
    return planes;
  }
}

/** Some 25 times the closed forms on the arcs of a plane, over ψ at all data, roughly. */
const COST = 400;

/** Rules whose half-planes take no more time and memory than that. */
function rulesWithin(evaluations: number, data: number): number {
  let planes = 0;
  const tooMany = TURNS.findIndex((turns) => {
    planes += turns;
    return COST * planes > evaluations || ARC_NUMBERS * planes * (data + 2) > MOST_NUMBERS;
  });
  return tooMany < 0 ? TURNS.length : tooMany;
}
