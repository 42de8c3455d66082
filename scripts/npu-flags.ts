/** One flag for each parameter of the NPU, made from the table that describes them. */
import type { Options } from 'yargs';
import {
  ConfigError,
  choices,
  fields,
  npuConfig,
  presets,
  type NpuConfig,
  type NpuParameters,
  type Preset,
} from '../npu/config.ts';
import { JobError } from '../npu/compiler/check.ts';
import { ShapeError } from '../npu/compiler/tile.ts';
import { numberFlag, wordFlag, type WholeNumber } from './flags.ts';

const group = 'The NPU:';
const numbers = Object.keys(fields).filter((name): name is keyof typeof fields => name in fields);
const words = Object.keys(choices).filter((name): name is keyof typeof choices => name in choices);
const parameters: readonly string[] = [...numbers, ...words];
type PresetName = keyof typeof presets;
const presetNames = Object.keys(presets).filter((name): name is PresetName => name in presets);

/** `busBytes` → `bus-bytes` */
export const flagOf = (parameter: string): string =>
  parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const presetFlag = wordFlag('preset', presetNames, { group, describe: 'start from a named configuration' });

export const npuFlags: Readonly<Record<string, Options>> = {
  ...Object.fromEntries(
    words.map((name) => {
      const { words: allowed, meaning, default: otherwise } = choices[name];
      return [flagOf(name), wordFlag(flagOf(name), allowed, { group, describe: meaning, otherwise })];
    }),
  ),
  ...Object.fromEntries(
    numbers.map((name) => {
      const range: WholeNumber = fields[name];
      return [
        flagOf(name),
        numberFlag(flagOf(name), range, {
          group,
          describe: fields[name].meaning,
          otherwise: String(fields[name].default),
        }),
      ];
    }),
  ),
  preset: presetFlag,
};

/** The preset that the flags name, with its name; null for none. */
export function presetOf(flags: Readonly<Record<string, unknown>>): (Preset & { readonly name: PresetName }) | null {
  const name = presetNames.find((one) => one === flags['preset']);
  return name === undefined ? null : { name, ...presets[name] };
}

/**
 * The configuration that the flags ask for: the preset's parameters, and over them those given one by one.
 * @throws ConfigError for parameters that do not fit each other.
 */
export function npuConfigOf(flags: Readonly<Record<string, unknown>>): NpuConfig {
  const chosen: { -readonly [P in keyof NpuParameters]?: NpuParameters[P] } = { ...presetOf(flags)?.parameters };
  for (const name of numbers) {
    const given = flags[flagOf(name)];
    if (typeof given === 'number') chosen[name] = given;
  }
  for (const name of words) {
    const word = choices[name].words.find((one) => one === flags[flagOf(name)]);
    if (word !== undefined) chosen[name] = word;
  }
  return inFlags(() => npuConfig(chosen));
}

/**
 * Does `run`; what it finds wrong with parameters and sizes is said in the flags that set them.
 * @throws what it throws, in other words.
 */
export function inFlags<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw saidInFlags(error);
  }
}

/** The same of what goes on after it has returned. */
export async function inFlagsLater<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw saidInFlags(error);
  }
}

/** Parameters and parts of a product; a job has more that no flag sets. */
const withFlags: ReadonlySet<string> = new Set([...parameters, 'm', 'k', 'n', 'a', 'b', 'dataflow']);

function saidInFlags(error: unknown): unknown {
  for (const Kind of [ConfigError, JobError, ShapeError]) {
    if (error instanceof Kind)
      return new Kind(() => error.inNames((name) => (withFlags.has(name) ? `--${flagOf(name)}` : name)), {
        cause: error,
      });
  }
  return error;
}
