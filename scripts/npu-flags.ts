/** One flag for each parameter of the NPU, made from the table that describes them. */
import type { Options } from 'yargs';
import { ConfigError, npuConfig, type NpuConfig } from '../npu/config.ts';
import {
  numberNames,
  parameterNames,
  parameters,
  sections,
  wordNames,
  type NpuParameters,
  type NumberSpec,
  type Section,
  type WordSpec,
} from '../npu/parameters.ts';
import { presets, type Preset } from '../npu/presets.ts';
import { JobError, ShapeError } from '../npu/compiler/errors.ts';
import { numberFlag, wordFlag } from './flags.ts';

type PresetName = keyof typeof presets;
const presetNames = Object.keys(presets).filter((name): name is PresetName => name in presets);

/** `busBytes` → `bus-bytes` */
export const flagOf = (parameter: string): string =>
  parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const flagFor = (name: string, spec: NumberSpec | WordSpec, group: string): Options => {
  const text = { group, describe: spec.meaning, otherwise: String(spec.default) };
  return 'words' in spec ? wordFlag(flagOf(name), spec.words, text) : numberFlag(flagOf(name), spec, text);
};

export const npuFlags: Readonly<Record<string, Options>> = {
  preset: wordFlag('preset', presetNames, { group: 'The NPU:', describe: 'start from a named configuration' }),
  ...Object.fromEntries(
    Object.values<Section>(sections).flatMap((section) =>
      Object.entries(section.parameters).map(([name, spec]) => [
        flagOf(name),
        flagFor(name, spec, `The ${section.title}:`),
      ]),
    ),
  ),
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
  for (const name of numberNames) {
    const given = flags[flagOf(name)];
    if (typeof given === 'number') chosen[name] = given;
  }
  for (const name of wordNames) {
    const word = parameters[name].words.find((one) => one === flags[flagOf(name)]);
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
const withFlags: ReadonlySet<string> = new Set<string>([
  ...parameterNames,
  'm',
  'k',
  'n',
  'a',
  'b',
  'dataflow',
  'tile',
  'bias',
  'requantise',
]);

/** `rows` as `--rows`, `tile.m` as `m of --tile`. */
function inFlag(name: string): string {
  const [whole = name, part] = name.split('.');
  if (!withFlags.has(whole)) return name;
  return part === undefined ? `--${flagOf(whole)}` : `${part} of --${flagOf(whole)}`;
}

function saidInFlags(error: unknown): unknown {
  for (const Kind of [ConfigError, JobError, ShapeError]) {
    if (error instanceof Kind) return new Kind(() => error.inNames(inFlag), { cause: error });
  }
  return error;
}
