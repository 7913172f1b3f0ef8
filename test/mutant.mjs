// node mutant.mjs ROOT ID…: measures claims with the sources in ROOT, and prints their verdicts as JSON.
// A process of its own: a broken copy of the program must not share modules with the one under test.

import { join } from "node:path";
import { createJiti } from "jiti";

const [root, ...ids] = process.argv.slice(2);
const jiti = createJiti(import.meta.url, { fsCache: join(root, "cache"), interopDefault: false });
const { runClaim } = await jiti.import(join(root, "src/study/validate.ts"));
const verdicts = {};
for (const id of ids) {
  const module = await jiti.import(join(root, `validation/claims/${id}.ts`));
  const claim = Object.values(module).find((exported) => exported?.id === id);
  const { verdict, measured } = await runClaim(claim, { full: false, together: 40 });
  verdicts[id] = { verdict, measured };
}
process.stdout.write(JSON.stringify(verdicts));
