/** Runs and sweeps from files: what `--json` printed, or a line of it for each point. */
import { parameterNames } from '../npu/parameters.ts';
import { counterNames } from '../npu/control/registers.ts';
import { unitNames } from '../npu/isa/units.ts';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { MEASUREMENT_VERSION, type Failure, type Measurement } from '../testbench/measurement.ts';
import type { Line } from '../testbench/sweep/point.ts';
import { NETWORK_VERSION } from '../testbench/network/measurement.ts';
import { TIMELINE_VERSION } from '../testbench/timeline/timeline.ts';
import { UsageError } from './failure.ts';
import { has, isRecord, type Given } from './fields.ts';
import { isKeptNetwork, isOfNetwork, type NetworkFailure, type NetworkRun } from './network/kept.ts';

export type Kept =
  | { readonly run: Measurement | Failure }
  | { readonly network: NetworkRun | NetworkFailure }
  | { readonly lines: readonly Line[] };

/** What was run: all that both kinds of runs have. */
const isWhat = (value: Given): boolean =>
  has(value, 'number', ['m', 'k', 'n', 'seed']) &&
  dataflowNames.some((name) => name === value['dataflow']) &&
  isRecord(value['parameters']) &&
  parameterNames.every((name) => has(value['parameters'], name === 'matrix' ? 'string' : 'number', [name])) &&
  has(value['parameters'], 'number', ['latency', 'stall']);

const isTimeline = (value: unknown): boolean =>
  isRecord(value) &&
  value['version'] === TIMELINE_VERSION &&
  has(value, 'number', ['start', 'width', 'bins']) &&
  Array.isArray(value['active']) &&
  Array.isArray(value['jobs']) &&
  isRecord(value['beats']) &&
  isRecord(value['units']) &&
  unitNames.every((unit) => isRecord(value['units']) && isRecord(value['units'][unit]));

const isMeasurement = (value: unknown): value is Measurement =>
  isRecord(value) &&
  isWhat(value) &&
  has(value, 'number', ['cycles', 'macs', 'utilisation', 'overall', 'arrayCycles', 'bytesRead', 'bytesWritten']) &&
  has(value['bound'], 'number', ['compute', 'read', 'write', 'ratio']) &&
  has(value['counters'], 'number', counterNames) &&
  has(value, 'string', ['status', 'busiest']);

const isFailure = (value: unknown): value is Failure =>
  isRecord(value) && isWhat(value) && has(value, 'string', ['status', 'error']) && has(value, 'number', ['cycle']);

const isLost = (value: unknown): boolean =>
  isRecord(value) && has(value, 'string', ['status', 'error']) && isWhat(value);
const isLine = (value: unknown): value is Line =>
  isRecord(value) && typeof value['point'] === 'number' && (isMeasurement(value) || isLost(value));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws UsageError for a run that another version of the program has kept */
function checkVersion(value: unknown, where: string): void {
  const version = isRecord(value) ? value['version'] : undefined;
  const own = isOfNetwork(value) ? NETWORK_VERSION : MEASUREMENT_VERSION;
  if (typeof version === 'number' && version !== own)
    throw new UsageError(`${where} is of version ${version}, not ${own}`, 'run it again');
}

/** @throws UsageError for what is neither, naming the line */
export function keptIn(text: string, name: string): Kept {
  const remedy = 'give what systole matmul or systole run --json printed, or the .jsonl file of systole sweep';
  const whole = parsed(text);
  if (isRecord(whole) && typeof whole['point'] !== 'number') {
    checkVersion(whole, name);
    if (isKeptNetwork(whole)) return { network: whole };
    if (isOfNetwork(whole)) throw new UsageError(`${name} is no run of a network`, remedy);
    const { timeline } = whole;
    if (timeline !== undefined && !isTimeline(timeline))
      throw new UsageError(`the timeline in ${name} is none of version ${TIMELINE_VERSION}`, 'run it again');
    if (isMeasurement(whole) || isFailure(whole)) return { run: whole };
    throw new UsageError(`${name} is no run`, remedy);
  }
  const given = isRecord(whole)
    ? [{ where: name, found: whole }]
    : text
        .split('\n')
        .flatMap((line, i) => (line.trim() === '' ? [] : [{ where: `line ${i + 1} of ${name}`, found: parsed(line) }]));
  const lines = given.map(({ where, found }) => {
    checkVersion(found, where);
    if (isLine(found)) return found;
    throw new UsageError(`${where} is no point of a sweep`, remedy);
  });
  if (lines.length === 0) throw new UsageError(`${name} is empty`, remedy);
  return { lines };
}
