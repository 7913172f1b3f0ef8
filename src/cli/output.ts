// What commands share: tables on standard output, remarks on standard error, and interruption that saves.

import Table from "cli-table3";
import { MuflowError } from "../base/errors.ts";
import { Interrupted, interruptibleThroughout, isRaised } from "../base/interrupt.ts";
import { oneLine } from "../base/labels.ts";
import type { TextTable } from "../report/tables/data-table.ts";
import { stopped } from "../results/folder.ts";

/** A table and its notes, on standard output, which holds results only. */
export function print({ head, rows }: TextTable, notes: readonly string[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map(oneLine));
  process.stdout.write(`${[table.toString(), ...notes].join("\n")}\n`);
}

/** A remark, on standard error. */
export function tell(message: string): void {
  process.stderr.write(`muflow: ${message}\n`);
}

/** Exit code. */
export const STOPPED = 75;

/**
 * Work on a folder that SIGINT and SIGTERM stop where it is, saved, with exit code 75; a second signal ends the process at once. Threads are
 * told by entry 0 of `stop`, this one by `listen`. So does time: `maxTime` seconds after the process began.
 */
export const interruptible = <Result>(folder: string, work: Interruptible<Result>, maxTime?: number) =>
  endingOn(() => stopped(folder), ": saving what is done …", work, maxTime);

/** The same of reading a spec, before any folder is begun. */
export const interruptibleReading = <Result>(spec: string, work: Interruptible<Result>, maxTime?: number) =>
  endingOn(() => new MuflowError("stopped", `${spec}: ${UNBEGUN}`), "", work, maxTime);

const UNBEGUN = "stopped while it was read; nothing was begun, and the same command reads it again";

type Interruptible<Result> = (stop: Int32Array) => Promise<Result>;

async function endingOn<Result>(
  ended: () => MuflowError,
  doing: string,
  work: Interruptible<Result>,
  maxTime?: number,
): Promise<Result> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const requestStop = (why: string) => {
    if (Atomics.exchange(stop, 0, 1) === 0) tell(`${why}${doing}`);
  };
  // Of signals alone: one that comes while the end of the time is being saved is the first.
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) process.exit(STOPPED);
    signalled = true;
    requestStop(signal);
  };
  const limit =
    maxTime === undefined
      ? undefined
      : setTimeout(() => requestStop(`--max-time ${maxTime}`), 1000 * maxTime - performance.now());
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await interruptibleThroughout(
      () => isRaised(stop),
      () => work(stop),
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw ended();
  } finally {
    clearTimeout(limit);
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
