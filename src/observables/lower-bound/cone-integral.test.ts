// Integrals on cones against Gauss–Legendre rules between the kinks, written here, and against determinants where there are none.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integrate } from "../gauss-testing.ts";
import { ConeIntegral, type ConeTerms } from "./cone-integral.ts";

/** Any number as likely as another: of doubles as they are counted nearly all are next to 0. */
const finite = (min: number, max: number) =>
  fc.integer({ min: 0, max: 2 ** 30 }).map((k) => min + ((max - min) * k) / 2 ** 30);

/** Q(u) of κg in the coordinates v, from the sums themselves. */
function formOf({ penalties, inputs, up, down, outer }: ConeTerms, g: Float64Array, scale: number) {
  return (u: readonly number[]) => {
    let sum = 0;
    g.forEach((weight, i) => {
      const z = inputs.reduce((total, column, k) => total + (column[i] * u[k]) / Math.sqrt(penalties[k]), 0);
      const slope = z > 0 ? up : down;
      sum += weight * slope * (outer === null ? z * z : z);
    });
    return outer === null ? 1 + 2 * scale * sum : 1 - (scale * sum) ** 2 / outer;
  };
}

/** The angles in the plane of two unit vectors at which some data point changes side, sorted, between low and high. */
function kinks(
  { inputs, penalties }: ConeTerms,
  e: readonly number[],
  f: readonly number[],
  low: number,
  high: number,
) {
  const found = [low, high];
  for (let i = 0; i < inputs[0].length; i++) {
    const along = (d: readonly number[]) =>
      inputs.reduce((total, column, k) => total + (column[i] * d[k]) / Math.sqrt(penalties[k]), 0);
    const angle = Math.atan2(along(e), -along(f));
    for (let turn = -2; turn <= 2; turn++) {
      const one = angle + turn * Math.PI;
      if (one > low && one < high) found.push(one);
    }
  }
  return found.sort((a, b) => a - b);
}

/** log∫e^(−½v·Av)dv over as many dimensions as there are penalties. */
function reference(
  terms: ConeTerms,
  g: Float64Array,
  scale: number,
  { pieces = 6, turns = 1 }: { pieces?: number; turns?: number },
): number {
  const form = formOf(terms, g, scale);
  const n = terms.penalties.length;
  if (n === 1)
    return Math.log(Math.sqrt(Math.PI / 2) * (1 / Math.sqrt(form([1])) + 1 / Math.sqrt(form([-1]))));
  const over = (
    e: readonly number[],
    f: readonly number[],
    low: number,
    high: number,
    h: (u: number[], angle: number) => number,
  ) => {
    const ends = kinks(terms, e, f, low, high);
    const at = (angle: number) => e.map((x, k) => Math.cos(angle) * x + Math.sin(angle) * f[k]);
    let total = 0;
    for (let k = 1; k < ends.length; k++)
      total += integrate((angle) => h(at(angle), angle), ends[k - 1], ends[k], pieces);
    return total;
  };
  if (n === 2) return Math.log(over([1, 0], [0, 1], 0, 2 * Math.PI, (u) => 1 / form(u)));
  let total = 0;
  for (let k = 0; k < turns; k++) {
    const phi = (2 * Math.PI * (k + 0.3)) / turns;
    const side = [Math.cos(phi), Math.sin(phi), 0];
    total += over([0, 0, 1], side, 0, Math.PI, (u, angle) => Math.sin(angle) * form(u) ** -1.5);
  }
  return Math.log((Math.sqrt(Math.PI / 2) * 2 * Math.PI * total) / turns);
}

const terms = (n: number, slopes: fc.Arbitrary<Pick<ConeTerms, "up" | "down" | "outer">>) =>
  fc
    .tuple(
      fc.array(finite(-2, 2), { minLength: 5 * n, maxLength: 5 * n }),
      fc.array(finite(0.2, 3), { minLength: n, maxLength: n }),
      fc.array(finite(-1, 1), { minLength: 5, maxLength: 5 }),
      slopes,
    )
    .map(([x, penalties, g, rest]) => ({
      own: {
        penalties,
        inputs: penalties.map((_, k) => Float64Array.from(x.slice(5 * k, 5 * k + 5))),
        ...rest,
      },
      g: Float64Array.from(g),
    }));

const kinked = fc.constantFrom(
  { up: 1, down: 0, outer: 0.7 },
  { up: 1, down: 0.01, outer: 2 },
  { up: 1, down: 0, outer: null },
);

