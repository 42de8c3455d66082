/** Runs as they are compared: what was run, and what came of it, as plain fields. */
import type { Failure, Measurement } from '../../testbench/measurement.ts';
import type { Line } from '../../testbench/sweep/point.ts';
import { flatFields } from '../fields.ts';
import type { Kept } from '../kept.ts';
import { isFailed, type NetworkFailure, type NetworkRun } from '../network/kept.ts';

/** What a field can be when objects in objects are taken apart. */
export type Plain = string | number | boolean | null;
export type Fields = ReadonlyMap<string, Plain>;

export interface Run {
  readonly status: string;
  /** The first line of what ended it; null for a run that came to its end. */
  readonly error: string | null;
  /** What was run: parameters, sizes, seed and the like, by name. */
  readonly setting: Fields;
  /** What came of it; what is in an object is `object.field`. */
  readonly results: Fields;
}

export interface RunFile {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** Of what was run, beside the parameters. */
const settings: readonly string[] = ['dataflow', 'm', 'k', 'n', 'seed', 'engine', 'layer'];
/** Said elsewhere, of no run, or too long to be compared number by number. */
const others: readonly string[] = [
  'version',
  'rows',
  'cols',
  'parameters',
  'status',
  'error',
  'match',
  'point',
  'timeline',
];

export const runFile = (name: string, kept: Kept): RunFile => ({
  name,
  runs: 'network' in kept ? [ofNetwork(kept.network)] : 'run' in kept ? [runOf(kept.run)] : kept.lines.map(runOf),
});

/** By layer what each took; layers have numbers, and operators names. */
function ofNetwork(kept: NetworkRun | NetworkFailure): Run {
  const { model, input, seed, parameters } = kept;
  const setting = fieldsOf([['model', model], ['input', input], ...Object.entries(parameters), ['seed', seed]]);
  if (isFailed(kept))
    return { status: kept.status, error: kept.error.split('\n')[0] ?? '', setting, results: new Map() };
  const { match, cycles, overall, macs, commands, layers } = kept;
  const ofLayers = layers.flatMap(({ index, operator, ...layer }) =>
    (['cycles', 'worked', 'bytesRead', 'bytesWritten'] as const).map(
      (name) => [`${index} ${operator}.${name}`, layer[name]] as const,
    ),
  );
  const results = fieldsOf([...Object.entries({ cycles, overall, macs, commands }), ...ofLayers]);
  return { status: match ? 'equal' : 'differs', error: null, setting, results };
}

function runOf(kept: Measurement | Failure | Line): Run {
  const own = Object.entries(kept);
  return {
    status: kept.status,
    error: 'error' in kept ? (kept.error.split('\n')[0] ?? '') : null,
    setting: fieldsOf([
      // A run that is not of a sweep has none.
      ['layer', null],
      ...Object.entries(kept.parameters),
      ...own.filter(([key]) => settings.includes(key)),
    ]),
    results: fieldsOf(own.filter(([key]) => !settings.includes(key) && !others.includes(key))),
  };
}

const fieldsOf = (entries: readonly (readonly [string, unknown])[]): Fields =>
  new Map(entries.flatMap(([key, value]) => flatFields(value, key)).map(([name, value]) => [name, plain(value)]));

const plain = (value: unknown): Plain =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
