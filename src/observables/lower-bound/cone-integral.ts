// ∫e^(−Φ/τ)dθ where the exponent is homogeneous of degree 2 on cones, between which data points change the side of their kink.
// In v = (λ/τ)^½ θ, θ = (w, b), λ its penalties, ξ_i = λ^(−½)(x_i, 1), the exponent is ½v·(I − tB)v with one B a cone, and no τ:
//   output a integrated out (docs/theory.md §3.6), σ of degree 1: B = ss′, s = l_a^(−½) Σ g_iσ′ξ_i, t = κ²     (g scaled by κ)
//   no output, relu²:                                     B = −2 Σ g_iξ_iξ_i′ over the active i, t = κ
// By rays, with Q(u) = u·(I − tB)u: Σ_± (π/2Q)^½ for one coordinate, ∫du/Q over the circle for two, and (π/2)^½ ∫du Q^(−3/2) over
// the sphere for three. Arcs of a circle have closed forms; the sphere is turned about its last axis, by a rule in the angle.
// It is finite where Q > 0 on every ray, and decides so exactly but for the rule.

import { angleOf } from "../../base/angle.ts";
import { cos, log, log1p, sin } from "../../base/elementary.ts";
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

/** What the exponent is made of. */
export interface ConeTerms {
  /** λ of each coordinate of v. */
  readonly penalties: readonly number[];
  /** (x_i, 1), coordinate by coordinate, M of each; the 1 where there is a bias. */
  readonly inputs: readonly Float64Array[];
  /** σ′ on either side of the kink; relu²: what its square is multiplied by. */
  readonly up: number;
  readonly down: number;
  /** l_a where the output is integrated out; null: relu² without output. */
  readonly outer: number | null;
}

/** B on each arc of a (half-)circle, u and v its ends, as what does not depend on the axes of the plane. */
interface Arcs {
  readonly plane: Plane;
  /** u·Bu, v·Bv, u·Bv, tr B, det B. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly mixed: Float64Array;
  readonly trace: Float64Array;
  readonly det: Float64Array;
  /** The largest u·Bu on all of them, or 0. */
  readonly most: number;
}

/** Where an arc ends, and which data point changes side there; −1: none, to keep arcs short. */
interface End {
  readonly x: number;
  readonly y: number;
  readonly who: number;
}

/** A (half-)circle and its ends of arcs, which g does not move, in order; ξ of the data in its plane. */
interface Plane {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly who: Int32Array;
  /** Whether each data point is active before the first end. */
  readonly active: Uint8Array;
  /** |u × v| and u·v of each arc. */
  readonly cross: Float64Array;
  readonly dot: Float64Array;
  readonly xi: Float64Array;
  readonly eta: Float64Array;
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
    const arcs = this.planesOf(rule).map((plane) => this.sweep(plane));
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

