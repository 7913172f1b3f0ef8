// States of ended runs in one pack: each found again bit by bit, whatever a kill or a disk did to the others.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
import { Pack, readPacked } from "./pack.ts";
import { type Slot, States } from "./states.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-states-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HASH = "a".repeat(64);
let made = 0;
function fresh(): string {
  const folder = join(directory, `${made++}`);
  mkdirSync(join(folder, "state"), { recursive: true });
  return folder;
}
const slotIn = (folder: string, run: number): Slot => ({
  hash: HASH,
  run,
  checkpoint: join(folder, "state", HASH.slice(0, 16), `run-${run}.checkpoint`),
});
const packIn = (folder: string) => join(folder, "state", "runs.pack");

function ended(run: number, more: Partial<Checkpoint> = {}): Checkpoint {
  const rows = [0, 1].map((t) => ({ t, observables: { risk: run + t / 3 } }));
  const theta = Float64Array.from({ length: 5 + (run % 7) }, (_, k) => run / (k + 1));
  const snapshots = [{ t: 1, theta, omega: new Float64Array(0), outputs: new Float64Array(2).fill(run) }];
  const state = Float64Array.from({ length: 8 }, (_, k) => run + k);
  return {
    hash: HASH,
    run,
    finished: true,
    progress: { step: 2, rows, snapshots, ledger: null, bounds: null, state },
    ...more,
  };
}

const bodyOf = (checkpoint: Checkpoint) => Buffer.concat(encodeCheckpoint(checkpoint));

function written(folder: string, runs: readonly number[]): void {
  const states = new States(folder);
  for (const run of runs) states.keep(slotIn(folder, run), bodyOf(ended(run)));
  states.close();
}

/** The runs that are read back, the same bits, and how many damaged ones were told of. */
function found(folder: string, runs: number): { whole: number[]; told: number } {
  const states = new States(folder);
  let told = 0;
  const whole = Array.from({ length: runs }, (_, run) => run).filter((run) => {
    const saved = states.load(slotIn(folder, run), () => {
      told += 1;
    });
    if (saved === null) return false;
    expect(saved).toEqual(ended(run));
    return true;
  });
  return { whole, told };
}

const all = (count: number) => Array.from({ length: count }, (_, k) => k);

it("states that cannot be read give the folder back", () => {
  const folder = fresh();
  mkdirSync(join(folder, "state", "runs.pack"), { recursive: true });
  let given = 0;
  expect(() => States.of(folder, () => given++)).toThrow();
  expect(given).toBe(1);
});

