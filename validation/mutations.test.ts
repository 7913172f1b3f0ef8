// As test/mutations.test.ts, with claims that take longer.

import { testMutations } from "../test/mutations.ts";

testMutations(
  [
    {
      what: "half the noise in the fluxes of a density",
      file: "src/pde/fokker-planck/scharfetter-gummel.ts",
      from: "ratesBetween(phi, at, next, count, scale, temperature, right, left)",
      to: "ratesBetween(phi, at, next, count, scale, 0.5 * temperature, right, left)",
      fails: ["implicit-order", "linear-langevin-order", "gibbs-limit"],
    },
    {
      what: "a squared loss without its ½",
      file: "src/problem/loss.ts",
      from: "slope: (f, y) => f - y,",
      to: "slope: (f, y) => 2 * (f - y),",
      fails: ["linear-langevin-order", "gibbs-limit"],
    },
    {
      what: "half the interaction",
      file: "src/pde/field/interaction.ts",
      from: "const { kind, strength } = interaction;",
      to: "const { kind } = interaction; const strength = 0.5 * interaction.strength;",
      fails: ["mckean-vlasov-rate", "critical-temperature", "kuramoto-order"],
    },
    {
      what: "a linearised operator without its mean-field term",
      file: "src/pde/spectrum/first-order.ts",
      from: "line[i] -= sigma * solved[i];",
      to: "line[i] = 0;",
      fails: ["langevin-rate", "linear-neuron-gap"],
    },
    {
      what: "friction of the wrong sign",
      file: "src/dynamics/kinetic.ts",
      from: "damping: (_t, h) => exp(-gamma * h)",
      to: "damping: (_t, h) => exp(gamma * h)",
      fails: ["heavy-ball-small-width"],
      because: /blow-up: energy \+ kinetic rose from/,
    },
    {
      what: "N^(−1/2) claimed of W₂ between separated clusters",
      file: "src/shipped-claims/w2-two-clusters.ts",
      from: "exponent: -0.25",
      to: "exponent: -0.5",
      fails: ["w2-two-clusters"],
    },
  ],
  600_000,
);
