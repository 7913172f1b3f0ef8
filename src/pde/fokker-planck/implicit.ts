// `implicit`: backward Euler, Φ at the new time, axis after axis (then birth–death), all with the same Φ. For any h: mass to round-off, μ ≥ 0, Gibbs fixed,
// and E_τ falls where R is convex and W positive semidefinite. Order 1 in h, 2 in Δ.

import { backwardEuler } from "./backward-euler.ts";
import { implicitField } from "./implicit-field.ts";
import { reaction } from "./reaction.ts";
import { type FirstOrderRecord, noisySources } from "./scheme.ts";
import { along } from "./stepper.ts";

/**
 * A W that is not positive semidefinite enters with its numbers at the old time: the convex–concave splitting (Eyre 1998),
 * under which E_τ falls at every step size too. Energy decrease with several substeps: each lowers ∫Φdν + τ∫ν log ν for the
 * common Φ = Φ[μ⁺], and F is convex. Cost per step: 2–5 evaluations of Φ and of the chain, and as many times a few (GMRES)
 * derivatives of both; a step where Newton's iteration gets stuck is made of two halves, each with all of these properties.
 * Where τ depends on time it is that of t_{n+1}, so that a step lowers E_τ of that τ:
 * E_{τ_{n+1}}(μ_{n+1}) ≤ E_{τ_{n+1}}(μ_n) = E_{τ_n}(μ_n) + (τ_{n+1} − τ_n)∫μ_n log μ_n for any h.
 */
export const IMPLICIT: FirstOrderRecord<"implicit"> = {
  name: "implicit",
  description: "positive, stable and dissipative at every step, first order in time",
  summary: "first order in time, positive",
  order: 1,
  bytes: 340,
  shortens: "Newton's iteration did not converge",
  sources: (problem, noisy) => (noisy ? noisySources(problem) : []),
  make(options) {
    const { field, step, temperature, rate } = options;
    const { grid, problem } = field;
    const concave = problem.interaction !== null && !problem.interaction.convex;
    return implicitField(
      field,
      (h) => [
        ...grid.axes.map((_, k) => backwardEuler(along(options, k, h))),
        ...(rate > 0 ? [reaction({ grid, rate, duration: h })] : []),
      ],
      { step, temperature, share: 1, implicit: concave ? field.outputs : field.count },
    );
  },
};
