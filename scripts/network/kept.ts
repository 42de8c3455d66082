/** A run of a network as `--json` prints it: what was run, and what came of it, or what ended it. */
import { recordOf } from '../../npu/common/records.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { parameterNames, type NpuParameters } from '../../npu/parameters.ts';
import type { Failure } from '../../testbench/measurement.ts';
import type { LayerName, NETWORK_VERSION, NetworkMeasurement } from '../../testbench/network/measurement.ts';
import type { NetworkTimeline } from '../../testbench/network/timeline.ts';
import { has, isRecord } from '../fields.ts';

export interface NetworkSetting {
  /** What messages call the file. */
  readonly model: string;
  /** What it was given, in a line. */
  readonly input: string;
  readonly seed: number;
  /** All of the NPU's, and of its memory's. */
  readonly parameters: NpuParameters & { readonly latency: number; readonly stall: number };
  /** The command line that repeats it. */
  readonly command: string;
}

export type NetworkRun = NetworkSetting & NetworkMeasurement;

/** A run that did not come to its end. */
export interface NetworkFailure extends NetworkSetting, Pick<Failure, 'status' | 'error' | 'cycle'> {
  readonly version: typeof NETWORK_VERSION;
  readonly layers: readonly LayerName[];
  /** Until then. */
  readonly timeline: NetworkTimeline;
}

export const isFailed = (run: NetworkRun | NetworkFailure): run is NetworkFailure => 'error' in run;

/** The NPU's alone. */
export const npuParametersOf = (from: NpuParameters): NpuParameters =>
  recordOf<NpuParameters>(parameterNames, (name) => from[name]);

/** Whether an object that was kept is one of a network, of whatever version. */
export const isOfNetwork = (value: unknown): boolean => has(value, 'string', ['model']);

const allOf = (values: unknown, is: (value: unknown) => boolean): boolean => Array.isArray(values) && values.every(is);
const areNumbers = (values: unknown): boolean => allOf(values, (value) => typeof value === 'number');

/** More has no timeline, and nobody could draw them. */
const MOST_BINS = 2 ** 16;

const isTimeline = (value: unknown, layers: number): boolean =>
  isRecord(value) &&
  has(value, 'number', ['start', 'width', 'bins']) &&
  Number(value['bins']) <= MOST_BINS &&
  isRecord(value['units']) &&
  unitNames.every((unit) =>
    allOf(
      isRecord(value['units']) ? value['units'][unit] : null,
      (one) =>
        isRecord(one) && Number.isInteger(one['layer']) && Number(one['layer']) < layers && areNumbers(one['runs']),
    ),
  );

const isName = (layer: unknown): boolean =>
  isRecord(layer) &&
  has(layer, 'number', ['index']) &&
  has(layer, 'string', ['operator', 'name', 'by']) &&
  areNumbers(layer['shape']);

const isLayer = (layer: unknown): boolean =>
  isRecord(layer) &&
  isName(layer) &&
  has(layer, 'number', ['macs', 'cycles', 'worked', 'utilisation', 'bytesRead', 'bytesWritten', 'wrong']) &&
  has(layer['bound'], 'number', ['cycles']) &&
  has(layer['bound'], 'string', ['by']) &&
  (layer['match'] === null || typeof layer['match'] === 'boolean');

const isOutput = (output: unknown): boolean =>
  isRecord(output) &&
  has(output, 'string', ['name', 'type']) &&
  areNumbers(output['shape']) &&
  areNumbers(output['data']);

/** Whether an object has all that is read of a run. */
export function isKeptNetwork(value: unknown): value is NetworkRun | NetworkFailure {
  if (!isRecord(value)) return false;
  const { layers, parameters } = value;
  const isSetting =
    has(value, 'string', ['model', 'input', 'command']) &&
    has(value, 'number', ['seed']) &&
    isRecord(parameters) &&
    parameterNames.every((name) => has(parameters, name === 'matrix' ? 'string' : 'number', [name])) &&
    has(parameters, 'number', ['latency', 'stall']);
  if (!isSetting || !Array.isArray(layers) || !isTimeline(value['timeline'], layers.length)) return false;
  if ('error' in value)
    return has(value, 'string', ['status', 'error']) && has(value, 'number', ['cycle']) && layers.every(isName);
  return (
    has(value, 'number', ['cycles', 'macs', 'overall', 'commands']) &&
    typeof value['match'] === 'boolean' &&
    has(value['seconds'], 'number', ['compile', 'build', 'run']) &&
    layers.every(isLayer) &&
    allOf(value['outputs'], isOutput)
  );
}
