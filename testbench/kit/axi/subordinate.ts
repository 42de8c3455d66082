/**
 * An AXI4 subordinate played by TypeScript, against a manager whose ports are the top module's: whatever bytes a test
 * wants, at any address, where {@link AxiMemory} has those that it holds.
 *
 * Timing: the first beat of a burst may be offered `latency` cycles after its request was taken, a response `latency`
 * cycles after the last beat of its data; all in the bench's rhythm, and in the order of the requests. Half of a port,
 * which only reads or only writes, is served too. The shape of bursts is for a checker: {@link watch}.
 */
import { axiChannels, type AxiSizes } from '../../../hdl/lib/axi.ts';
import type { Bench } from '../bench.ts';
import { BenchError } from '../error.ts';
import type { EndOptions } from '../stream.ts';
import type { AxiResponse } from './manager.ts';

export interface AxiBurst {
  readonly id: number;
  /** Of its first byte. */
  readonly address: number;
  readonly beats: number;
}

export interface AxiReads {
  /** The byte at an address. */
  readonly read: (address: number) => number;
  /** The response to the beat that begins at an address (okay). */
  readonly respond?: (address: number, burst: AxiBurst) => AxiResponse;
  /** Called with each burst when it is asked for. */
  readonly asked?: (burst: AxiBurst, cycle: number) => void;
}

export interface AxiWrites {
  /** Called with each byte that a strobe lets through. */
  readonly write: (address: number, byte: number) => void;
  /** The response to a burst, whose data is there (okay). */
  readonly respond?: (burst: AxiBurst) => AxiResponse;
  readonly asked?: (burst: AxiBurst, cycle: number) => void;
}

export interface AxiSubordinateOptions extends EndOptions {
  /** What the names of the streams begin with (nothing). */
  readonly prefix?: string;
  /** Cycles (1). */
  readonly latency?: () => number;
}

/** A request as its channel carries it. */
interface Request {
  readonly id: bigint;
  readonly addr: bigint;
  readonly len: bigint;
}

const burstOf = ({ id, addr, len }: Request): AxiBurst => ({
  id: Number(id),
  address: Number(addr),
  beats: Number(len) + 1,
});

/** The byte addresses of a beat: those of the whole bus word, past the last address from 0 on. */
function beatAddress({ addressBits, busBytes }: AxiSizes, { address }: AxiBurst, beat: number): number {
  return (address - (address % busBytes) + beat * busBytes) % 2 ** addressBits;
}

/** Answers the reads of a manager. */
export function serveReads(
  bench: Bench,
  sizes: AxiSizes,
  { read, respond = () => 'okay', asked }: AxiReads,
  { prefix = '', latency = () => 1, ...end }: AxiSubordinateOptions = {},
): void {
  const { ar, r } = axiChannels(sizes);
  const beats = bench.source(`${prefix}r`, r, end);
  const take = (request: Request, cycle: number): void => {
    const burst = burstOf(request);
    asked?.(burst, cycle);
    for (let beat = 0; beat < burst.beats; beat++) {
      const address = beatAddress(sizes, burst, beat);
      let data = 0n;
      for (let byte = sizes.busBytes - 1; byte >= 0; byte--) data = (data << 8n) | BigInt(read(address + byte));
      const payload = { id: burst.id, data, resp: respond(address, burst), last: beat + 1 === burst.beats };
      beats.push(payload, { from: cycle + latency() });
    }
  };
  bench.sink(`${prefix}ar`, ar, { ...end, take });
}

/** Takes the writes of a manager. @throws BenchError, while the bench runs, for data whose last beat is another one */
export function serveWrites(
  bench: Bench,
  sizes: AxiSizes,
  { write, respond = () => 'okay', asked }: AxiWrites,
  { prefix = '', latency = () => 1, ...end }: AxiSubordinateOptions = {},
): void {
  const { aw, w, b } = axiChannels(sizes);
  const responses = bench.source(`${prefix}b`, b, end);
  const waiting: AxiBurst[] = [];
  let beat = 0;
  const data = bench.sink(`${prefix}w`, w, {
    ...end,
    take: ({ data: word, strb, last }, cycle) => {
      const [burst] = waiting;
      if (burst === undefined) return;
      const address = beatAddress(sizes, burst, beat);
      for (let byte = 0; byte < sizes.busBytes; byte++) {
        if (((strb >> BigInt(byte)) & 1n) === 1n) write(address + byte, Number((word >> BigInt(8 * byte)) & 0xffn));
      }
      const ends = ++beat === burst.beats;
      if (last !== ends) throw new BenchError(`last is ${last} in beat ${beat} of ${burst.beats}, in cycle ${cycle}`);
      if (!ends) return;
      responses.push({ id: burst.id, resp: respond(burst) }, { from: cycle + latency() });
      waiting.shift();
      beat = 0;
    },
  });
  const take = (request: Request, cycle: number): void => {
    const burst = burstOf(request);
    asked?.(burst, cycle);
    waiting.push(burst);
  };
  bench.sink(`${prefix}aw`, aw, { ...end, take });
  bench.add({
    begin: () => {
      waiting.length = 0;
      beat = 0;
      data.open = false;
    },
    // Data waits for its address, and may move from the cycle after on.
    after: () => {
      data.open = waiting.length > 0;
    },
  });
}
