/** Where the waves of a test go: names of their own for each, safe on every file system. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** In the folder that the tests run in; it ignores itself in git. */
const FOLDER = '.systole';

/** Relative to the folder that the tests run in. */
export const WAVE_FOLDER = join(FOLDER, 'waves');

/** Of the parts of a name, in characters. */
const LONGEST = 60;

/** What a name is made of. */
export interface TestName {
  /** The path of the test's file. */
  readonly file: string;
  /** With the names of the suites around it. */
  readonly title: string;
  /** Unlike that of any other test, and the same in every run. */
  readonly id: string;
  /** From 0 on. */
  readonly retry: number;
  /** Null where none was asked for. */
  readonly seed: number | null;
}

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, LONGEST);

/** `fifo-holds-what-it-got-3f2a91.vcd`. Tests of one title in one file differ in the digits at its end. */
export function waveName({ file, title, id, retry, seed }: TestName): string {
  const unit = slug(basename(file).replace(/(\.(test|spec))?\.\w+$/, ''));
  const digits = createHash('sha256').update(`${file}\0${title}\0${id}`).digest('hex').slice(0, 8);
  const which = [...(seed === null ? [] : [`seed${seed}`]), ...(retry === 0 ? [] : [`retry${retry}`])];
  return `${[unit, slug(title), ...which, digits].filter((part) => part !== '').join('-')}.vcd`;
}

/** Makes {@link WAVE_FOLDER} where it is not there. @returns its path */
export function waveFolder(): string {
  const folder = WAVE_FOLDER;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(dirname(folder), '.gitignore'), '*\n', { flag: 'wx' });
  } catch {
    // It is there, as its owner wants it.
  }
  return folder;
}
