// The modes beside a fit, found by a thread: they cost seconds, in which this one would hear of no signal.

import { Interrupted } from "../base/interrupt.ts";
import { withWorkers } from "../experiment/pool.ts";
import { meansOf } from "../kernels/backend/backend.ts";
import type { ModesOf } from "../study/gather.ts";
import type { ModesJob } from "./modes-worker.ts";

/** `stop`: shared, non-zero asks for a stop. */
export function modesElsewhere(stop: Int32Array): ModesOf {
  const filename = new URL("./modes-worker.js", import.meta.url).href;
  return ({ prepared: { loaded, inputs } }, run, quantity) =>
    withWorkers(1, async (workers) => {
      const job: ModesJob = { experiment: loaded.experiment, inputs, run, quantity, stop, ...meansOf(1) };
      const modes: number[] | null = await workers.run(job, { filename });
      if (modes === null) throw new Interrupted();
      return modes;
    });
}
