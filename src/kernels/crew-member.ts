// A thread that helps another with its kernels (crew.ts).

import { workerData } from "node:worker_threads";
import { kernelList } from "./backend/kernels.ts";
import { enlistedAddon } from "./backend/native.ts";
import { enlistedKernels } from "./backend/wasm.ts";
import { commandIn, type Duty, follow } from "./crew-command.ts";

const { shared, enlisted, rank } = workerData as Duty;
const kernels = "path" in enlisted ? enlistedAddon(enlisted) : enlistedKernels(enlisted);
follow(commandIn(shared), kernelList(kernels), rank);
