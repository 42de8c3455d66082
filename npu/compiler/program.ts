/** A program as it is put into DRAM: a ring of commands, then the tensors. */
import type { Range } from '../common/unit.ts';
import { assemble, type Command } from '../isa/assembler.ts';
import { COMMAND_BYTES } from '../isa/operations.ts';
import { checkWhole } from './check.ts';
import { JobError, ShapeError } from './errors.ts';
import { bytesInDram, tensorBytes, type PlacedTensor, type Tensor, type TensorData } from './tensor.ts';
import type { Buffering, Plan } from './plan.ts';
import type { Span, Work } from './forecast.ts';

/** A program with its data, ready to be put into DRAM from address 0. */
export interface Program {
  readonly image: Uint8Array;
  readonly commands: readonly Command[];
  /** The bytes of all commands, one after another. */
  readonly code: Uint8Array;
  /**
   * The image has the first `tail` commands in it, in as many entries of the ring. The host puts the others there as
   * it empties.
   */
  readonly ring: { readonly base: number; readonly entries: number; readonly tail: number };
  /** All that lies in DRAM, by name: what the operations take, what they make, and what the compiler added. */
  readonly tensors: Readonly<Record<string, PlacedTensor>>;
  /** How each product is done, by the name of the tensor that it makes. */
  readonly schedules: Readonly<Record<string, Schedule>>;
}

/** How a product is done. */
export interface Schedule {
  /** Whether the plan is that of Cᵀ = Bᵀ · Aᵀ, as inputs stay. */
  readonly turned: boolean;
  readonly plan: Plan;
  readonly buffering: Buffering;
  /** Its parts in program order, and when each is expected to be worked on. */
  readonly works: readonly Work[];
  readonly spans: readonly Span[];
  /** That it is expected to take, from the fetching of its first command to the end of its last one. */
  readonly cycles: number;
}

/**
 * How the product that makes a tensor is done.
 * @throws JobError where no operation makes it, with what they do make.
 */
export function scheduleFor({ schedules }: Pick<Program, 'schedules'>, output: string): Schedule {
  const found = Object.hasOwn(schedules, output) ? schedules[output] : undefined;
  if (found !== undefined) return found;
  throw new JobError(() => `no operation makes ${output}; they make ${Object.keys(schedules).join(', ')}`);
}

export interface ProgramOptions {
  /**
   * Entries of the ring, 2 to 65535 (the most): a program of more commands is fed through them, one entry being free
   * at any time.
   */
  readonly ringEntries?: number;
  /** What the schedule expects of the memory: cycles from request to answer (2). Any memory will do. */
  readonly memory?: { readonly latency?: number };
}

/** Entries that a ring can have. */
const RING: Range = { least: 2, most: 0xffff };
/** Bytes that 32-bit addresses of the memory model reach. */
const MOST_BYTES = 2 ** 31;
/** The image is whole pages. */
const PAGE = 4096;

const align = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** Whether the ring holds all of a program, so that nobody has to fill it up while the NPU runs. */
export const fitsRing = ({ code, ring }: Pick<Program, 'code' | 'ring'>): boolean =>
  code.length <= ring.tail * COMMAND_BYTES;

/** Where everything is in DRAM. */
export interface Placement {
  readonly ring: Program['ring'];
  /** By name, in the order of their addresses. */
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  /** Bytes of the image. */
  readonly bytes: number;
}

/** @throws JobError for a ring that cannot be. */
export function checkOptions({ ringEntries = RING.most }: ProgramOptions): void {
  checkWhole('ringEntries', ringEntries, RING);
}

/**
 * The ring from address 0 on, then the tensors in their order, each at a multiple of a command's bytes.
 * @throws ShapeError where that is more than a memory can have.
 */
export function placed(
  tensors: readonly Tensor[],
  commandCount: number,
  { ringEntries = RING.most }: ProgramOptions,
): Placement {
  const entries = Math.min(commandCount + 1, ringEntries);
  const ring = { base: 0, entries, tail: Math.min(commandCount, entries - 1) };
  let end = entries * COMMAND_BYTES;
  const all = tensors.map((tensor): PlacedTensor => {
    const [address, bytes] = [align(end, COMMAND_BYTES), tensorBytes(tensor)];
    end = address + bytes;
    return { ...tensor, address, bytes };
  });
  const bytes = align(end, PAGE);
  if (bytes > MOST_BYTES) {
    throw new ShapeError(
      (nameOf) =>
        `the program needs ${bytes} bytes of DRAM, more than the ${MOST_BYTES} there can be; ` +
        `make ${nameOf('m')}, ${nameOf('k')} or ${nameOf('n')} smaller`,
    );
  }
  return { ring, bytes, tensors: new Map(all.map((tensor) => [tensor.name, tensor])) };
}

/** The bytes of a program. `data` has the elements, row by row, of the tensors that have a value from the start. */
export function programFrom(
  commands: readonly Command[],
  { ring, bytes, tensors }: Placement,
  data: ReadonlyMap<string, TensorData>,
  schedules: Program['schedules'],
): Program {
  const code = new Uint8Array(commands.length * COMMAND_BYTES);
  commands.forEach((command, i) => code.set(assemble(command), i * COMMAND_BYTES));
  const image = new Uint8Array(bytes);
  image.set(code.subarray(0, ring.tail * COMMAND_BYTES), ring.base);
  for (const tensor of tensors.values()) {
    const elements = data.get(tensor.name);
    if (elements !== undefined) image.set(bytesInDram(tensor, elements), tensor.address);
  }
  return { image, commands, code, ring, tensors: Object.fromEntries(tensors), schedules };
}
