// The closed equations of a Gaussian μ: where Φ is quadratic in θ, as for ψ = w·x + b with quadratic V and W, a Gaussian start stays Gaussian, and means and
// variances obey equations of their own (docs/theory.md §3.2).

import type { Breach } from "../../base/breach.ts";
import type { Path } from "../../base/errors.ts";
import { beginsInfinite, hasMomenta, traitBreaches } from "../../dynamics/motion.ts";
import { densityBreaches } from "../../problem/law.ts";
import type { ProblemShape } from "../shapes/problem.ts";
import { solverForm } from "./form.ts";

const WHO = "moments, which needs a Gaussian μ to stay one";

export const MOMENTS = solverForm({
  name: "moments",
  description: "means and variances alone, where μ stays Gaussian: ψ = w·x + b, V and W quadratic",
  holds: "equations",
  shape: () => ({}),
  complete: () => ({}),
  breaches: (_, { spec: { problem, initial }, motion }) => [
    ...traitBreaches(motion, "moments"),
    ...problemBreaches(problem),
    ...(initial.kind === "gaussian" ? densityBreaches(initial, "moments") : [startBreach(initial.kind)]),
    ...(hasMomenta(motion) && beginsInfinite(motion.friction)
      ? [
          {
            key: ["dynamics", "friction"],
            found: motion.friction.formula,
            allowed: `finite friction at t = 0 with ${WHO}`,
          },
        ]
      : []),
  ],
  details: () => [],
  title: "Gaussian μ",
  holder: "Gaussian μ",
});

function startBreach(found: string): Breach {
  return { key: ["initial", "kind"], found, allowed: `gaussian with ${WHO}` };
}

/** What would make Φ other than quadratic. */
function problemBreaches({ domain, neuron, potential, interaction }: ProblemShape): Breach[] {
  const breaches: Breach[] = [];
  const add = (key: Path, found: unknown, allowed: string) =>
    breaches.push({ key: ["problem", ...key], found, allowed: `${allowed} with ${WHO}` });
  if (domain !== "plane") add(["domain"], domain, "plane");
  if (neuron !== undefined && !("activation" in neuron)) add(["neuron"], neuron, "a perceptron");
  else if (neuron !== undefined) {
    if (neuron.activation !== "identity") add(["neuron", "activation"], neuron.activation, "identity");
    if (neuron.output !== "fixed") add(["neuron", "output"], neuron.output, "fixed");
  }
  for (const [key, term] of Object.entries({ potential, interaction })) {
    if (term === undefined) continue;
    if (!("kind" in term)) add([key], term, "{ kind: quadratic }");
    else if (term.kind !== "quadratic") add([key, "kind"], term.kind, "quadratic");
  }
  return breaches;
}
