import { Decimal as Exact } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as elementary from "./elementary.ts";

const D = Exact.clone({ precision: 70 });
type Decimal = InstanceType<typeof D>;
const EPS = Number.EPSILON;
const TWO = new D(2);
const SPACING = TWO.pow(-1074); // of subnormals
const TINY = 1e-15;

/** A double's own value; new Decimal(x) would take the few digits it prints as. */
function exact(x: number): Decimal {
  const bits = new BigInt64Array(new Float64Array([x]).buffer)[0]!;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const integer = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return new D((bits < 0n ? -integer : integer).toString()).times(TWO.pow(Math.max(exponent, 1) - 1075));
}

// 40 digits and more. Below TINY the direct formulas cancel; there three terms leave a relative x^3 = 1e-45.
function expm1Exact(x: Decimal): Decimal {
  if (x.abs().lt(TINY)) return x.times(x.div(3).plus(1).times(x).div(2).plus(1));
  return x.exp().minus(1);
}

function log1pExact(x: Decimal): Decimal {
  if (x.abs().lt(TINY)) return x.times(x.div(3).minus(0.5).times(x).plus(1));
  return x.plus(1).ln();
}

function tanhExact(x: Decimal): Decimal {
  const e = expm1Exact(x.times(2));
  return e.div(e.plus(2));
}

function softplusExact(x: Decimal): Decimal {
  return log1pExact(x.exp());
}

const TWO_BY_SQRT_PI = TWO.div(D.acos(-1).sqrt());

/** erf by its series of positive terms, 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!. */
function erfExact(x: Decimal): Decimal {
  const square = x.times(x);
  let term = x;
  let sum = x;
  for (let n = 1; term.abs().gt(sum.abs().times(1e-60)) && n < 1000; n++) {
    term = term
      .times(square)
      .times(2)
      .div(2 * n + 1);
    sum = sum.plus(term);
  }
  return TWO_BY_SQRT_PI.times(square.neg().exp()).times(sum);
}

/** |got - want| / |want| in eps; a subnormal result may be off by a unit of 2^-1074. */
function relative(got: number, want: Decimal): number {
  if (want.isZero()) return got === 0 ? 0 : Infinity;
  const off = exact(got).minus(want).abs();
  if (want.abs().lt(2.2250738585072014e-308) && off.lte(SPACING)) return 0;
  return off.div(want.abs()).div(EPS).toNumber();
}

/** Evenly spread values; fc.double spreads evenly over the exponents, so its values are mostly tiny. */
const within = (min: number, max: number) =>
  fc.integer({ min: 0, max: 2 ** 52 }).map((k) => min + (max - min) * (k / 2 ** 52));
/** Both signs, magnitudes spread evenly in the exponent. */
const anySize = (low: number, high: number) =>
  fc.tuple(within(low, high), fc.boolean()).map(([e, minus]) => (minus ? -1 : 1) * 10 ** e);

const PAIRS: [
  name: keyof typeof elementary & string,
  own: (x: number) => number,
  reference: (x: Decimal) => Decimal,
  ranges: fc.Arbitrary<number>[],
][] = [
  ["exp", elementary.exp, (x) => x.exp(), [within(-1, 1), within(-745, 709.7), anySize(-310, 0)]],
  ["expm1", elementary.expm1, expm1Exact, [within(-1, 1.2), within(-50, 709.7), anySize(-310, 0)]],
  [
    "log",
    elementary.log,
    (x) => x.ln(),
    [within(0.4, 3), anySize(-320, 308).map(Math.abs), within(0.999, 1.001)],
  ],
  ["log1p", elementary.log1p, log1pExact, [within(-0.9999, 2), anySize(-25, -0.01), within(1, 1e300)]],
  ["tanh", elementary.tanh, tanhExact, [within(-0.7, 0.7), within(-25, 25), anySize(-310, 0)]],
  ["sigmoid", elementary.sigmoid, (x) => x.neg().exp().plus(1).pow(-1), [within(-3, 3), within(-745, 50)]],
  ["softplus", elementary.softplus, softplusExact, [within(-3, 3), within(-745, 200)]],
  ["erf", elementary.erf, erfExact, [within(-1.5, 1.5), within(-7, 7), anySize(-310, 0)]],
];

