/** Whether every name stands after its declaration, and has but one in what sees it. */
import { isWord, Reader, tokensOf } from './tokens.ts';

/** The words of the language that the writer uses, but for those that declare something. */
const words = new Set(
  `always always_comb always_ff and assert assign case cover default else endcase endgenerate
endmodule generate if initial negedge or posedge for input output wire logic signed`.split(/\s+/),
);

/**
 * Names that are used before they are declared, or never are, and those that are declared twice, in the order of the
 * text.
 */
export function declaredAmiss(text: string): readonly string[] {
  const reader = new Reader(tokensOf(text));
  const found: string[] = [];
  /** From the module to the innermost block: what each declares, and how. */
  let scopes = [new Map<string, string>()];
  const howKnown = (name: string): string | undefined => scopes.findLast((scope) => scope.has(name))?.get(name);
  const use = (token: string): void => {
    if (isWord(token) && !words.has(token) && howKnown(token) === undefined)
      found.push(`${token} is used before it is declared`);
  };
  const declare = (name: string, how: string): void => {
    // Loops one after the other may have their variable in common.
    const known = howKnown(name);
    if (known !== undefined && !(how === 'int' && known === 'int')) found.push(`${name} is declared twice`);
    scopes.at(-1)?.set(name, how);
  };
  /** A type, a name, and what it is, or its unpacked dimensions. */
  const declaration = (tokens: readonly string[], how: string): void => {
    const at = tokens.findIndex((one, i) => isWord(one) && !words.has(one) && depthAt(tokens, i) === 0);
    tokens.slice(0, at).forEach(use);
    declare(tokens[at] ?? '', how);
    tokens.slice(at + 1).forEach(use);
  };
  while (!reader.isDone) {
    const one = reader.take();
    if (one === 'module') {
      scopes = [new Map()];
      reader.take();
      if (reader.peek() === '(')
        split(reader.bracketed()).forEach((port) => {
          declaration(port, 'port');
        });
    } else if (one === 'genvar') {
      split(reader.until(';')).forEach((name) => {
        declaration(name, one);
      });
    } else if (one === 'localparam' || one === 'wire' || one === 'logic') {
      declaration(reader.until(';'), one);
    } else if (one === 'int') {
      declare(reader.take(), one);
    } else if (one === 'begin') {
      if (reader.takeIf(':')) declare(reader.take(), 'label');
      scopes.push(new Map());
    } else if (one === 'end') {
      scopes.pop();
    } else if (one === '.') {
      // A pin.
      reader.take();
    } else if (isWord(one) && !words.has(one) && isWord(reader.peek()) && reader.peek(1) === '(') {
      // An instance: what of, and its name.
      declare(reader.take(), 'instance');
    } else {
      use(one);
    }
  }
  return found;
}

function split(tokens: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  tokens.forEach((one, i) => {
    if (one === ',' && depthAt(tokens, i) === 0) parts.push([]);
    else parts.at(-1)?.push(one);
  });
  return parts;
}

/** How many brackets are open before the token at `at`. */
function depthAt(tokens: readonly string[], at: number): number {
  return tokens
    .slice(0, at)
    .reduce((depth, one) => depth + ('([{'.includes(one) ? 1 : ')]}'.includes(one) ? -1 : 0), 0);
}
