// What can be seen of the sources without running them: style, types, and what nobody uses. Side by side, as each takes one core:
//   npm run check      exit code 1 where one of them fails, and what it says

import { spawn } from "node:child_process";

const CHECKS = [
  "biome check .",
  // What it knows of files that have not changed is a quarter minute of a core.
  "tsc --noEmit --incremental --tsBuildInfoFile node_modules/.cache/tsc.tsbuildinfo",
  "knip",
  "knip --production --exclude types",
];

/** Runs it, says what it says once it has ended, and whether it found nothing. */
function passes(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    }
    child.on("close", (code) => {
      if (said !== "") console.log(`${command}\n${said}`);
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(CHECKS.map(passes));
if (passed.includes(false)) process.exitCode = 1;
