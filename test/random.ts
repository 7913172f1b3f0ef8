// Random problems (fast-check) are the same ones in every run, so that a commit's verdict is one: a failure is a change, not luck.
// Others are drawn by MUFLOW_TEST_SEED=n npx vitest run; a failure prints its seed and the shrunken example.

import fc from "fast-check";

const seed = process.env.MUFLOW_TEST_SEED ?? "1";
if (!/^-?[0-9]+$/.test(seed)) throw new Error(`MUFLOW_TEST_SEED: found ${seed}; allowed: an integer`);
fc.configureGlobal({ seed: Number(seed) });
