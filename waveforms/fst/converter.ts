/** A running `vcd2fst` that reads from a named pipe. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError, WaveformError } from '../error.ts';
import { Guard } from '../guard.ts';
import { isWholeFst } from './blocks.ts';

/** How long the converter may take to open the pipe, in milliseconds. */
const START_LIMIT = 10_000;
const POLL = 2;

export class Converter {
  readonly #path: string;
  readonly #output: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'systole-fst-'));
  readonly #child: ChildProcess;
  readonly #ended: Promise<string | null>;
  readonly #guard: Guard;
  #fd = -1;
  /** What stops it from reading is told with its own words, by {@link write}. */
  readonly open = null;

  /**
   * @param path the file as the user knows it, for messages
   * @param output where the converter writes
   * @throws WaveformError when a program is missing or does not start.
   */
  constructor(path: string, output: string) {
    this.#path = path;
    this.#output = output;
    this.#guard = new Guard([this.#folder, `${output}.hier`]);
    const pipe = join(this.#folder, 'vcd');
    const log = openSync(join(this.#folder, 'log'), 'w');
    try {
      execFileSync('mkfifo', [pipe], { stdio: 'ignore' });
      this.#child = spawn('vcd2fst', ['-v', pipe, '-f', output], { stdio: ['ignore', 'ignore', log] });
    } catch {
      this.#clean();
      throw this.#error('a named pipe cannot be made here (mkfifo failed); write a .vcd file instead');
    } finally {
      closeSync(log);
    }
    this.#ended = new Promise((done) => {
      this.#child.once('error', () => done('it did not start'));
      this.#child.once('exit', (code, signal) => done(code === 0 ? null : `it ended with ${signal ?? code}: ${this.#log()}`));
    });
    // A caller that forgets to close must not keep the process alive: the converter waits for us.
    this.#child.unref();
    if (this.#child.pid === undefined) {
      this.#clean();
      throw this.#error('FST needs the program vcd2fst (Debian: apt install gtkwave), which is not on the PATH; install it or write a .vcd file instead');
    }
    this.#fd = this.#open(pipe);
  }

  write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch (cause) {
      throw this.#error(`vcd2fst stopped reading (${cause instanceof Error ? cause.message : String(cause)}): ${this.#log()}`);
    }
  }

  /** Ends the text and waits for the file. */
  async finish(): Promise<void> {
    this.#child.ref();
    this.#close();
    const failure = await this.#ended;
    this.#clean();
    if (failure !== null) throw this.#error(`vcd2fst failed: ${failure}`);
    if (!isWholeFst(this.#output)) throw this.#error('vcd2fst left a broken file; is the disk full? Free some space or ask for fewer signals or cycles');
  }

  /** Ends the converter and removes what it wrote; what it writes while it dies goes with its end. */
  stop(): void {
    const remove = (): void => [this.#output, `${this.#output}.hier`].forEach((file) => rmSync(file, { force: true }));
    this.#child.once('exit', remove);
    // Without a pid there is no process: Node would signal whatever the unset field happens to name.
    if (this.#child.pid !== undefined) this.#child.kill('SIGKILL');
    this.#close();
    this.#clean();
    remove();
  }

  /** Opens the pipe once somebody reads it: without O_NONBLOCK this would wait for ever for a converter that failed at once. */
  #open(pipe: string): number {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; waited < START_LIMIT; waited += POLL) {
      try {
        const probe = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
        try {
          return openSync(pipe, constants.O_WRONLY);
        } finally {
          closeSync(probe);
        }
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENXIO')) {
          this.stop();
          throw fileError(`write waves to ${this.#path}`, cause);
        }
        Atomics.wait(pause, 0, 0, POLL);
      }
    }
    const log = this.#log();
    this.stop();
    throw this.#error(`vcd2fst did not start reading: ${log}`);
  }

  #log(): string {
    try {
      return readFileSync(join(this.#folder, 'log'), 'utf8').trim().replaceAll('\n', ' ') || 'it said nothing';
    } catch {
      return 'it said nothing';
    }
  }

  #close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #clean(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#guard.release();
  }

  #error(why: string): WaveformError {
    return new WaveformError(`cannot write waves to ${this.#path}: ${why}`);
  }
}
