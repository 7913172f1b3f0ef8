// One owner at a time: who lives is respected, who is gone is succeeded, whatever a lock's line has come to.

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { takeLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "muflow-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "lock");
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
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

  it("of version 0.3.0 counts by process and host", async () => {
    await isTaken(`${NOBODY} ${hostname()}\n`);
    // Process 1 of a container that is started anew is another process 1.
    await isTaken(`${process.pid} ${hostname()}\n`);
    await isRefused(`${process.ppid} ${hostname()}\n`, `${process.ppid} on ${hostname()}`);
    await isRefused("12 elsewhere\n", "12 on elsewhere");
  });

  it("that was cut short is nobody's, once it is seen that nobody writes it", async () => {
    await isTaken("");
    await isTaken(`${process.ppid} ${hostname()}`);
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
});
