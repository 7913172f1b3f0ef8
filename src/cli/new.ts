// muflow new claim NAME: a file that runs as it is, to be changed into one's own theorem.

import { existsSync, writeFileSync } from "node:fs";
import { inputError } from "../base/errors.ts";
import { diskError } from "../results/files.ts";

/** Writes NAME.ts with a claim that holds: the variance of Langevin particles in a quadratic potential. */
export function newClaim(name: string): void {
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw inputError("name", `found "${name}"; allowed: letters a–z, 0–9 and -, the claim's id`);
  }
  const path = `${name}.ts`;
  if (existsSync(path)) throw inputError(path, "exists; choose another name");
  try {
    writeFileSync(path, template(name), { flag: "wx" });
  } catch (error) {
    throw diskError(path, error);
  }
  process.stdout.write(`${path}: a claim that holds as it is. Change it, then: muflow validate ${path}\n`);
}

const template = (
  id: string,
) => `// One claim: a number that theory predicts, the experiment that measures it, and how narrowly it must be known.
// Run it:  muflow validate ${id}.ts          longer and narrower:  muflow validate ${id}.ts --full

import { claim, evolve, gaussian, langevin, meanWithInterval, particles, problem } from "muflow";

const TEMPERATURE = 0.5;
const LAMBDA = 2;

export default claim({
  id: "${id}",
  statement: "Langevin particles in V = λθ²/2 reach the variance τ/λ.",
  source: { author: "Gibbs", year: 1902, arxiv: null, work: "Elementary principles in statistical mechanics" },
  equation: "dθ = −λθ dt + √(2τ) dW; the law tends to N(0, τ/λ), with λ = 2, τ = 1/2.",
  experiment: "1000 independent particles, Heun's method with step 0.02 to t = 3; seed 1, 32 replicas (128 in the full variant)",
  statistic: "Mean of the particles' variance over replicas, with Student's interval.",
  validates: "the noise of the particle solver and its invariant law, to the order of the step",
  predicted: { equals: TEMPERATURE / LAMBDA },
  within: 0.01,
  async measure({ full, progress }) {
    const task = problem({ regulariser: { l2: LAMBDA }, temperature: TEMPERATURE });
    const replicas = full ? 128 : 32;
    const variances: number[] = [];
    for (let replica = 0; replica < replicas; replica++) {
      const solver = particles({ width: 1000, seed: 1, replica, integrator: "heun" });
      const course = { initial: gaussian({ mean: [0], std: [1] }), until: 3, step: 0.02 };
      const { rows } = await evolve(task, langevin(), solver, course);
      variances.push(rows.at(-1)!.observables.var_theta_0!);
      progress((replica + 1) / replicas);
    }
    const interval = (level: number) => meanWithInterval(variances, level).interval!;
    return {
      measured: meanWithInterval(variances).mean,
      interval,
      figure: {
        x: { label: "replica" },
        y: { label: "variance of θ" },
        curves: [
          { label: "particles", style: "points", points: variances.map((value, replica) => [replica, value]) },
          { label: "τ/λ", style: "dashed", points: [[0, TEMPERATURE / LAMBDA], [replicas - 1, TEMPERATURE / LAMBDA]] },
        ],
        caption: "The variance of each replica's particles scatters around τ/λ.",
      },
    };
  },
});
`;
