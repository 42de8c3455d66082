import type { NodeId, Place, Type } from '../types.ts';
import type { Enumeration } from './enumerations.ts';
import type { Line } from './lines.ts';
import { IrSyntaxError } from './syntax-error.ts';

/** Reads one line's tokens from left to right; whatever does not fit throws an {@link IrSyntaxError}. */
export class Cursor {
  readonly line: Line;
  readonly #file: string;
  #next = 0;

  constructor(line: Line, file: string) {
    this.line = line;
    this.#file = file;
  }

  /** A reader of a line below this one. */
  on(line: Line): Cursor {
    return new Cursor(line, this.#file);
  }

  fail(expected: string): never {
    const found = this.#peek();
    throw new IrSyntaxError(
      this.#file,
      this.line.number,
      expected,
      found === undefined ? 'the end of the line' : found.startsWith('"') ? found : `"${found}"`,
    );
  }

  /** Whether the next token is `token`; if so it is taken. */
  accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#next++;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) this.fail(`"${token}"`);
  }

  /** One of `words`. */
  choice<W extends string>(words: readonly W[], what: string): W {
    const found = words.find((word) => word === this.#peek());
    if (found === undefined) this.fail(what);
    this.#next++;
    return found;
  }

  name(what: string): string {
    const token = this.#peek();
    if (token !== undefined && /^[A-Za-z_$]/.test(token)) return this.#take(token);
    return this.string(what);
  }

  /** A quoted text. */
  string(what: string): string {
    const token = this.#peek();
    if (token === undefined || !token.startsWith('"')) this.fail(what);
    return this.#unquote(this.#take(token), what);
  }

  number(what: string): number {
    const token = this.#peek();
    if (token === undefined || !/^\d+$/.test(token)) this.fail(what);
    return Number(this.#take(token));
  }

  node(what: string): NodeId {
    const token = this.#peek();
    if (token === undefined || !token.startsWith('%')) this.fail(what);
    return Number(this.#take(token).slice(1));
  }

  pattern(): bigint {
    const token = this.#peek();
    if (token === undefined || !token.startsWith('0x')) this.fail('a bit pattern such as 0x1f');
    return BigInt(this.#take(token));
  }

  /** One pattern or more, with commas between them. */
  patterns(): readonly bigint[] {
    const found = [this.pattern()];
    while (this.accept(',')) found.push(this.pattern());
    return found;
  }

  /** Items with commas between them, up to `close`, which is taken. */
  list<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    if (this.accept(close)) return items;
    do items.push(item());
    while (this.accept(','));
    if (!this.accept(close)) this.fail(`"," or "${close}"`);
    return items;
  }

  type(enums: ReadonlyMap<string, Enumeration>): Type {
    const kind = this.choice(['uint', 'sint', 'vec', 'enum'], 'a type');
    if (kind === 'enum') {
      const type = enums.get(this.name('the name of an enumeration'));
      if (type === undefined) {
        this.#next--;
        this.fail('an enumeration that is declared above');
      }
      return type;
    }
    this.expect('<');
    const size = this.number(kind === 'vec' ? 'a length' : 'a width');
    if (kind !== 'vec') {
      this.expect('>');
      return { kind, width: size };
    }
    this.expect(',');
    const element = this.type(enums);
    this.expect('>');
    return { kind, length: size, element };
  }

  /** The place and the end of the line; what is below it is the caller's to read. */
  place(): Place | null {
    const token = this.#peek();
    if (token === undefined || !token.startsWith('@')) {
      this.end('a place or the end of the line');
      return null;
    }
    const [, file = '', line, column] = /^@(.*):(\d+):(\d+)$/s.exec(this.#take(token)) ?? [];
    this.end();
    return {
      file: file.startsWith('"') ? this.#unquote(file, 'a file') : file,
      line: Number(line),
      column: Number(column),
    };
  }

  end(expected = 'the end of the line'): void {
    if (this.#peek() !== undefined) this.fail(expected);
  }

  /** The end of a line below which nothing may stand. */
  leaf(): void {
    const below = this.line.below[0];
    if (below !== undefined) this.on(below).fail(`a line that is not below line ${this.line.number}`);
  }

  #peek(): string | undefined {
    return this.line.tokens[this.#next];
  }

  #take(token: string): string {
    this.#next++;
    return token;
  }

  #unquote(quoted: string, what: string): string {
    try {
      return String(JSON.parse(quoted));
    } catch {
      this.#next--;
      return this.fail(what);
    }
  }
}
