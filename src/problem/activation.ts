// σ : R → R, the activation of a neuron ψ(θ; x) = a σ(w·x + b), with σ′.
// The loops over arrays are written out once per activation, not lifted from scalar functions: each loop is
// then compiled for its own σ, which is what keeps ψ-sums fast when one process uses several activations.

import { cos, erf, exp, sigmoid, sin, softplus, tanh } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";

/** An activation and what theorems ask about it. */
export interface Activation {
  readonly name: ActivationName;
  /** σ as text, for reports. */
  readonly formula: string;
  /** sup |σ|, or null where σ is unbounded. */
  readonly bound: number | null;
  /** sup |σ′|, or null where σ′ is unbounded. */
  readonly lipschitz: number | null;
  /** k if σ ∈ C^k and no better; Infinity for smooth σ. */
  readonly smoothness: number;
  /** k if σ(cz) = c^k σ(z) for c > 0, else null. */
  readonly homogeneity: number | null;
  /** Whether σ costs less than a product or two: then it is made again rather than kept. */
  readonly cheap: boolean;
  /**
   * What `pulls` and `slopes` read: the values alone (so that stored values spare the arguments), or the arguments too; `pulls` is then r times
   * `slopes`, as kernels that keep the slopes have it.
   */
  readonly slopesFrom: "values" | "arguments";
  /** value[at + i] = σ(z[i]), i < count. */
  values(z: Float64Array, value: Float64Array, at: number, count: number): void;
  /** out[i] = r[i] σ′(z[i]), i < count, given value[at + i] = σ(z[i]). At a kink: the derivative from the left. */
  pulls(
    r: Float64Array,
    z: Float64Array,
    value: Float64Array,
    at: number,
    out: Float64Array,
    count: number,
  ): void;
  /** slope[i] = σ′(z[i]): `pulls` where r = 1. */
  slopes(z: Float64Array, value: Float64Array, at: number, slope: Float64Array, count: number): void;
}

export const ACTIVATION_NAMES = [
  "relu",
  "leaky-relu",
  "relu2",
  "relu3",
  "tanh",
  "sigmoid",
  "erf",
  "softplus",
  "gelu",
  "sin",
  "identity",
  "gaussian",
  "cubic-step",
] as const;

export type ActivationName = (typeof ACTIVATION_NAMES)[number];

const LEAK = 0.01;
const SQRT_HALF = Math.SQRT1_2;
const TWO_OVER_SQRT_PI = 1.1283791670955126;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** sup |gelu′| is attained at z = √2: Φ(√2) + √2 φ(√2). */
const GELU_LIPSCHITZ = 1.128904145185155;

