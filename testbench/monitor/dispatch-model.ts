/**
 * What becomes of commands by the instruction set's rules (npu/ISA.md): queues, semaphores, who runs. Shares nothing
 * with the hardware's description; codes and places of the header are written out here once more.
 */

/** Units in the order of their bits in `status`. */
export const unitNames = ['load', 'store', 'matrix', 'vector'] as const;
/** Commands that each of them can have at once. */
const mostRunning = [3, 4, 4, 1];
const unitOfCode = new Map([
  [16, 0],
  [17, 1],
  [18, 0],
  [19, 0],
  [20, 1],
  [21, 0],
  [22, 0],
  [32, 2],
  [48, 3],
  [49, 3],
  [50, 3],
  [52, 3],
  [53, 3],
  [54, 3],
  [55, 3],
]);
const codes = { nop: 0, fence: 1, interrupt: 2 };
const SEMAPHORES = 8;
const MOST_LEVEL = 15;
/** Bits of the header that must be 0. */
const RESERVED = 0xff00_ff00_0000_ff00n;

/** A command's 64 bytes as a number, the first byte lowest. */
export type Word = bigint;
const field = (word: Word, at: number, width: number): number =>
  Number((word >> BigInt(at)) & ((1n << BigInt(width)) - 1n));
const tagOf = (word: Word): number => field(word, 16, 16);
const waitOf = (word: Word): number => field(word, 32, SEMAPHORES);
const signalOf = (word: Word): number => field(word, 48, SEMAPHORES);

function isLegal(word: Word): boolean {
  const code = field(word, 0, 8);
  if ((word & RESERVED) !== 0n) return false;
  return unitOfCode.has(code) || (Object.values(codes).includes(code) && waitOf(word) === 0 && signalOf(word) === 0);
}

/**
 * What is seen of a unit in a cycle: whether it would take a job, whether it takes one, and of one that ends its
 * fault's code.
 */
export interface UnitSeen {
  readonly ready: () => boolean;
  readonly issued: boolean;
  readonly done: boolean;
  readonly fault: number;
  readonly address: number;
  /** Whether it says that the job was done to its end whatever the fault. */
  readonly goesOn: boolean;
}
export interface Seen {
  readonly enable: boolean;
  /** The command that is offered, and whether it is taken. */
  readonly offered: Word | null;
  readonly taken: boolean;
  readonly units: readonly UnitSeen[];
}
export interface Report {
  readonly fault: number;
  readonly tag: number;
  readonly address: number;
}
/** What a cycle means for the registers. */
export interface Consequences {
  readonly report: Report | null;
  readonly interrupt: number | null;
}

/** Where a load or a store says that it continues; units up to the second are those. */
const ON_ERROR = [240, 1] as const;
const STORE = 1;

/** Codes of faults (npu/common/fault.ts). */
const [BUS_READ, BUS_WRITE, INDEX] = [2, 3, 11];
const ILLEGAL = 6;
const SEMAPHORE = 7;

const nothing: Consequences = { report: null, interrupt: null };

export class DispatchModel {
  #queues: Word[][] = [];
  /** By unit, in the order in which they were issued. */
  #running: Word[][] = [];
  #halted: boolean[] = [];
  #levels: number[] = [];
  constructor() {
    this.reset();
  }

  reset(): void {
    this.#queues = unitNames.map(() => []);
    this.#running = unitNames.map(() => []);
    this.#halted = unitNames.map(() => false);
    this.#levels = Array.from({ length: SEMAPHORES }, () => 0);
  }

