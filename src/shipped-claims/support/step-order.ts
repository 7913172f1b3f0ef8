// The order in h of an integrator on the transient of a tanh network: errors of θ at t = 1 against an
// independent solution.

import type { ClaimContext, Evidence } from "../../claims/claim.ts";
import { type Dynamics, evolve, gaussian, type Particles } from "../../index.ts";
import { orderEvidence } from "./order-evidence.ts";
import { rootMeanSquare, TANH_WIDTH, tanhMotion, tanhTask } from "./tanh-network.ts";

const UNTIL = 1;

/** What the claims of this kind do. */
export const STEP_ORDER_EXPERIMENT = `${TANH_WIDTH} neurons ψ = a tanh(wx + b) on 15 points of sin 2x, λ = 0.1, θ, and ω where there is friction, N(0, 1) (seed 1), to t = 1`;
export const STEP_ORDER_STATISTIC =
  "Order in h of the root mean square over neurons of θ_h(1) − θ(1); θ(1) from the equations written out apart, known to 1e-13.";

export interface StepOrder {
  readonly dynamics: Dynamics;
  /** γ, null for gradient flow: what the independent solution is told. */
  readonly friction: number | null;
  readonly solver: Particles;
  /** 1/h, each twice the one before. */
  readonly steps: readonly number[];
  readonly predicted: number;
  readonly caption: string;
}

export async function stepOrder(asked: StepOrder, { progress }: ClaimContext): Promise<Evidence> {
  const { dynamics, friction, solver, steps, predicted, caption } = asked;
  const position = { mean: [0, 0, 0], std: [1, 1, 1] };
  const initial = gaussian(dynamics.order === "second" ? { ...position, momentum: position } : position);
  const total = steps.reduce((sum, count) => sum + count, 0);
  let exact: ReturnType<typeof tanhMotion> | null = null;
  let done = 0;
  const errors = [];
  for (const count of steps) {
    const course = { initial, until: UNTIL, step: UNTIL / count, record: 1 };
    const { snapshots } = await evolve(tanhTask, dynamics, solver, course);
    exact ??= tanhMotion(snapshots[0], friction, UNTIL);
    errors.push({ x: UNTIL / count, value: rootMeanSquare(snapshots[1].theta, exact.theta) });
    done += count;
    progress(done / total);
  }
  return orderEvidence({
    errors,
    floor: exact!.error,
    predicted,
    x: "h",
    y: "root mean square error of θ at t = 1",
    caption,
  });
}
