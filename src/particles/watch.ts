// The state before the step in hand, and whether it is finite after it: seen in the passes that make the step.

import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import type { Ensemble } from "./ensemble.ts";

export class StepWatch {
  private readonly pass: Ensemble["pass"];
  private readonly keep: TileWork;
  private readonly probe: TileWork;
  /** 0 · every number since it was last asked for. */
  private seen = 0;

  constructor({ pass, state, before, rows }: Ensemble) {
    this.pass = pass;
    const width = rows * TILE;
    this.keep = {
      // A run that is stopped in the midst of a step goes on from there.
      always: true,
      run(first, end) {
        for (let i = first * width; i < end * width; i++) before[i] = state[i];
      },
    };
    this.probe = {
      run: (first, end) => {
        let seen = 0;
        for (let i = first * width; i < end * width; i++) seen += 0 * state[i];
        this.seen += seen;
      },
    };
  }

  /** A step begins: `before` is to be what the state is now. */
  begin(): void {
    this.pass.add(this.keep);
  }

  /** A step has ended. */
  end(): void {
    this.pass.add(this.probe);
  }

  /** Whether every number was finite at the end of the step. */
  isFinite(): boolean {
    this.pass.settle();
    const finite = this.seen === 0;
    this.seen = 0;
    return finite;
  }
}
