// Activations against their formulas, and what they say of themselves against what is seen: bounds, slopes, smoothness, homogeneity.

import { describe, expect, it } from "vitest";
import { ACTIVATION_NAMES, type ActivationName, activation } from "./activation.ts";

/** erf x by its series of positive terms, 2/√π e^(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!!. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 400 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const FORMULAS: Readonly<Record<ActivationName, (z: number) => number>> = {
  relu: (z) => Math.max(z, 0),
  "leaky-relu": (z) => Math.max(z, z / 100),
  relu2: (z) => Math.max(z, 0) ** 2,
  relu3: (z) => Math.max(z, 0) ** 3,
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  erf,
  softplus: (z) => Math.log1p(Math.exp(z)),
  gelu: (z) => (z * (1 + erf(z / Math.sqrt(2)))) / 2,
  sin: Math.sin,
  identity: (z) => z,
  gaussian: (z) => Math.exp(-(z * z) / 2),
  "cubic-step": (z) => (z < 0 ? 4 * Math.max(z + 0.5, 0) ** 3 : 1 - 4 * Math.max(0.5 - z, 0) ** 3),
};

function valueAt(name: ActivationName, z: number): number {
  const out = new Float64Array(1);
  activation(name).values(Float64Array.of(z), out, 0, 1);
  return out[0];
}

function slopeAt(name: ActivationName, z: number): number {
  const [out, value] = [new Float64Array(1), Float64Array.of(valueAt(name, z))];
  activation(name).slopes(Float64Array.of(z), value, 0, out, 1);
  return out[0];
}

/** From −6 to 6 by 1/64, kinks among them. */
const POINTS = Array.from({ length: 769 }, (_, i) => (i - 384) / 64);

describe.each(ACTIVATION_NAMES)("%s", (name) => {
  const { bound, lipschitz, smoothness, homogeneity, values, slopes, slopesFrom } = activation(name);

  it("is its formula, and passes what is not a number on", () => {
    for (const z of POINTS) {
      const expected = FORMULAS[name](z);
      expect(Math.abs(valueAt(name, z) - expected)).toBeLessThan(1e-14 * (1 + Math.abs(expected)));
    }
    expect(valueAt(name, Number.NaN)).toBeNaN();
    expect(activation(name).name).toBe(name);
  });

  it("has as slope the derivative, at a kink that from the left", () => {
    const h = 1e-5;
    for (const z of POINTS) {
      // Backwards to second order; the third derivative is below 25.
      const [f0, f1, f2] = [0, 1, 2].map((k) => FORMULAS[name](z - k * h));
      expect(Math.abs(slopeAt(name, z) - (3 * f0 - 4 * f1 + f2) / (2 * h)), `${z}`).toBeLessThan(
        2e-8 * (1 + z * z),
      );
    }
  });

  it("works on part of a list, elsewhere leaves it", () => {
    const z = Float64Array.of(-2, 0.3, 1.7, 5);
    const value = new Float64Array(6).fill(-77);
    values(z, value, 2, 3);
    const slope = new Float64Array(4).fill(-77);
    slopes(z, value, 2, slope, 3);
    expect(Array.from(value)).toEqual([-77, -77, ...[-2, 0.3, 1.7].map((u) => valueAt(name, u)), -77]);
    expect(Array.from(slope)).toEqual([...[-2, 0.3, 1.7].map((u) => slopeAt(name, u)), -77]);
  });

  it("says from what its slopes come", () => {
    if (slopesFrom !== "values") return;
    for (const z of POINTS) {
      const [out, value] = [new Float64Array(1), Float64Array.of(valueAt(name, z))];
      slopes(Float64Array.of(Number.NaN), value, 0, out, 1);
      expect(out[0]).toBe(slopeAt(name, z));
    }
  });

  it("has the bounds that it states, and reaches them", () => {
    const seen = (of: (z: number) => number) => Math.max(...POINTS.map((z) => Math.abs(of(z))));
    for (const [stated, of] of [
      [bound, (z: number) => valueAt(name, z)],
      [lipschitz, (z: number) => slopeAt(name, z)],
    ] as const) {
      // An unbounded one is beyond 2 within 6 of the origin; a bound is reached to 1e-3 there, half a point from a maximum.
      if (stated === null) expect(seen(of)).toBeGreaterThan(2);
      else {
        expect(seen(of)).toBeLessThanOrEqual(stated + 1e-15);
        expect(seen(of)).toBeGreaterThan(stated - 0.003);
      }
    }
    if (name === "gelu") {
      const [at, density] = [Math.SQRT2, Math.exp(-1) / Math.sqrt(2 * Math.PI)];
      expect(lipschitz).toBeCloseTo((1 + erf(1)) / 2 + at * density, 12);
    }
    if (name === "gaussian") expect(lipschitz).toBeCloseTo(Math.exp(-0.5), 15);
    if (name === "erf") expect(lipschitz).toBeCloseTo(2 / Math.sqrt(Math.PI), 15);
  });

  it("is as smooth as it states: no jump up to that derivative, one in the next", () => {
    const h = 1e-3;
    /** Of the derivative of that order at z: its difference quotient from the right less that from the left. */
    const jump = (order: number, z: number) => {
      const signs = [[1], [1, -1], [1, -2, 1], [1, -3, 3, -1], [1, -4, 6, -4, 1]][order];
      const side = (step: number) =>
        signs.reduce((sum, c, k) => sum + c * valueAt(name, z + (order - k) * step), 0) / step ** order;
      return Math.abs(side(h) - side(-h));
    };
    for (let order = 1; order <= 3; order++) {
      const most = Math.max(...[-0.5, 0, 0.5, 0.25].map((z) => jump(order, z)));
      // Without a jump the quotients differ by 3 h times the next derivative; jumps here are 0.99 and more.
      if (order <= smoothness) expect(most, `${order}`).toBeLessThan(0.15);
      else if (order === smoothness + 1) expect(most, `${order}`).toBeGreaterThan(0.9);
    }
  });

  it("is homogeneous of the degree that it states, or of none", () => {
    const ratios = [-3, -0.7, 0.4, 2].flatMap((z) =>
      [0.5, 2, 3].map((c) => [valueAt(name, c * z), valueAt(name, z), c] as const),
    );
    const isOf = (k: number) =>
      ratios.every(([big, small, c]) => Math.abs(big - c ** k * small) < 1e-12 * c ** k);
    if (homogeneity === null) for (const k of [0, 1, 2, 3]) expect(isOf(k)).toBe(false);
    else expect(isOf(homogeneity)).toBe(true);
  });
});

it("a name that is none", () => {
  expect(() => activation("rellu" as ActivationName)).toThrow(
    'activation: found "rellu"; allowed: relu, leaky-relu',
  );
});
