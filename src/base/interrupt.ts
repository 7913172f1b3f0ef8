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

/** Whether the work at hand is asked to stop: for threads that have to stop together, and end at a barrier. */
export function stopRequested(): boolean {
  return asked();
}

/** Throws Interrupted where the work at hand is asked to stop; to be called several times a second. */
export function checkpoint(): void {
  if (stopRequested()) throw new Interrupted();
}
