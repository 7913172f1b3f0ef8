// Commands of muflow one after another in one process, on request of the tests (`resident` in support.ts): the program's entry is evaluated anew
// for each, what it loads is loaded once. A message { args, cwd } is answered by { code, stdout, stderr }.

import { readFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const [, entry] = /import "(.*)"/.exec(readFileSync(new URL("cli.js", dist), "utf8"));
// Every evaluation listens to them again.
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);

class Exit extends Error {}
process.exit = (code = process.exitCode) => {
  process.exitCode = code;
  throw new Exit();
};

let count = 0;
process.on("message", async ({ args, cwd }) => {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (chunk, encoding, done = encoding) => {
      said[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      if (typeof done === "function") done();
      return true;
    };
  }
  process.chdir(cwd);
  process.argv = [process.argv[0], new URL("cli.js", dist).pathname, ...args];
  process.exitCode = 0;
  try {
    await import(new URL(`${entry}?${count++}`, dist));
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  process.send({ code: process.exitCode, ...said });
});
