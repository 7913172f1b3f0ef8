// All fixed points m = M(m) on an interval of a monotone smooth M, through its excess f(m) = M(m) − m and slope f′.
// M increasing excludes intervals for certain: none on [a, b] if M(a) > b or M(b) < a. What bisection cannot exclude is
// scanned for sign changes, for roots that a simple sign change hides (f′ of the wrong sign), and for tangencies.

export interface ExcessMap {
  /** f(m) = M(m) − m */
  excess(m: number): number;
  /** f′(m) */
  slope(m: number): number;
}

/** Intervals of the first cut, and how often they are halved: 2⁻¹² of the extent is the resolution of the scan. */
const FIRST = 64;
const HALVINGS = 6;
/** |f′| at a root below which others may be near: its interval is cut again, into this many; and below which f is flat. */
const SHALLOW = 1e-2;
const CUTS = 64;
const FLAT = 1e-12;
/** |f| that may be round-off, relative to the interval: its sign says nothing, and a tangency that near touches. */
const NOISE = 16 * Number.EPSILON;

/**
 * The fixed points in [low, high], ascending. `odd`: f is odd and low = −high, so that 0 is one exactly and the others come in pairs.
 * Complete but for roots closer than 2⁻¹⁸ (high − low) that neither a slope nor a tangency gives away.
 */
export function fixedPoints(map: ExcessMap, low: number, high: number, odd: boolean): number[] {
  if (odd) {
    const positive = positiveRoots(map, high);
    return [...positive.map((m) => -m).reverse(), 0, ...positive];
  }
  const nodes = uncertain(map, low, high);
  return distinct(rootsBetween(map, nodes, high - low), high - low);
}

/** The one fixed point of a decreasing M. */
export function onlyFixedPoint(map: ExcessMap, low: number, high: number): number {
  return refine(map, low, high, 1);
}

interface Node {
  readonly m: number;
  readonly f: number;
}

function positiveRoots(map: ExcessMap, high: number): number[] {
  const nodes = uncertain(map, 0, high);
  const first = map.slope(0);
  const rest = nodes.filter(({ m }) => m > 0);
  if (rest.length === 0) return [];
  // At 0 itself f = 0; just beside it f has the sign of f′(0), down to where round-off hides it.
  let inner = rest[0].m;
  let near: Node = rest[0];
  if (Math.abs(first) > FLAT) {
    for (let k = 0; k < 40; k++) {
      inner *= 0.5;
      near = { m: inner, f: map.excess(inner) };
      if (near.f * first > 0) break;
    }
    if (!(near.f * first > 0 && Math.abs(near.f) > NOISE * high)) near = rest[0];
  }
  return distinct(rootsBetween(map, [near, ...rest], high), high).filter((m) => m > 0);
}

/** Nodes, ascending, of the intervals that may hold a root; neighbours across an excluded interval differ as f's sign does. */
function uncertain(map: ExcessMap, low: number, high: number): Node[] {
  const node = (m: number): Node => ({ m, f: map.excess(m) });
  let nodes = Array.from({ length: FIRST + 1 }, (_, i) => node(low + ((high - low) * i) / FIRST));
  for (let round = 0; round < HALVINGS; round++) {
    const finer: Node[] = [nodes[0]];
    for (let i = 1; i < nodes.length; i++) {
      const [a, b] = [nodes[i - 1], nodes[i]];
      const excluded = a.m + a.f > b.m || b.m + b.f < a.m;
      if (!excluded) finer.push(node(0.5 * (a.m + b.m)));
      finer.push(b);
    }
    nodes = finer;
  }
  return nodes;
}

