// First-order dynamics on a grid, p = 1, 2, 3: ∂_tμ = ∇·(D(μ∇Φ[μ] + τ∇μ)) [+ κμ(∫ξdμ − ξ), ξ = Φ + τ log μ].
// `implicit`: backward Euler, Φ at the new time, axis after axis (then birth–death), all with the same Φ. For any h: mass to
// round-off, μ ≥ 0, Gibbs fixed, and E_τ falls where R is convex and W positive semidefinite. Order 1 in h, 2 in Δ.

import type { Grid } from "../../grid/grid.ts";
import { BackwardEuler } from "./backward-euler.ts";
import { ImplicitField } from "./implicit-field.ts";
import { LimitedTransport } from "./limited-transport.ts";
import { Reaction } from "./reaction.ts";
import { Sdirk } from "./sdirk.ts";
import type { Stage } from "./stage.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./stepper.ts";

/**
 * The stepper of that scheme.
 *
 * `implicit` — order 1 in h. A W that is not positive semidefinite enters with its numbers at the old time: the
 * convex–concave splitting (Eyre 1998), under which E_τ falls at every step size too. Energy decrease with several
 * substeps: each lowers ∫Φdν + τ∫ν log ν for the common Φ = Φ[μ⁺], and F is convex. Cost per step: 2–5 evaluations of
 * Φ and of the chain, and as many times a few (GMRES) derivatives of both; a step where Newton's iteration gets stuck is
 * made of two halves, each with all of these properties. Where τ depends on time it is that of t_{n+1}, so that a step
 * lowers E_τ of that τ: E_{τ_{n+1}}(μ_{n+1}) ≤ E_{τ_{n+1}}(μ_n) = E_{τ_n}(μ_n) + (τ_{n+1} − τ_n)∫μ_n log μ_n for any h.
 *
 * `second-order` — order 2 in h: Strang's chain of L-stable SDIRK substeps with τ, and Φ of the numbers, at mid-step, solved for;
 * Gibbs fixed, mass to round-off and μ ≥ 0, by a cutoff (sdirk.ts) and by shorter steps where that would cut off more than a
 * trace (implicit-field.ts); the fall of E_τ is not guaranteed. At τ = 0, where the fluxes above are first-order upwind: limited
 * transport of order 2 in space and time (limited-transport.ts), positive; of order 1 across corners of ψ.
 */
export function fokkerPlanck(options: FokkerPlanckOptions): DensityStepper {
  const { field, scheme, step, temperature, rate } = options;
  const { grid } = field;
  if (scheme === "second-order" && temperature.at(0) === 0) return new LimitedTransport(options);
  const axes = grid.axes.map((_, k) => k);
  if (scheme === "implicit") {
    const chain = (h: number): Stage[] => [
      ...axes.map((k) => new BackwardEuler(along(options, k, h))),
      ...(rate > 0 ? [new Reaction({ grid, rate, duration: h })] : []),
    ];
    const concave = field.problem.interaction !== null && !field.problem.interaction.convex;
    return new ImplicitField(field, chain, {
      step,
      temperature,
      share: 1,
      implicit: concave ? field.outputs : field.count,
    });
  }
  const chain = (h: number): Stage[] => {
    const half = () => axes.slice(0, -1).map((k) => new Sdirk(along(options, k, h / 2)));
    const react = () => (rate > 0 ? [new Reaction({ grid, rate, duration: h / 2 })] : []);
    const middle = new Sdirk(along(options, axes.length - 1, h));
    return [...react(), ...half(), middle, ...half().reverse(), ...react()];
  };
  return new ImplicitField(field, chain, { step, temperature, share: 0.5, implicit: field.count });
}

function along({ mobility, field }: FokkerPlanckOptions, k: number, duration: number) {
  return { grid: field.grid as Grid, k, mobility: mobility[k], duration };
}
