// One owner at a time: who lives is respected, who is gone is succeeded, whatever a lock's line has come to.

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { takeLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "lock");
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const own = () => readFileSync(path, "utf8").startsWith(`${process.pid} ${hostname()} `);
const take = () => takeLock(path, "runs/a");
/** More than any system counts to. */
const NOBODY = 2 ** 22 + 1;

async function isTaken(line: string): Promise<void> {
  writeFileSync(path, line);
  const giveBack = await take();
  expect(own()).toBe(true);
  expect(readdirSync(folder)).toEqual(["lock"]);
  giveBack();
  expect(readdirSync(folder)).toEqual([]);
}

async function isRefused(line: string, name: string): Promise<void> {
  writeFileSync(path, line);
  await expect(take()).rejects.toThrow(`runs/a: process ${name} is writing this folder`);
  expect(readFileSync(path, "utf8")).toBe(line);
  expect(readdirSync(folder)).toEqual(["lock"]);
}

describe("a lock", () => {
  it("is this process's until it is given back", async () => {
    const giveBack = await take();
    await expect(take()).rejects.toThrow(`process ${process.pid} on ${hostname()} is writing this folder`);
    giveBack();
    (await take())();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is another's where somebody put it there meanwhile: not given back for them", async () => {
    const giveBack = await take();
    writeFileSync(path, "another\n");
    giveBack();
    expect(readFileSync(path, "utf8")).toBe("another\n");
  });

  it("is touched every second while it is held, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const longAgo = new Date(1e12);
    const isTouched = (ms: number) => {
      utimesSync(path, longAgo, longAgo);
      vi.advanceTimersByTime(ms);
      return statSync(path).mtimeMs > longAgo.getTime();
    };
    const giveBack = await take();
    expect([isTouched(999), isTouched(1), isTouched(1000)]).toEqual([false, true, true]);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, "another\n");
    expect(isTouched(2000)).toBe(false);
    writeFileSync(path, text);
    giveBack();
    writeFileSync(path, text);
    expect(isTouched(2000)).toBe(false);
  });

  it("of version 0.3.0 counts by process and host", async () => {
    await isTaken(`${NOBODY} ${hostname()}\n`);
    // Process 1 of a container that is started anew is another process 1.
    await isTaken(`${process.pid} ${hostname()}\n`);
    await isTaken(`0 ${hostname()}\n`);
    await isRefused(`${process.ppid} ${hostname()}\n`, `${process.ppid} on ${hostname()}`);
    await isRefused("12 elsewhere\n", "12 on elsewhere");
  });

  it("that was cut short is nobody's, once it is seen that nobody writes it", async () => {
    await isTaken("");
    await isTaken(`${process.ppid} ${hostname()}`);
  });

  it("that changes while it is watched is looked at anew", async () => {
    writeFileSync(path, "");
    const taking = take();
    const living = `${process.ppid} ${hostname()}\n`;
    setTimeout(() => writeFileSync(path, living), 150);
    await expect(taking).rejects.toThrow(`process ${process.ppid} on ${hostname()} is writing this folder`);
    expect(readFileSync(path, "utf8")).toBe(living);
    expect(readdirSync(folder)).toEqual(["lock"]);
    writeFileSync(path, "");
    setTimeout(() => rmSync(path), 150);
    (await take())();
  });

  it.each([
    ["leads out of the folder", "../../out"],
    ["is another folder", "state/lock"],
    ["is the folder above", ".."],
    ["is nothing", ""],
    ["is longer than a name may be", "x".repeat(300)],
    ["has control characters", "\u001b[2J"],
  ])("whose id %s is taken over like any other", async (_what, id) => {
    await isTaken(`${NOBODY} ${hostname()} ${id} 1 - -\n`);
  });

  it("is taken over with the remains of takeovers that died", async () => {
    const line = (id: string) => `${NOBODY} ${hostname()} ${id} 1 - -\n`;
    writeFileSync(`${path}.first`, line("second"));
    writeFileSync(`${path}.first.second`, line("third"));
    writeFileSync(join(folder, "lock-fourth.new"), "cut sh");
    await isTaken(line("first"));
  });
});

describe.runIf(platform() === "linux")("a lock with all that Linux tells", () => {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const space = readlinkSync("/proc/self/ns/pid");
  const start = readFileSync(`/proc/${process.ppid}/stat`, "utf8").split(") ")[1]!.split(" ")[19]!;

  it("is of a process that lives, not of a later one of its number", async () => {
    await isRefused(`${process.ppid} anywhere id ${start} ${boot} ${space}\n`, `${process.ppid} on anywhere`);
    await isTaken(`${process.ppid} anywhere id ${Number(start) - 1} ${boot} ${space}\n`);
    await isTaken(`${NOBODY} anywhere id ${start} ${boot} ${space}\n`);
  });

  it("of another machine is left alone", async () => {
    await isRefused(`1 elsewhere id ${start} another-boot ${space}\n`, "1 on elsewhere");
  });

  it("of a process out of sight is left alone where that gives signs of life", async () => {
    const touching = setInterval(() => utimesSync(path, new Date(), new Date()), 150);
    try {
      await isRefused(`1 ${hostname()} id ${start} ${boot} pid:[1]\n`, `1 on ${hostname()}`);
      await isRefused(`1 ${hostname()} id ${start} another-boot ${space}\n`, `1 on ${hostname()}`);
    } finally {
      clearInterval(touching);
    }
  });

  it.each([
    ["before this machine was started anew", `${start} another-boot ${space}`],
    ["in another container", `${start} ${boot} pid:[1]`],
  ])("of a process out of sight, %s, is taken over after ten silent seconds", async (_what, rest) => {
    // Ten seconds on a clock that goes twenty times as fast.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => 20 * now());
    const began = performance.now();
    writeFileSync(path, `1 ${hostname()} id ${rest}\n`);
    const told: string[] = [];
    const giveBack = await takeLock(path, "runs/a", (message) => told.push(message));
    expect(performance.now() - began).toBeGreaterThanOrEqual(10_000);
    expect(own()).toBe(true);
    expect(told).toEqual([
      `runs/a: the lock is of process 1 on ${hostname()}, which cannot be seen from here; taken over if it gives no sign of life for 10 s`,
      "runs/a: process 1 ended here without a word (killed, ended by a second signal, out of memory, or its machine went down); what it had saved is used",
    ]);
    giveBack();
  });
});
