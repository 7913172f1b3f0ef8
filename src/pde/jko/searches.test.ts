// How JKO steps are solved: iterations, and where they end, number by number on random problems with walls, several data, W, and steps that
// are too long; recorded, as tolerances and line searches are chosen, not derived. That steps are right is tested beside each method.

import { expect, it } from "vitest";
import { sin } from "../../base/elementary.ts";
import { initialDensity } from "../../grid/initial.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian, uniform } from "../../problem/law.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import { type Problem, type ProblemOptions, problem } from "../../problem/problem.ts";
import { boxOf, circle } from "../testing.ts";
import { entropicStepper } from "./entropic.ts";
import { quantileStepper } from "./quantile.ts";

const short = (value: number) => (Math.abs(value) < 1e-9 ? "0" : String(Number(value.toPrecision(6))));

/** Of one coordinate on the plane; with data or without, with W of each kind or none. */
function lineProblem(seed: number, temperature: number): Problem {
  const next = uniforms(seed);
  const count = 2 + Math.floor(4 * next());
  const x = Array.from({ length: count }, () => 4 * next() - 2);
  const y = x.map(() => 4 * next() - 2);
  const data = fromArrays(x, y, x.map(next));
  const interactions: ProblemOptions["interaction"][] = [
    undefined,
    { kind: "quadratic", strength: 0.5 * next() },
    { kind: "cosine", strength: 2 * next() - 1 },
    { kind: "gaussian", strength: 2 * next() - 1, scale: 0.5 + next() },
  ];
  const custom = customNeuron({
    dimension: 1,
    inputs: 1,
    value: (theta, at) => sin(theta[0]! * at[0]!),
    gradient: (theta, at, out) => {
      out[0] = at[0]! * sin(theta[0]! * at[0]! + 0.5 * Math.PI);
    },
  });
  const made = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
  const interaction = interactions[seed % 4];
  return problem({
    ...(seed % 5 === 0 ? {} : { data, neuron: seed % 7 === 0 ? custom : made }),
    potential:
      seed % 3 === 0 ? { kind: "double-well", strength: 0.2 } : { kind: "quadratic", strength: 0.2 + next() },
    ...(interaction === undefined ? {} : { interaction }),
    temperature,
  });
}

it("by quantiles", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 36; seed++) {
    const next = uniforms(seed + 100);
    const temperature = [0, 0.03, 0.3, 1][Math.floor(seed / 2) % 4]!;
    // Half of them lean against a wall, or are pushed away from it.
    const walls = seed % 2 === 0 && temperature > 0 ? 1 : 5;
    const law =
      seed % 6 === 0
        ? uniform({ low: -walls, high: 0.5 })
        : gaussian({ mean: 0.8 * (2 * next() - 1), std: 0.2 + 0.4 * next() });
    const step = [0.05, 0.4, 2][seed % 3]!;
    let found: string;
    try {
      const stepper = quantileStepper({
        problem: lineProblem(seed, temperature),
        grid: boxOf({ low: -walls, high: walls, cells: 20 }),
        law,
        step,
        mobility: 0.5 + next(),
        pieces: 12 + seed,
        ...(seed % 8 === 1 ? { porousMedium: { exponent: 1.5 + next(), strength: 0.2 } } : {}),
      });
      const all: string[] = [];
      for (let n = 0; n < 4; n++) {
        stepper.step();
        all.push(String(stepper.report().iterations));
      }
      const { mean, variance } = stepper.moments();
      const edges = stepper.positions();
      const numbers = [mean, variance, stepper.freeEnergy(), edges[0]!, edges.at(-1)!, edges[7]!];
      found = `${all.join(" ")} ${numbers.map(short).join(" ")}`;
    } catch (error) {
      found = (error as Error).message;
    }
    lines.push(`${seed}: ${found}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-quantile.txt");
});

it("by quantiles, of steps that may be too long: what is said", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 48; seed++) {
    const next = uniforms(seed + 300);
    const kind = (["cosine", "double-well"] as const)[seed % 2]!;
    const pair = ([null, "cosine", "quadratic"] as const)[seed % 3]!;
    const grid = boxOf({ low: -5, high: 5, cells: 20 });
    const law = gaussian({ mean: next() - 0.5, std: 0.3 + 0.5 * next() });
    const stepper = quantileStepper({
      problem: problem({
        potential: { kind, strength: 6 * next() - (kind === "cosine" ? 3 : 0) },
        ...(pair === null ? {} : { interaction: { kind: pair, strength: 4 * next() - 2 } }),
        regulariser: { l2: 0.1 },
        temperature: 0,
      }),
      grid,
      law: seed % 4 === 3 ? initialDensity(grid, law, 1) : law,
      step: Math.round(20 * (0.2 + 3 * next())) / 20,
      pieces: 10,
    });
    try {
      stepper.step();
      lines.push(`${seed}: ${stepper.report().iterations} ${short(stepper.moments().variance)}`);
    } catch (error) {
      lines.push(`${seed}: ${(error as Error).message}`);
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-long.txt");
});

it("by scaling", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 12; seed++) {
    const torus = seed % 4 === 2;
    const grid = boxOf(torus ? circle(40) : { low: -4, high: 4, cells: 60 });
    const temperature = [0.03, 0.3, 1][seed % 3]!;
    const made = torus
      ? problem({ domain: "torus", interaction: { kind: "cosine", strength: 2 }, temperature })
      : lineProblem(seed, temperature);
    const stepper = entropicStepper({
      problem: made,
      grid,
      density: initialDensity(
        grid,
        torus ? uniform({ low: -1, high: 2 }) : gaussian({ mean: 0.5, std: 0.5 }),
        1e-3,
      ),
      step: [0.1, 0.5][seed % 2]!,
      compensated: seed % 2 === 0,
    });
    const all: string[] = [];
    for (let n = 0; n < 3; n++) {
      stepper.step();
      const { iterations, marginal_error } = stepper.report();
      all.push(String(iterations));
      expect(marginal_error).toBeLessThan(1e-9);
    }
    const density = stepper.density();
    lines.push(
      `${seed}: ${all.join(" ")} ${[density[12]!, density[31]!, density[38]!].map(short).join(" ")}`,
    );
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("searches-scaling.txt");
});
