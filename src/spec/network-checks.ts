// What keys must agree on where neurons move: integrators and their settings, batches, and the width of given neurons.

import { kinetic } from "../dynamics/kinetic.ts";
import { type IntegratorName, settingsBreaches } from "../particles/integrators.ts";
import { momentumBreach } from "../particles/momentum.ts";
import type { Check } from "./check.ts";
import { frictionOption, hasConstantFriction, hasInfiniteFriction, integratorsFor } from "./layout.ts";
import type { Shape } from "./shape.ts";

export const checkIntegrators: Check = (spec, report) => {
  const allowed = integratorsFor(spec);
  const { kind } = spec.dynamics;
  spec.solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { integrator } = solver.particles;
    if (integrator === undefined || allowed.includes(integrator)) return;
    report(
      ["solvers", index, "particles", "integrator"],
      integrator,
      `${allowed.join(", ")} with ${kind}${integratorNeeds(integrator, spec)}`,
    );
  });
};

/** What an integrator that is refused asks for, where these dynamics could give it. */
function integratorNeeds(integrator: IntegratorName, { dynamics, problem }: Shape): string {
  switch (integrator) {
    case "euler":
    case "rk4":
      if (dynamics.kind === "annealed-langevin") return "; euler and rk4 have no noise";
      return hasInfiniteFriction(dynamics)
        ? "; euler and rk4 need friction that is finite at t = 0: nesterov from > 0"
        : "; euler and rk4 need temperature 0";
    case "polyak":
    case "nesterov-iteration":
    case "higher-momentum":
    case "exact": {
      if (dynamics.kind !== "kinetic") return `; ${integrator} needs kinetic`;
      const constant = integrator === "nesterov-iteration" || hasConstantFriction(dynamics);
      return problem.temperature > 0 && integrator !== "exact"
        ? `; ${integrator} needs temperature 0`
        : constant
          ? ""
          : `; ${integrator} needs a constant friction`;
    }
    default:
      return "";
  }
}

/** Keys of one integrator, and the momentum that friction and step leave it. */
export const checkMomenta: Check = (spec, report) => {
  const { dynamics, time, solvers } = spec;
  const allowed = integratorsFor(spec);
  solvers.forEach((solver, index) => {
    if (!("particles" in solver)) return;
    const { integrator = allowed[0], order, beta2 } = solver.particles;
    if (integrator === undefined) return;
    for (const wrong of settingsBreaches(integrator, { order, beta2 })) {
      report(["solvers", index, "particles", wrong.key], wrong.found, wrong.allowed);
    }
    if (integrator === "higher-momentum" && beta2 === undefined) return;
    if (dynamics.kind !== "kinetic" || !allowed.includes(integrator)) return;
    const { friction } = kinetic({ friction: frictionOption(dynamics) });
    const breach = momentumBreach(integrator, friction, time.step, { order, beta2 });
    if (breach !== null) report(breach.key.split("."), breach.found, breach.allowed);
  });
};

export const checkBatches: Check = ({ problem, dynamics, solvers }, report) => {
  solvers.forEach((solver, index) => {
    if (!("particles" in solver) || solver.particles.batch === undefined) return;
    const { batch } = solver.particles;
    const at = ["solvers", index, "particles", "batch"];
    if (problem.data === undefined) report(at, batch.size, "nothing without problem.data");
    if (dynamics.kind === "birth-death")
      report(at, batch, "nothing with birth-death, which weighs neurons by Φ of all data");
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
