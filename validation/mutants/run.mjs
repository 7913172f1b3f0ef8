// Mutants of the numerics, drawn by a seed and tried on the tests of their rooms:
//   node validation/mutants/run.mjs [--count 1000] [--seed 1] [--workers 2] [--only src/pde/kinetic]
// Results are kept in runs/mutants, a mutant a line, and the command goes on from there. Exit code 0: at least 95 % are killed, and
// whatever survives is explained in explained.json; else 1.

import { createJiti } from "jiti";

const jiti = createJiti(import.meta.url, { fsCache: false });
const [role, root, what] = process.argv.slice(2);
if (role === "worker") {
  const { serve } = await jiti.import("./worker.ts");
  await serve(root, what === "measure");
} else {
  const { main } = await jiti.import("./campaign.ts");
  process.exitCode = await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    return 2;
  });
}
