// The certificate of H: τ KL(μ ‖ μ̂ ⊗ N(0, τI)), which for momenta in equilibrium is that of the marginal.

import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import { phaseDensity } from "../pde/kinetic/phase-density.ts";
import { KineticStepper } from "../pde/kinetic/step.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { fromFunction } from "../problem/synthetic.ts";
import { Recorder } from "./list.ts";
import { PhaseObserver } from "./phase-observer.ts";

const TAU = 0.3;
const task = problem({
  data: fromFunction({ function: "sin", interval: [-2, 2], samples: 9, quadrature: "uniform" }),
  neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: TAU,
});
const phase = grid([axis({ low: -7, high: 7, cells: 128 }), axis({ low: -10, high: 10, cells: 192 })]);

const dynamics = kinetic({ friction: 1 });
const observerOf = (made: Problem, on: Grid) =>
  new PhaseObserver(made, dynamics, on, new Recorder({ holds: "phase space", problem: made, dynamics }));

function seenWith(mean: number, std: number) {
  const law = gaussian({ mean: [0.4], std: [0.8], momentum: { mean: [mean], std: [std] } });
  const density = phaseDensity(phase, law, 1e-3, TAU);
  return observerOf(task, phase).observe(density);
}

describe("the certificate of H", () => {
  it("without noise is that of ρ and the kinetic energy", () => {
    const cold = problem({
      data: task.data,
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0,
    });
    const law = gaussian({ mean: [0.4], std: [0.8], momentum: { mean: [0.5], std: [0.7] } });
    const density = phaseDensity(phase, law, 1e-3, TAU);
    const { gap, kinetic: energy, gap_hamiltonian } = observerOf(cold, phase).observe(density);
    expect(energy).toBeCloseTo(0.5 * (0.5 ** 2 + 0.7 ** 2), 6);
    expect(Math.abs(gap_hamiltonian - gap - energy)).toBeLessThan(1e-14);
  });

  it("with momenta N(0, τ) is that of ρ", () => {
    const { gap, gap_hamiltonian } = seenWith(0, Math.sqrt(TAU));
    expect(gap).toBeGreaterThan(0.01);
    expect(Math.abs(gap_hamiltonian - gap)).toBeLessThan(1e-12);
  });

  it.each([
    [0.5, 0.4],
    [-1, 0.9],
  ])("with momenta N(%d, %d²) is larger by τ KL of those to N(0, τ)", (mean, std) => {
    const { gap, gap_hamiltonian } = seenWith(mean, std);
    const variance = std * std;
    const divergence = 0.5 * ((variance + mean * mean) / TAU - 1 - Math.log(variance / TAU));
    expect(Math.abs(gap_hamiltonian - gap - TAU * divergence)).toBeLessThan(1e-12);
  });
});

describe("what is read off a density that moves is what is read off it alone", () => {
  const few = grid([axis({ low: -5, high: 5, cells: 64 }), axis({ low: -4, high: 4, cells: 48 })]);
  const law = gaussian({ mean: [0.4], std: [0.8], momentum: { mean: [0.2], std: [0.6] } });
  const wells = problem({
    potential: { kind: "double-well" },
    interaction: { kind: "gaussian", strength: 0.6 },
    temperature: TAU,
  });
  const cases = [task, wells].flatMap((made) =>
    (["spectral", "positive"] as const).flatMap((scheme) =>
      (scheme === "spectral" ? ([2, 4] as const) : ([2] as const)).map((order) => ({ made, scheme, order })),
    ),
  );
  it.each(cases)("$scheme, order $order", ({ made, scheme, order }) => {
    const density = phaseDensity(few, law, 1e-2, TAU);
    const options = { problem: made, dynamics, phase: few, scheme, integrator: "aboba", order } as const;
    const stepper = new KineticStepper({ ...options, step: 0.1, density });
    const recorder = new Recorder({ holds: "phase space", problem: made, dynamics });
    const beside = new PhaseObserver(made, dynamics, few, recorder, {}, undefined, () => stepper.epoch);
    const seen = (observer: PhaseObserver, t: number) => {
      const mu = stepper.density();
      return {
        dissipation: observer.dissipation(mu, t),
        level: observer.level(mu),
        masses: observer.masses(mu),
        boundary: observer.boundary(mu),
        outputs: observer.outputs(mu),
        observed: observer.observe(mu),
      };
    };
    const compare = (n: number) => {
      const [found, expected] = [seen(beside, n), seen(observerOf(made, few), n)];
      expect(found, `after ${n} steps`).toEqual(expected);
      return found;
    };
    const start = compare(0);
    const saved = stepper.save();
    for (let n = 0; n < 2; n++) {
      stepper.step(n);
      compare(n + 1);
    }
    stepper.restore(saved);
    expect(compare(0)).toEqual(start);
  });
});
