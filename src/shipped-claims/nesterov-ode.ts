// Nesterov's differential equation θ̈ + (3/t)θ̇ + ∇Φ = 0 from rest: a mode of stiffness λ is e(t) = e(0) ·
// 2J₁(√λ t)/(√λ t), so that the loss, quadratic in e, has maxima that fall as t^(−3): a power law, where
// gradient flow and the heavy ball are exponential.

import { cited, claim } from "../claims/claim.ts";
import { kinetic } from "../index.ts";
import { fitPowerDecay } from "../statistics/decay.ts";
import { dashed, line } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";
import { MODE_WIDTH, modeOrbit, STIFFNESS } from "./support/linear-network.ts";

/** 2J₁(z)/z = (2/π) ∫₀^π cos(z cos u) sin²u du, by the trapezoidal rule, which is spectrally accurate. */
function besselMode(z: number): number {
  const nodes = Math.ceil(z) + 40;
  let total = 0;
  for (let i = 0; i < nodes; i++) {
    const u = (Math.PI * (i + 0.5)) / nodes;
    total += Math.cos(z * Math.cos(u)) * Math.sin(u) ** 2;
  }
  return (2 * total) / nodes;
}

export const nesterovOde = claim({
  id: "nesterov-ode",
  statement:
    "Under Nesterov's equation with friction 3/t the excess loss of a mode falls as t^(−3), a power law.",
  source: cited("su2016"),
  equation: "ë + (3/t)ė + λe = 0, ė(0) = 0: e(t) = e(0)·2J₁(√λ t)/(√λ t), and λe²/2 ~ t^(−3) at its maxima.",
  experiment: `${MODE_WIDTH} neurons ψ = θx, stiffness ${STIFFNESS} of their mean, by BAOAB with friction 3/t to t = 100 (400 in the full variant), h = 0.02 and 0.01, seed 1.`,
  statistic:
    "Exponent −d log/d log t of the local maxima of λe²/2, e = ⟨θ⟩ − θ*, over the window where it is best known.",
  validates: "friction that depends on time, and Nesterov's equation as the limit of small steps",
  predicted: { equals: 3 },
  within: 0.01,
  async measure({ full, progress }) {
    const until = full ? 400 : 100;
    const dynamics = kinetic({ friction: { nesterov: 3 } });
    const courses = await inTurn([0.02, 0.01], progress, async (h, i) => {
      const count = Math.round(until / h);
      const orbit = await modeOrbit({ dynamics, integrator: "baoab", h, count, every: i + 1 });
      const loss = orbit.e.map((value) => 0.5 * STIFFNESS * value * value);
      return { ...orbit, loss, exponent: fitPowerDecay(orbit.t, loss, { envelope: true }) };
    });
    const [coarse, fine] = courses.map(({ exponent }) => exponent);
    const { t, e, loss } = courses[1];
    const z = t.map((time) => Math.sqrt(STIFFNESS) * time);
    const exact = z.map((value) => (value === 0 ? e[0] : e[0] * besselMode(value)));
    const off = e.reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0);
    const size = loss[0];
    // 8/(πz³) is the envelope of (2J₁(z)/z)².
    const envelope = [...z.keys()].filter((i) => z[i] >= 2 && i % 10 === 0);
    return {
      measured: fine.exponent,
      error: fine.uncertainty + Math.abs(fine.exponent - coarse.exponent),
      figure: {
        x: { label: "t", log: true },
        y: { label: "excess loss", log: true },
        curves: [
          line(
            "measured",
            [...t.keys()].filter((i) => i % 5 === 0 && i > 0),
            (i) => [t[i], loss[i]],
          ),
          dashed("t^(−3), the envelope of the exact solution", envelope, (i) => [
            t[i],
            (size * 8) / (Math.PI * z[i] ** 3),
          ]),
        ],
        caption: "The loss oscillates under maxima that fall like the third power of time.",
      },
      notes: [
        `Window: ${fine.reason}.`,
        `From 2J₁(√λ t)/(√λ t) e is ${off.toExponential(1)} away at most, h = 0.01.`,
      ],
    };
  },
});