  /** By unit, whether it has a command. */
  get running(): readonly boolean[] {
    return this.#running.map((all) => all.length > 0);
  }
  /** By unit, whether it has none, and its next one waits for a semaphore. */
  waiting(enable: boolean): readonly boolean[] {
    return unitNames.map((_, unit) => {
      const head = this.#next(unit);
      return enable && head !== null && this.#running[unit]?.length === 0 && !this.#hasAll(head);
    });
  }
  /** The command that a unit would be given next, had it room for it, and were its semaphores there. */
  #next(unit: number): Word | null {
    const head = this.#queues[unit]?.[0];
    return head !== undefined && this.#halted[unit] === false ? head : null;
  }
  #hasRoom(unit: number): boolean {
    return (this.#running[unit]?.length ?? 0) < (mostRunning[unit] ?? 0);
  }
  #hasAll(command: Word): boolean {
    return this.#levels.every((level, s) => ((waitOf(command) >> s) & 1) === 0 || level > 0);
  }
  /** No command is queued or running. */
  get isIdle(): boolean {
    return this.#queues.every((queue) => queue.length === 0) && this.#running.every((all) => all.length === 0);
  }

  /**
   * Judges a cycle and takes it over. @throws Error where a command was issued that must wait, or was not although
   * nothing held it
   */
  take(seen: Seen): Consequences {
    const { enable, offered, taken, units } = seen;
    const isQuiet = offered === null && this.isIdle && units.every(({ issued }) => !issued);
    if (isQuiet && enable) return nothing;
    this.#judgeIssues(seen);
    const isFence = offered !== null && isLegal(offered) && field(offered, 0, 8) === codes.fence;
    if (enable && taken && isFence && !this.isIdle)
      throw new Error(`fence ${tagOf(offered)} is passed while commands are queued or run`);
    this.#judgeFaults(seen);
    const { failed, levels } = this.#signalled(seen);
    const report = this.#report(seen, failed);
    units.forEach(({ issued, done }, unit) => {
      const [head] = this.#queues[unit] ?? [];
      if (done) this.#running[unit]?.shift();
      if (issued && head !== undefined) this.#running[unit]?.push(head);
      if (issued || !enable) this.#queues[unit]?.shift();
      const stops = failed[unit] === SEMAPHORE || (failed[unit] !== null && units[unit]?.goesOn !== true);
      this.#halted[unit] = enable && ((this.#halted[unit] ?? false) || stops);
      // What a unit has while the NPU is stopped, or behind a command with a fault, signals nothing.
      if (!enable || stops) this.#running[unit] = (this.#running[unit] ?? []).map((word) => word & ~(0xffn << 48n));
    });
    this.#levels = levels;
    const accepted = enable && taken && offered !== null && isLegal(offered) ? offered : null;
    const unit = accepted === null ? undefined : unitOfCode.get(field(accepted, 0, 8));
    if (accepted !== null && unit !== undefined) this.#queues[unit]?.push(accepted);
    return {
      report,
      interrupt: accepted !== null && field(accepted, 0, 8) === codes.interrupt ? tagOf(accepted) : null,
    };
  }

  /** One command issues a cycle, the first unit's first, as soon as its unit takes it and nothing holds it. */
  #judgeIssues({ enable, units }: Seen): void {
    const first = units.findIndex(({ ready }, unit) => {
      const head = this.#next(unit);
      return enable && head !== null && this.#hasAll(head) && this.#hasRoom(unit) && ready();
    });
    units.forEach(({ issued }, unit) => {
      if (issued === (unit === first)) return;
      const head = this.#queues[unit]?.[0];
      const command = `${unitNames[unit]} command ${head === undefined ? '(there is none)' : tagOf(head)}`;
      throw new Error(
        `${command} ${issued ? 'is issued too early' : 'is not issued'}; semaphores are at ${this.#levels.join(', ')}`,
      );
    });
  }

  /** Only loads and stores that are told to continue go on, and only after errors of the bus and of indices. */
  #judgeFaults({ units }: Seen): void {
    units.forEach(({ fault, goesOn }, unit) => {
      const word = this.#running[unit]?.[0] ?? 0n;
      const isTold = unit <= STORE && field(word, ...ON_ERROR) === 1;
      if (goesOn && fault !== 0 && !(isTold && [BUS_READ, BUS_WRITE, INDEX].includes(fault)))
        throw new Error(`${unitNames[unit]} command ${tagOf(word)} goes on after fault ${fault}`);
    });
  }

  /** The semaphores after this cycle, and the fault with which each unit's command ended in it. */
  #signalled({ enable, units }: Seen): { readonly failed: readonly (number | null)[]; readonly levels: number[] } {
    const signals = units.map(({ done, fault, goesOn }, unit) =>
      done && (fault === 0 || goesOn) ? signalOf(this.#running[unit]?.[0] ?? 0n) : 0,
    );
    const waits = units.map(({ issued }, unit) => (issued ? waitOf(this.#queues[unit]?.[0] ?? 0n) : 0));
    const sums = this.#levels.map(
      (level, s) =>
        signals.reduce((sum, mask) => sum + ((mask >> s) & 1), level) -
        waits.reduce((sum, mask) => sum + ((mask >> s) & 1), 0),
    );
    const overflowed = sums.reduce((mask, sum, s) => (sum > MOST_LEVEL ? mask | (1 << s) : mask), 0);
    const failed = units.map(({ done, fault }, unit) =>
      ((signals[unit] ?? 0) & overflowed) !== 0 ? SEMAPHORE : done && fault !== 0 ? fault : null,
    );
    return { failed, levels: sums.map((sum) => (enable ? Math.min(sum, MOST_LEVEL) : 0)) };
  }

  /** The first unit's fault; else that of a command that cannot be. */
  #report({ enable, offered, units }: Seen, failed: readonly (number | null)[]): Report | null {
    const unit = failed.findIndex((fault) => fault !== null);
    const fault = failed[unit] ?? null;
    if (fault !== null)
      return { fault, tag: tagOf(this.#running[unit]?.[0] ?? 0n), address: units[unit]?.address ?? 0 };
    return enable && offered !== null && !isLegal(offered) ? { fault: ILLEGAL, tag: tagOf(offered), address: 0 } : null;
  }
}
