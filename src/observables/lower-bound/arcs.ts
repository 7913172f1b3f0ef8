// A form u·Bu on the circle of a plane, or on half of it: B is constant on arcs, from the direction where one data point changes the side of its kink to the
// next; and over an arc ∫du/Q and ∫x du Q^(−3/2) in closed form, Q(u) = u·(I − tB)u. What they are for says cone-integral.ts.

import { angleOf } from "../../base/angle.ts";
import { log1p } from "../../base/elementary.ts";

/** What data points are multiplied by on either side of their kinks, where ξ·u > 0 and where not. */
export interface Sides {
  readonly up: number;
  readonly down: number;
}

/** B on each arc of a (half-)circle, u and v its ends, as what does not depend on the axes of the plane. */
export interface Arcs {
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

/** Where an arc ends, and the data point that changes side there; −1: none, to keep arcs short. */
interface End {
  readonly x: number;
  readonly y: number;
  readonly datum: number;
}

/** A (half-)circle and its ends of arcs, which g does not move, in order; ξ of the data in its plane. */
export interface Plane {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly datum: Int32Array;
  /** Whether each data point is active before the first end. */
  readonly active: Uint8Array;
  /** |u × v| and u·v of each arc. */
  readonly cross: Float64Array;
  readonly dot: Float64Array;
  readonly xi: Float64Array;
  readonly eta: Float64Array;
}

/** Every direction where a data point changes side, and those of the axes, counterclockwise, the first repeated at the end. */
export function wholeCircle(xi: Float64Array, eta: Float64Array): Plane {
  const ends: (End & { angle: number })[] = [];
  const active = new Uint8Array(xi.length);
  const put = (x: number, y: number, datum: number) => {
    ends.push({ ...unit(x, y), datum, angle: angleOf(x, y) });
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
  ends.sort((a, b) => a.angle - b.angle || a.datum - b.datum);
  // Before the first of its ends, d, a data point is active if d leaves it, ξ × d > 0: known exactly, however close other ends are.
  const first = new Set<number>();
  for (const { x, y, datum } of ends) {
    if (datum >= 0 && !first.has(datum)) active[datum] = xi[datum] * y > eta[datum] * x ? 1 : 0;
    first.add(datum);
  }
  return packed([...ends, ends[0]], active, xi, eta);
}

/** The same of the half-circle x ≥ 0, from (0, 1) down to (0, −1). */
export function halfCircle(xi: Float64Array, eta: Float64Array): Plane {
  const ends = [{ x: 1, y: 0, datum: -1, slope: 0 }];
  for (let i = 0; i < xi.length; i++) {
    if (eta[i] === 0) continue;
    const across = Math.abs(eta[i]);
    const up = eta[i] > 0 ? -xi[i] : xi[i];
    ends.push({ ...unit(across, up), datum: i, slope: up / across });
  }
  ends.sort((a, b) => b.slope - a.slope || a.datum - b.datum);
  const active = Uint8Array.from(xi, (x, i) => (eta[i] > 0 || (eta[i] === 0 && x > 0) ? 1 : 0));
  return packed([{ x: 0, y: 1, datum: -1 }, ...ends, { x: 0, y: -1, datum: -1 }], active, xi, eta);
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
    datum: Int32Array.from(ends, ({ datum }) => datum),
    active,
    cross: Float64Array.from(pairs, (_, k) => Math.abs(x[k] * y[k + 1] - y[k] * x[k + 1])),
    dot: Float64Array.from(pairs, (_, k) => x[k] * x[k + 1] + y[k] * y[k + 1]),
    xi,
    eta,
  };
}

/** B on every arc, from one to the next: ss′, s = Σ strength_i ξ_i, where `isSquare`, else Σ strength_i ξ_iξ_i′, each times its side. */
export function formOnArcs(
  plane: Plane,
  { up, down }: Sides,
  strength: Float64Array,
  isSquare: boolean,
): Arcs {
  const { x, y, datum, xi, eta } = plane;
  const count = x.length - 1;
  const numbers = () => new Float64Array(count);
  const arcs = { first: numbers(), last: numbers(), mixed: numbers(), trace: numbers(), det: numbers() };
  let most = 0;
  const active = plane.active.slice();
  // The two numbers of s, or the three of B.
  let p = 0;
  let q = 0;
  let r = 0;
  const add = (i: number, slope: number) => {
    const weight = slope * strength[i];
    if (isSquare) {
      p += weight * xi[i];
      q += weight * eta[i];
    } else {
      p += weight * xi[i] * xi[i];
      q += weight * xi[i] * eta[i];
      r += weight * eta[i] * eta[i];
    }
  };
  for (let i = 0; i < strength.length; i++) add(i, active[i] === 1 ? up : down);
  for (let arc = 0; arc < count; arc++) {
    const i = datum[arc];
    if (i >= 0) {
      active[i] = 1 - active[i];
      add(i, active[i] === 1 ? up - down : down - up);
    }
    const a = isSquare ? p * p : p;
    const b = isSquare ? p * q : q;
    const c = isSquare ? q * q : r;
    const ux = x[arc];
    const uy = y[arc];
    const vx = x[arc + 1];
    const vy = y[arc + 1];
    arcs.first[arc] = a * ux * ux + 2 * b * ux * uy + c * uy * uy;
    arcs.last[arc] = a * vx * vx + 2 * b * vx * vy + c * vy * vy;
    arcs.mixed[arc] = a * ux * vx + b * (ux * vy + uy * vx) + c * uy * vy;
    arcs.trace[arc] = a + c;
    // ss′ has rank one.
    arcs.det[arc] = isSquare ? 0 : p * r - q * q;
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
export function sumOfArcs(arcs: Arcs, t: number, share: Share): number {
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
export const circleShare: Share = (det, cross, _first, _last, mixed) => {
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
export const sphereShare: Share = (_det, cross, first, last, mixed, ux, vx) => {
  const p = Math.sqrt(first);
  const q = Math.sqrt(last);
  return (cross * (ux / p + vx / q)) / (p * q + mixed);
};
