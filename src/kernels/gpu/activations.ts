// σ and σ′ in single precision, in the part of JavaScript that gpu.js translates to shaders. No function of a shading language is used whose accuracy
// its specification leaves open (sin, log) or that overflows where σ does not (tanh): quotients, polynomials, and e^x of a number in [−87, 87].
// Where σ or σ′ is small it keeps its digits, so that errors stay in proportion to the sums.

import type { ActivationName } from "../../problem/activation.ts";

/** Bodies of functions of z, and what they call. */
interface Shader {
  readonly value: string;
  readonly slope: string;
  readonly calls?: readonly (keyof typeof FUNCTIONS)[];
}

/** Of one number each; a function stands after those that it calls. */
const FUNCTIONS = {
  // e^x, within what single precision holds.
  expOf: "function expOf(x) { return Math.exp(Math.max(-87, Math.min(87, x))); }",
  // log(1 + x) = 2 artanh(x/(2 + x)), 0 ≤ x ≤ 1: the series to s^13, s ≤ 1/3, leaves 1e-8.
  logOf: `function logOf(x) {
    const s = x / (2 + x);
    const q = s * s;
    return 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q / 13))))));
  }`,
  // erfc x, x ≥ 0: Chebyshev's fit of Numerical Recipes, to 1.2e-7 of itself.
  erfcOf: `function erfcOf(x) {
    const t = 1 / (1 + 0.5 * x);
    return t * expOf(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 +
      t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 +
      t * (-0.82215223 + t * 0.17087277)))))))));
  }`,
  // Φ(z), the normal distribution function; 0.5 erfc(|z|/√2) is the tail.
  normalOf: `function normalOf(z) {
    const tail = 0.5 * erfcOf(Math.abs(z) * ${Math.SQRT1_2});
    return z < 0 ? tail : 1 - tail;
  }`,
  // sin r, |r| ≤ π/2 (a larger one is no better known than that): Taylor to r^11 leaves 6e-8.
  sinOf: `function sinOf(r) {
    const s = Math.max(-1.6, Math.min(1.6, r));
    const q = s * s;
    return s * (1 + q * (-1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 - q / 39916800)))));
  }`,
  // z − kπ, π in three parts of which the first two have few digits, so that k times them is exact.
  restOf: `function restOf(z, k) {
    return ((z - k * 3.140625) - k * 0.0009670257568359375) - k * 6.278329e-7;
  }`,
  // (−1)^k
  signOf: "function signOf(k) { return 1 - 2 * (k - 2 * Math.floor(0.5 * k)); }",
} as const;

const SHADERS: Readonly<Record<ActivationName, Shader>> = {
  relu: { value: "return Math.max(z, 0);", slope: "return z > 0 ? 1 : 0;" },
  "leaky-relu": { value: "return z > 0 ? z : 0.01 * z;", slope: "return z > 0 ? 1 : 0.01;" },
  relu2: { value: "const u = Math.max(z, 0); return u * u;", slope: "return 2 * Math.max(z, 0);" },
  relu3: {
    value: "const u = Math.max(z, 0); return u * u * u;",
    slope: "const u = Math.max(z, 0); return 3 * u * u;",
  },
  // Near 0 the series, as 1 − e^(−2z) loses digits there.
  tanh: {
    value: `const u = Math.min(Math.abs(z), 10);
      const q = u * u;
      const e = expOf(-2 * u);
      let t = (1 - e) / (1 + e);
      if (u < 0.5) {
        t = u * (1 + q * (-1 / 3 + q * (2 / 15 + q * (-17 / 315 + q * (62 / 2835 + q * (-1382 / 155925 +
          q * (21844 / 6081075 + q * (-929569 / 638512875 + q * (6404582 / 10854718875)))))))));
      }
      return z < 0 ? -t : t;`,
    slope: "const e = expOf(-2 * Math.abs(z)); return 4 * e / ((1 + e) * (1 + e));",
    calls: ["expOf"],
  },
  sigmoid: {
    value: "return 1 / (1 + expOf(-z));",
    slope: "const e = expOf(-Math.abs(z)); return e / ((1 + e) * (1 + e));",
    calls: ["expOf"],
  },
  // Below 1 the series of erf; it alternates, and what it leaves at 1 is 5e-9.
  erf: {
    value: `const u = Math.min(Math.abs(z), 10);
      const q = u * u;
      let t = 1 - erfcOf(u);
      if (u < 1) {
        t = 1.1283791670955126 * u * (1 + q * (-1 / 3 + q * (1 / 10 + q * (-1 / 42 + q * (1 / 216 +
          q * (-1 / 1320 + q * (1 / 9360 + q * (-1 / 75600 + q * (1 / 685440 - q / 6894720)))))))));
      }
      return z < 0 ? -t : t;`,
    slope: "return 1.1283791670955126 * expOf(-z * z);",
    calls: ["expOf", "erfcOf"],
  },
  softplus: {
    value: "return Math.max(z, 0) + logOf(expOf(-Math.abs(z)));",
    slope: "return 1 / (1 + expOf(-z));",
    calls: ["expOf", "logOf"],
  },
  gelu: {
    value: "return z * normalOf(z);",
    slope: "return normalOf(z) + 0.3989422804014327 * z * expOf(-0.5 * z * z);",
    calls: ["expOf", "erfcOf", "normalOf"],
  },
  sin: {
    value: `const k = Math.floor(z * ${1 / Math.PI} + 0.5);
      return signOf(k) * sinOf(restOf(z, k));`,
    // cos z = −(−1)^k sin(z − (k + ½)π)
    slope: `const k = Math.floor(z * ${1 / Math.PI});
      return -signOf(k) * sinOf(restOf(z, k + 0.5));`,
    calls: ["sinOf", "restOf", "signOf"],
  },
  identity: { value: "return z;", slope: "return 1;" },
  gaussian: {
    value: "return expOf(-0.5 * z * z);",
    slope: "return -z * expOf(-0.5 * z * z);",
    calls: ["expOf"],
  },
  "cubic-step": {
    value: `const r = 0.5 - Math.min(Math.abs(z), 0.5);
      const rise = 4 * r * r * r;
      return z <= 0 ? rise : 1 - rise;`,
    slope: "const r = 0.5 - Math.min(Math.abs(z), 0.5); return 12 * r * r;",
  },
};

/** A function of so many numbers in gpu.js's language. */
export interface ShaderFunction {
  readonly name: string;
  readonly source: string;
  readonly parameters: number;
}

/** `value` and `slope` of that activation, after what they call. */
export function shaderOf(name: ActivationName): readonly ShaderFunction[] {
  const { value, slope, calls = [] } = SHADERS[name];
  return [
    ...calls.map((call) => ({ name: call, source: FUNCTIONS[call], parameters: call === "restOf" ? 2 : 1 })),
    { name: "value", source: `function value(z) { ${value} }`, parameters: 1 },
    { name: "slope", source: `function slope(z) { ${slope} }`, parameters: 1 },
  ];
}
