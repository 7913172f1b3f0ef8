// Many small networks: what N neurons compute at given times, without the observables and certificates of a recorded run, which
// would take longer than the network itself.

import type { Dynamics, InitialLaw, IntegratorName, Problem } from "../../index.ts";
import { unpack } from "../../kernels/layout.ts";
import { makeIntegrator } from "../../particles/integrators.ts";
import { brownianNoise } from "../../particles/noise.ts";
import { solo } from "../../particles/solo.ts";
import type { ParticleSystem } from "../../particles/system.ts";

/** Of all networks: replicas and widths tell their draws apart. */
const SEED = 1;

export interface NetworkRun {
  readonly task: Problem;
  readonly dynamics: Dynamics;
  readonly initial: InitialLaw;
  readonly integrator: IntegratorName;
  /** h */
  readonly step: number;
  /** Ascending, whole numbers of steps. */
  readonly times: readonly number[];
  readonly width: number;
  readonly replica: number;
  /** Steps of the Brownian path that one step takes together, so that runs of different h share it; default 1. */
  readonly finerSteps?: number;
}

/** f_N at the data, at those times; bit by bit that of `evolve`. */
export function networkOutputs(run: NetworkRun): Float64Array[] {
  return seen(run, ({ field }) => {
    field.observe();
    return field.outputs.slice();
  });
}

/** θ of all neurons, one after another, at those times; bit by bit that of `evolve`. */
export function networkNeurons(run: NetworkRun): Float64Array[] {
  return seen(run, ({ particles, problem }) =>
    unpack(particles.state, run.width, particles.rows, 0, problem.dimension),
  );
}

function seen<T>(run: NetworkRun, look: (system: ParticleSystem) => T): T[] {
  const { task, dynamics, initial, integrator, step, times, width, replica, finerSteps = 1 } = run;
  const noise = brownianNoise(SEED, replica, finerSteps);
  const system = solo(task, dynamics, width, initial, { seed: SEED, replica }, noise);
  const stepper = makeIntegrator(integrator, system, step);
  let n = 0;
  const all = times.map((t) => {
    for (const end = Math.round(t / step); n < end; n++) stepper.step(n);
    return look(system);
  });
  system.particles.pass.release();
  return all;
}
