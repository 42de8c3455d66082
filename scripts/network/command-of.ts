/** The command line that repeats the run of a network. */
import type { NpuConfig } from '../../npu/config.ts';
import { parameterNames, parameters } from '../../npu/parameters.ts';
import { shellCommand, shellPath } from '../../testbench/kit/shell.ts';
import { STDIN } from '../files.ts';
import { flagOf } from '../npu-flags.ts';
import { RANDOM } from './inputs.ts';

export interface Repeated {
  /** A file; what came from standard input comes from there again. */
  readonly model: string;
  /** Null where the file is an artefact, which says what NPU it is for. */
  readonly config: NpuConfig | null;
  readonly input: string;
  readonly seed: number;
  readonly layer?: number | undefined;
  readonly fallback?: string | undefined;
  readonly latency?: number | undefined;
  readonly stall?: number | undefined;
}

/** Every parameter that is not as by default, and every flag that chose what was run. */
export function commandOf({ model, config, input, seed, ...flags }: Repeated): string {
  const changed = config === null ? [] : parameterNames.filter((name) => config[name] !== parameters[name].default);
  const { layer, fallback, latency, stall } = flags;
  const given = Object.entries({ layer, fallback, latency, stall }).filter(([, value]) => value !== undefined);
  return [
    'systole run',
    model === STDIN ? STDIN : shellPath(model),
    ...changed.map((name) => shellCommand(`--${flagOf(name)}`, String(config?.[name]))),
    ...given.map(([name, value]) => shellCommand(`--${name}`, String(value))),
    ...(input === RANDOM ? [] : [shellCommand('--input', input)]),
    shellCommand('--seed', String(seed)),
  ].join(' ');
}