function rootsBetween(map: ExcessMap, all: readonly Node[], extent: number, again = true): number[] {
  const roots: number[] = [];
  const nodes = all.filter(({ f }, i) => i === 0 || i === all.length - 1 || Math.abs(f) > NOISE * extent);
  for (let i = 1; i < nodes.length; i++) {
    const [a, b] = [nodes[i - 1], nodes[i]];
    if (signOf(a.f) !== signOf(b.f)) roots.push(...crossings(map, a, b, extent, again));
    else roots.push(...touchings(map, a, b, extent));
  }
  return roots;
}

/** The roots behind one change of sign: one, or three where f′ at the one found says so. */
function crossings(map: ExcessMap, a: Node, b: Node, extent: number, again: boolean): number[] {
  const sign = signOf(a.f);
  const middle = refine(map, a.m, b.m, sign);
  if (again && Math.abs(map.slope(middle)) < SHALLOW) {
    const inner = Array.from({ length: CUTS - 1 }, (_, i) => a.m + ((b.m - a.m) * (i + 1)) / CUTS);
    const nodes = [a, ...inner.map((m) => ({ m, f: map.excess(m) })), b];
    return rootsBetween(map, nodes, extent, false);
  }
  // Coming from f > 0 a lone root has f′ < 0.
  if (sign * map.slope(middle) <= FLAT) return [middle];
  const left = beside(map, middle, a.m, -sign);
  const right = beside(map, middle, b.m, sign);
  return [
    ...(left === null ? [] : [refine(map, a.m, left, sign)]),
    middle,
    ...(right === null ? [] : [refine(map, right, b.m, sign)]),
  ];
}

/** A point between a root and `end`, as far from the root as halving allows, where f has that sign. */
function beside(map: ExcessMap, root: number, end: number, sign: number): number | null {
  for (let distance = 0.5 * (end - root), k = 0; k < 40; k++, distance *= 0.5) {
    const m = root + distance;
    if (m !== root && signOf(map.excess(m)) === sign) return m;
  }
  return null;
}

/** Two roots, or a double one, where f turns back between nodes of one sign. */
function touchings(map: ExcessMap, a: Node, b: Node, extent: number): number[] {
  const sign = signOf(a.f);
  // f falls from a and rises to b (times sign): an extremum towards 0 lies between.
  if (!(sign * map.slope(a.m) < 0 && sign * map.slope(b.m) > 0)) return [];
  let [low, high] = [a.m, b.m];
  for (let k = 0; k < 60 && high - low > Number.EPSILON * extent; k++) {
    const middle = 0.5 * (low + high);
    if (sign * map.slope(middle) < 0) low = middle;
    else high = middle;
  }
  const f = map.excess(low);
  if (Math.abs(f) <= NOISE * extent) return [low];
  return signOf(f) === sign ? [] : [refine(map, a.m, low, sign), refine(map, low, b.m, -sign)];
}

/** A root between, f having that sign at low: Newton, kept inside a bracket by bisection, to round-off. */
function refine(map: ExcessMap, low: number, high: number, sign: number): number {
  let [a, b] = [low, high];
  let m = 0.5 * (a + b);
  for (let k = 0; k < 200; k++) {
    const f = map.excess(m);
    if (f === 0) return m;
    if (signOf(f) === sign) a = m;
    else b = m;
    const newton = m - f / map.slope(m);
    const next = newton > a && newton < b ? newton : 0.5 * (a + b);
    // Newton's own step tells when round-off is reached; every fourth step halves the bracket.
    if (Math.abs(next - m) <= Number.EPSILON * Math.abs(m) || b - a <= Number.EPSILON * Math.abs(m))
      return next;
    m = k % 4 === 3 ? 0.5 * (a + b) : next;
  }
  return m;
}

/** f = 0 counts as positive: a root at a node is then crossed on one side of it only. */
function signOf(f: number): number {
  return f < 0 ? -1 : 1;
}

function distinct(roots: readonly number[], extent: number): number[] {
  const sorted = [...roots].sort((a, b) => a - b);
  return sorted.filter((m, i) => i === 0 || m - sorted[i - 1] > 1e-12 * extent);
}
