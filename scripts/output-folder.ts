/** A folder of files that appears whole or not at all, and never costs a file that somebody else wrote or edited. */
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from './failure.ts';
import { fileError } from './files.ts';
import { count } from './text.ts';

/** Lists our files of a folder with their checksums, for `sha256sum -c systole.sha256` as well. */
const MANIFEST = 'systole.sha256';

/** Beside the new files, for those that they replace. */
const ATTIC = 'old';

const checksum = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const is = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export class OutputFolder {
  readonly path: string;
  readonly #target: string;
  readonly #force: boolean;

  /**
   * Checks before the work is done that the folder can be written, and is ours or empty or not there.
   * @param force writes into any folder, and over files that are not ours
   * @throws UsageError
   */
  constructor(path: string, { force = false } = {}) {
    this.path = path;
    this.#target = resolve(path);
    this.#force = force;
    try {
      accessSync(existing(this.#target), constants.W_OK);
      if (!is(this.#target)) return;
    } catch (error) {
      throw fileError(`write ${path}`, error);
    }
    if (!statSync(this.#target).isDirectory()) throw new UsageError(`${path} is a file`, 'name a folder');
    const foreign = readdirSync(this.#target);
    if (force || foreign.length === 0 || foreign.includes(MANIFEST)) return;
    const others = foreign.length > 3 ? ` and ${count(foreign.length - 3)} more` : '';
    throw new UsageError(
      `the folder ${path} has files that systole did not write (${foreign.slice(0, 3).join(', ')}${others})`,
      'name another folder, or give --force to write among them',
    );
  }

  /**
   * Writes the files, by name, and takes away those of ours that are not among them any more.
   * @throws UsageError for files in the way that are not ours or were edited, and when the disk fails: nothing is
   * changed.
   */
  write(files: ReadonlyMap<string, string | Uint8Array>): void {
    try {
      const all = new Map<string, string | Uint8Array>([
        ...files,
        [MANIFEST, [...files].map(([name, content]) => `${checksum(content)}  ${name}\n`).join('')],
      ]);
      const ours = this.#ours();
      const foreign = [...all.keys()].filter((name) => is(join(this.#target, name)) && !ours.has(name));
      this.#mustReplace(foreign);
      this.#place(all, new Set([...ours, ...foreign]));
    } catch (error) {
      throw error instanceof UsageError ? error : fileError(`write ${this.path}`, error);
    }
  }

  #mustReplace(foreign: readonly string[]): void {
    const [first] = foreign;
    if (first === undefined) return;
    const folder = foreign.find((name) => lstatSync(join(this.#target, name)).isDirectory());
    if (folder !== undefined)
      throw new UsageError(`${folder} is a folder in ${this.path}, where a file is to be`, 'name another folder');
    if (this.#force) return;
    const others = foreign.length > 1 ? ` and ${count(foreign.length - 1)} more are` : ' is';
    throw new UsageError(
      `${first}${others} in ${this.path}, and not as systole wrote it`,
      'name another folder, or give --force to replace it',
    );
  }

  /** All of `fresh` in the place of all of `old`, or nothing. */
  #place(fresh: ReadonlyMap<string, string | Uint8Array>, old: ReadonlySet<string>): void {
    // A new folder takes its place in one step; in an old one everything is ready before the first file is moved.
    const isNew = !is(this.#target);
    const stage = isNew ? `${this.#target}.${process.pid}.part` : join(this.#target, `.${process.pid}.part`);
    let madeFirst: string | undefined;
    try {
      madeFirst = mkdirSync(dirname(stage), { recursive: true });
      mkdirSync(stage);
      for (const [name, content] of fresh) writeFileSync(join(stage, name), content, { flag: 'wx' });
      if (isNew) renameSync(stage, this.#target);
      else this.#exchange(stage, [...fresh.keys()], old);
    } catch (error) {
      // What could not be put back stays where it is.
      if (!holdsOld(stage)) rmSync(stage, { recursive: true, force: true });
      if (madeFirst !== undefined) rmSync(madeFirst, { recursive: true, force: true });
      throw error;
    }
  }

  /** Moves `old` out of the folder and `fresh` into it; everything goes back where a step fails. */
  #exchange(stage: string, fresh: readonly string[], old: ReadonlySet<string>): void {
    const attic = join(stage, ATTIC);
    mkdirSync(attic);
    const done: (readonly [from: string, to: string])[] = [];
    const move = (from: string, to: string): void => {
      renameSync(from, to);
      done.push([from, to]);
    };
    try {
      for (const name of old) move(join(this.#target, name), join(attic, name));
      for (const name of fresh) move(join(stage, name), join(this.#target, name));
    } catch (error) {
      for (const [from, to] of done.reverse()) renameSync(to, from);
      throw error;
    }
    rmSync(stage, { recursive: true });
  }

  /** Names of the files that we wrote and nobody has changed, the list itself among them. */
  #ours(): ReadonlySet<string> {
    const list = join(this.#target, MANIFEST);
    if (!existsSync(list)) return new Set();
    const named = [...readFileSync(list, 'utf8').matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
    const unchanged = named.flatMap(([, sum, name = '']) => {
      const path = join(this.#target, name);
      return basename(name) === name &&
        lstatSync(path, { throwIfNoEntry: false })?.isFile() === true &&
        checksum(readFileSync(path)) === sum
        ? [name]
        : [];
    });
    return new Set([...unchanged, MANIFEST]);
  }
}

const holdsOld = (stage: string): boolean => is(join(stage, ATTIC)) && readdirSync(join(stage, ATTIC)).length > 0;

/** The path, or the nearest folder above it that is there. */
function existing(path: string): string {
  let at = path;
  while (!is(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
