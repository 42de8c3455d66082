/**
 * Points from JSON lines: each has `parameters` (those of the NPU that are not as by default, and `latency` and
 * `stall`), `m`, `k`, `n`, `dataflow`, `seed`, as a line of a sweep's file has them; what is left out is as by default.
 */
import { dataflowNames } from '../../npu/matrix/dataflow.ts';
import { numberNames, parameterNames, type NpuParameters } from '../../npu/parameters.ts';
import type { Point } from '../../testbench/sweep/point.ts';
import { UsageError } from '../failure.ts';
import { isRecord, type Given } from '../fields.ts';

/** @throws UsageError for a line that is no point */
export function pointsFrom(text: string, name: string): readonly Point[] {
  return text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [pointOf(line, `line ${i + 1} of ${name}`)]));
}

function pointOf(line: string, where: string): Point {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    given = null;
  }
  if (!isRecord(given)) throw new UsageError(`${where} is no JSON object`, 'give one in each line');
  const { parameters = {}, dataflow = 'ws', layer = null } = given;
  if (!isRecord(parameters)) throw new UsageError(`${where}: parameters is no object`, 'give {"rows": 4, …}');
  const whole = (from: Given, key: string, least: number, usual: number): number => {
    const { [key]: value = usual } = from;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
    throw new UsageError(`${where}: ${key} is ${JSON.stringify(value)}`, `give a whole number from ${least} on`);
  };
  const flow = dataflowNames.find((one) => one === dataflow);
  if (flow === undefined)
    throw new UsageError(
      `${where}: dataflow is ${JSON.stringify(dataflow)}`,
      `give one of ${dataflowNames.join(', ')}`,
    );
  const { latency: _latency, stall: _stall, preset, ...npu } = parameters;
  const unknown = Object.keys(npu).find((key) => !parameterNames.some((one) => one === key));
  if (unknown !== undefined)
    throw new UsageError(
      `${where}: there is no parameter ${unknown}`,
      `the parameters are ${parameterNames.join(', ')}`,
    );
  for (const key of numberNames) if (key in npu) whole(npu, key, 0, 0);
  const checked: Partial<NpuParameters> = npu;
  return {
    parameters: checked,
    preset: typeof preset === 'string' ? preset : null,
    dataflow: flow,
    m: whole(given, 'm', 1, 64),
    k: whole(given, 'k', 1, 64),
    n: whole(given, 'n', 1, 64),
    latency: whole(parameters, 'latency', 2, 2),
    stall: whole(parameters, 'stall', 0, 0),
    seed: whole(given, 'seed', 0, 1),
    layer: typeof layer === 'string' ? layer : null,
  };
}
