import { dirname, isAbsolute, relative, sep } from 'node:path';
import type { Place } from '../ir/types.ts';
import { callersOf, fileOf } from '../messages/frame.ts';

const ownFile = fileOf(import.meta.url);
/**
 * Of a stack, at the most. The language calls itself less deep than that (place.test.ts), and each frame costs half a
 * microsecond of thousands of captures.
 */
const FRAMES = 16;

/**
 * Frames of the language itself, of which `own` is this file, are not where a designer wrote something; its tests are.
 */
function isOwn(file: string, own: string): boolean {
  return file.startsWith(dirname(own) + sep) && !/\.(test|fail)\.[jt]s$/.test(file);
}

const scripts = new Map<string, boolean>();

/** {@link isOwn} of a script by the name that the engine has for it. */
function isOwnScript(name: string): boolean {
  const known = scripts.get(name) ?? (name.startsWith('node:') || isOwn(fileOf(name), ownFile));
  scripts.set(name, known);
  return known;
}

/**
 * A place whose stack is formatted only when someone asks: formatting costs many times what capturing does. It reads as
 * a plain {@link Place}.
 */
class CapturedPlace implements Place {
  #stack: Error | null;
  #found: Place = { file: 'unknown', line: 0, column: 0 };
  constructor(stack: Error) {
    this.#stack = stack;
  }
  #resolve(): Place {
    if (this.#stack !== null) {
      const found = callersOf(this.#stack, isOwn)[0]?.place;
      if (found !== undefined) this.#found = { ...found, file: fromHere(found.file) };
      this.#stack = null;
    }
    return this.#found;
  }
  get file(): string {
    return this.#resolve().file;
  }
  get line(): number {
    return this.#resolve().line;
  }
  get column(): number {
    return this.#resolve().column;
  }
  toJSON(): Place {
    return this.#resolve();
  }
}

/** A file below the working directory by its path from there. */
function fromHere(file: string): string {
  if (!isAbsolute(file)) return file;
  try {
    const path = relative(process.cwd(), file);
    return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? file : path;
  } catch {
    // The working directory is gone.
    return file;
  }
}

let declared: Place | null = null;

/**
 * Runs `body` with everything that it makes placed at `place`: what a declaration makes by itself belongs to the
 * declaration, not to the call that elaborates it; and what makes several things captures {@link here} once. null:
 * where each thing is written, again.
 */
export function placedAt<T>(place: Place | null, body: () => T): T {
  const before = declared;
  declared = place;
  try {
    return body();
  } finally {
    declared = before;
  }
}

/**
 * From how many things of a design on they are taken to be made by loops, and those of one line to share a place: a
 * stack is 2 KB. To tell a line costs more than to capture another stack: designs of thousands of things, however many
 * of them, are spared it.
 */
const MANY = 20_000;
let captured = 0;
const shared = new Map<string, CapturedPlace>();

/** The things of another design are made from now on. */
export function startPlaces(): void {
  captured = 0;
}

/** Where in the designer's source this call comes from. */
export function here(): Place {
  if (declared !== null) return declared;
  captured += 1;
  if (captured < MANY) return new CapturedPlace(capture());
  const line = lineOf(capture());
  const known = shared.get(line) ?? new CapturedPlace(capture());
  shared.set(line, known);
  return known;
}

function capture(): Error {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const stack = new Error('place');
  Error.stackTraceLimit = before;
  return stack;
}

/**
 * What tells one line of the designer's from another, without formatting: all positions up to the first in a file not
 * our own.
 */
function lineOf(error: Error): string {
  const theirs = Error.prepareStackTrace;
  let line = '';
  Error.prepareStackTrace = (_, sites): string => {
    for (const site of sites) {
      const file = site.getFileName();
      line += `${file ?? site.getEvalOrigin() ?? ''}:${site.getPosition()};`;
      if (file != null && !isOwnScript(file)) break;
    }
    return '';
  };
  void error.stack;
  Error.prepareStackTrace = theirs;
  return line;
}
