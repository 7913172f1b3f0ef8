// The observer of densities against the motion itself: what it calls dissipation is how fast the free energy falls.

import { describe, expect, it } from "vitest";
import { constantTemperature } from "../dynamics/dynamics.ts";
import { langevin } from "../dynamics/langevin.ts";
import { axis } from "../grid/axis.ts";
import { boundaryMassOf, entropyOf } from "../grid/density.ts";
import { grid } from "../grid/grid.ts";
import { initialDensity } from "../grid/initial.ts";
import { GridField } from "../pde/field/field.ts";
import { firstOrderScheme } from "../pde/fokker-planck/schemes.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { fromFunction } from "../problem/synthetic.ts";
import { DensityObserver } from "./density-observer.ts";
import { Recorder } from "./list.ts";

function task(temperature: number): Problem {
  return problem({
    data: fromFunction({ function: "sin", interval: [-2, 2], samples: 9, quadrature: "uniform" }),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
    regulariser: { l2: 0.3 },
    temperature,
  });
}

const recorder = (of: Problem) => new Recorder({ holds: "density", problem: of, dynamics: langevin() });
const side = axis({ low: -6, high: 6, cells: 48 });
const plane = grid([side, side]);
const mobility = Float64Array.of(1, 0.2);
const law = gaussian({ mean: [0.7, -0.2], std: [0.6, 0.9] });

describe("the dissipation of a density", () => {
  it.each([
    ["Langevin, mobilities 1 and 0.2", 0.4, 0, "implicit"],
    ["Langevin with birth–death", 0.4, 1.5, "implicit"],
    ["gradient flow with birth–death", 0, 1.5, "implicit"],
    ["noiseless limited transport", 0, 0, "second-order"],
  ] as const)("%s: is −dE/dt", (_name, temperature, rate, scheme) => {
    const field = new GridField(task(temperature), plane);
    const motion = { mobility, rate, temperature: constantTemperature(temperature) };
    const fall = (h: number) => {
      const stepper = firstOrderScheme(scheme).make({ field, step: h, ...motion });
      const observer = new DensityObserver(field, { ...motion, stepper }, recorder(field.problem));
      const mu = initialDensity(plane, law, 1e-3);
      const before = observer.observe(mu, 0).free_energy;
      const dissipation = observer.dissipation(mu, 0);
      stepper.step(mu, 0);
      return { quotient: (before - observer.observe(mu, 0).free_energy) / h, dissipation };
    };
    const [coarse, fine] = [fall(2e-5), fall(1e-5)];
    // Extrapolated to h = 0: what is left is O(h²) and the round-off of a difference over h.
    const limit = 2 * fine.quotient - coarse.quotient;
    expect(fine.dissipation).toBeGreaterThan(0.05);
    expect(Math.abs(limit / fine.dissipation - 1)).toBeLessThan(1e-6);
  });
});

it("births and deaths count by Var_μ(Φ + τ log μ), empty cells for nothing", () => {
  const field = new GridField(task(0.4), plane);
  const inside = (at: number) => side.centres[Math.floor(at / 48)] > 0 && side.centres[at % 48] < 1;
  const count = Array.from({ length: plane.size }, (_, at) => at).filter(inside).length;
  const mu = Float64Array.from({ length: plane.size }, (_, at) =>
    inside(at) ? 1 / (count * plane.volume) : 0,
  );
  const [still, living] = [0, 1.5].map((rate) =>
    new DensityObserver(
      field,
      { mobility, rate, temperature: constantTemperature(0.4) },
      recorder(field.problem),
    ).dissipation(mu, 0),
  );
  // μ is constant where it is not 0: Var_μ Φ.
  const [z, phi] = [new Float64Array(field.count), new Float64Array(plane.size)];
  field.observe(mu, z);
  field.potential(z, phi);
  const seen = phi.filter((_, at) => inside(at));
  const mean = seen.reduce((sum, value) => sum + value, 0) / count;
  const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  expect(variance).toBeGreaterThan(0.1);
  expect(Math.abs((living - still) / (1.5 * variance) - 1)).toBeLessThan(1e-12);
});

describe("what is observed", () => {
  it("is E_τ = R + ∫V + τ∫μ log μ with its parts, the worst face, and the moments of the law", () => {
    const made = task(0.4);
    const field = new GridField(made, plane);
    const motion = { mobility, rate: 0, temperature: constantTemperature(0.4) };
    const observer = new DensityObserver(field, motion, recorder(made));
    const mu = initialDensity(plane, law, 1e-3);
    const seen = observer.observe(mu, 0);
    // ∫V = ½ λ (|mean|² + variances), each variance wider by Δ²/12 for cell averages.
    const widened = side.spacing ** 2 / 12;
    const external = 0.15 * (0.7 ** 2 + 0.2 ** 2 + 0.6 ** 2 + 0.9 ** 2 + 2 * widened);
    expect(Math.abs(seen.energy - seen.risk - external)).toBeLessThan(1e-6);
    expect(seen.entropy).toBe(entropyOf(plane, mu));
    expect(seen.free_energy).toBeCloseTo(seen.energy + 0.4 * seen.entropy, 14);
    expect(Math.abs(seen.free_energy - seen.dual - seen.gap)).toBeLessThan(1e-12);
    expect(seen.boundary_mass).toBe(boundaryMassOf(plane, mu)?.mass);
    for (const [name, value] of [
      ["mean_theta_0", 0.7],
      ["mean_theta_1", -0.2],
      ["var_theta_0", 0.36 + widened],
      ["var_theta_1", 0.81 + widened],
    ] as const) {
      expect(Math.abs(seen[name] - value)).toBeLessThan(1e-6);
    }
  });
});

describe("what is read off a density that a step left is what is read off it alone", () => {
  const data = {
    data: fromFunction({ function: "sin", interval: [-2, 2], samples: 9, quadrature: "uniform" }),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
    regulariser: { l2: 0.3 },
  };
  const alone = { dimension: 2, potential: { kind: "double-well" } } as const;
  const interactions = {
    "no W": undefined,
    "convex W": { kind: "quadratic", strength: -0.4 },
    "concave W": { kind: "quadratic", strength: 0.6 },
    "Gaussian W": { kind: "gaussian", strength: 0.7 },
  } as const;
  const cases = Object.entries(interactions).flatMap(([name, interaction]) =>
    [true, false].flatMap((learns) =>
      (["implicit", "second-order"] as const).flatMap((scheme) =>
        [0, 1.5].map((rate) => ({ name, interaction, learns, scheme, rate })),
      ),
    ),
  );
  it.each(cases)("$name, data: $learns, $scheme, rate $rate", ({ interaction, learns, scheme, rate }) => {
    const base = learns ? data : alone;
    const made = problem({
      ...base,
      temperature: 0.4,
      ...(interaction === undefined ? {} : { interaction }),
    });
    const field = new GridField(made, plane);
    const motion = { mobility, rate, temperature: constantTemperature(0.4) };
    const stepper = firstOrderScheme(scheme).make({ field, step: 0.05, ...motion });
    const mu = initialDensity(plane, law, 1e-3);
    const observers = [{ ...motion, stepper }, motion].map(
      (seen) => new DensityObserver(new GridField(made, plane), seen, recorder(made)),
    );
    for (let n = 0; n < 3; n++) {
      stepper.step(mu, n);
      const [beside, apart] = observers.map((observer) => ({
        observed: observer.observe(mu, 0),
        dissipation: observer.dissipation(mu, 0),
        level: observer.level(mu),
      }));
      expect(beside).toEqual(apart);
    }
  });
});
