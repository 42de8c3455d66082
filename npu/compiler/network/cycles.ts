/** For how long an action keeps those after it from its unit, about: what the order of a network's steps goes by. */
import { linesAtOnce } from '../../common/local.ts';
import type { NpuConfig } from '../../config.ts';
import type { Cost } from '../cost.ts';
import type { Action } from '../step.ts';

/** Cycles around a copy, whatever it is. */
const AROUND = 6;

export function cyclesOf(config: NpuConfig, cost: Cost, action: Action): number {
  const { busBytes, groupBytes } = config;
  const all: Readonly<Record<string, unknown>> = action.fields;
  const number = (name: string): number => Number(all[name]);
  const [m, n] = [number('m'), number('n')];
  switch (action.operation) {
    case 'load':
    case 'loadBlock':
    case 'loadTransposed':
    case 'loadGather':
    case 'store':
    case 'storeBlock': {
      const [lines, bytes, piece] = [number('lines'), number('lineBytes'), number('pieceBytes')];
      const runBytes = number('runBytes');
      const runs = runBytes > 0 ? Math.ceil(bytes / runBytes) : 1;
      const isOne = number('stride') === bytes && !(runBytes > 0);
      const beats = isOne ? (lines * bytes) / busBytes : lines * (runs + bytes / busBytes);
      const isTogether =
        (action.operation === 'load' || action.operation === 'loadBlock') &&
        action.fields.space === 'scratchpad' &&
        number('lineStep') === 1 &&
        bytes <= piece;
      const together = isTogether ? linesAtOnce(groupBytes, bytes) : 1;
      const groups = (lines / together) * Math.ceil(bytes / piece) * Math.ceil(Math.min(piece, bytes) / groupBytes);
      return AROUND + Math.ceil(Math.max(beats, groups));
    }
    case 'fill':
      return AROUND + number('lines') * Math.ceil(number('lineBytes') / busBytes);
    case 'gemm':
      return cost.gemm({ m, k: number('k'), n }, all['dataflow'] === 'os' ? 'os' : 'ws');
    case 'requantise':
      return cost.requantise({ m: m * number('planes'), k: 1, n }, all['perChannel'] === true);
    case 'elementwise':
      return cost.elementwise({ m, n });
    case 'lookup':
      return cost.lookup({ m, n });
    case 'softmax':
      return cost.softmax({ m, n });
    case 'loadTable':
      return cost.loadTable;
    case 'depthwise':
    case 'pool': {
      const size = { n, width: number('width'), height: number('height'), top: number('top'), left: number('left') };
      const kernel = { kernelHeight: number('kernelHeight'), kernelWidth: number('kernelWidth') };
      const stride = { strideY: number('strideY'), strideX: number('strideX') };
      const results = { outHeight: number('outHeight'), outWidth: number('outWidth') };
      return cost.windows(action.operation, { ...size, ...kernel, ...stride, ...results });
    }
  }
}
