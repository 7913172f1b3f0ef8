// The state before the step in hand, and whether it is finite after it.

import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import type { Ensemble } from "./ensemble.ts";

export class StepWatch {
  private readonly particles: Ensemble;
  private readonly probe: TileWork;
  /** The sum of 0 · every number since it was last asked for: that of JavaScript, and the kernel's. */
  private seen = 0;
  private readonly seenByKernel: Float64Array | null;

  constructor(particles: Ensemble) {
    const { pass, state, rows } = particles;
    const width = rows * TILE;
    const image = pass.image(state, rows);
    const kernel = pass.kernel({
      name: "probe",
      reads: [image],
      writes: [],
      head: () => [...image!.rowsFrom(0), rows, 0],
    });
    this.particles = particles;
    this.seenByKernel = kernel === null ? null : kernel.head.numbers.subarray(SUM_IN_HEAD);
    this.probe = {
      run: (first, end) => {
        this.seen += zeroTimes(state, first * width, end * width);
      },
      kernel,
    };
  }

  /** A step begins: `before` is what the state is now. */
  begin(): void {
    const { before, state } = this.particles;
    before.set(state);
  }

  /** A step has ended: it is looked at in the pass that makes it. */
  end(): void {
    this.particles.pass.add(this.probe);
  }

  /** Whether every number was finite at the end of the step. */
  isFinite(): boolean {
    this.particles.pass.settle();
    const finite = this.seen === 0 && (this.seenByKernel === null || this.seenByKernel[0] === 0);
    this.seen = 0;
    if (this.seenByKernel !== null) this.seenByKernel[0] = 0;
    return finite;
  }
}

/** Where `struct probe` of c/works.h has its sum, in doubles. */
const SUM_IN_HEAD = 4;

/** 0 · Σ values[i], from ≤ i < end: NaN if one of them is not finite. A whole number of tiles: four sums need not wait for one another. */
function zeroTimes(values: Float64Array, from: number, end: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = from; i < end; i += 4) {
    a += 0 * values[i];
    b += 0 * values[i + 1];
    c += 0 * values[i + 2];
    d += 0 * values[i + 3];
  }
  return a + b + (c + d);
}
