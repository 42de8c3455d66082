/** One run of a sweep: an NPU, its memory, and a product of random operands. */
import type { Dataflow } from '../../npu/compiler/job.ts';
import { JobError, ShapeError } from '../../npu/compiler/errors.ts';
import { ConfigError, npuConfig } from '../../npu/config.ts';
import { recordOf } from '../../npu/common/records.ts';
import { parameterNames, parameters, type NpuParameters } from '../../npu/parameters.ts';
import {
  measurementOf,
  MEASUREMENT_VERSION,
  type Failure,
  type Measurement,
  type Setting,
  type What,
} from '../measurement.ts';
import { referenceMatmul } from '../reference.ts';
import { failureOf, runMatmul } from '../run.ts';
import { randomOperands } from './operands.ts';

/** The quicker of both; they give the same cycles. */
const ENGINE = 'wasm';

export interface Point {
  /** Those that are not as by default, or as the preset has them. */
  readonly parameters: Partial<NpuParameters>;
  readonly preset: string | null;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly latency: number;
  readonly stall: number;
  /** Of operands and stalls. */
  readonly seed: number;
  /** What a list of shapes calls it; null where it is from none. */
  readonly layer: string | null;
}

/** A point that was not run to its end. */
export interface Lost extends What {
  /** Beside those of a run: parameters or a product that cannot be. */
  readonly status: Exclude<Failure['status'], 'interrupted'> | 'refused';
  readonly error: string;
}

/** What a line of a sweep's file is: what `--json` prints of the run, and which point it was. */
export type Line = (Measurement | Lost) & {
  /** Of the plan, from 0. */
  readonly point: number;
  readonly layer: string | null;
};

export const isMeasured = (line: Line): line is Line & Measurement => 'cycles' in line;

/** Also of an NPU that cannot be, so that whoever reads the line knows what to run again. */
export function toldOf({ parameters: own, latency, stall, preset, ...point }: Point): What {
  const { m, k, n, dataflow, seed } = point;
  const npu = recordOf<NpuParameters>(parameterNames, (name) => own[name] ?? parameters[name].default);
  const { rows, cols } = npu;
  return {
    version: MEASUREMENT_VERSION,
    rows,
    cols,
    dataflow,
    m,
    k,
    n,
    seed,
    engine: ENGINE,
    parameters: { ...npu, latency, stall, preset },
  };
}

/** Runs a point. Nothing that goes wrong with it is thrown: it is what the line says. */
export function runPoint(point: Point, index: number): Line {
  const own = { point: index, layer: point.layer };
  const { m, k, n, dataflow, seed, latency, stall, preset } = point;
  const asked = { m, k, n, dataflow, seed };
  try {
    const config = npuConfig(point.parameters);
    const setting: Setting = { config, preset, ...asked, engine: ENGINE, memory: { latency, stall } };
    const operands = randomOperands(asked);
    const memory = { latency, seed, ...(stall === 0 ? {} : { stall }) };
    const done = runMatmul(config, { ...operands, dataflow }, { memory });
    const expected = referenceMatmul(operands);
    const match = expected.every((value, i) => value === done.result[i]);
    return { ...measurementOf(setting, done, match), ...own };
  } catch (error) {
    return {
      ...own,
      ...toldOf(point),
      status: statusOf(error),
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Parameters and products that cannot be are refused; any other error is of the run. */
function statusOf(error: unknown): Lost['status'] {
  const isRefusal = [ConfigError, JobError, ShapeError].some((Kind) => error instanceof Kind);
  return isRefusal ? 'refused' : failureOf(error);
}
