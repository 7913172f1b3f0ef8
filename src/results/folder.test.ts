// A folder that a process began and did not come far with is the next one's; what is not muflow's is nobody's.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { claimFolder, type Manifest, siblingOf, stopped } from "./folder.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-folder-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const manifest: Manifest = { hash: "a".repeat(64), version: "1", spec: {}, moduleSha256: null, files: [] };
let made = 0;
const fresh = () => join(directory, `${made++}`);
const LOCK = `${2 ** 22 + 1} ${hostname()} id 1 - -\n`;

/** What a process that is killed leaves, one moment after another. */
const MOMENTS: readonly [string, (folder: string) => void][] = [
  ["before anything", () => {}],
  ["with the folder", (folder) => mkdirSync(folder)],
  ["with state", (folder) => mkdirSync(join(folder, "state"))],
  ["with a lock not yet in place", (folder) => writeFileSync(join(folder, "state", "lock-id.new"), LOCK)],
  ["with its lock", (folder) => writeFileSync(join(folder, "state", "lock"), LOCK)],
  ["with half a manifest", (folder) => writeFileSync(join(folder, "state", "manifest.json.new"), "{")],
  [
    "with its manifest",
    (folder) => writeFileSync(join(folder, "state", "manifest.json"), JSON.stringify(manifest)),
  ],
  ["with half its source", (folder) => mkdirSync(join(folder, "state", "source"))],
];

it.each(MOMENTS.map(([name], k) => [name, k] as const))("killed %s it goes on", async (_, k) => {
  const folder = fresh();
  for (const [, act] of MOMENTS.slice(0, k + 1)) act(folder);
  const copy = `${folder}-again`;
  if (k > 0) cpSync(folder, copy, { recursive: true });
  const giveBack = await claimFolder(folder, manifest);
  expect(readdirSync(join(folder, "state"))).toContain("manifest.json");
  giveBack();
  // Up to its manifest it is anybody's.
  const other = claimFolder(copy, { ...manifest, hash: "b".repeat(64) });
  if (k < 6) (await other)();
  else await expect(other).rejects.toThrow("holds another experiment");
});

describe("a folder", () => {
  const refused = async (lay: (folder: string) => void, words: string) => {
    const folder = fresh();
    lay(folder);
    await expect(claimFolder(folder, manifest)).rejects.toThrow(words);
  };

  it("of something else is refused", async () => {
    const held = "is not empty and holds no muflow run";
    await refused((folder) => mkdirSync(join(folder, "mine"), { recursive: true }), held);
    await refused((folder) => mkdirSync(join(folder, "state", "mine"), { recursive: true }), held);
    await refused((folder) => {
      mkdirSync(folder);
      writeFileSync(join(folder, "state"), "");
    }, held);
    await refused((folder) => writeFileSync(folder, ""), "is a file");
  });

  it("of another experiment is refused by what differs, of another version by that", async () => {
    const files = [{ key: "problem.data.csv", path: "points.csv", sha256: "1" }];
    const held = { ...manifest, spec: { seed: 1 }, files };
    const folder = fresh();
    (await claimFolder(folder, held))();
    const claim = (other: Partial<Manifest>) =>
      claimFolder(folder, { ...held, hash: "b".repeat(64), ...other });
    await expect(claim({ version: "2" })).rejects.toThrow("was computed by muflow 1, this is 2");
    await expect(claim({ spec: { sweep: {}, experiment: {} } })).rejects.toThrow(
      "was made by muflow run, this is muflow study",
    );
    await expect(
      claim({ spec: { seed: 2 }, moduleSha256: "3", files: [{ ...files[0]!, sha256: "2" }] }),
    ).rejects.toThrow(
      "holds another experiment: seed: 1 → 2; the source of the experiment's module changed; the file is points.csv.",
    );
  });

  it("that another process makes its own while its lock is waited for is that one's", async () => {
    const folder = fresh();
    mkdirSync(join(folder, "state"), { recursive: true });
    const lock = join(folder, "state", "lock");
    // A lock cut short is watched for a while: here its process ends meanwhile.
    writeFileSync(lock, "");
    setTimeout(() => {
      writeFileSync(join(folder, "state", "manifest.json"), JSON.stringify({ ...manifest, version: "2" }));
      rmSync(lock);
    }, 150);
    await expect(claimFolder(folder, { ...manifest, hash: "b".repeat(64) })).rejects.toThrow(
      "was computed by muflow 2, this is 1",
    );
    expect(existsSync(lock)).toBe(false);
  });

  it("that cannot be made is refused in one line", async () => {
    await refused((folder) => symlinkSync(join(directory, "nowhere"), folder), "leads nowhere");
    await refused((folder) => symlinkSync(folder, folder), "(ELOOP)");
    await expect(claimFolder(join(directory, "n".repeat(300)), manifest)).rejects.toThrow("(ENAMETOOLONG)");
    await expect(claimFolder("/proc/x/y", manifest)).rejects.toThrow("/proc/x: cannot be written (ENOENT)");
    await expect(claimFolder("/dev/null", manifest)).rejects.toThrow("is a file");
    await expect(claimFolder("/dev/null/x", manifest)).rejects.toThrow("(ENOTDIR)");
  });
});