describe("relative error within 4 eps of 40 digits", () => {
  for (const [name, own, reference, ranges] of PAIRS) {
    it(name, () => {
      for (const range of ranges) {
        fc.assert(
          fc.property(range, (x) => {
            expect(relative(own(x), reference(exact(x)))).toBeLessThanOrEqual(4);
          }),
          { numRuns: 150 },
        );
      }
    });
  }

  it("power, within (2 + 2 |exponent log base|) eps", () => {
    fc.assert(
      fc.property(anySize(-30, 30), within(-9, 9), (signed, exponent) => {
        const base = Math.abs(signed);
        const p = exact(base).ln().times(exact(exponent));
        expect(relative(elementary.power(base, exponent), p.exp())).toBeLessThanOrEqual(
          2 + 2 * p.abs().toNumber(),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("sin and cos, absolute error within 2 eps up to 1e4 and on to 2^31", () => {
    for (const range of [within(-4, 4), within(-1e4, 1e4), within(-(2 ** 31), 2 ** 31), anySize(-310, 0)]) {
      fc.assert(
        fc.property(range, (x) => {
          const value = exact(x);
          expect(exact(elementary.sin(x)).minus(value.sin()).abs().toNumber()).toBeLessThanOrEqual(2 * EPS);
          expect(exact(elementary.cos(x)).minus(value.cos()).abs().toNumber()).toBeLessThanOrEqual(2 * EPS);
        }),
        { numRuns: 150 },
      );
    }
  });

  it("sinReduced and cosReduced on |r| <= pi/4", () => {
    fc.assert(
      fc.property(within(-0.7853981633974484, 0.7853981633974484), (r) => {
        expect(relative(elementary.sinReduced(r), exact(r).sin())).toBeLessThanOrEqual(2);
        expect(relative(elementary.cosReduced(r), exact(r).cos())).toBeLessThanOrEqual(2);
      }),
      { numRuns: 200 },
    );
  });
});

describe("limits and special values", () => {
  const { exp, expm1, log, log1p, tanh, sigmoid, softplus, sin, cos, erf, power } = elementary;

  it("NaN gives NaN", () => {
    for (const f of [exp, expm1, log, log1p, tanh, sigmoid, softplus, sin, cos, erf])
      expect(f(NaN)).toBeNaN();
    expect(power(NaN, 2)).toBeNaN();
    expect(power(2, NaN)).toBeNaN();
    expect(power(NaN, 0)).toBeNaN();
  });

  it("infinities, overflow and underflow give the limits", () => {
    expect([exp(Infinity), exp(-Infinity), exp(709.79), exp(-745.2)]).toEqual([Infinity, 0, Infinity, 0]);
    expect(exp(709.782712893384)).toBeLessThan(Infinity);
    expect(exp(-745.13)).toBe(5e-324);
    expect([expm1(Infinity), expm1(-Infinity), expm1(-1e300), expm1(710)]).toEqual([
      Infinity,
      -1,
      -1,
      Infinity,
    ]);
    expect(expm1(709.782712893384)).toBe(exp(709.782712893384));
    expect([log(Infinity), log(0), log(-0), log(1)]).toEqual([Infinity, -Infinity, -Infinity, 0]);
    expect([log(-1), log(-Infinity), log1p(-1.5), log1p(-Infinity)]).toEqual([NaN, NaN, NaN, NaN]);
    expect([log1p(Infinity), log1p(-1)]).toEqual([Infinity, -Infinity]);
    expect([tanh(Infinity), tanh(-Infinity), tanh(1e300), tanh(-25)]).toEqual([1, -1, 1, -1]);
    expect([sigmoid(Infinity), sigmoid(-Infinity), sigmoid(40), sigmoid(-800)]).toEqual([1, 0, 1, 0]);
    expect([softplus(Infinity), softplus(-Infinity), softplus(1e300), softplus(-800)]).toEqual([
      Infinity,
      0,
      1e300,
      0,
    ]);
    expect([erf(Infinity), erf(-Infinity), erf(6), erf(-1e300)]).toEqual([1, -1, 1, -1]);
    expect([sin(Infinity), cos(-Infinity)]).toEqual([NaN, NaN]);
  });

  it("ends of the double range", () => {
    for (const x of [
      5e-324, 1.5e-323, 2.2250738585072009e-308, 2.2250738585072014e-308, 1.7976931348623157e308,
    ]) {
      expect(relative(log(x), exact(x).ln())).toBeLessThanOrEqual(4);
    }
    expect(relative(log1p(1.7976931348623157e308), exact(1.7976931348623157e308).ln())).toBeLessThanOrEqual(
      4,
    );
    const aboveMinusOne = -1 + EPS / 2;
    expect(relative(log1p(aboveMinusOne), exact(EPS / 2).ln())).toBeLessThanOrEqual(4);
  });

  it("power: edges", () => {
    expect([power(0, 0), power(7, 0), power(-3, -0), power(Infinity, 0)]).toEqual([1, 1, 1, 1]);
    expect([power(1, 1e300), power(0, 2), power(0, -2), power(2, 2000)]).toEqual([1, 0, Infinity, Infinity]);
    expect(power(-8, 2)).toBeNaN();
  });

  it("odd functions of a tiny argument: x itself, with the sign of zero", () => {
    for (const f of [tanh, expm1, log1p]) {
      fc.assert(
        fc.property(anySize(-323, -17), (x) => {
          expect(f(x)).toBe(x);
        }),
      );
      expect(f(-0)).toBe(-0);
      expect(f(0)).toBe(0);
    }
    fc.assert(
      fc.property(anySize(-323, -17), (x) => {
        expect(sin(x)).toBe(x);
      }),
    );
    expect(erf(-0)).toBe(-0);
    expect([exp(0), exp(-0), cos(0), sigmoid(0)]).toEqual([1, 1, 1, 0.5]);
  });

  it("exact symmetries, and bounds", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(tanh(-x)).toBe(-tanh(x));
        expect(erf(-x)).toBe(-erf(x));
        expect(Math.abs(tanh(x))).toBeLessThanOrEqual(1);
        expect(Math.abs(erf(x))).toBeLessThanOrEqual(1);
        if (Number.isFinite(x)) {
          expect(sin(-x) === -sin(x)).toBe(true);
          expect(cos(-x)).toBe(cos(x));
          expect(Math.abs(sin(x))).toBeLessThanOrEqual(1);
          expect(Math.abs(cos(x))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("|tanh|, |sin|, |cos|, |erf| never exceed 1 where they come close to it", () => {
    for (let i = 0; i <= 40000; i++) {
      expect(tanh(15 + i * 1.3e-4) <= 1 && erf(4 + i * 5e-5) <= 1).toBe(true);
      const near = (i - 20000) * 1.5707963267948966 + (i - 20000) * 1e-13;
      expect(Math.abs(sin(near)) <= 1 && Math.abs(cos(near)) <= 1).toBe(true);
    }
  });

  it("increasing functions increase, but for the roundings", () => {
    for (const f of [exp, expm1, tanh, sigmoid, softplus, erf]) {
      fc.assert(
        fc.property(within(-30, 30), within(0, 1e-3), (x, gap) => {
          const low = f(x);
          expect(f(x + gap)).toBeGreaterThanOrEqual(low - 8 * EPS * Math.abs(low));
        }),
        { numRuns: 500 },
      );
    }
    fc.assert(
      fc.property(within(1e-300, 1e300), within(1, 1.001), (x, factor) => {
        expect(log(x * factor)).toBeGreaterThanOrEqual(log(x) - 8 * EPS * Math.abs(log(x)));
      }),
    );
  });

  it("sin and cos beyond 2^31: 0 and 1, as documented", () => {
    expect([sin(1e10), sin(-1e300), cos(1e10), cos(-1e300)]).toEqual([0, -0, 1, 1]);
  });
});

it("the same bits everywhere: fingerprints of 4001 values each", () => {
  const fingerprint = (f: (x: number) => number) => {
    const value = new Float64Array(1);
    const words = new Uint32Array(value.buffer);
    let hash = 0x811c9dc5;
    for (let i = -2000; i <= 2000; i++) {
      value[0] = f(i / 97);
      if (Number.isNaN(value[0])) continue; // the bits of NaN are the engine's own
      // symmetric in the two words: their order is the machine's own
      hash = Math.imul(
        hash ^ words[0]! ^ Math.imul(words[1]!, 3) ^ Math.imul(words[0]!, 3) ^ words[1]!,
        0x01000193,
      );
    }
    return hash >>> 0;
  };
  const { power, ...rest } = elementary;
  const found = Object.fromEntries(
    Object.entries({ ...rest, power: (x: number) => power(x, 1.7) }).map(([name, f]) => [
      name,
      fingerprint(f),
    ]),
  );
  expect(found).toMatchInlineSnapshot(`
    {
      "cos": 3982597599,
      "cosReduced": 575913151,
      "erf": 1551796239,
      "exp": 1797474541,
      "expm1": 2118049575,
      "log": 4288848811,
      "log1p": 183980065,
      "power": 2655641633,
      "sigmoid": 2663294119,
      "sin": 1400707487,
      "sinReduced": 870697087,
      "softplus": 1982244169,
      "tanh": 4274851327,
    }
  `);
});
