/**
 * Reads a VCD file back, for tests: a wrapper around vcd-stream 1.5.0 that refuses what it reads wrongly.
 *
 * Each file gets a fresh instance. It reports mistakes only by printing a number and gives up there, so that the end of
 * the file is compared with how far it came.
 */
import type { VcdParser } from 'vcd-stream/lib/web-vcd-parser.js';
import { lastLineOf, linesOf, refusal } from './lines.ts';
import {
  bitsOf,
  FIRST_VECTOR,
  LAST_SCALAR,
  openParser,
  printed,
  variablesIn,
  type Bits,
  type VcdVariable,
} from './parser.ts';

/** Times are 32-bit in the parser and stop at the largest. */
const LAST_TIME = 0xffff_ffffn;

/** From `time` on the variables of identifier `id` have this value. */
export interface VcdChange extends Bits {
  readonly id: string;
  readonly time: number;
}

export interface VcdContents {
  readonly timescale: string;
  readonly variables: readonly VcdVariable[];
  /** In the order of the file, so by rising time. */
  readonly changes: readonly VcdChange[];
  /** The file's last time. */
  readonly end: number;
}

/**
 * Reads a whole file into memory.
 * @param expectedEnd the last time of the run, where the caller knows it: a file that was cut just after a time looks
 * whole otherwise
 * @throws WaveformError when it cannot be read, is no VCD, was cut, is damaged, or holds what the parser gets wrong
 * (`real` and `string` variables, times of 2^32-1 and more).
 */
export async function readVcd(path: string, expectedEnd?: number): Promise<VcdContents> {
  const parser = await openParser();
  const changes: VcdChange[] = [];
  parser.change.any((id, time, command, value, mask) => {
    if (time >= LAST_TIME)
      throw refusal(
        path,
        `it has times past ${LAST_TIME - 1n}, which the reader cannot tell apart; use a coarser time unit`,
      );
    if (command > LAST_SCALAR && command < FIRST_VECTOR)
      throw refusal(path, `it is damaged after time ${time}: neither 0, 1, x nor z`);
    const before = changes.at(-1)?.time ?? 0;
    if (time < before) throw refusal(path, `it is damaged after time ${before}: the time goes back to ${time}`);
    changes.push({ id, time: Number(time), ...bitsOf(command, value, mask) });
  });
  const lastLine = feed(path, parser);
  if (parser.info.status !== 'simulation')
    throw refusal(path, 'its declarations never end ($enddefinitions is missing); is it a VCD file?');
  const last = /^#(\d+)$/.exec(lastLine)?.[1];
  if (last === undefined)
    throw refusal(path, `it was cut: a whole file ends with a lone #time, this one with '${lastLine.slice(0, 40)}'`);
  if (BigInt(last) >= LAST_TIME)
    throw refusal(
      path,
      `it has times past ${LAST_TIME - 1n}, which the reader cannot tell apart; use a coarser time unit`,
    );
  if (parser.getTime() !== BigInt(last))
    throw refusal(path, `it is damaged after time ${parser.getTime()}: the reader did not reach ${last}`);
  if (expectedEnd !== undefined && Number(last) !== expectedEnd)
    throw refusal(path, `it was cut: it ends at ${last}, the run at ${expectedEnd}`);
  const declared = variablesIn(parser.info.wires);
  const garbled = declared.find(({ kind }) => kind === 'real' || kind === 'string');
  if (garbled !== undefined)
    throw refusal(path, `variable ${garbled.path} is a ${garbled.kind}, whose values the reader garbles`);
  const ids = new Set(declared.map(({ id }) => id));
  const stray = changes.find(({ id }) => !ids.has(id));
  if (stray !== undefined)
    throw refusal(path, `it is damaged after time ${stray.time}: no variable has the identifier '${stray.id}'`);
  return { timescale: parser.info.timescale ?? '', variables: declared, changes, end: Number(last) };
}

/** Gives the file to the parser; returns its last line. */
function feed(path: string, parser: VcdParser): string {
  let lastLine = '';
  for (const piece of linesOf(path)) {
    lastLine = lastLineOf(piece);
    const code = printed(() => parser.write(piece));
    if (code !== '' && parser.info.status === 'simulation')
      throw refusal(path, `it is damaged after time ${parser.getTime()} (parser error ${code})`);
  }
  return lastLine;
}
