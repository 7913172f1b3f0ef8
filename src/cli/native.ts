// muflow native: builds the kernels as machine code, with the C compiler of this machine, into the user's cache.

import { inputError } from "../base/errors.ts";
import { requireWord } from "../base/keys.ts";
import { loadNative } from "../kernels/backend/native.ts";
import { buildNative, NATIVE_LEVELS, NativeBuildError } from "../kernels/backend/native-build.ts";

export interface NativeArguments {
  level?: string;
  force: boolean;
}

export async function native({ level, force }: NativeArguments): Promise<void> {
  if (level !== undefined) requireWord("--level", level, NATIVE_LEVELS);
  const started = performance.now();
  const build = await buildNative({ level, again: force }).catch((error: unknown) => {
    throw error instanceof NativeBuildError ? inputError("native", error.message) : error;
  });
  const loaded = loadNative(build);
  if (loaded !== "foreign" && "lack" in loaded) throw inputError("native", loaded.lack);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const how = build.isNew ? `built in ${seconds} s` : "there already (--force builds it again)";
  const where = loaded === "foreign" ? ", for other processors than this one" : "";
  process.stdout.write(`native kernels, ${build.level}: ${how}${where}: ${build.path}\n`);
}
