// What a system refuses and what a folder has come to: one clear line, the exit code of the page on errors, at once.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isFile, put, ROOT, remarks, resident, run, start, temporaryDirectory, waitFor } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const SPEC = `
name: small
problem: { potential: { kind: quadratic } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [1], std: [1] }
time: { until: 1, step: 0.5 }
solvers: [{ particles: { width: 4, replicas: 2 } }]
`;
const spec = put(directory, "small.yaml", SPEC);
const place = (name: string) => join(directory, name);

beforeAll(async () => {
  expect((await muflow(["run", spec, "--out", place("whole")])).code).toBe(0);
  symlinkSync("nowhere", place("dangling"));
  execFileSync("mkfifo", [place("pipe.yaml")]);
  symlinkSync("/dev/zero", place("endless.yaml"));
  writeFileSync(place("nested.yaml"), "? ".repeat(700));
  const thousand = Array.from({ length: 1000 }, (_, k) => k + 1);
  writeFileSync(
    place("many.yaml"),
    `${SPEC}sweep: { problem.potential.strength: [${thousand}], seed: [${thousand}], initial.std: [${thousand.map((k) => `[${k}]`)}] }\n`,
  );
}, 60_000);

const cli = join(ROOT, "dist", "cli.js");
const quoted = (...args: string[]) => args.map((arg) => `'${arg}'`).join(" ");

/** The command of a shell in which CLI is muflow; code, and what is said. */
const CASES: readonly [name: string, command: string, code: number, said: string | RegExp][] = [
  ["a folder in /proc", "CLI run SPEC --out /proc/x", 2, "/proc/x: cannot be written (ENOENT)"],
  ["a device as a folder", "CLI run SPEC --out /dev/null", 2, "/dev/null: is a file"],
  [
    "a link that leads nowhere",
    "CLI run SPEC --out dangling",
    2,
    "there is a file, or a link that leads nowhere",
  ],
  ["a name of 300 letters", `CLI run SPEC --out ${"n".repeat(300)}`, 2, "(ENAMETOOLONG)"],
  ["no name", "CLI run SPEC --out ''", 2, "found nothing; allowed: the path of a folder"],
  ["no folder to report on", "CLI report ''", 2, "found nothing; allowed: the path of a folder"],
  [
    "a current folder that is gone",
    "mkdir gone; cd gone; rm -r ../gone; CLI run SPEC",
    2,
    "the current folder: is gone",
  ],
  ["few open files", "ulimit -n 32; CLI run SPEC", 2, "ulimit -n: found 32 files that may be open"],
  ["short files", "ulimit -f 1; CLI run SPEC --out short", 75, "larger than a file may be here (ulimit -f)"],
  ["a pipe for a spec", "CLI check pipe.yaml", 2, "found a named pipe"],
  ["a device for a spec", "CLI check endless.yaml", 2, "found a device"],
  ["keys inside keys", "CLI check nested.yaml", 2, "nested.yaml:1:3: found a mapping or a list as a key"],
  ["very many points to run", "CLI study many.yaml", 2, "found 1000000000 points of 2 runs"],
];

describe.each(CASES)("%s", (_, command, code, said) => {
  it("is told in one line, at once", async () => {
    const text = command.replaceAll("CLI", quoted(process.execPath, cli)).replaceAll("SPEC", quoted(spec));
    const outcome = await run("timeout", ["20", "bash", "-c", text], directory);
    expect(outcome.stderr).toContain(said);
    expect(outcome.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(outcome.code).toBe(code);
  });
});

it("very many points are counted and a sample of them is looked at", async () => {
  const { code, stdout } = await muflow(["check", place("many.yaml")]);
  expect(code).toBe(0);
  const [, looked] =
    /1000000000 points, too many to look at each: what follows is of (\d+), the first and/.exec(stdout)!;
  expect(Number(looked)).toBeGreaterThan(100);
  expect(Number(looked)).toBeLessThanOrEqual(1000);
});

it("a summary that is another's is refused by report and run, in one line", async () => {
  cpSync(place("whole"), place("foreign"), { recursive: true });
  const path = join(place("foreign"), "summary.json");
  const summary = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...summary, seed: "<script>alert(1)</script>" }));
  const before = readFileSync(join(place("foreign"), "report.html"), "utf8");
  for (const args of [
    ["report", place("foreign")],
    ["run", spec, "--out", place("foreign")],
  ]) {
    const { code, stderr } = await muflow(args);
    expect(code).toBe(2);
    expect(remarks(stderr)).toEqual([
      expect.stringMatching(/summary\.json: is not what muflow writes: .* at seed; remove it to have/),
    ]);
  }
  expect(readFileSync(join(place("foreign"), "report.html"), "utf8")).toBe(before);
});

it("a signal while the report is drawn ends with 75; the same command draws it", async () => {
  const running = start(["run", spec, "--out", place("drawn")]);
  await waitFor(running, () => isFile(place("drawn"), "summary.json"));
  running.child.kill("SIGTERM");
  const { code, stderr } = await running.ended;
  expect(stderr).toContain("stopped; the same command goes on from here");
  expect([code, isFile(place("drawn"), "report.html")]).toEqual([75, false]);
  const again = await muflow(["run", spec, "--out", place("drawn")]);
  expect([again.code, isFile(place("drawn"), "report.html")]).toEqual([0, true]);
});

it("an experiment of many runs packs them; they are found again", async () => {
  const many = put(directory, "packed.yaml", SPEC.replace("replicas: 2", "replicas: 40"));
  expect((await muflow(["run", many, "--out", place("packed")])).code).toBe(0);
  expect(readdirSync(join(place("packed"), "state")).sort()).toEqual([
    "manifest.json",
    "runs.pack",
    "source",
  ]);
  mkdirSync(place("shown"));
  for (const name of ["report.html", "series.csv"])
    cpSync(join(place("packed"), name), join(place("shown"), name));
  expect((await muflow(["report", place("packed")])).code).toBe(0);
  expect(readFileSync(join(place("packed"), "report.html"), "utf8")).toBe(
    readFileSync(join(place("shown"), "report.html"), "utf8"),
  );
});
