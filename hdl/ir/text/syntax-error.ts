/** A design's text that does not parse; the message is one line: `broken.ir:12: expected a type, found "uinf"`. */
export class IrSyntaxError extends Error {
  override readonly name = 'IrSyntaxError';
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly expected: string;
  /** What stands there instead, as it is written. */
  readonly found: string;
  constructor(file: string, line: number, expected: string, found: string) {
    super(`${file}:${line}: expected ${expected}, found ${found}`);
    this.file = file;
    this.line = line;
    this.expected = expected;
    this.found = found;
  }
}
