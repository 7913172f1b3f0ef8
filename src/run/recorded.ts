// The names of what a run records at each of its times, known before it runs.

import { hasJumps, isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { orderNames } from "../observables/circular.ts";
import { fitNames } from "../observables/fit.ts";
import { certifiable } from "../pde/equilibrium/certificate.ts";
import { hasExcess } from "../pde/equilibrium/excess.ts";
import { hypocoercive } from "../pde/kinetic/hypocoercive.ts";
import { lackOf } from "./bounds.ts";
import { isPhaseSpace, type KineticGridRun, type ParticleRun, type Run } from "./runs.ts";

/** Observables of a run, those included that may turn out blank. */
export function recordedBy(run: Run): string[] {
  if (run.solver === "particles") return ofNetwork(run);
  return isPhaseSpace(run) ? ofPhaseSpace(run) : ofDensity(run);
}

/** The names that hold. */
function only(names: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(names).filter((name) => names[name]);
}

function ofNetwork(run: ParticleRun): string[] {
  const { problem, dynamics, batch } = run;
  const temperature = temperatureOf(problem, dynamics);
  const momentum = dynamics.order === "second";
  const noisy = isNoisy(problem, dynamics);
  const dissipates = batch === null && (momentum || !noisy);
  return [
    ...only({ risk: problem.data.size > 0 }),
    ...fitNames(problem),
    ...only({
      energy: true,
      kinetic: momentum,
      temperature: !temperature.constant,
      dual: lackOf(run) === null,
      dissipation: dissipates,
      identity_residual: dissipates,
      identity_defect: dissipates && (noisy || hasJumps(dynamics)),
    }),
    ...momentNames(problem.dimension, momentum),
    ...orderNames(problem),
  ];
}

function ofDensity(run: Exclude<Run, ParticleRun>): string[] {
  const { problem, dynamics, solver } = run;
  const certified = certifiable(problem);
  const moves = solver !== "stationary";
  return [
    ...only({ risk: problem.data.size > 0 }),
    ...fitNames(problem),
    ...only({
      energy: true,
      temperature: moves && !temperatureOf(problem, dynamics).constant,
      entropy: true,
      free_energy: true,
      dissipation: moves,
      identity_residual: moves,
      fisher_rao: moves,
      dual: certified,
      gap: certified,
      excess: moves && hasExcess(problem),
    }),
    ...MASSES,
    ...momentNames(problem.dimension, false),
    ...orderNames(problem),
    ...only({
      stability: !moves && problem.interaction !== null,
      branch: !moves && problem.interaction !== null,
      iterations: solver === "jko",
      marginal_error: solver === "jko" && run.method === "entropic",
      epsilon: solver === "jko" && run.method === "entropic",
    }),
  ];
}

function ofPhaseSpace(run: KineticGridRun): string[] {
  const { problem, dynamics, initial, refine } = run;
  const certified = certifiable(problem);
  const falls = hypocoercive(problem, dynamics, initial);
  return [
    ...only({ risk: problem.data.size > 0 }),
    ...fitNames(problem),
    ...only({
      energy: true,
      kinetic: true,
      entropy: true,
      free_energy: true,
      dissipation: true,
      identity_residual: true,
      fisher_rao: true,
      dual: certified,
      gap: certified,
      gap_hamiltonian: certified,
    }),
    ...MASSES,
    ...momentNames(problem.dimension, true),
    ...orderNames(problem),
    ...only({
      excess_hamiltonian: hasExcess(problem),
      hypocoercive: falls,
      hypocoercive_decline: falls,
      error_space: refine,
      error_time: refine,
    }),
  ];
}

const MASSES = ["mass", "min_density", "negative_mass", "boundary_mass"];

/** By statistic, then by coordinate of θ. */
function momentNames(p: number, momentum: boolean): string[] {
  const each = (name: (k: number) => string) => Array.from({ length: p }, (_, k) => name(k));
  return [
    ...each((k) => `mean_theta_${k}`),
    ...each((k) => `var_theta_${k}`),
    ...(momentum
      ? [
          ...each((k) => `mean_omega_${k}`),
          ...each((k) => `var_omega_${k}`),
          ...each((k) => `cov_theta_${k}_omega_${k}`),
        ]
      : []),
  ];
}
