/** The command line that repeats a run: every parameter that is not as by default. */
import { parameterNames, parameters } from '../../npu/parameters.ts';
import { shellCommand } from '../../testbench/kit/shell.ts';
import type { What } from '../../testbench/measurement.ts';
import { flagOf } from '../npu-flags.ts';

/** What flags of `systole matmul` set, by name. */
export function settingsOf(what: Pick<What, 'parameters' | 'dataflow' | 'm' | 'k' | 'n' | 'seed'>) {
  const { m, k, n, dataflow, seed, parameters: of } = what;
  return { ...of, dataflow, m, k, n, seed };
}
export const settingNames = [...parameterNames, 'dataflow', 'latency', 'stall', 'm', 'k', 'n', 'seed'] as const;
/** In the order in which they are written. */
export type SettingName = (typeof settingNames)[number];

const usual: Readonly<Record<string, number | string>> = {
  ...Object.fromEntries(parameterNames.map((name) => [name, parameters[name].default])),
  dataflow: 'ws',
  latency: 2,
  stall: 0,
};

/**
 * @param operands flags of the files that the operands came from, which say their sizes
 * @param without what is left out
 */
export function commandOf(
  what: Parameters<typeof settingsOf>[0],
  operands: readonly string[] = [],
  without: ReadonlySet<string> = new Set(),
): string {
  const settings = settingsOf(what);
  const sizes: readonly string[] = operands.length === 0 ? [] : ['m', 'k', 'n'];
  const flags = settingNames
    .filter((name) => !sizes.includes(name) && !without.has(name) && settings[name] !== usual[name])
    .map((name) => shellCommand(`--${flagOf(name)}`, String(settings[name])));
  return ['systole matmul', ...flags, ...operands].join(' ');
}
