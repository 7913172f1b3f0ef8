// Signals while a command works: the first asks to stop, the second ends the process; the end of the time is no signal.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { interruptible, STOPPED } from "./output.ts";

const exit = vi.spyOn(process, "exit");
const told = vi.spyOn(process.stderr, "write");
beforeEach(() => {
  exit.mockReset().mockImplementation((() => {}) as never);
  told.mockReset().mockReturnValue(true);
});
afterAll(() => {
  exit.mockRestore();
  told.mockRestore();
});

/** The signal as the newest listener hears it. */
function signal(name: "SIGINT" | "SIGTERM") {
  (process.listeners(name).at(-1) as (name: string) => void)(name);
}

it("the second ends the process at once, whichever it is", async () => {
  const before = process.listenerCount("SIGINT");
  await interruptible("folder", async (stop) => {
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    signal("SIGINT");
    expect(Atomics.load(stop, 0)).toBe(1);
    expect(exit).not.toHaveBeenCalled();
    signal("SIGTERM");
    expect(exit.mock.calls).toEqual([[STOPPED]]);
  });
  expect(told.mock.calls.map(([text]) => text)).toEqual(["muflow: SIGINT: saving what is done …\n"]);
  expect(process.listenerCount("SIGINT")).toBe(before);
});

it("one that comes after the end of the time is the first", async () => {
  const work = async (stop: Int32Array) => {
    while (Atomics.load(stop, 0) === 0) await sleep(1);
    signal("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    signal("SIGINT");
    expect(exit.mock.calls).toEqual([[STOPPED]]);
  };
  await interruptible("folder", work, 0);
});
