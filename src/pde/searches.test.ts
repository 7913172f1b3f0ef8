// How searches go: how many Newton iterations, evaluations of Φ and products with its derivative, and what they end at, number by number on
// random problems. That what is found is true is tested beside each solver; here, that no search gets lost, or takes longer, unnoticed.

import { expect, it } from "vitest";
import { constantTemperature } from "../dynamics/dynamics.ts";
import { initialDensity } from "../grid/initial.ts";
import { uniforms } from "../particles/testing.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import type { LossOption } from "../problem/loss.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { equilibriaFrom } from "./equilibrium/equilibria.ts";
import { gibbsSolver } from "./equilibrium/gibbs.ts";
import { GridField } from "./field/field.ts";
import type { ImplicitStepper } from "./fokker-planck/implicit-field.ts";
import type { FirstOrderScheme } from "./fokker-planck/schemes.ts";
import { boxOf, circle, normalised, solver } from "./testing.ts";

const short = (value: number) => String(Number(value.toPrecision(6)));
/** Below 1e-9 a number is round-off of what is of the order of 1. */
const rounded = (value: number) => (Math.abs(value) < 1e-9 ? "0" : short(value));

/** Counts what is asked of a field from now on. */
function counted(field: GridField) {
  const counts = { potentials: 0, products: 0 };
  const { potential, potentialDerivative } = field;
  field.potential = (z, phi) => {
    counts.potentials += 1;
    potential.call(field, z, phi);
  };
  field.potentialDerivative = (z, dz, dphi) => {
    counts.products += 1;
    potentialDerivative.call(field, z, dz, dphi);
  };
  return counts;
}

const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: 0.2 } }];

/** tanh, or tanh with a trained weight, on data of which some weigh nothing and some share an input. */
function network(seed: number, p: 1 | 2, temperature: number): Problem {
  const next = uniforms(seed);
  const count = 3 + Math.floor(6 * next());
  const loss = LOSSES[seed % 3]!;
  const x = Array.from({ length: count }, () => Math.round(8 * next() - 4) / 2);
  const y = x.map(() => (loss === "logistic" ? (next() < 0.5 ? -1 : 1) : 2 * next() - 1));
  const weight = x.map((_, i) => (i % 4 === 1 ? 0 : next()));
  return problem({
    data: fromArrays(x, y, weight),
    neuron: neuron({ activation: "tanh", inputs: 1, output: p === 1 ? "fixed" : "trained", bias: false }),
    loss,
    regulariser: { l2: 0.05 + 0.3 * next() },
    temperature,
  });
}

it("Gibbs measures, by either linear solver, cold and hot", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 24; seed++) {
    const temperature = 10 ** -((seed % 8) / 2);
    const p = seed % 4 === 0 ? 2 : 1;
    const grid =
      p === 1
        ? boxOf({ low: -5, high: 5, cells: 80 })
        : boxOf(...[28, 28].map((cells) => ({ low: -5, high: 5, cells })));
    const field = new GridField(network(seed, p, temperature), grid);
    for (const linear of ["cholesky", "conjugate-gradients"] as const) {
      const { iterations, outputs, logPartition } = gibbsSolver(field, linear).solve({ temperature });
      lines.push(`${seed} ${linear}: ${iterations} ${[logPartition, ...outputs].map(rounded).join(" ")}`);
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-gibbs.txt");
});

it("steps of a density, Φ at their end or in their middle", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 12; seed++) {
    const temperature = 10 ** -((seed % 4) / 2);
    const p = seed % 6 === 0 ? 2 : 1;
    const axes =
      p === 1 ? [{ low: -4, high: 4, cells: 60 }] : [20, 24].map((cells) => ({ low: -4, high: 4, cells }));
    const step = [0.02, 0.3, 3, 30][seed % 4]!;
    for (const scheme of ["implicit", "second-order"] satisfies FirstOrderScheme[]) {
      const { field, stepper } = solver(network(seed, p, temperature), boxOf(...axes), {
        scheme,
        step: scheme === "implicit" ? step : 0.1 * step,
        temperature: constantTemperature(temperature),
        rate: seed % 3 === 0 ? 0.5 : 0,
      });
      const law = gaussian({ mean: new Array(p).fill(0.7), std: new Array(p).fill(0.6) });
      const density = initialDensity(field.grid, law, 1e-3);
      const counts = counted(field);
      const newton = Array.from({ length: 3 }, (_, n) => (stepper as ImplicitStepper).step(density, n));
      const z = new Float64Array(field.count);
      field.observe(density, z);
      const { potentials, products } = counts;
      lines.push(
        `${seed} ${scheme}: ${newton.join(" ")} ${potentials} ${products} ${stepper.shortened} ${Array.from(z, rounded).join(" ")}`,
      );
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-steps.txt");
});

