// A real Slurm on this machine: a controller and two nodes of one core each, on the loopback interface, for as long as a test file
// runs. Debian packages slurmctld, slurmd, slurm-client; no systemd, cgroups or munge.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const COMMANDS = ["slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"];

/** Debian keeps the daemons where a user's PATH does not lead. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Which commands of Slurm this machine lacks. */
export function missingCommands(): string[] {
  return COMMANDS.filter(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: { ...process.env, PATH } }).status !== 0,
  );
}

export interface Cluster {
  /** Runs a command of Slurm; returns what it prints. */
  command(name: string, ...args: string[]): string;
  /** Ends jobs and daemons. */
  stop(): Promise<void>;
}

/** Starts the daemons, their files in `directory`, and leads this process's commands of Slurm to them (SLURM_CONF). */
export async function startCluster(directory: string): Promise<Cluster> {
  for (const name of ["state", "spool", "log", "run"]) mkdirSync(join(directory, name), { recursive: true });
  const [controller, ...nodes] = await freePorts(3);
  const configuration = join(directory, "slurm.conf");
  writeFileSync(configuration, configurationOf(directory, controller!, nodes));
  process.env.SLURM_CONF = configuration;
  const command = (name: string, ...args: string[]) =>
    execFileSync(name, args, { encoding: "utf8", env: { ...process.env, PATH } });
  command("slurmctld", "-f", configuration);
  for (const node of ["n1", "n2"]) command("slurmd", "-N", node, "-f", configuration);
  const ready = () => command("sinfo", "--noheader", "--Node", "--format=%T").match(/idle/g)?.length === 2;
  for (let attempt = 0; !ready(); attempt++) {
    if (attempt > 100) throw new Error(`Slurm does not come up: ${command("sinfo")}`);
    await sleep(100);
  }
  return { command, stop: () => stop(directory, command) };
}

async function stop(directory: string, command: Cluster["command"]): Promise<void> {
  command("scancel", `--user=${userInfo().username}`);
  while (command("squeue", "--noheader") !== "") await sleep(100);
  const pids = readdirSync(join(directory, "run")).map((name) =>
    Number(readFileSync(join(directory, "run", name), "utf8")),
  );
  for (const pid of pids) process.kill(pid);
  // They are nobody's children: where the first process of a container does not collect them they stay, dead, for a while.
  for (let attempt = 0; attempt < 100 && pids.some(isAlive); attempt++) await sleep(50);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((found) => {
          server.once("listening", () => found((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function configurationOf(directory: string, controller: number, nodes: readonly number[]): string {
  const host = hostname().split(".")[0];
  const user = userInfo().username;
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation=${directory}/state
SlurmdSpoolDir=${directory}/spool/%n
SlurmctldPidFile=${directory}/run/slurmctld.pid
SlurmdPidFile=${directory}/run/slurmd.%n.pid
SlurmctldLogFile=${directory}/log/slurmctld.log
SlurmdLogFile=${directory}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmdTimeout=5
KillWait=2
MinJobAge=300
MaxArraySize=101
${nodes
  .map(
    (port, index) =>
      `NodeName=n${index + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1 RealMemory=2000 State=UNKNOWN`,
  )
  .join("\n")}
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
`;
}
