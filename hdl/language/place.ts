import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../ir/types.ts';

const ownFolder = import.meta.url.slice(0, import.meta.url.lastIndexOf('/') + 1);
const FRAMES = 24;

/** Frames of the language itself are not where a designer wrote something; its tests are. */
function isOwn(file: string): boolean {
  const url = file.startsWith('file://') ? file : `file://${file}`;
  return (url.startsWith(ownFolder) && !/\.(test|fail)\.[jt]s/.test(url)) || file.startsWith('node:');
}

/**
 * A place whose stack is formatted only when someone asks: capturing costs 3-4 µs, formatting many times that. It reads as a plain
 * {@link Place}.
 */
class CapturedPlace implements Place {
  #stack: Error | null;
  #found: Place = { file: 'unknown', line: 0, column: 0 };
  constructor(stack: Error) { this.#stack = stack; }
  #resolve(): Place {
    if (this.#stack !== null) {
      this.#found = firstForeignFrame(this.#stack.stack ?? '') ?? this.#found;
      this.#stack = null;
    }
    return this.#found;
  }
  get file(): string { return this.#resolve().file; }
  get line(): number { return this.#resolve().line; }
  get column(): number { return this.#resolve().column; }
  toJSON(): Place { return this.#resolve(); }
}

function firstForeignFrame(stack: string): Place | null {
  for (const line of stack.split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match === null) continue;
    const [, file = '', row = '0', column = '0'] = match;
    if (isOwn(file)) continue;
    const path = file.startsWith('file://') ? fileURLToPath(file) : file;
    const fromHere = relative(process.cwd(), path);
    return { file: fromHere.startsWith('..') ? path : fromHere, line: Number(row), column: Number(column) };
  }
  return null;
}

let declared: Place | null = null;

/**
 * Runs `body` with everything that it makes placed at `place`: what a declaration makes by itself belongs to the declaration, not to
 * the call that elaborates it. null: where each thing is written, again.
 */
export function placedAt<T>(place: Place | null, body: () => T): T {
  const before = declared;
  declared = place;
  try { return body(); } finally { declared = before; }
}

/** Where in the designer's source this call comes from. */
export function here(): Place {
  if (declared !== null) return declared;
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const stack = new Error('place');
  Error.stackTraceLimit = before;
  return new CapturedPlace(stack);
}
