/** A real Slurm, for tests: one machine, on the loopback alone, everything of it in a folder that goes with it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../../testbench/end-process.ts';

/** What it consists of, and what asks it. */
export const slurmPrograms = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'sinfo', 'scontrol', 'scancel'];

export interface Slurm {
  /** Of a program that is to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Comes back when it has no job any more. */
  readonly idle: () => Promise<void>;
  /** What one of its programs prints. */
  readonly ask: (program: string, ...args: readonly string[]) => string;
  readonly stop: () => Promise<void>;
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<{ readonly port: number; readonly close: () => void }>((done, fail) => {
          const server = createServer();
          server.once('error', fail);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (typeof address === 'object' && address !== null)
              done({ port: address.port, close: () => server.close() });
          });
        }),
    ),
  );
  for (const { close } of servers) close();
  return servers.map(({ port }) => port);
}

/** The file that all of it reads (man slurm.conf): no cgroups, no accounting, and quick to begin a job. */
function configuration(folder: string, ports: readonly number[]): string {
  const host = hostname().split('.')[0] ?? 'localhost';
  const [controller, daemon] = ports;
  return [
    'ClusterName=systole',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${daemon}`,
    'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge.socket`,
    'CryptoType=crypto/munge',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SchedulerType=sched/builtin',
    'SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1',
    'ReturnToService=2',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`,
    `PartitionName=quick Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

/** Starts it; whoever starts it stops it, whatever happens. @throws Error with its logs where it does not come up */
export async function startSlurm(): Promise<Slurm> {
  const folder = mkdtempSync(join(tmpdir(), 'systole-slurm-'));
  // munged trusts no folder that others may write.
  chmodSync(folder, 0o755);
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const conf = join(folder, 'slurm.conf');
  writeFileSync(conf, configuration(folder, await freePorts(2)));
  const environment = { SLURM_CONF: conf };
  const env = { ...process.env, ...environment };

  const daemons: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = [];
  let printed = '';
  let isUp = false;
  const start = (program: string, ...args: readonly string[]): void => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        printed += `${program}: ${text.toString()}`;
      });
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', (error) => {
        printed += `${program}: ${error.message}\n`;
        resolve(error);
      });
    });
    daemons.push({ child, ended });
  };
  const endAll = (): void => {
    for (const { child } of daemons) endProcess(child, 'SIGKILL');
  };
  // Also where the tests end without a word.
  process.once('exit', endAll);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', endAll);
    // Its tasks are no children of ours, and would go on without it.
    if (isUp && ask('squeue', '-h') !== '') {
      ask('scancel', '--user=root');
      for (let tries = 0; tries < 50 && ask('squeue', '-h') !== ''; tries++) await wait(100);
    }
    // The last one first: who is asked to end tells the others.
    for (const { child, ended } of daemons.toReversed()) {
      endProcess(child);
      await Promise.race([ended, wait(10_000)]);
    }
    endAll();
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = (program: string, ...args: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    return stdout + stderr;
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 600) {
        await stop();
        throw new Error(`Slurm: ${what} did not come\n${printed}`);
      }
      await wait(200);
    }
  };

  const inFolder = (name: string): string => join(folder, name);
  start(
    'munged',
    '--foreground',
    '--force',
    `--key-file=${inFolder('munge.key')}`,
    `--socket=${inFolder('munge.socket')}`,
    `--pid-file=${inFolder('munged.pid')}`,
    `--log-file=${inFolder('munged.log')}`,
    `--seed-file=${inFolder('munged.seed')}`,
  );
  start('slurmctld', '-D', '-f', conf);
  start('slurmd', '-D', '-f', conf);
  await until('an idle machine', () => ask('sinfo', '-h', '-o', '%t').trim() === 'idle');
  isUp = true;
  return {
    environment,
    ask,
    idle: () => until('the end of its jobs', () => ask('squeue', '-h') === ''),
    stop,
  };
}
