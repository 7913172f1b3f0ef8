// `second-order`: Strang's chain of L-stable SDIRK substeps with τ, and Φ of the numbers, at mid-step, solved for. Order 2 in h and Δ; Gibbs fixed, mass to
// round-off and μ ≥ 0, by a cutoff (sdirk.ts) and by shorter steps where that would cut off more than a trace (implicit-field.ts); the fall of E_τ is not
// guaranteed. At τ = 0, where those fluxes are first-order upwind: limited transport (limited-transport.ts), positive; of order 1 across corners of ψ.

import { implicitField } from "./implicit-field.ts";
import { LimitedTransport } from "./limited-transport.ts";
import { reaction } from "./reaction.ts";
import { type FirstOrderRecord, noisySources } from "./scheme.ts";
import { sdirk } from "./sdirk.ts";
import { along } from "./stepper.ts";

export const SECOND_ORDER: FirstOrderRecord<"second-order"> = {
  name: "second-order",
  description: "",
  summary: "second order in time",
  order: 2,
  bytes: 500,
  shortens: "mass would have become negative, or Newton's iteration did not converge",
  sources: (problem, noisy) => (noisy ? noisySources(problem) : ["vanleer1979"]),
  make(options) {
    const { field, step, temperature, rate } = options;
    const { grid } = field;
    if (temperature.at(0) === 0) return new LimitedTransport(options);
    const last = grid.axes.length - 1;
    return implicitField(
      field,
      (h) => {
        const half = () => grid.axes.slice(0, last).map((_, k) => sdirk(along(options, k, h / 2)));
        const react = () => (rate > 0 ? [reaction({ grid, rate, duration: h / 2 })] : []);
        const middle = sdirk(along(options, last, h));
        return [...react(), ...half(), middle, ...half().reverse(), ...react()];
      },
      { step, temperature, share: 0.5, implicit: field.count },
    );
  },
};