it("what can be read of a folder is what its results say, not an old report; its name is one word of the command", async () => {
  const folder = join(directory, "it's mine");
  (await claimFolder(folder, { ...manifest, spec: { sweep: {} } }))();
  writeFileSync(join(folder, "report.html"), "");
  const word = `'${folder.replace("'", "'\\''")}`;
  expect(stopped(folder).message).toBe(
    `${folder}: stopped; the same command goes on from here. No results are readable yet: study.json, series.csv and report.html come at the end; muflow merge ${word}' --out ${word}-so-far' makes them of the runs that are done`,
  );
  const run = fresh();
  (await claimFolder(run, manifest))();
  writeFileSync(join(run, "report.html"), "");
  expect(stopped(run).message).toMatch(/here\. No results are readable yet: summary\.json/);
});

describe("a folder whose work was stopped", () => {
  const put = (folder: string, ...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), "");
  };
  it.each([
    [
      "a run",
      {},
      [],
      /No results are readable yet: summary\.json, series\.csv and report\.html come at the end$/,
    ],
    [
      "a study",
      { sweep: {} },
      [],
      /yet: study\.json, .*; muflow merge \S+ --out \S+-so-far makes them of the runs that are done$/,
    ],
    [
      "one without its report",
      {},
      ["summary.json"],
      /Readable: summary\.json and series\.csv; the report is not drawn yet$/,
    ],
    ["one that has all", { sweep: {} }, ["study.json", "report.html"], /Readable: \S+$/],
  ] as const)("%s says what of it can be read", async (_, spec, names, says) => {
    const folder = fresh();
    (await claimFolder(folder, { ...manifest, spec }))();
    put(folder, ...names);
    const { kind, message } = stopped(folder);
    expect(kind).toBe("stopped");
    expect(message).toMatch(/: stopped; the same command goes on from here\. /);
    expect(message).toMatch(says);
    expect(message.split("\n")).toHaveLength(1);
    // However the folder is written, what is advised lies beside it.
    const advised = (written: string) => / --out (\S+) /.exec(stopped(written).message)?.[1];
    expect([advised(`${folder}/`), advised(`${folder}//`)]).toEqual([advised(folder), advised(folder)]);
  });

  it.each([
    ["runs/x", "runs/x-so-far"],
    ["runs/x/", "runs/x-so-far"],
    ["x//", "x-so-far"],
    ["./x/", "x-so-far"],
    ["/data/x/", "/data/x-so-far"],
    ["../x", "../x-so-far"],
    [".", `${process.cwd()}-so-far`],
    ["x/..", `${process.cwd()}-so-far`],
  ])("%s has a folder beside it", (folder, beside) => {
    expect(siblingOf(folder, "-so-far")).toBe(beside);
  });
});
