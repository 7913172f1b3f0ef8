// node mutant.mjs ROOT ID…: measures claims with the sources in ROOT, and prints their verdicts as JSON; why, where one cannot be measured.
// A process of its own: a broken copy of the program must not share modules with the one under test.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [root, ...ids] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(root, path)).href);
const { runClaim } = await load("src/claims/validate.js");
const { CLAIMS } = await load("src/shipped-claims/index.js");
const verdicts = {};
for (const id of ids) {
  const claim = CLAIMS.find((each) => each.id === id);
  try {
    const { verdict, measured } = await runClaim(claim, { full: false, together: 40 });
    verdicts[id] = { verdict, measured };
  } catch (error) {
    if (error.kind !== "numerics") throw error;
    verdicts[id] = { verdict: error.message };
  }
}
process.stdout.write(JSON.stringify(verdicts));
