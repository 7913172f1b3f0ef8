// u = W∗μ of a given measure for a Gaussian W = −K e^(−z²/2s²), as a C² function: Hermite's quintic through u, u′, u″ at nodes
// δ = s/16 apart. Its error, δ⁶ max|u⁗″|/46080 ≤ K (1/16)⁶ 15/46080 = 2e-11 K, is below that of any step; sums over μ are made once
// per node: O(P · extent/δ) to freeze P points, O(1) to evaluate.

import { exp } from "../../base/elementary.ts";
import { checkpoint } from "../../base/interrupt.ts";
import type { GaussianInteraction } from "../../problem/interaction.ts";

const NODES_PER_SCALE = 16;

/** u and u′, once `freeze` has been called. */
export class FrozenInteraction {
  private readonly interaction: GaussianInteraction;
  private readonly spacing: number;
  private low = 0;
  /** (u, δu′, δ²u″) node by node. */
  private nodes = new Float64Array(0);

  constructor(interaction: GaussianInteraction) {
    this.interaction = interaction;
    this.spacing = interaction.scale / NODES_PER_SCALE;
  }

  /** Takes μ = Σ weight_p δ_{theta_p}; u is then known on [low, high] and a little beyond. */
  freeze(theta: Float64Array, weight: Float64Array, low: number, high: number): void {
    const { strength, scale } = this.interaction;
    const { spacing } = this;
    const count = Math.ceil((high - low) / spacing) + 3;
    this.low = low - spacing;
    this.nodes = new Float64Array(3 * count);
    const rate = 1 / (scale * scale);
    for (let i = 0; i < count; i++) {
      checkpoint();
      const at = this.low + i * spacing;
      let value = 0;
      let slope = 0;
      let curvature = 0;
      for (let p = 0; p < theta.length; p++) {
        const z = at - theta[p];
        const bump = weight[p] * exp(-0.5 * rate * z * z);
        value += bump;
        slope -= rate * z * bump;
        curvature += rate * (rate * z * z - 1) * bump;
      }
      this.nodes[3 * i] = -strength * value;
      this.nodes[3 * i + 1] = -strength * spacing * slope;
      this.nodes[3 * i + 2] = -strength * spacing * spacing * curvature;
    }
  }

  value(theta: number): number {
    const { at, t } = this.locate(theta);
    const [c3, c4, c5] = this.upper(at);
    const { nodes } = this;
    return nodes[at] + t * (nodes[at + 1] + t * (0.5 * nodes[at + 2] + t * (c3 + t * (c4 + t * c5))));
  }

  slope(theta: number): number {
    const { at, t } = this.locate(theta);
    const [c3, c4, c5] = this.upper(at);
    const { nodes, spacing } = this;
    return (nodes[at + 1] + t * (nodes[at + 2] + t * (3 * c3 + t * (4 * c4 + t * 5 * c5)))) / spacing;
  }

  /** The piece that holds theta, and where in it; beyond the nodes, the last piece's polynomial goes on. */
  private locate(theta: number): { at: number; t: number } {
    const scaled = (theta - this.low) / this.spacing;
    const i = Math.min(this.nodes.length / 3 - 2, Math.max(0, Math.floor(scaled)));
    return { at: 3 * i, t: scaled - i };
  }

  /** Coefficients of t³, t⁴, t⁵ between two nodes. */
  private upper(at: number): [number, number, number] {
    const { nodes } = this;
    const rise = nodes[at + 3] - nodes[at] - nodes[at + 1] - 0.5 * nodes[at + 2];
    const turn = nodes[at + 4] - nodes[at + 1] - nodes[at + 2];
    const bend = nodes[at + 5] - nodes[at + 2];
    return [
      10 * rise - 4 * turn + 0.5 * bend,
      -15 * rise + 7 * turn - bend,
      6 * rise - 3 * turn + 0.5 * bend,
    ];
  }
}
