// A process that takes a lock when it is told to, says whether it got it, and gives it back when it is told to: one of those in locks.mjs.

import { createJiti } from "jiti";

const { takeLock } = await createJiti(import.meta.url).import("../../src/results/lock.ts");

let giveBack = null;
process.on("message", async ({ ask, path }) => {
  if (ask === "give back") {
    giveBack?.();
    giveBack = null;
    process.send({ answer: "gave back" });
    return;
  }
  try {
    giveBack = await takeLock(path, "folder");
    process.send({ answer: "took" });
  } catch (error) {
    process.send({ answer: /is writing this folder/.test(error.message) ? "refused" : String(error.stack) });
  }
});
process.send({ answer: "ready" });
