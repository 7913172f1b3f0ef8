// Spectra of random equilibria, number by number: what the coarse grid's estimate, truncations and residuals leave is of chosen tolerances,
// which nothing else would tell of. That spectra are right is tested beside each method.

import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { branches } from "../equilibrium/branches.ts";
import { stationary } from "../equilibrium/stationary.ts";
import { GridField } from "../field/field.ts";
import { boxOf, circle } from "../testing.ts";
import { equilibriumState } from "./equilibrium-state.ts";
import { firstOrderSpectrum } from "./first-order.ts";
import { kineticSpectrum } from "./kinetic.ts";
import { planeBasis } from "./plane-basis.ts";
import type { Spectrum } from "./spectrum.ts";

const short = (value: number) => (Math.abs(value) < 1e-8 ? "0" : String(Number(value.toPrecision(6))));

/** tanh on the plane, p = 1 or 2; or W on the torus, with V or without. */
function randomProblem(seed: number, p: 1 | 2): Problem {
  const next = uniforms(seed);
  if (seed % 2 === 0) {
    return problem({
      domain: "torus",
      dimension: p,
      interaction: { kind: "cosine", strength: 0.5 + next() },
      ...(seed % 4 === 0 ? { potential: { kind: "cosine" as const, strength: next() } } : {}),
      temperature: 0.3 + 0.3 * next(),
    });
  }
  const x = [-1.5 + next(), next(), 1 + next()];
  return problem({
    data: fromArrays(
      x,
      x.map((u) => u - 0.3 * next()),
      x.map(() => 0.5 + next()),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1, output: p === 1 ? "fixed" : "trained", bias: false }),
    regulariser: { l2: 0.5 + next() },
    temperature: 0.3 + 0.5 * next(),
  });
}

function equilibrium(made: Problem, cells: readonly number[]): [GridField, Float64Array] {
  const torus = made.domain === "torus";
  const field = new GridField(
    made,
    boxOf(...cells.map((n) => (torus ? circle(n) : { low: -4, high: 4, cells: n }))),
  );
  return [
    field,
    made.interaction === null ? stationary(field, { leak: 1e-2 }).density : branches(field)[0].density,
  ];
}

function described({ gap, estimate, eigenvalues, zeroModes }: Spectrum): string {
  const all = eigenvalues.map(({ re, im }) =>
    im === 0 ? short(re) : `${short(re)}${im < 0 ? "" : "+"}${short(im)}i`,
  );
  return `${short(gap)} ± ${short(estimate)}: ${all.join(" ")}; ${zeroModes.join(", ")}`;
}

it("first-order", async () => {
  const lines: string[] = [];
  for (const seed of [1, 2, 3, 4, 6, 7]) {
    const p = seed > 4 ? 2 : 1;
    const [field, density] = equilibrium(randomProblem(seed, p), p === 1 ? [41 + seed] : [18, 16]);
    const options = {
      mobility: Float64Array.from({ length: p }, (_, k) => 1 + 0.4 * k),
      ...(seed % 3 === 0 ? { rate: 0.2 } : {}),
      count: 4,
    };
    lines.push(`${seed} p = ${p}: ${described(firstOrderSpectrum(field, density, options))}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("spectra-first-order.txt");
});

it("kinetic, p = 1", async () => {
  const lines: string[] = [];
  for (const seed of [1, 2, 4]) {
    const [field, density] = equilibrium(randomProblem(seed, 1), [48]);
    for (const friction of seed === 1 ? [0.7, 3] : [1.5]) {
      const spectrum = kineticSpectrum(field, density).at(friction, { count: 4, tolerance: 1e-5 });
      lines.push(`${seed} γ = ${friction}: ${described(spectrum)}`);
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("spectra-kinetic.txt");
});

it("the functions of p = 2 and what ∂₁, ∂₂ and P do between them", async () => {
  const [field, density] = equilibrium(randomProblem(7, 2), [40, 16]);
  const basis = planeBasis(equilibriumState(field, density), 8);
  const { sizes, couplings, response } = basis.truncated(5, 2);
  // Signs of eigenvectors are nobody's.
  const table = (values: Float64Array) => Array.from(values, (value) => short(Math.abs(value))).join(" ");
  const lines = [sizes.join(" "), ...couplings.slice(1).map(table), table(response)];
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("spectra-plane.txt");
});