const ACTIVATIONS: Readonly<Record<ActivationName, Omit<Activation, "name" | "slopes">>> = {
  relu: {
    formula: "max(z, 0)",
    bound: null,
    lipschitz: 1,
    smoothness: 0,
    homogeneity: 1,
    cheap: true,
    slopesFrom: "values",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = 0 > z[i] ? 0 : z[i];
    },
    pulls(r, _z, value, at, out, count) {
      for (let i = 0; i < count; i++) out[i] = value[at + i] > 0 ? r[i] : 0;
    },
  },
  "leaky-relu": {
    formula: `max(z, ${LEAK} z)`,
    bound: null,
    lipschitz: 1,
    smoothness: 0,
    homogeneity: 1,
    cheap: true,
    slopesFrom: "values",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = z[i] > 0 ? z[i] : LEAK * z[i];
    },
    pulls(r, _z, value, at, out, count) {
      for (let i = 0; i < count; i++) out[i] = value[at + i] > 0 ? r[i] : LEAK * r[i];
    },
  },
  relu2: {
    formula: "max(z, 0)²",
    bound: null,
    lipschitz: null,
    smoothness: 1,
    homogeneity: 2,
    cheap: true,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = z[i] > 0 ? z[i] * z[i] : 0 * z[i];
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * (z[i] > 0 ? 2 * z[i] : 0);
    },
  },
  relu3: {
    formula: "max(z, 0)³",
    bound: null,
    lipschitz: null,
    smoothness: 2,
    homogeneity: 3,
    cheap: true,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = z[i] > 0 ? z[i] * z[i] * z[i] : 0 * z[i];
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * (z[i] > 0 ? 3 * z[i] * z[i] : 0);
    },
  },
  tanh: {
    formula: "tanh z",
    bound: 1,
    lipschitz: 1,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "values",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = tanh(z[i]);
    },
    pulls(r, _z, value, at, out, count) {
      for (let i = 0; i < count; i++) {
        const s = value[at + i];
        out[i] = r[i] - r[i] * s * s;
      }
    },
  },
  sigmoid: {
    formula: "1/(1 + e^(−z))",
    bound: 1,
    lipschitz: 0.25,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "values",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = sigmoid(z[i]);
    },
    pulls(r, _z, value, at, out, count) {
      for (let i = 0; i < count; i++) {
        const s = value[at + i];
        const rs = r[i] * s;
        out[i] = rs - rs * s;
      }
    },
  },
  erf: {
    formula: "erf z",
    bound: 1,
    lipschitz: TWO_OVER_SQRT_PI,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = erf(z[i]);
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * (TWO_OVER_SQRT_PI * exp(-z[i] * z[i]));
    },
  },
  softplus: {
    formula: "log(1 + e^z)",
    bound: null,
    lipschitz: 1,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = softplus(z[i]);
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * sigmoid(z[i]);
    },
  },
  gelu: {
    formula: "z Φ(z), Φ the normal distribution function",
    bound: null,
    lipschitz: GELU_LIPSCHITZ,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = 0.5 * z[i] * (1 + erf(SQRT_HALF * z[i]));
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) {
        const u = z[i];
        out[i] = r[i] * (0.5 * (1 + erf(SQRT_HALF * u)) + INVERSE_SQRT_TWO_PI * u * exp(-0.5 * u * u));
      }
    },
  },
  sin: {
    formula: "sin z",
    bound: 1,
    lipschitz: 1,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = sin(z[i]);
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * cos(z[i]);
    },
  },
  identity: {
    formula: "z",
    bound: null,
    lipschitz: 1,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: 1,
    cheap: true,
    slopesFrom: "values",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = z[i];
    },
    pulls(r, _z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i];
    },
  },
  gaussian: {
    formula: "e^(−z²/2)",
    bound: 1,
    lipschitz: 0.6065306597126334,
    smoothness: Number.POSITIVE_INFINITY,
    homogeneity: null,
    cheap: false,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) value[at + i] = exp(-0.5 * z[i] * z[i]);
    },
    pulls(r, z, value, at, out, count) {
      for (let i = 0; i < count; i++) out[i] = r[i] * (-z[i] * value[at + i]);
    },
  },
  /** The C¹ step of Marion and Berthier (arXiv 2304.09576): 0 below −½, 4(z+½)³, 1 − 4(½−z)³, 1 above ½. */
  "cubic-step": {
    formula: "C¹ cubic step from 0 at z = −½ to 1 at z = ½",
    bound: 1,
    lipschitz: 3,
    smoothness: 1,
    homogeneity: null,
    cheap: true,
    slopesFrom: "arguments",
    values(z, value, at, count) {
      for (let i = 0; i < count; i++) {
        const u = z[i];
        const r = 0.5 - Math.abs(u);
        const rise = 4 * r * r * r;
        value[at + i] = u <= -0.5 ? 0 : u <= 0 ? rise : u < 0.5 ? 1 - rise : u >= 0.5 ? 1 : Number.NaN;
      }
    },
    pulls(r, z, _value, _at, out, count) {
      for (let i = 0; i < count; i++) {
        const inside = 0.5 - Math.abs(z[i]);
        out[i] = r[i] * (inside > 0 ? 12 * inside * inside : 0);
      }
    },
  },
};

/** The activation of that name. Throws an input error naming the allowed ones. */
export function activation(name: ActivationName): Activation {
  const known = ACTIVATION_NAMES.find((candidate) => candidate === name);
  if (known === undefined) {
    throw inputError("activation", `found "${name}"; allowed: ${ACTIVATION_NAMES.join(", ")}`);
  }
  const { pulls, ...record } = ACTIVATIONS[known];
  const slopes: Activation["slopes"] = (z, value, at, slope, count) =>
    pulls(ones(count), z, value, at, slope, count);
  return { name: known, ...record, pulls, slopes };
}

let unit = new Float64Array(0);

function ones(count: number): Float64Array {
  if (unit.length < count) unit = new Float64Array(count).fill(1);
  return unit;
}