  /** B on every arc, from one to the next. */
  private sweep(plane: Plane): Arcs {
    const { x, y, who, xi, eta } = plane;
    const { up, down, outer } = this.terms;
    const { strength } = this;
    const count = x.length - 1;
    const numbers = () => new Float64Array(count);
    const arcs = { first: numbers(), last: numbers(), mixed: numbers(), trace: numbers(), det: numbers() };
    let most = 0;
    const active = plane.active.slice();
    // The three numbers of B where there is no output, else the two of s.
    let p = 0;
    let q = 0;
    let r = 0;
    const add = (i: number, slope: number) => {
      const weight = slope * strength[i];
      if (outer === null) {
        p += weight * xi[i] * xi[i];
        q += weight * xi[i] * eta[i];
        r += weight * eta[i] * eta[i];
      } else {
        p += weight * xi[i];
        q += weight * eta[i];
      }
    };
    for (let i = 0; i < this.count; i++) add(i, active[i] === 1 ? up : down);
    for (let arc = 0; arc < count; arc++) {
      const i = who[arc];
      if (i >= 0) {
        active[i] = 1 - active[i];
        add(i, active[i] === 1 ? up - down : down - up);
      }
      const a = outer === null ? p : p * p;
      const b = outer === null ? q : p * q;
      const c = outer === null ? r : q * q;
      const ux = x[arc];
      const uy = y[arc];
      const vx = x[arc + 1];
      const vy = y[arc + 1];
      arcs.first[arc] = a * ux * ux + 2 * b * ux * uy + c * uy * uy;
      arcs.last[arc] = a * vx * vx + 2 * b * vx * vy + c * vy * vy;
      arcs.mixed[arc] = a * ux * vx + b * (ux * vy + uy * vx) + c * uy * vy;
      arcs.trace[arc] = a + c;
      // ss′ has rank one.
      arcs.det[arc] = outer === null ? p * r - q * q : 0;
      // Between the ends of an arc u·Bu is largest at the eigenvector of B's larger eigenvalue, (B − λ)e = 0, if anywhere.
      const half = 0.5 * (a - c);
      const root = Math.sqrt(half * half + b * b);
      const ex = half >= 0 ? half + root : b;
      const ey = half >= 0 ? b : root - half;
      if ((ux * ey - uy * ex) * (ex * vy - ey * vx) > 0) most = Math.max(most, 0.5 * (a + c) + root);
      most = Math.max(most, arcs.first[arc], arcs.last[arc]);
    }
    return { plane, ...arcs, most };
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

/** Every direction where a data point changes side, and those of the axes, counterclockwise, the first repeated at the end. */
function wholeCircle(xi: Float64Array, eta: Float64Array): Plane {
  const ends: (End & { angle: number })[] = [];
  const active = new Uint8Array(xi.length);
  const put = (x: number, y: number, who: number) => {
    ends.push({ ...unit(x, y), who, angle: angleOf(x, y) });
  };
  for (let i = 0; i < xi.length; i++) {
    if (xi[i] === 0 && eta[i] === 0) continue;
    put(-eta[i], xi[i], i);
    put(eta[i], -xi[i], i);
  }
  for (const side of [1, -1]) {
    put(side, 0, -1);
    put(0, side, -1);
  }
  ends.sort((a, b) => a.angle - b.angle || a.who - b.who);
  // Before the first of its ends, d, a data point is active if d leaves it, ξ × d > 0: known exactly, however close other ends are.
  const first = new Set<number>();
  for (const { x, y, who } of ends) {
    if (who >= 0 && !first.has(who)) active[who] = xi[who] * y > eta[who] * x ? 1 : 0;
    first.add(who);
  }
  return packed([...ends, ends[0]], active, xi, eta);
}

/** The same of the half-circle x ≥ 0, from (0, 1) down to (0, −1). */
function halfCircle(xi: Float64Array, eta: Float64Array): Plane {
  const ends = [{ x: 1, y: 0, who: -1, slope: 0 }];
  for (let i = 0; i < xi.length; i++) {
    if (eta[i] === 0) continue;
    const across = Math.abs(eta[i]);
    const up = eta[i] > 0 ? -xi[i] : xi[i];
    ends.push({ ...unit(across, up), who: i, slope: up / across });
  }
  ends.sort((a, b) => b.slope - a.slope || a.who - b.who);
  const active = Uint8Array.from(xi, (x, i) => (eta[i] > 0 || (eta[i] === 0 && x > 0) ? 1 : 0));
  return packed([{ x: 0, y: 1, who: -1 }, ...ends, { x: 0, y: -1, who: -1 }], active, xi, eta);
}

/** The direction of a vector, however small. */
function unit(x: number, y: number): { x: number; y: number } {
  const most = Math.max(Math.abs(x), Math.abs(y));
  const a = x / most;
  const b = y / most;
  const size = Math.sqrt(a * a + b * b);
  return { x: a / size, y: b / size };
}

function packed(ends: readonly End[], active: Uint8Array, xi: Float64Array, eta: Float64Array): Plane {
  const x = Float64Array.from(ends, (end) => end.x);
  const y = Float64Array.from(ends, (end) => end.y);
  const pairs = { length: ends.length - 1 };
  return {
    x,
    y,
    who: Int32Array.from(ends, ({ who }) => who),
    active,
    cross: Float64Array.from(pairs, (_, k) => Math.abs(x[k] * y[k + 1] - y[k] * x[k + 1])),
    dot: Float64Array.from(pairs, (_, k) => x[k] * x[k + 1] + y[k] * y[k + 1]),
    xi,
    eta,
  };
}

/** One arc's share of an integral, from A = I − tB: det A, |u × v|, and with u, v its ends u·Au, v·Av, u·Av. */
type Share = (
  det: number,
  cross: number,
  first: number,
  last: number,
  mixed: number,
  ux: number,
  vx: number,
) => number;

/** The sum of the arcs' shares; −1 where some Q ≤ 0. */
function sumOfArcs(arcs: Arcs, t: number, share: Share): number {
  const { x, cross, dot } = arcs.plane;
  let total = 0;
  for (let arc = 0; arc < cross.length; arc++) {
    if (cross[arc] === 0) continue;
    const first = 1 - t * arcs.first[arc];
    const last = 1 - t * arcs.last[arc];
    const mixed = dot[arc] - t * arcs.mixed[arc];
    const det = 1 - t * arcs.trace[arc] + t * t * arcs.det[arc];
    // With det A < 0 the directions where Q > 0 are two opposite wedges: mixed > 0 where u and v share one.
    if (!(first > 0 && last > 0 && (det > 0 || mixed > 0))) return -1;
    total += share(det, cross[arc], first, last, mixed, x[arc], x[arc + 1]);
  }
  return total;
}

/** ∫du/Q over one arc: the angle between A^½u and A^½v over √det A, analytic in det A. */
const circleShare: Share = (det, cross, _first, _last, mixed) => {
  const ratio = cross / mixed;
  const square = det * ratio * ratio;
  if (mixed > 0 && Math.abs(square) < 0.01) {
    let series = 0;
    for (let n = 8; n >= 0; n--) series = 1 / (2 * n + 1) - square * series;
    return ratio * series;
  }
  if (det > 0) return angleOf(mixed, Math.sqrt(det) * cross) / Math.sqrt(det);
  const root = Math.sqrt(-square);
  return (0.5 * (log1p(root) - log1p(-root)) * ratio) / root;
};

/** ∫x du Q^(−3/2) over one arc; ∫cos from 0 to φ is sin φ (1 + cos φ)/(1 + cos φ), and a linear map makes it the rest. */
const sphereShare: Share = (_det, cross, first, last, mixed, ux, vx) => {
  const p = Math.sqrt(first);
  const q = Math.sqrt(last);
  return (cross * (ux / p + vx / q)) / (p * q + mixed);
};
