// Interruption by a flag that trips in the midst of nested work.

import { describe, expect, it } from "vitest";
import { checkpoint, Interrupted, interruptible, stopRequested } from "./interrupt.ts";

describe("a computation that may be interrupted", () => {
  it("goes on until the flag is set, and ends at the next checkpoint", () => {
    let done = 0;
    const work = () => {
      for (let n = 0; n < 10; n++) {
        checkpoint();
        done += 1;
      }
      return "whole";
    };
    expect(interruptible(() => false, work)).toBe("whole");
    done = 0;
    expect(() => interruptible(() => done === 4, work)).toThrow(Interrupted);
    expect(done).toBe(4);
  });

  it("is asked within its own work alone, however that ends", () => {
    expect(() => checkpoint()).not.toThrow();
    const inner = () => {
      expect(() => interruptible(() => true, checkpoint)).toThrow(Interrupted);
      return stopRequested();
    };
    expect(interruptible(() => false, inner)).toBe(false);
    expect(() =>
      interruptible(
        () => true,
        () => {
          throw new Error("failed");
        },
      ),
    ).toThrow("failed");
    expect(stopRequested()).toBe(false);
  });
});
