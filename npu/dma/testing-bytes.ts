/** For the tests of the DMA: jobs as numbers, and what they mean byte by byte. */
import type { Bench } from '../../testbench/kit/bench.ts';

/** What only blocks look at. */
export interface Block {
  readonly rowLines: number;
  readonly rowStride: number;
  readonly rowStep: number;
  readonly runBytes: number;
  readonly runsAcross: number;
  readonly acrossStride: number;
  readonly downStride: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly rowDown: number;
  readonly lineAcross: number;
  readonly runDown: number;
  readonly runAcross: number;
  readonly value: number;
}

/** What only gathers look at. */
export interface List {
  readonly list: number;
  readonly count: number;
}

export interface Job extends Block, List {
  readonly kind: 'lines' | 'block' | 'value' | 'transposed' | 'gathered';
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

/** What a job of lines must not care about. */
export const noBlock: Block & List = {
  rowLines: 2,
  rowStride: 5,
  rowStep: 9,
  runBytes: 3,
  runsAcross: 1,
  acrossStride: 77,
  downStride: 1000,
  top: -1,
  left: 0,
  height: 1,
  width: 1,
  rowDown: 0,
  lineAcross: 1,
  runDown: 1,
  runAcross: 0,
  value: 99,
  list: 7,
  count: 0,
};

/** One line of `bytes` bytes, in pieces of 64. */
export const oneLine = (dram: number, bytes: number): Job => ({
  ...noBlock,
  kind: 'lines',
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

/** A byte of a job. */
export interface JobByte {
  /** Where it is in DRAM. */
  readonly dram: number;
  /** Whether a load takes the job's value in its place. */
  readonly padding: boolean;
  /** In which local line at which place it is, which need not exist. */
  readonly local: string;
  readonly address: number;
  readonly place: number;
}

/** Every byte of a job, in the order of lines. */
export function* bytesOf(job: Job): Generator<JobByte> {
  if (job.kind === 'transposed') {
    yield* transposedBytes(job);
    return;
  }
  const isBlock = job.kind === 'block';
  const [rowLines, runs] = [
    job.kind === 'lines' ? Infinity : job.rowLines || Infinity,
    { bytes: isBlock ? job.runBytes || Infinity : Infinity, across: job.runsAcross || 256 },
  ];
  for (let i = 0; i < job.lines; i++) {
    const row = Math.floor(i / rowLines);
    const line = row === 0 ? i : i % rowLines;
    for (let byte = 0; byte < job.lineBytes; byte++) {
      const run = Math.floor(byte / runs.bytes);
      const [down, across] = [Math.floor(run / runs.across), run % runs.across];
      const inRun = run === 0 ? byte : byte % runs.bytes;
      const offset = isBlock ? row * job.rowStride + down * job.downStride + across * job.acrossStride : 0;
      const y = job.top + row * job.rowDown + down * job.runDown;
      const x = job.left + line * job.lineAcross + across * job.runAcross;
      const isInside = y >= 0 && y < job.height && x >= 0 && x < job.width;
      const step = (row === 0 ? 0 : row * job.rowStep) + line * job.lineStep;
      const address = job.local + step + Math.floor(byte / job.pieceBytes) * job.pieceStep;
      const at = byte % job.pieceBytes;
      yield {
        dram: (job.dram + line * job.stride + offset + inRun) >>> 0,
        padding: job.kind === 'value' || (isBlock && !isInside),
        local: place(job.space, address, at),
        address,
        place: at,
      };
    }
  }
}

function* transposedBytes(job: Job): Generator<JobByte> {
  for (let i = 0; i < job.lines; i++) {
    for (let x = 0; x < job.lineBytes; x++) {
      const address = job.local + x * job.lineStep + Math.floor(i / job.pieceBytes) * job.pieceStep;
      const at = i % job.pieceBytes;
      const dram = (job.dram + i * job.stride + x) >>> 0;
      yield { dram, padding: false, local: place(job.space, address, at), address, place: at };
    }
  }
}

/** What a load has to write, where every byte of DRAM is noise. */
export const loadedBy = (job: Job): Map<string, number> =>
  new Map([...bytesOf(job)].map(({ local, dram, padding }) => [local, padding ? job.value : noise(dram)]));

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

/** Where a byte from a beat of a line on is. */
export const placeOf = (
  { space, address, beat }: { readonly space: string; readonly address: bigint; readonly beat: bigint },
  busBytes: number,
  byte: number,
): string => place(space === 'scratchpad' ? 0 : 1, Number(address), Number(beat) * busBytes + byte);

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
  /** Whether it said that it was done to its end whatever its fault. */
  readonly goesOn: boolean;
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
  goesOn: bench.get('goesOn') === 1,
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
