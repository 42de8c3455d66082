/** An FST file and the converter that writes it, which starts with the first text. */
import { rmSync } from 'node:fs';
import { messageOf, WaveformError } from '../error.ts';
import { OutputFile } from '../output-file.ts';
import type { VcdSink } from '../vcd/formatter.ts';
import { fstState, namesBeside, type FstState } from './blocks.ts';
import { addTables, type Tables } from './enumerations.ts';
import { Converter, converterPrograms, type ConverterPrograms } from './converter.ts';

export class FstFile implements VcdSink {
  readonly path: string;
  readonly #file: OutputFile;
  readonly #programs: ConverterPrograms;
  readonly #tables: Tables;
  #converter: Converter | null = null;
  /** The converter's own words are told by {@link write}: no thread may write. */
  readonly open = null;

  /** @throws WaveformError when a program is missing or the path cannot be written. */
  constructor(path: string, tables: Tables) {
    this.path = path;
    this.#tables = tables;
    this.#programs = converterPrograms(path);
    this.#file = new OutputFile(path);
  }

  write(bytes: Uint8Array): void {
    this.#converter ??= new Converter(this.path, this.#file.handOver(), this.#programs);
    this.#converter.write(bytes);
  }

  /** What is there is made whole, or told of. */
  fail(error: unknown): unknown {
    this.#converter?.finishNow();
    return this.#settle(error);
  }

  /**
   * The text is complete: waits for the file. @returns its length in bytes @throws WaveformError when it is not whole
   */
  async finish(): Promise<number> {
    try {
      await this.#converter?.finish();
      this.#addTables();
      return this.#file.keep();
    } catch (error) {
      throw this.#settle(error);
    }
  }

  /** The same where nothing can be waited for but the file. */
  finishNow(): number {
    this.#converter?.finishNow();
    if (this.#state() !== 'whole')
      throw this.#settle(new WaveformError(`cannot write waves to ${this.path}: vcd2fst did not end`));
    this.#addTables();
    return this.#file.keep();
  }

  /** Leaves nothing of this run, once the converter has ended: it could write what the next run has begun. */
  discard(): void {
    this.#converter?.finishNow();
    this.#remove();
  }

  #addTables(): void {
    if (this.#converter !== null) addTables(this.#file.target, this.#tables);
  }

  #remove(): void {
    this.#file.discard();
    if (this.#converter !== null) rmSync(namesBeside(this.#file.target), { force: true });
  }

  /** Keeps what GTKWave can read after an error. @returns the error, with what is left */
  #settle(error: unknown): unknown {
    if (this.#converter === null) {
      this.#file.discard();
      return error;
    }
    const state = this.#state();
    if (state === 'broken') this.#remove();
    else this.#file.keep();
    return new WaveformError(`${messageOf(error)}; ${this.#left[state]}`, { cause: error });
  }

  #state(): FstState {
    try {
      return fstState(this.#file.target);
    } catch {
      return 'broken';
    }
  }

  get #left(): Readonly<Record<FstState, string>> {
    return {
      whole: 'the waves end early',
      partial: `the waves end early, and GTKWave needs ${namesBeside(this.path)} beside them`,
      broken: 'no waves are left',
    };
  }
}
