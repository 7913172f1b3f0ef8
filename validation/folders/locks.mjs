// Rounds of contenders for one lock, that of a dead process, or none, or the remains of a takeover that died: never two owners, and in the end one.
// Every so often a contender is killed in the midst of it, at a moment drawn by the seed.

import { fork } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CONTENDER = fileURLToPath(new URL("contender.mjs", import.meta.url));
const CONTENDERS = 3;
/** One round in so many loses a contender on the way. */
const KILLED_EVERY = 50;

/** Speaks with one process: an answer for every question, null where it died over it. */
class Contender {
  constructor() {
    this.child = fork(CONTENDER);
    this.waiting = [];
    this.answers = [];
    this.child.on("message", ({ answer }) => this.#answer(answer));
    this.child.on("exit", () => this.#answer(null));
  }

  #answer(answer) {
    const waiting = this.waiting.shift();
    if (waiting === undefined) this.answers.push(answer);
    else waiting(answer);
  }

  hear() {
    const [known] = this.answers;
    if (known !== undefined) return Promise.resolve(this.answers.shift());
    return new Promise((heard) => this.waiting.push(heard));
  }

  ask(question) {
    this.child.send(question, () => {});
    return this.hear();
  }
}

/** What lies in the folder before a round. */
function layDown(path, dead, random) {
  const kind = Math.floor(random() * 4);
  const line = (id) => `${dead} ${hostname()} ${id} 1 - -\n`;
  if (kind === 1) writeFileSync(path, `${dead} ${hostname()}\n`);
  if (kind >= 2) writeFileSync(path, line("gone"));
  if (kind === 3) {
    writeFileSync(`${path}.gone`, line("late"));
    if (random() < 0.5) writeFileSync(`${path}.gone.late`, line("later"));
  }
}

/** Plays the rounds; counts those with two owners, without any, and other answers. */
export async function lockRounds(folder, rounds, random) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lock");
  const start = async () => {
    const contender = new Contender();
    await contender.hear();
    return contender;
  };
  const contenders = await Promise.all(Array.from({ length: CONTENDERS }, start));
  const found = { rounds, two: 0, none: 0, other: [], killed: 0 };
  let dead = 2 ** 22 + 1;
  for (let round = 0; round < rounds; round++) {
    layDown(path, dead, random);
    const kills = round % KILLED_EVERY === KILLED_EVERY - 1;
    if (kills) {
      const [victim] = contenders;
      setTimeout(() => victim.child.kill("SIGKILL"), 3 * random());
    }
    const answers = await Promise.all(contenders.map((one) => one.ask({ ask: "take", path })));
    let owners = answers.filter((answer) => answer === "took").length;
    found.other.push(...answers.filter((answer) => ![null, "took", "refused"].includes(answer)));
    if (kills) {
      // Who died may have held it: whoever asks now must get it, unless another has it.
      await new Promise((exited) => {
        const { child } = contenders[0];
        if (child.exitCode !== null || child.signalCode !== null) exited();
        else child.on("exit", exited);
      });
      found.killed++;
      if (answers[0] === "took") owners--;
      const again = owners > 0 ? "refused" : await contenders[1].ask({ ask: "take", path });
      if (again === "took") owners++;
      contenders[0] = await start();
    }
    if (owners > 1) found.two++;
    if (owners < 1) found.none++;
    for (const one of contenders) await one.ask({ ask: "give back" });
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    dead = 2 ** 22 + 1 + Math.floor(random() * 1000);
  }
  for (const { child } of contenders) child.disconnect();
  return found;
}
