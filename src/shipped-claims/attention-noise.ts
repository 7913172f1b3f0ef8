// N neurons spread evenly are not quite even: mode 1 of their spread is driven by their noise, 2τ/N, and damped at τ − a₁, so that
// E|⟨e^{iθ}⟩|² → τ/((τ − a₁)N) to first order in 1/N: the closer the threshold, the more, and the same with momenta.

import { cited, claim } from "../claims/claim.ts";
import {
  type Dynamics,
  evolve,
  type IntegratorName,
  kinetic,
  langevin,
  meanWithInterval,
  particles,
  uniform,
} from "../index.ts";
import { attentionTask, coefficient } from "./support/attention.ts";
import { dots, level } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";

const BETA = 1;
/** τ/a₁: the noise level is twice that of neurons which do not see each other. */
const SHARE = 2;
const TAU = SHARE * coefficient(1, BETA);
const LEVEL = SHARE / (SHARE - 1);
const WIDTH = 200;
const STEP = 0.02;
/** Before the average begins, and its end. */
const [FROM, UNTIL] = [5, 85];

interface Kind {
  readonly label: string;
  readonly dynamics: Dynamics;
  readonly integrator: IntegratorName;
}

/** The time average of N|⟨e^{iθ}⟩|² of one network. */
async function noiseOf({ dynamics, integrator }: Kind, replica: number): Promise<number> {
  const solver = particles({ width: WIDTH, seed: 1, replica, integrator });
  const initial = uniform({ low: -Math.PI, high: Math.PI });
  const course = { initial, until: UNTIL, step: STEP, record: 2 * UNTIL };
  const { rows } = await evolve(attentionTask(BETA, TAU), dynamics, solver, course);
  const resting = rows.filter(({ t }) => t >= FROM);
  return (
    resting.reduce((sum, { observables }) => sum + WIDTH * observables.order_theta_0_1 ** 2, 0) /
    resting.length
  );
}

const KINDS: readonly [Kind, Kind] = [
  { label: "Langevin", dynamics: langevin(), integrator: "heun" },
  { label: "kinetic, γ = 1", dynamics: kinetic({ friction: 1 }), integrator: "baoab" },
];

export const attentionNoise = claim({
  id: "attention-noise",
  statement:
    "N neurons in self-attention on the circle, above its threshold, keep the order E|⟨e^{iθ}⟩|² ≈ τ/((τ − I₁(β)/β)N), with momenta or without.",
  source: cited("bertini2010"),
  equation:
    "dθ_i = −(1/N)Σ_j w′(θ_i − θ_j)dt + √(2τ)dW_i, w = −e^{β cos z}/β, a₁ = I₁(β)/β < τ: N E|⟨e^{iθ}⟩|² → τ/(τ − a₁) as t, N → ∞.",
  experiment: `β = ${BETA}, τ = ${SHARE}a₁, N = ${WIDTH}, uniform starts, to t = ${UNTIL}; Langevin (Heun, of weak order 2) and kinetic with γ = 1 (BAOAB), h = ${STEP}; 24 replicas each (350 in the full variant), seed 1.`,
  statistic: `Mean of N|⟨e^{iθ}⟩|² over ${FROM} ≤ t ≤ ${UNTIL} and both dynamics, over τ/(τ − a₁); Student's interval, widened by h² + 1/N, the order of what steps and finite N change.`,
  validates: "the fluctuations of networks about a density, and the noise of both dynamics",
  predicted: { equals: 1 },
  within: 0.05,
  quickMayStayOpen: true,
  async measure({ full, progress }) {
    const replicas = Array.from({ length: full ? 350 : 24 }, (_, r) => r);
    const found = await inTurn(replicas, progress, async (replica) => [
      (await noiseOf(KINDS[0], replica)) / LEVEL,
      (await noiseOf(KINDS[1], 1000 + replica)) / LEVEL,
    ]);
    const means = found.map(([a, b]) => (a! + b!) / 2);
    const bias = STEP * STEP + 1 / WIDTH;
    const { mean } = meanWithInterval(means);
    return {
      measured: mean,
      interval(asked) {
        const [low, high] = meanWithInterval(means, asked).interval!;
        return [low - bias, high + bias];
      },
      figure: {
        x: { label: "replica" },
        y: { label: "N⟨|⟨e^{iθ}⟩|²⟩ over τ/(τ − a₁)" },
        curves: [
          ...KINDS.map(({ label }, k) => dots(label, found, (both, r) => [r + 1, both[k]!])),
          level("predicted", [1, replicas.length], 1),
        ],
        caption:
          "How far from even a hundred-odd neurons are at rest: each point is one network's average over time.",
      },
      notes: KINDS.map(({ label }, k) => {
        const { mean: of, interval } = meanWithInterval(found.map((both) => both[k]!));
        return `${label}: ${of.toFixed(3)}, 95 % interval ${interval!.map((x) => x.toFixed(3)).join(" … ")}.`;
      }),
    };
  },
});
