/** For how long an action keeps those after it from its unit, about: what the order of a network's steps goes by. */
import type { NpuConfig } from '../../config.ts';
import { recordOf } from '../../common/records.ts';
import { windowShapeNames, type Cost, type WindowShape } from '../cost.ts';
import type { Action } from '../step.ts';

/** Cycles around a job, whatever it is. */
const AROUND = 6;

export function cyclesOf(config: NpuConfig, cost: Cost, action: Action): number {
  const { busBytes } = config;
  const all: Readonly<Record<string, unknown>> = action.fields;
  const number = (name: string): number => Number(all[name]);
  switch (action.operation) {
    case 'load':
    case 'loadBlock':
    case 'loadTransposed':
    case 'store':
    case 'storeBlock': {
      const { lines, lineBytes, pieceBytes } = action.fields;
      const runBytes = 'runBytes' in action.fields ? Number(action.fields.runBytes) : 0;
      const [bytes, piece] = [Number(lineBytes), Number(pieceBytes)];
      const runs = runBytes === 0 ? 1 : Math.ceil(bytes / runBytes);
      const isOne = action.fields.stride === lineBytes && runBytes === 0;
      const beats = isOne ? (Number(lines) * bytes) / busBytes : Number(lines) * (runs + bytes / busBytes);
      const groups = Number(lines) * Math.ceil(bytes / piece) * Math.ceil(Math.min(piece, bytes) / busBytes);
      return AROUND + Math.ceil(Math.max(beats, groups));
    }
    case 'fill':
      return AROUND + number('lines') * Math.ceil(number('lineBytes') / busBytes);
    case 'gemm':
      return cost.gemm(
        { m: number('m'), k: number('k'), n: number('n') },
        action.fields.dataflow === 'os' ? 'os' : 'ws',
      );
    case 'requantise':
      return cost.requantise({ m: number('m'), k: 1, n: number('n') }, number('perChannel') === 1);
    case 'depthwise':
    case 'pool':
      return cost.windows(action.operation, recordOf<WindowShape>(windowShapeNames, number));
    case 'elementwise':
      return cost.elementwise({ m: number('m'), n: number('n') });
    case 'lookup':
      return cost.lookup({ m: number('m'), n: number('n') });
    case 'softmax':
      return cost.softmax({ m: number('m'), n: number('n') });
    case 'loadTable':
      return cost.loadTable;
  }
}
