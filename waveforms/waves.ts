import type { TraceSource } from '../hdl/sim/trace.ts';
import { writeFst, type FstWriter } from './fst/write.ts';
import type { VcdOptions } from './vcd/stream.ts';
import { writeVcd } from './vcd/write.ts';

/**
 * Writes waves in the format that the path's ending names: `.fst` for FST, VCD for anything else.
 * @throws WaveformError as {@link writeVcd} and {@link writeFst}.
 */
export function openWaves(trace: TraceSource, path: string, options: VcdOptions = {}): FstWriter {
  if (path.endsWith('.fst')) return writeFst(trace, path, options);
  const writer = writeVcd(trace, path, options);
  return { close: async () => Promise.resolve(writer.close()), discard: () => writer.discard() };
}