describe("a pack", () => {
  it("holds runs in any order, written at several times, in one file", () => {
    const folder = fresh();
    written(folder, [3, 0]);
    written(folder, [2, 1, 3]);
    expect(found(folder, 5)).toEqual({ whole: [0, 1, 2, 3], told: 0 });
    expect(readdirSync(join(folder, "state"))).toEqual(["runs.pack"]);
    const { length } = readFileSync(packIn(folder));
    // The same once more is not written once more.
    written(folder, [0, 1, 2, 3]);
    expect(readFileSync(packIn(folder))).toHaveLength(length);
  });

  it("cut short anywhere loses the last run alone, and goes on", () => {
    const folder = fresh();
    written(folder, all(3));
    const three = readFileSync(packIn(folder)).length;
    written(folder, [3]);
    const whole = readFileSync(packIn(folder));
    // Its frame is shorter than that of run 3, of which nothing is left behind it.
    const uncut = fresh();
    written(uncut, [0, 1, 2, 7]);
    for (let length = three; length < whole.length; length += 13) {
      writeFileSync(packIn(folder), whole.subarray(0, length));
      expect(found(folder, 8)).toEqual({ whole: [0, 1, 2], told: 0 });
      written(folder, [7]);
      expect(found(folder, 8)).toEqual({ whole: [0, 1, 2, 7], told: 0 });
      expect(readFileSync(packIn(folder)).equals(readFileSync(packIn(uncut)))).toBe(true);
    }
  });

  it("with any byte wrong loses one run at most", () => {
    const folder = fresh();
    written(folder, all(4));
    const whole = readFileSync(packIn(folder));
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << (at % 8);
      writeFileSync(packIn(folder), bytes);
      const { whole: left } = found(folder, 4);
      expect(left.length, `byte ${at}`).toBeGreaterThanOrEqual(3);
    }
  });

  it("with a length that leads past the next frames loses its own run alone", () => {
    const folder = fresh();
    written(folder, all(4));
    const bytes = readFileSync(packIn(folder)).toString("latin1");
    const [line, length] = /^muflow-pack-1 (\d+)/.exec(bytes)!;
    const longer = line.replace(length!, `${Number(length) + 300}`);
    writeFileSync(packIn(folder), Buffer.from(longer + bytes.slice(line.length), "latin1"));
    expect(found(folder, 4).whole).toEqual([1, 2, 3]);
  });

  it("is searched everywhere for the next frame after a damaged line", () => {
    // The search goes window by window, of a MiB, from the byte after the damage: the next line begins around the first window's end.
    for (let end = 2 ** 20 - 20; end <= 2 ** 20 + 4; end++) {
      const pack = new Pack(packIn(fresh()));
      const line = `muflow-pack-1 ${end} ${HASH} 0\n`.length;
      pack.append(HASH, 0, Buffer.alloc(end - line));
      pack.append(HASH, 1, Buffer.from("next"));
      pack.close();
      const bytes = readFileSync(pack.path);
      bytes[3]! ^= 1;
      writeFileSync(pack.path, bytes);
      const reopened = new Pack(pack.path);
      expect([reopened.get(HASH, 0), readPacked(reopened.get(HASH, 1)!).toString()]).toEqual([null, "next"]);
      rmSync(pack.path);
    }
  });

  it("is nobody's who reads it while it grows: half a frame is no frame", () => {
    const folder = fresh();
    written(folder, all(2));
    const states = new States(folder);
    truncateSync(packIn(folder), readFileSync(packIn(folder)).length - 5);
    let told = "";
    expect(
      states.load(slotIn(folder, 1), (message) => {
        told = message;
      }),
    ).toBeNull();
    expect(told).toMatch(/runs\.pack: the state of run 1 of a{12} is damaged and counts as missing/);
  });
});

describe("a run", () => {
  it("that failed has its reason and its last good state, until it comes through", () => {
    const folder = fresh();
    const slot = slotIn(folder, 0);
    const states = new States(folder);
    const broken = ended(0, { finished: false, failure: "blew up" });
    states.keep(slot, bodyOf(broken));
    const { finished, failure, progress } = broken;
    expect(states.load(slot, () => {})).toEqual({ finished, failure, progress });
    states.keep(slot, bodyOf(ended(0)));
    expect(states.load(slot, () => {})).toEqual(ended(0));
    states.close();
    expect(new States(folder).load(slot, () => {})).toEqual(ended(0));
  });

  it("that failed before there was a state to keep has what an earlier attempt reached", () => {
    const folder = fresh();
    const slot = slotIn(folder, 0);
    const states = new States(folder);
    states.fail(slot, "did not converge");
    expect(states.load(slot, () => {})).toEqual({
      finished: false,
      failure: "did not converge",
      progress: null,
    });
    const under = ended(0, { finished: false });
    saveCheckpoint(slot.checkpoint, under);
    expect(states.load(slot, () => {})).toMatchObject({
      failure: "did not converge",
      progress: under.progress,
    });
    // One too large for the pack, that came through.
    saveCheckpoint(slot.checkpoint, ended(0));
    expect(states.load(slot, () => {})).toEqual(ended(0));
    states.close();
  });

  it("of version 0.3.0 is found in files of its own, with its failure beside it", () => {
    const folder = fresh();
    const states = new States(folder);
    const { run, ...former } = ended(0);
    const slot = slotIn(folder, 0);
    saveCheckpoint(slot.checkpoint, former);
    expect(states.load(slot, () => {})).toEqual(former);
    const path = slot.checkpoint.replace("checkpoint", "failure.json");
    writeFileSync(path, JSON.stringify({ kind: "numerics", message: "blew up" }));
    expect(states.load(slot, () => {})).toMatchObject({ failure: "blew up", progress: former.progress });
    for (const damaged of ["{", '{"kind":"numerics"}', "[]"]) {
      writeFileSync(path, damaged);
      expect(states.load(slot, () => {})).toEqual(former);
    }
  });

  it("that is packed leaves no file of its own", () => {
    const folder = fresh();
    const slot = slotIn(folder, 0);
    saveCheckpoint(slot.checkpoint, ended(0, { finished: false }));
    saveCheckpoint(slot.checkpoint, ended(0, { finished: false }));
    written(folder, [0]);
    expect(existsSync(join(folder, "state", HASH.slice(0, 16)))).toBe(false);
  });
});

