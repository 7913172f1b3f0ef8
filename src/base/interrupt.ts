// Requests to stop, answered in the midst of a computation. Whoever starts the work says how to ask (`interruptible`); whatever may take
// long asks between two pieces of it (`checkpoint`), and unwinds by an exception that nothing but the one who started it catches.
// A thread computes one thing at a time and solvers are nested deeply, so the question belongs to the thread and is no argument.

/** Thrown where a computation was asked to stop: it is no failure, and so no MuflowError. */
export class Interrupted extends Error {
  constructor() {
    super("asked to stop");
    this.name = "Interrupted";
  }
}

let asked = () => false;

/** The work, in which `checkpoint` asks `requested`: a cheap look at a flag. Throws Interrupted where it was asked to stop. */
export function interruptible<Result>(requested: () => boolean, work: () => Result): Result {
  const before = asked;
  asked = requested;
  try {
    return work();
  } finally {
    asked = before;
  }
}

/** Whether entry 0 of a flag that threads share asks for a stop. */
export function isRaised(stop: Int32Array): boolean {
  return Atomics.load(stop, 0) !== 0;
}

/** The result of the work; null where that flag interrupts it. */
export function unlessRaised<Result>(stop: Int32Array, work: () => Result): Result | null {
  try {
    return interruptible(() => isRaised(stop), work);
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
}

/** As `interruptible`, of work of the main thread that takes many turns of its event loop. */
export async function interruptibleThroughout<Result>(
  requested: () => boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = asked;
  asked = requested;
  try {
    return await work();
  } finally {
    asked = before;
  }
}

/**
 * A turn of the event loop, in which signals are heard; then as `checkpoint`. A main thread that computes for long calls it several times
 * a second, as it hears nothing meanwhile.
 */
export async function listen(): Promise<void> {
  await new Promise((heard) => setImmediate(heard));
  checkpoint();
}

/** Work in pieces, done at once. */
export function atOnce<Result>(pieces: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** The same, and listens between the pieces. */
export async function listening<Result>(pieces: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
    await listen();
  }
}

/** Does one piece of work after another, and listens in between. */
export async function inTurns<Result>(works: Iterable<() => Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const work of works) {
    results.push(work());
    await listen();
  }
  return results;
}

/** Whether the work at hand is asked to stop: for threads that have to stop together, and end at a barrier. */
export function stopRequested(): boolean {
  return asked();
}

/** Throws Interrupted where the work at hand is asked to stop; to be called several times a second. */
export function checkpoint(): void {
  if (stopRequested()) throw new Interrupted();
}
