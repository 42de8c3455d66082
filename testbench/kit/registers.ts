/** A host's view of a unit: its registers by name, over AXI4-Lite, whatever the map. */
import type { LiteSizes } from '../../hdl/lib/axi.ts';
import { LiteManager, type LiteOptions } from './axi/lite.ts';
import type { AxiResponse } from './axi/manager.ts';
import type { Bench } from './bench.ts';
import { BenchError } from './error.ts';

/** One register: where it is, and what a host may do with it (`w1c`: read, and clear bits by writing ones). */
export interface RegisterSpec {
  /** Of its first byte. */
  readonly address: number;
  readonly access: 'ro' | 'rw' | 'w1c' | 'wo';
  readonly meaning?: string;
}
export type RegisterMap = Readonly<Record<string, RegisterSpec>>;

export interface RegisterOptions extends LiteOptions, LiteSizes {
  /** Cycles that an access may take before that counts as a hang (1,000). */
  readonly limit?: number;
}

/** The subordinate answered with an error: the register, what was done with it, and the answer. */
export class RegisterError extends BenchError {
  readonly register: string;
  readonly resp: AxiResponse;
  constructor(register: string, done: string, resp: AxiResponse) {
    super(`${register} was ${done}, and the answer is ${resp}`);
    this.register = register;
    this.resp = resp;
  }
}

/** Reads and writes registers; each access goes on with the whole bench until its answer has come. */
export class RegisterHost<M extends RegisterMap> {
  readonly #bench: Bench;
  readonly #map: RegisterMap;
  readonly #manager: LiteManager;
  readonly #limit: number;
  readonly #dataBits: number;

  /**
   * @throws BenchError for a map with an address that a word does not begin at, is past the last one, or has two names
   */
  constructor(bench: Bench, map: M, { limit = 1000, ...options }: RegisterOptions) {
    checkMap(map, options);
    this.#bench = bench;
    this.#map = map;
    this.#limit = limit;
    this.#dataBits = options.dataBits;
    this.#manager = new LiteManager(bench, options, options);
  }

  /** @throws RegisterError for an answer that is an error; BenchError for a value above 2^53 − 1: read its bits. */
  read(name: keyof M & string): number {
    const bits = this.readBits(name);
    if (bits > BigInt(Number.MAX_SAFE_INTEGER))
      throw new BenchError(`${name} is ${bits}, too large a number: readBits`);
    return Number(bits);
  }

  /** The same of any size. */
  readBits(name: keyof M & string): bigint {
    const one = this.#manager.read(this.#spec(name, 'wo', 'written').address);
    this.#bench.run(this.#limit, () => one.resp !== null);
    if (one.resp !== 'okay') throw new RegisterError(name, 'read', one.resp ?? 'decerr');
    return one.data;
  }

  /** @throws RegisterError for an answer that is an error; BenchError for a value that a register cannot have. */
  write(name: keyof M & string, value: number | bigint): void {
    const resp = this.offer(name, value);
    if (resp !== 'okay') throw new RegisterError(name, `given ${value}`, resp);
  }

  /** Writes what may be refused, and gives the answer. */
  offer(name: keyof M & string, value: number | bigint): AxiResponse {
    const fits = typeof value === 'bigint' || Number.isSafeInteger(value);
    if (!fits || BigInt.asUintN(this.#dataBits, BigInt(value)) !== BigInt(value)) {
      const most = 2n ** BigInt(this.#dataBits) - 1n;
      throw new BenchError(`${name} is given ${value}; a register takes a whole number from 0 to ${most}`);
    }
    const one = this.#manager.write(this.#spec(name, 'ro', 'read').address, value);
    this.#bench.run(this.#limit, () => one.resp !== null);
    return one.resp ?? 'decerr';
  }

  #spec(name: keyof M & string, not: RegisterSpec['access'], only: string): RegisterSpec {
    const spec = this.#map[name];
    if (spec === undefined)
      throw new BenchError(`there is no register ${name}; there are ${Object.keys(this.#map).join(', ')}`);
    if (spec.access === not) throw new BenchError(`register ${name} can only be ${only}`);
    return spec;
  }
}

function checkMap(map: RegisterMap, { addressBits, dataBits }: LiteSizes): void {
  const at = new Map<number, string>();
  const bytes = dataBits / 8;
  for (const [name, { address }] of Object.entries(map)) {
    const known = at.get(address);
    const fits = Number.isInteger(address) && address >= 0 && address % bytes === 0 && address < 2 ** addressBits;
    const where = `register ${name} is at ${address}`;
    if (!fits) throw new BenchError(`${where}; give a multiple of ${bytes} below ${2 ** addressBits}`);
    if (known !== undefined) throw new BenchError(`${where}, where ${known} is; give each an address of its own`);
    at.set(address, name);
  }
}
