/**
 * A running `vcd2fst` that reads what is written here. It is in a session of its own, which Ctrl-C is not for, and is
 * never signalled: when this process ends, however it does, it meets the end of its text and makes the file whole.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, WaveformError } from '../error.ts';
import { programOnPath } from '../program.ts';
import { fstState, namesBeside } from './blocks.ts';

/** So many bytes go into a pipe of Linux together or not at all. */
const PIECE = 4096;
const NEWLINE = 10;
/** Of what the converter says, in bytes. */
const MOST_WORDS = 1000;
/** How long it may take to end where nobody can be told when it has, and how often to look, in milliseconds. */
const [PATIENCE, POLL] = [10_000, 5];

const BROKEN = 'vcd2fst left a broken file; is the disk full? Free some space or ask for fewer signals or cycles';

export interface ConverterPrograms {
  readonly vcd2fst: string;
  readonly mkfifo: string;
}

/** @param path the waves' file, for messages @throws WaveformError where one is missing */
export function converterPrograms(path: string): ConverterPrograms {
  const [vcd2fst, mkfifo] = [programOnPath('vcd2fst'), programOnPath('mkfifo')];
  const missing = (what: string): WaveformError =>
    refusal(path, `${what} is not on the PATH; install it or write a .vcd file instead`);
  if (vcd2fst === null) throw missing('FST needs the program vcd2fst (Debian: apt install gtkwave), which');
  if (mkfifo === null) throw missing('FST needs the program mkfifo (Debian: apt install coreutils), which');
  return { vcd2fst, mkfifo };
}

/** The two ends of a pipe, which has no name any more, and a file without a name for what the converter says. */
interface Channel {
  readonly from: number;
  readonly to: number;
  readonly log: number;
}

export class Converter {
  readonly #path: string;
  readonly #output: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string | null>;
  /** What the converter says; -1 once nobody asks. */
  #log: number;
  /** The end of the pipe that is written to; -1 once it is closed. */
  #to: number;
  /** Whether there is still somebody to read. */
  #reads = true;
  /** The text after the last whole line. */
  #rest = Buffer.alloc(0);

  /**
   * @param path the file as the user knows it, for messages
   * @param output where the converter writes
   * @throws WaveformError when a program does not start.
   */
  constructor(path: string, output: string, { vcd2fst, mkfifo }: ConverterPrograms) {
    this.#path = path;
    this.#output = output;
    const { from, to, log } = channelFor(path, mkfifo);
    [this.#to, this.#log] = [to, log];
    try {
      this.#child = spawn(vcd2fst, ['-v', '-', '-f', output], { detached: true, stdio: [from, 'ignore', log] });
    } catch (cause) {
      [to, log].forEach((fd) => closeSync(fd));
      throw this.#error(`vcd2fst does not start (${messageOf(cause)}); write a .vcd file instead`);
    } finally {
      closeSync(from);
    }
    this.#ended = new Promise((done) => {
      this.#child.once('error', (error) => done(`it did not start: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        done(code === 0 ? null : `it ended with ${signal ?? code}: ${this.#words()}`),
      );
    });
    // A caller that forgets to close must not keep the process alive: the converter ends by itself.
    this.#child.unref();
  }

  /**
   * Every whole line goes on its way, each in one piece where it is short enough: the converter never sees half of one.
   */
  write(bytes: Uint8Array): void {
    const text = Buffer.concat([this.#rest, bytes]);
    const whole = text.lastIndexOf(NEWLINE) + 1;
    for (let at = 0, end = 0; at < whole; at = end) {
      const cut = text.subarray(at, Math.min(whole, at + PIECE)).lastIndexOf(NEWLINE) + 1;
      end = cut > 0 ? at + cut : text.indexOf(NEWLINE, at) + 1;
      this.#send(text.subarray(at, end));
    }
    this.#rest = Buffer.from(text.subarray(whole));
  }

  /** Ends the text and waits for the file. @throws WaveformError when it is not whole */
  async finish(): Promise<void> {
    this.#child.ref();
    this.#endText();
    const failure = await this.#ended;
    this.#closeLog();
    if (failure !== null) throw this.#error(`vcd2fst failed: ${failure}`);
    if (fstState(this.#output) !== 'whole') throw this.#error(BROKEN);
  }

  /** The same where nothing can be waited for but the file. */
  finishNow(): void {
    if (this.#reads && this.#to >= 0) this.#probe();
    this.#endText();
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; this.#reads && waited < PATIENCE && !this.#isDone(); waited += POLL)
      Atomics.wait(pause, 0, 0, POLL);
    this.#closeLog();
  }

  /** One that has ended already is not waited for: an empty line tells. */
  #probe(): void {
    try {
      writeSync(this.#to, '\n');
    } catch {
      this.#reads = false;
    }
  }

  #isDone(): boolean {
    try {
      return fstState(this.#output) === 'whole' && !existsSync(namesBeside(this.#output));
    } catch {
      // It is not there yet.
      return false;
    }
  }

  #send(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#to, bytes, done);
    } catch (cause) {
      this.#reads = false;
      throw this.#error(`vcd2fst stopped reading (${messageOf(cause)}): ${this.#words()}`);
    }
  }

  /** What the converter has said. */
  #words(): string {
    if (this.#log < 0) return 'nobody listened any more';
    const buffer = Buffer.alloc(MOST_WORDS);
    const length = readSync(this.#log, buffer, 0, MOST_WORDS, 0);
    return buffer.toString('utf8', 0, length).trim().replaceAll('\n', ' ') || 'it said nothing';
  }

  #endText(): void {
    if (this.#to >= 0) closeSync(this.#to);
    this.#to = -1;
  }

  #closeLog(): void {
    if (this.#log >= 0) closeSync(this.#log);
    this.#log = -1;
  }

  #error(why: string): WaveformError {
    return refusal(this.#path, why);
  }
}

function channelFor(path: string, mkfifo: string): Channel {
  try {
    return newChannel(mkfifo);
  } catch (cause) {
    throw refusal(path, `a named pipe cannot be made here (${messageOf(cause)}); write a .vcd file instead`);
  }
}

/**
 * Both ends are open before anybody could wait for the other, and the names are gone before anything can end this
 * process.
 */
function newChannel(mkfifo: string): Channel {
  const folder = mkdtempSync(join(tmpdir(), 'systole-fst-'));
  const opened: number[] = [];
  const open = (name: string, flags: string | number): number => {
    const fd = openSync(join(folder, name), flags);
    opened.push(fd);
    return fd;
  };
  try {
    execFileSync(mkfifo, [join(folder, 'vcd')], { stdio: 'ignore' });
    const first = open('vcd', constants.O_RDONLY | constants.O_NONBLOCK);
    const channel = {
      to: open('vcd', constants.O_WRONLY),
      from: open('vcd', constants.O_RDONLY),
      log: open('log', 'w+'),
    };
    closeSync(first);
    return channel;
  } catch (cause) {
    opened.forEach((fd) => closeSync(fd));
    throw cause;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refusal(path: string, why: string): WaveformError {
  return new WaveformError(`cannot write waves to ${path}: ${why}`);
}