describe("an integral on cones", () => {
  // What lies before log I where τ = 1: ½ log(2π/l_a) − ½ Σ log λ.
  const constant = ({ penalties, outer }: ConeTerms) =>
    (outer === null ? 0 : 0.5 * Math.log((2 * Math.PI) / outer)) -
    0.5 * penalties.reduce((sum, penalty) => sum + Math.log(penalty), 0);

  it.each([1, 2])("of %d coordinates is that of Gauss rules between the kinks", (n) => {
    fc.assert(
      fc.property(terms(n, kinked), finite(0.01, 0.99), ({ own, g }, share) => {
        const cones = new ConeIntegral(own);
        cones.load(g);
        const scale = share * Math.min(cones.critical(), 100);
        const { value, error } = cones.estimate(scale, 1);
        expect(error).toBe(0);
        const [coarse, fine] = [6, 9].map((pieces) => reference(own, g, scale, { pieces }));
        // A thousand roundings or so of the rule, weighed by 1/Q, which is 1/(1 − share²) at most.
        const allowed = 2 * Math.abs(fine - coarse) + 1e-12 / (1 - share);
        expect(Math.abs(value - constant(own) - fine)).toBeLessThan(allowed);
      }),
      { numRuns: 150 },
    );
  });

  it("of 3 coordinates is that of a fine rule within its own error", () => {
    fc.assert(
      fc.property(terms(3, kinked), finite(0.05, 0.9), ({ own, g }, share) => {
        const cones = new ConeIntegral(own);
        cones.load(g);
        const scale = share * Math.min(cones.critical(), 100);
        const { value, error } = cones.estimate(scale, 1);
        fc.pre(Number.isFinite(value));
        const [coarse, fine] = [151, 302].map((turns) => reference(own, g, scale, { turns }));
        expect(Math.abs(value - constant(own) - fine)).toBeLessThan(
          error + 2 * Math.abs(fine - coarse) + 1e-11,
        );
      }),
      { numRuns: 8 },
    );
  });

  it.each([1, 2, 3])("of %d coordinates without kinks is a determinant: −½ log(1 − |s|²)", (n) => {
    fc.assert(
      fc.property(
        terms(n, fc.constant({ up: 1, down: 1, outer: 0.5 })),
        finite(0.01, 0.99),
        ({ own, g }, share) => {
          const s = own.inputs.map((column, k) => {
            const sum = column.reduce((total, x, i) => total + g[i] * x, 0);
            return sum / Math.sqrt(own.penalties[k] * 0.5);
          });
          const length = Math.hypot(...s);
          fc.pre(length > 1e-3);
          const cones = new ConeIntegral(own);
          cones.load(g);
          // On the sphere the largest is found between half-planes, never beyond the truth.
          const critical = cones.critical() * length;
          expect(critical).toBeGreaterThan(1 - 1e-12);
          expect(critical).toBeLessThan(n === 3 ? 1.01 : 1 + 1e-12);
          const { value, error } = cones.estimate(share / length, 1);
          fc.pre(Number.isFinite(value));
          const exact = constant(own) + 0.5 * n * Math.log(2 * Math.PI) - 0.5 * Math.log(1 - share * share);
          expect(Math.abs(value - exact)).toBeLessThan(error + 1e-12 / (1 - share));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([1, 2])("of %d coordinates is infinite from the largest |s·u| on, on any cone", (n) => {
    fc.assert(
      fc.property(terms(n, kinked), ({ own, g }) => {
        const cones = new ConeIntegral(own);
        cones.load(g);
        const critical = cones.critical();
        const lowest = (scale: number) => {
          const form = formOf(own, g, scale);
          if (n === 1) return Math.min(form([1]), form([-1]));
          let least = Number.POSITIVE_INFINITY;
          for (let k = 0; k < 20_000; k++) {
            const angle = (2 * Math.PI * k) / 20_000;
            least = Math.min(least, form([Math.cos(angle), Math.sin(angle)]));
          }
          return least;
        };
        if (critical > 1e6) {
          expect(lowest(1e6)).toBeGreaterThan(0);
          return;
        }
        // Just below it Q > 0 everywhere and just above it somewhere not, and where it vanishes it does so to second order at least.
        expect(lowest(critical * (1 - 1e-9))).toBeGreaterThan(0);
        expect(Math.abs(lowest(critical))).toBeLessThan(1e-3);
        expect(cones.estimate(critical * (1 - 1e-9), 1).value).toBeLessThan(Number.POSITIVE_INFINITY);
        expect(cones.estimate(critical * (1 + 1e-9), 1).value).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 60 },
    );
  });

  it.each([2, 3])("of %d coordinates takes equal and opposite inputs, and none, as they are", (n) => {
    fc.assert(
      fc.property(terms(n, kinked), ({ own, g }) => {
        const cones = new ConeIntegral(own);
        cones.load(g);
        const scale = 0.7 * Math.min(cones.critical(), 100);
        // Each twice with half its g, and two more that cancel; one is a millionth of a millionth away, one has no input.
        const twice = (column: Float64Array, k: number) => {
          const near = column[1] * (k === 0 ? 1 + 1e-12 : 1);
          return Float64Array.from([...column, ...column, near, near, 0]);
        };
        const repeated = new ConeIntegral({ ...own, inputs: own.inputs.map(twice) });
        const half = Array.from(g, (one) => one / 2);
        repeated.load(Float64Array.from([...half, ...half, 0.3, -0.3, 1]));
        const [one, other] = [cones, repeated].map((integral) => integral.estimate(scale, 1).value);
        fc.pre(Number.isFinite(one));
        expect(Math.abs(other - one)).toBeLessThan(1e-11);
      }),
      { numRuns: n === 2 ? 60 : 10 },
    );
  });

  it.each([1, 2, 3])("of %d coordinates that no input moves is a Gaussian", (n) => {
    const own = {
      penalties: [0.5, 1, 2].slice(0, n),
      inputs: Array.from({ length: n }, () => new Float64Array(2)),
      up: 1,
      down: 0,
      outer: 0.7,
    };
    const cones = new ConeIntegral(own);
    cones.load(Float64Array.of(0.4, -0.3));
    expect(cones.critical()).toBe(Number.POSITIVE_INFINITY);
    const exact = constant(own) + 0.5 * n * Math.log(2 * Math.PI);
    expect(Math.abs(cones.estimate(1, 1).value - exact)).toBeLessThan(1e-13);
  });

  it.each([1, 2])("of %d coordinates is that of one more, which no input has, but for its Gaussian", (n) => {
    fc.assert(
      fc.property(terms(n, kinked), finite(0.1, 0.8), ({ own, g }, share) => {
        const one = new ConeIntegral(own);
        one.load(g);
        const scale = share * Math.min(one.critical(), 100);
        const { value } = one.estimate(scale, 1);
        for (let place = 0; place <= n; place++) {
          const more = new ConeIntegral({
            ...own,
            penalties: own.penalties.toSpliced(place, 0, 0.6),
            inputs: own.inputs.toSpliced(place, 0, new Float64Array(g.length)),
          });
          more.load(g);
          const found = more.estimate(scale, 1);
          // No rule of the sphere may agree with the next.
          if (n === 2 && Number.isNaN(found.value)) continue;
          const expected = value + 0.5 * Math.log((2 * Math.PI) / 0.6);
          expect(Math.abs(found.value - expected)).toBeLessThan(found.error + 1e-11 / (1 - share));
        }
      }),
      { numRuns: n === 1 ? 30 : 5 },
    );
  });

  it("uses no more half-planes than cost and memory allow: three rules of 114 tell an error, two do not", () => {
    const resolves = (data: number, evaluations?: number) => {
      const column = (phase: number) => Float64Array.from({ length: data }, (_, i) => Math.cos(i + phase));
      const inputs = [column(0), column(1), column(2.5)];
      const own = { penalties: [1, 1, 1], inputs, up: 1, down: 0.2, outer: 1 };
      const cones = new ConeIntegral(own, evaluations);
      cones.load(new Float64Array(data).fill(0.1 / data));
      return Number.isFinite(cones.estimate(1, 1).value);
    };
    // Ten numbers an arc, of which a half-plane has two more than data, 2²⁰ in all.
    expect(114 * 10 * (917 + 2)).toBeLessThanOrEqual(2 ** 20);
    expect([917, 918].map((data) => resolves(data))).toEqual([true, false]);
    // 400 evaluations a half-plane.
    expect([114 * 400, 114 * 400 - 1].map((evaluations) => resolves(5, evaluations))).toEqual([true, false]);
  });

  it("takes g of any size", () => {
    const own = {
      penalties: [1, 2],
      inputs: [Float64Array.of(1, -2), Float64Array.of(1, 1)],
      up: 1,
      down: 0,
      outer: 3,
    };
    const cones = new ConeIntegral(own);
    cones.load(Float64Array.of(0.2, -0.1));
    const { value } = cones.estimate(1, 1);
    cones.load(Float64Array.of(2e199, -1e199));
    expect(Math.abs(cones.estimate(1e-200, 1).value - value)).toBeLessThan(1e-14);
    expect(cones.estimate(1, 1).value).toBe(Number.POSITIVE_INFINITY);
    cones.load(Float64Array.of(0, 0));
    expect(cones.critical()).toBe(Number.POSITIVE_INFINITY);
    const plain = 0.5 * Math.log((2 * Math.PI) / 3) + Math.log(2 * Math.PI) - 0.5 * Math.log(2);
    expect(Math.abs(cones.estimate(1, 1).value - plain)).toBeLessThan(1e-14);
  });
});
