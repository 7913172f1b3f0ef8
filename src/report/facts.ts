/** What the pictures need to know of the canonical spec. A spec this reader does not recognise gives the plainest answers. */
export interface Facts {
  /** `dynamics.kind`, "" when absent. */
  readonly dynamics: string;
  readonly kinetic: boolean;
  readonly temperature: number;
  /** The integrators of the particle solvers that have this width, in the spec's order. */
  integrators(width: number): readonly string[];
  /** Whether the first of θ's p coordinates is the output weight. */
  trainsOutput(p: number): boolean;
  /** The names of θ's p coordinates, in notation: a, w, b where the neuron has them, otherwise θ₀ … */
  coordinates(p: number): readonly Coordinate[];
}

/** A coordinate of θ, in notation: its symbol, and the label that says in words what it is. */
export interface Coordinate {
  readonly symbol: string;
  readonly label: string;
}

/** Reads the facts from a canonical spec. */
export function factsOf(spec: unknown): Facts {
  const kind = at(spec, "dynamics", "kind");
  const temperature = at(spec, "problem", "temperature");
  const neuron = at(spec, "problem", "neuron");
  const named = neuronCoordinates(neuron);
  return {
    dynamics: typeof kind === "string" ? kind : "",
    kinetic: kind === "kinetic",
    temperature: typeof temperature === "number" ? temperature : 0,
    integrators: (width) => integratorsOf(at(spec, "solvers"), width),
    trainsOutput: (p) => named.length === p && at(neuron, "output") !== "fixed",
    coordinates: (p) =>
      named.length === p ? named : Array.from({ length: p }, (_, k) => coordinate("coordinate", `*θ*_${k}`)),
  };
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}

function integratorsOf(solvers: unknown, width: number): string[] {
  if (!Array.isArray(solvers)) return [];
  return solvers
    .map((solver) => at(solver, "particles"))
    .filter((particles) => [at(particles, "width")].flat().includes(width))
    .map((particles) => String(at(particles, "integrator") ?? ""));
}

function neuronCoordinates(neuron: unknown): Coordinate[] {
  const inputs = at(neuron, "inputs");
  if (typeof inputs !== "number") return [];
  const weights = Array.from({ length: inputs }, (_, k) =>
    coordinate("input weight", inputs === 1 ? "*w*" : `*w*_${k + 1}`),
  );
  const bias = at(neuron, "bias") === false ? [] : [coordinate("bias", "*b*")];
  return [...outputCoordinate(at(neuron, "output")), ...weights, ...bias];
}

function outputCoordinate(output: unknown): Coordinate[] {
  if (output === "fixed") return [];
  return output === "bounded"
    ? [{ symbol: "*θ*_0", label: "*θ*_0 (output weight *a* = tanh *θ*_0)" }]
    : [coordinate("output weight", "*a*")];
}

function coordinate(words: string, symbol: string): Coordinate {
  return { symbol, label: `${words} ${symbol}` };
}
