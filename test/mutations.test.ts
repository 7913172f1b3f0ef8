// The suite of claims can fail: with the physics broken on purpose, one line at a time, the claims about it say FAILS. Claims
// that take their time are broken in validation/mutations.test.ts.

import { testMutations } from "./mutations.ts";

/** Some 10 s of computing all together; a busy machine takes several times that. */
const SLOW = 180_000;

testMutations(
  [
    {
      what: "first order in time, sold as second",
      file: "src/pde/fokker-planck/second-order.ts",
      from: "share: 0.5, implicit",
      to: "share: 1, implicit",
      fails: ["linear-langevin-order"],
    },
    {
      what: "a splitting that is no palindrome",
      file: "src/dynamics/words.ts",
      from: 'word: "ABOBA"',
      to: 'word: "ABO"',
      fails: ["linear-kinetic-order"],
    },
    {
      what: "wrong weights of the extrapolation in h",
      file: "src/pde/kinetic/step.ts",
      from: "(fine[i] - coarse[i]) / 3",
      to: "(fine[i] - coarse[i]) / 4",
      fails: ["richardson-order"],
    },
    {
      what: "half the noise in the momenta of a density",
      file: "src/pde/kinetic/dilation.ts",
      from: "= this.temperature * (1",
      to: "= 0.5 * this.temperature * (1",
      fails: ["linear-kinetic-order"],
    },
    {
      what: "W₂²/h for W₂²/2h",
      file: "src/pde/jko/quantile.ts",
      from: "this.h = step;",
      to: "this.h = 0.5 * step;",
      fails: ["jko-barenblatt"],
    },
    {
      what: "a conjugate loss without its ½",
      file: "src/problem/loss.ts",
      from: "conjugate: (s, y) => 0.5 * s * s + s * y,",
      to: "conjugate: (s, y) => s * s + s * y,",
      fails: ["duality-gap"],
    },
    {
      what: "a certificate of half the divergence",
      file: "src/pde/equilibrium/certificate.ts",
      from: "gap: temperature * divergence",
      to: "gap: 0.5 * temperature * divergence",
      fails: ["certificate-bound", "duality-gap"],
    },
    {
      what: "half the noise of Langevin particles",
      file: "src/particles/euler-maruyama.ts",
      from: "Math.sqrt(2 * tau * mobility[k]! * h)",
      to: "Math.sqrt(tau * mobility[k]! * h)",
      fails: ["euler-maruyama-weak-order"],
    },
    {
      what: "half a step of friction forgotten",
      file: "src/particles/polyak.ts",
      from: "const half = (friction * h) / 2;",
      to: "const half = friction * h;",
      fails: ["polyak-order"],
    },
    {
      what: "BAO, of first order, sold as BAOAB",
      file: "src/dynamics/words.ts",
      from: 'baoab: { word: "BAOAB"',
      to: 'baoab: { word: "BAO"',
      fails: ["baoab-weak-order"],
    },
    {
      what: "half of Nesterov's friction",
      file: "src/dynamics/kinetic.ts",
      from: "power((t + from) / (t + h + from), r)",
      to: "power((t + from) / (t + h + from), r / 2)",
      fails: ["nesterov-ode"],
    },
    {
      what: "an anchor that is never moved",
      file: "src/particles/svrg.ts",
      from: "const due = n - (n % this.period);",
      to: "const due = 0;",
      fails: ["svrg-removal"],
    },
    {
      what: "the heat of cooling with the wrong sign",
      file: "src/observables/density-observer.ts",
      from: "-temperature.slope(t) * entropyOf",
      to: "temperature.slope(t) * entropyOf",
      fails: ["annealed-identity"],
    },
  ],
  SLOW,
);
