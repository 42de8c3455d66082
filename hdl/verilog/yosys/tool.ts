/** Yosys as a WebAssembly module from npm: an optional package, 38 MB, that needs nothing installed besides. */
import type { RunOptions, Tree } from '@yowasp/yosys';
import { UserError } from '../../messages/user-error.ts';

/**
 * The package, in the version that the tests run. No (optional) peer dependency: npm installs none of those in a
 * checkout, even when asked to by name.
 */
export const YOSYS_PACKAGE = '@yowasp/yosys@0.55.944';

/** The package is not there. The message says how to get it. */
export class YosysMissingError extends UserError {
  override readonly name = 'YosysMissingError';
}

/** Yosys stopped: what it said is wrong, and all that it printed. */
export class YosysError extends UserError {
  override readonly name = 'YosysError';
  readonly log: string;

  constructor(message: string, log: string) {
    super(message);
    this.log = log;
  }
}

export interface YosysRun {
  /** All that Yosys printed. */
  readonly log: string;
  /** The files that it was given and those that it wrote. */
  readonly files: ReadonlyMap<string, string>;
}

export interface YosysOptions {
  /** Called with each line as it is printed. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a script in a folder that holds `files` and nothing else.
 * @throws YosysMissingError where the package is not installed; YosysError where a command of the script fails.
 */
export async function runYosys(
  script: readonly string[],
  files: ReadonlyMap<string, string>,
  { onLine }: YosysOptions = {},
): Promise<YosysRun> {
  const run = await load();
  const lines = new Lines(onLine);
  const options: RunOptions = { stdout: lines.take, stderr: lines.take, decodeASCII: false };
  try {
    const tree = await run(
      ['-s', SCRIPT],
      { ...Object.fromEntries(files), [SCRIPT]: `${script.join('\n')}\n` },
      options,
    );
    return { log: lines.text, files: textsOf(tree) };
  } catch (error) {
    throw new YosysError(
      complaint(lines.text) ??
        `it broke off (${error instanceof Error ? error.message : String(error)}) in ${lastPass(lines.text)}`,
      lines.text,
    );
  }
}

const SCRIPT = 'script.ys';

/**
 * What Yosys itself says is wrong. Without it the WebAssembly broke off: out of memory, or in code that never meant to
 * return.
 */
const complaint = (log: string): string | undefined => /^(?:.*\n)*ERROR: ([^\n]*)/.exec(log)?.[1];
const lastPass = (log: string): string =>
  log
    .match(/Executing [\w -]+? (?:pass|frontend)/g)
    ?.at(-1)
    ?.replace('Executing ', '') ?? 'its start';

async function load(): Promise<(args: readonly string[], files: Tree, options: RunOptions) => Promise<Tree>> {
  try {
    return (await import('@yowasp/yosys')).runYosys;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new YosysMissingError(`Yosys is not installed; run npm install --no-save ${YOSYS_PACKAGE}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function textsOf(tree: Tree): ReadonlyMap<string, string> {
  const decoder = new TextDecoder();
  return new Map(
    Object.entries(tree).flatMap(([name, content]): [string, string][] => {
      if (typeof content === 'string') return [[name, content]];
      return content instanceof Uint8Array ? [[name, decoder.decode(content)]] : [];
    }),
  );
}

/** Bytes of a stream as lines. */
class Lines {
  text = '';
  readonly #decoder = new TextDecoder();
  readonly #onLine: ((line: string) => void) | undefined;
  #begun = '';

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  readonly take = (bytes: Uint8Array | null): void => {
    if (bytes === null) return;
    const text = this.#decoder.decode(bytes, { stream: true });
    this.text += text;
    if (this.#onLine === undefined) return;
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    lines.forEach(this.#onLine);
  };
}
