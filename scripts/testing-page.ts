/**
 * A page of the documentation as something that runs: its blocks, from top to bottom, in a folder of its own.
 *
 * A block `ts FILE` is a file that the reader saves. One of `sh` has commands, which must all succeed, in `sh fails`
 * each of them fail. A block without a language after such a one is what is printed: lines in this order, … stands for
 * any others, or for any text within a line. `sh TOOL` is run where TOOL is installed; gtkwave has a display of
 * its own, and quits once it has loaded everything.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { project } from '../testbench/vitest/testing/project.ts';
import { HANG } from '../waveforms/testing/tools.ts';
import { builtProgram } from './testing-command-line.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Block {
  readonly language: string;
  /** What stands after the language. */
  readonly word: string;
  readonly text: string;
  /** Of the line on which it begins, from 1. */
  readonly line: number;
}

/** The blocks of a page. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w*)[ ]?([^\n]*)\n(.*?)^```$/gms)].map((found) => {
    const [, language = '', word = '', text = ''] = found;
    return { language, word, text, line: page.slice(0, found.index).split('\n').length };
  });
}

/** Whether lines of a block are among those printed, in this order. */
export function prints(printed: string, block: string): boolean {
  const pattern = block
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '…')
    .map((line) => line.split('…').map(escaped).join('.*'))
    .map((line) => `^${line}[ ]*$`)
    .join('(?:.*\\n)*?');
  return new RegExp(pattern, 'm').test(printed);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * The command line as a shell starts it: as it is shipped, which starts in a quarter of the time of what
 * `npm run -s systole --` runs. A page that names that one is run with it.
 */
const shipped = (): string => `'${process.execPath}' '${builtProgram()}'`;

/** Where a reader follows a page. */
export class Reader {
  readonly folder: string;
  readonly #whole: string;

  /** @param whole what is removed with the folder */
  private constructor(folder: string, whole: string) {
    this.folder = folder;
    this.#whole = whole;
  }

  /** In a clone: a copy of the checkout, below its node_modules, where its own tests do not look. */
  static inClone(): Reader {
    const caches = join(root, 'node_modules', '.cache');
    mkdirSync(caches, { recursive: true });
    const folder = mkdtempSync(join(caches, 'page-'));
    const others = ['node_modules', '.git', 'dist', 'coverage', 'playground'];
    for (const name of readdirSync(root)) {
      if (others.includes(name) || /^run[.-]/.test(name)) continue;
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new Reader(folder, folder);
  }

  /** In a project of somebody's that has the package. */
  static inProject(): Reader {
    const folder = project();
    return new Reader(folder, dirname(folder));
  }

  save(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Runs commands; what they print, and whether the last of them failed. */
  run(commands: string, environment: Readonly<Record<string, string>> = {}): { failed: boolean; printed: string } {
    const script = [
      'set -euo pipefail',
      // Packages are installed, and whoever runs this has the tests run.
      'npm() { case "$1" in ci | test) ;; *) command npm "$@" ;; esac; }',
      // Those of the repository itself are the suite's, too: they are found.
      'npx() {',
      '  if [[ "$*" == "vitest run --mode quick "* ]]; then command npx vitest list "${@:3}" | grep .; return; fi',
      '  command npx "$@"',
      '}',
      `systole() { ${shipped()} "$@"; }`,
      // It is asked to quit when the files are there and loaded.
      'gtkwave() { command gtkwave -S <(echo gtkwave::/File/Quit) "$@"; }',
      commands,
    ].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: this.folder,
      encoding: 'utf8',
      timeout: HANG,
      env: {
        ...process.env,
        ...environment,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        VITEST: undefined,
        SYSTOLE_SUITE: undefined,
      },
    });
    return { failed: status !== 0, printed: stdout + stderr };
  }

  remove(): void {
    rmSync(this.#whole, { recursive: true, force: true });
  }
}
