// A run, a study or a merge is killed at a moment drawn by the seed, and the same command done again: it must go through, to the same bits.
// Early: within 10 ms after its folder is there. Later: at any moment up to its end.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const spec = (name, sweep) => `
name: ${name}
problem: { potential: { kind: double-well }, temperature: 0.1 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [1], std: [1] }
time: { until: 10, step: 0.01, record: 20 }
solvers: [{ particles: { width: [40, 80], replicas: 2 } }]
${sweep}`;

/** Ends with its exit code, or null where it was killed; `begun` is called with the process. */
function execute(args, begun = () => {}) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.on("close", (code) => done({ code, said }));
    begun(child);
  });
}

/** Digests of what must have the same bits, by name: all but the report, whose one line and the summary's two entries tell of the machine. */
function digestsOf(folder) {
  const digests = {};
  const add = (name, content) => {
    digests[name] = createHash("sha256").update(content).digest("hex");
  };
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const path = join(folder, name);
    if (/^(state|report\.html)/.test(name) || statSync(path).isDirectory()) continue;
    if (!/^(summary|study)\.json$/.test(name)) add(name, readFileSync(path));
    else {
      const { machine, wallTime, ...rest } = JSON.parse(readFileSync(path, "utf8"));
      add(name, JSON.stringify(rest));
    }
  }
  return digests;
}

/** The names under which two folders differ. */
function differences(a, b) {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);
}

/** Kills so many; counts what did not go through, and what came to other bits. */
export async function kills(directory, { count, early, random }) {
  mkdirSync(directory, { recursive: true });
  const put = (name, text) => {
    const path = join(directory, `${name}.yaml`);
    writeFileSync(path, text);
    return path;
  };
  const run = put("run", spec("run", ""));
  const study = put("study", spec("study", "sweep: { problem.temperature: [0.1, 0.2, 0.3] }"));
  const commands = [
    (out) => ["run", run, "--out", out, "--checkpoint", "0.02"],
    (out) => ["study", study, "--out", out, "--checkpoint", "0.02"],
  ];
  const whole = [];
  const lasts = [];
  for (const [k, command] of commands.entries()) {
    const out = join(directory, `whole-${k}`);
    rmSync(out, { recursive: true, force: true });
    const began = performance.now();
    let folderAt = began;
    const { code, said } = await execute(command(out), async () => {
      while (!existsSync(out)) await new Promise(setImmediate);
      folderAt = performance.now();
    });
    if (code !== 0) throw new Error(said);
    whole.push(digestsOf(out));
    lasts.push(performance.now() - folderAt);
  }
  const found = { kills: 0, endedBefore: 0, dead: [], differing: [] };
  for (let k = 0; k < count; k++) {
    const kind = k % commands.length;
    const out = join(directory, `killed-${kind}`);
    rmSync(out, { recursive: true, force: true });
    const after = early ? 10 * random() : lasts[kind] * random();
    const { code } = await execute(commands[kind](out), async (child) => {
      while (!existsSync(out) && child.exitCode === null) await new Promise(setImmediate);
      const due = performance.now() + after;
      while (performance.now() < due) await new Promise(setImmediate);
      child.kill("SIGKILL");
    });
    if (code === null) found.kills++;
    else found.endedBefore++;
    const again = await execute(commands[kind](out));
    const what = { kind, after };
    if (again.code !== 0) found.dead.push({ ...what, code: again.code, said: again.said.slice(0, 300) });
    else {
      const names = differences(digestsOf(out), whole[kind]);
      if (names.length > 0) found.differing.push({ ...what, names });
    }
  }
  return found;
}