it("a run under way has two generations: where the newer is damaged the older counts, and it is told", () => {
  const slot = slotIn(fresh(), 0);
  const under = [1, 2].map((step) => ended(0, { finished: false, progress: { ...ended(0).progress, step } }));
  for (const one of under) saveCheckpoint(slot.checkpoint, one);
  const load = () => {
    const told: string[] = [];
    const found = loadCheckpoint(slot.checkpoint, HASH, (message) => told.push(message));
    return [found?.progress.step, ...told];
  };
  expect(load()).toEqual([2]);
  truncateSync(slot.checkpoint, 100);
  expect(load()).toEqual([1, `${slot.checkpoint} is damaged: the generation before it is used`]);
  rmSync(slot.checkpoint);
  expect(load()).toEqual([1]);
  expect(() => loadCheckpoint(slot.checkpoint, "b".repeat(64), () => {})).toThrow(
    `belongs to another experiment (hash ${HASH.slice(0, 12)}, not ${"b".repeat(12)})`,
  );
});

describe("a checkpoint whose digest is right", () => {
  const [line, ...arrays] = encodeCheckpoint(ended(1)).slice(0, -1) as Buffer[];
  const header = JSON.parse(line!.toString());
  /** With its digest made anew. */
  const forged = (changes: object, body: readonly Uint8Array[] = arrays) => {
    const folder = fresh();
    const path = join(folder, "forged");
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify({ ...header, ...changes })}\n`), ...body]);
    writeFileSync(path, Buffer.concat([bytes, createHash("sha256").update(bytes).digest()]));
    return decodeCheckpoint(readFileSync(path));
  };

  it("is read as it is", () => expect(forged({})).toEqual(ended(1)));

  it.each<[string, object, (readonly Uint8Array[])?]>([
    ["has fewer numbers than it says", {}, arrays.slice(0, -1)],
    ["has more", {}, [...arrays, new Uint8Array(8)]],
    ["has arrays of other lengths", { lengths: [5, 7, 6, 0, 2] }],
    ["has snapshots of several lengths", { snapshotTimes: [1, 2], lengths: [4, 8, 3, 0, 1, 2, 0, 2] }],
    ["has rows that do not fit its observables", { observables: ["risk", "energy"] }],
    ["lacks an array of a snapshot", { snapshotTimes: [1, 2] }],
    ["has lengths that are none", { lengths: [-4, 8, 6, 0, 10] }],
    ["has text for numbers", { lengths: ["4", 8, 6, 0, 2] }],
    ["has another step", { step: -1 }],
    ["has no ledger", { ledger: {} }],
    ["is of another format", { format: "muflow-checkpoint-2" }],
  ])("but %s is damaged", (_, changes, body) => expect(forged(changes, body)).toBeNull());
});
