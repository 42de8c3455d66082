/** For the tests of the DMA: jobs as numbers, and what they mean byte by byte. */
import type { Bench } from '../../testbench/kit/bench.ts';

export interface Job {
  readonly dram: number;
  readonly lines: number;
  readonly lineBytes: number;
  readonly stride: number;
  readonly space: 0 | 1;
  readonly local: number;
  readonly pieceBytes: number;
  readonly lineStep: number;
  readonly pieceStep: number;
  readonly onError: 'abort' | 'continue';
}

/** One line of `bytes` bytes, in pieces of 64. */
export const oneLine = (dram: number, bytes: number): Job => ({
  dram,
  lines: 1,
  lineBytes: bytes,
  stride: bytes,
  space: 0,
  local: 100,
  pieceBytes: 64,
  lineStep: 1,
  pieceStep: 1,
  onError: 'abort',
});

/** Every byte of a job, in order: where it is in DRAM, and in which local line at which place, which need not exist. */
export function* bytesOf(
  job: Job,
): Generator<{ readonly dram: number; readonly local: string; readonly address: number; readonly place: number }> {
  for (let line = 0; line < job.lines; line++) {
    for (let byte = 0; byte < job.lineBytes; byte++) {
      const address = job.local + line * job.lineStep + Math.floor(byte / job.pieceBytes) * job.pieceStep;
      const at = byte % job.pieceBytes;
      yield {
        dram: (job.dram + line * job.stride + byte) >>> 0,
        local: place(job.space, address, at),
        address,
        place: at,
      };
    }
  }
}

const place = (space: number, address: number, byte: number): string => `${space}:${address}:${byte}`;

/** Bytes that tell apart where they come from. */
export const noise = (seed: number): number => (Math.imul(seed ^ (seed >>> 7), 0x9e3779b1) >>> 11) & 0xff;

/** Parts of the cycles in which each side stalls, and the least cycles between request and answer. */
export interface Pace {
  readonly stall: number;
  readonly latency: number;
  readonly seed: number;
}
export const fullSpeed: Pace = { stall: 0, latency: 1, seed: 1 };

/** A job as its stream carries it. */
export const payloadOf = ({ space, ...rest }: Job) => ({
  ...rest,
  space: space === 0 ? ('scratchpad' as const) : ('accumulator' as const),
});

/** Where a byte of a local group is. */
export const placeOf = (
  { space, address, group }: { readonly space: string; readonly address: bigint; readonly group: bigint },
  busBytes: number,
  byte: number,
): string => place(space === 'scratchpad' ? 0 : 1, Number(address), Number(group) * busBytes + byte);

export interface Burst {
  readonly address: number;
  readonly beats: number;
}

/** What the unit promises of a burst besides the protocol, which a checker sees. */
export function checkAligned(channel: string, { address }: Burst, busBytes: number): void {
  if (address % busBytes !== 0) throw new Error(`${channel} burst at ${address} is not aligned`);
}

/** How a job ended, and in how many cycles from the one that took it to `done`. */
export interface Outcome {
  readonly cycles: number;
  readonly fault: number;
  readonly faultAddress: number;
  readonly bursts: readonly Burst[];
  /** The addresses that `busError` told. */
  readonly errors: readonly number[];
}

export const outcome = (
  bench: Bench,
  cycles: number,
  { bursts, errors }: Pick<Outcome, 'bursts' | 'errors'>,
): Outcome => ({
  cycles,
  fault: bench.get('fault'),
  faultAddress: bench.get('faultAddress'),
  bursts,
  errors,
});

/** Most cycles of a run. */
export const LIMIT = 200_000;
/** What responses are by their codes. */
export const responses = ['okay', 'exokay', 'slverr', 'decerr'] as const;

/** Keeps what `busError` tells. */
export const hearErrors = (bench: Bench, heard: (address: number) => void): void => {
  bench.add({
    look: () => {
      if (bench.get('busError_valid') === 1) heard(bench.get('busError_address'));
    },
  });
};
