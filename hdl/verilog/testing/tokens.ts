/** Verilog as the tests read it: without knowing more of the language than the writer uses. */

const token = new RegExp(
  [
    '//[^\\n]*',
    '`[^\\n]*',
    '"(?:\\\\.|[^"\\\\])*"',
    String.raw`\d*'s?[bdh][0-9a-fA-F]+`,
    String.raw`\d+'`,
    String.raw`[A-Za-z_$][\w$]*`,
    String.raw`\d+`,
    '[<>=!]=',
    String.raw`&&|\|\||\+:|>>>|<<|>>`,
    String.raw`\S`,
  ].join('|'),
  'g',
);

/** Words, numbers, strings and signs, in order; comments and lines of the preprocessor are left out. */
export function tokensOf(text: string): readonly string[] {
  return (text.match(token) ?? []).filter((one) => !one.startsWith('//') && !one.startsWith('`'));
}

export const isWord = (one: string | undefined): boolean => one !== undefined && /^[A-Za-z_]/.test(one);

/** Tokens to be taken one after the other. */
export class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }
  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** The next token, which must be `wanted` where one is. */
  take(wanted?: string): string {
    const next = this.#tokens[this.#at++];
    if (next === undefined || (wanted !== undefined && next !== wanted)) {
      const before = this.#tokens.slice(Math.max(0, this.#at - 12), this.#at).join(' ');
      throw new SyntaxError(`${wanted ?? 'something'} is expected, not ${next ?? 'the end'}: ${before}`);
    }
    return next;
  }

  /** Whether the next token was `wanted`, which is taken then. */
  takeIf(wanted: string): boolean {
    if (this.peek() !== wanted) return false;
    this.#at++;
    return true;
  }

  /** Everything up to `end`, which is taken too, outside of brackets. */
  until(end: string): readonly string[] {
    const taken: string[] = [];
    for (let depth = 0; ;) {
      const next = this.take();
      if (depth === 0 && next === end) return taken;
      if (['(', '[', '{'].includes(next)) depth++;
      if ([')', ']', '}'].includes(next)) depth--;
      taken.push(next);
    }
  }

  /** What stands in a pair of round brackets. */
  bracketed(): readonly string[] {
    this.take('(');
    return this.until(')');
  }
}
