// As test/mutations.test.ts, with claims that take longer.

import { testMutations } from "../test/mutations.ts";

testMutations(
  [
    {
      what: "friction of the wrong sign",
      file: "src/dynamics/kinetic.ts",
      from: "damping: (_t, h) => exp(-gamma * h)",
      to: "damping: (_t, h) => exp(gamma * h)",
      fails: ["heavy-ball-small-width"],
    },
    {
      what: "N^(−1/2) claimed of W₂ between separated clusters",
      file: "validation/claims/w2-two-clusters.ts",
      from: "equals: -0.25",
      to: "equals: -0.5",
      fails: ["w2-two-clusters"],
    },
  ],
  600_000,
);
