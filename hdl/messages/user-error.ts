/** Errors that whoever uses this library can mend. */
import { dirname, sep } from 'node:path';
import { compileFunction } from 'node:vm';
import { callersOf } from './frame.ts';

const parts = ['hdl', 'npu', 'testbench', 'waveforms'];
/**
 * Above what nobody caught, Node prints the line that threw it, or, from a promise, that of the innermost frame: the
 * library's, which says nothing to anybody. It leaves out lines that bear this mark. Loaders take comments away: the
 * line is compiled here.
 */
const marked = (code: string): ((error: Error) => unknown) => {
  const compiled = compileFunction(`${code} // node-do-not-add-exception-line`, ['error']);
  return (error) => Reflect.apply(compiled, undefined, [error]);
};
const stamp = marked('Error.captureStackTrace(error);');
const rethrow = marked('throw error;');

/** Throws, so that Node shows no line of this library above the message of an error that nobody catches. */
export function raise(error: UserError): never {
  rethrow(error);
  throw error;
}

/** More frames than these help nobody who did not write this library. */
const MOST_FRAMES = 4;

/**
 * An error whose message says what is wrong, where, and what to do. When nobody catches it, people see the message
 * first, then the frames of their own code that led to it; the frames of this library, from which it came, are left
 * out.
 */
export class UserError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Whoever asked for the stack of this very error would have Node's source maps put the library's line above it.
    const theirs = callersOf(new Error('here'), isOurs).slice(0, MOST_FRAMES);
    const stack = [`${new.target.name}: ${message}`, ...theirs.map(({ text }) => `    at ${text}`)].join('\n');
    stamp(this);
    // To set it would wipe the stamp out on Node 20.
    delete this.stack;
    Object.defineProperty(this, 'stack', { value: stack, writable: true, configurable: true });
  }
}

/** Whether a file is part of the library that this one, `own`, is of, and neither a test of it nor an example. */
function isOurs(file: string, own: string): boolean {
  const root = dirname(dirname(dirname(own))) + sep;
  const tries = /\.(test|fail)\.[jt]s$|[\\/](testing|examples)[\\/]/.test(file);
  return !tries && parts.some((part) => file.startsWith(root + part + sep));
}
