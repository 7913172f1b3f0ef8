import { defineConfig } from "vitest/config";

/** The long cases: npx vitest run --config validation/vitest.config.ts */
export default defineConfig({
  test: {
    include: ["validation/**/*.test.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    pool: "forks",
    setupFiles: ["test/random.ts"],
    fileParallelism: false,
  },
});