it("steps whose residual falls to the rounding of large ψ: iterations end where it falls no further", async () => {
  const lines: string[] = [];
  for (const seed of [3, 7, 23]) {
    const next = uniforms(seed);
    const x = Array.from({ length: 12 }, () => 4 * next() - 2);
    const made = problem({
      data: fromArrays(
        x,
        x.map(() => 2 * next() - 1),
      ),
      neuron: neuron({ activation: "identity", inputs: 1, output: "trained", bias: false }),
      regulariser: { l2: 0.1 },
      temperature: 0.3,
    });
    const axes = [0, 1].map(() => ({ low: -30, high: 30, cells: 40 }));
    const { field, stepper } = solver(made, boxOf(...axes), {
      scheme: seed === 3 ? "second-order" : "implicit",
      step: seed === 3 ? 0.02 : seed === 7 ? 0.3 : 3,
    });
    const density = initialDensity(field.grid, gaussian({ mean: [0, 0], std: [7.5, 7.5] }), 1);
    const newton = Array.from({ length: 4 }, (_, n) => (stepper as ImplicitStepper).step(density, n));
    lines.push(`${seed}: ${newton.join(" ")}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-rounding.txt");
});

it("equilibria with W, several and one, on lines and circles", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 16; seed++) {
    const next = uniforms(seed + 50);
    const torus = seed % 2 === 0;
    const data = seed % 4 === 1;
    const scale = torus ? 0.6 + next() : 0.5 + next();
    const made = problem({
      domain: torus ? "torus" : "plane",
      ...(data
        ? {
            data: fromArrays([-1, 0.5, 2], [next(), -next(), next()]),
            neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
          }
        : {}),
      ...(torus ? {} : { potential: { kind: "double-well" as const, strength: 0.5 + next() } }),
      ...(torus && seed % 4 === 0 ? { potential: { kind: "cosine" as const, strength: 0.3 * next() } } : {}),
      interaction: { kind: "gaussian", strength: (torus ? 3 : 1) * (0.5 + 2 * next()), scale },
      temperature: 0.1 + 0.3 * next(),
    });
    const field = new GridField(made, boxOf(torus ? circle(48) : { low: -3, high: 3, cells: 60 }));
    const counts = counted(field);
    let found: string;
    try {
      const symmetric = torus && made.potential.vanishes;
      const all = equilibriaFrom(field, { unique: seed % 8 === 7, symmetric });
      found = all
        .map(
          ({ curvature, zeroMode, density }) =>
            `${rounded(curvature)}${zeroMode === null ? "" : "°"}/${short(Math.max(...density))}`,
        )
        .join(" ");
    } catch (error) {
      found = (error as Error).message;
    }
    lines.push(`${seed}: ${counts.potentials} ${counts.products} ${found}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-equilibria.txt");
});

it("transport without noise: rough densities between walls and around circles, with birth and death", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 8; seed++) {
    const next = uniforms(seed + 20);
    const torus = seed % 2 === 0;
    const axes = Array.from({ length: seed > 6 ? 2 : 1 }, (_, k) =>
      torus ? circle(9 + k) : { low: -1.5, high: 1.5, cells: 9 + k },
    );
    const made = problem({
      domain: torus ? "torus" : "plane",
      dimension: axes.length,
      potential: { kind: torus ? "cosine" : "double-well", strength: 1 + next() },
      interaction: { kind: "cosine", strength: 2 * next() - 1 },
    });
    const { field, stepper } = solver(made, boxOf(...axes), {
      scheme: "second-order",
      step: 0.2 + 0.8 * next(),
      rate: seed % 3 === 0 ? 0 : 2 * next(),
    });
    const density = normalised(field.grid, Float64Array.from({ length: field.grid.size }, next));
    const counts = counted(field);
    for (let n = 0; n < 2; n++) stepper.step(density, n);
    lines.push(`${seed}: ${counts.potentials} ${Array.from(density.slice(0, 12), rounded).join(" ")}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-transport.txt");
});
