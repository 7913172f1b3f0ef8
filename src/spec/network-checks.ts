// What keys must agree on where neurons move: integrators and their settings, batches, and the width of given neurons.

import { birthDeathBreaches } from "../particles/birth-death.ts";
import {
  defaultIntegrator,
  integratorBreach,
  momentumBreach,
  settingsBreaches,
} from "../particles/integrators.ts";
import { type Check, reportAll } from "./check.ts";
import { motionIn } from "./motion.ts";

/** An integrator for these dynamics, settings of its own, and the momentum that friction and step leave it. */
export const checkIntegrators: Check = (spec, report) => {
  const motion = motionIn(spec);
  if (motion === null) return;
  spec.solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { particles } = solver;
    const { batch, integrator = defaultIntegrator(motion) } = particles;
    const foreign = settingsBreaches(integrator, particles);
    const unfit = integratorBreach(integrator, motion);
    const window =
      foreign.length > 0 || unfit !== null
        ? null
        : momentumBreach(integrator, motion, spec.time.step, particles);
    const jumps = motion.jumps ? birthDeathBreaches(spec.problem, batch) : [];
    reportAll([...foreign, unfit, window, ...jumps], ["solvers", index, "particles"], report);
  });
};

export const checkBatches: Check = ({ problem, solvers }, report) => {
  solvers.forEach((solver, index) => {
    if (!("particles" in solver) || solver.particles.batch === undefined) return;
    const { batch } = solver.particles;
    const at = ["solvers", index, "particles", "batch"];
    if (problem.data === undefined) report(at, batch.size, "nothing without problem.data");
    if (batch.estimator !== "svrg" && batch.anchor !== undefined)
      report([...at, "anchor"], batch.anchor, "nothing without estimator svrg");
  });
};

export const checkFileWidth: Check = ({ initial, solvers }, report) => {
  if (initial.kind !== "file") return;
  const widths = solvers.flatMap((solver) => ("particles" in solver ? solver.particles.width : []));
  solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { width } = solver.particles;
    if (width.every((n) => n === widths[0])) return;
    report(
      ["solvers", index, "particles", "width"],
      width,
      "one width with initial.kind file: the number of its rows",
    );
  });
};
