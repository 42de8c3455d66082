import { IrSyntaxError } from './syntax-error.ts';

/** A line that says something: its number from 1, its tokens as they are written, and the lines indented below it. */
export interface Line {
  readonly number: number;
  readonly tokens: readonly string[];
  readonly below: readonly Line[];
}

const token =
  /\s*(@(?:"(?:[^"\\]|\\.)*"|[A-Za-z0-9_./+-]+):\d+:\d+|"(?:[^"\\]|\\.)*"|%\d+|0x[0-9a-f]+|\d+|[A-Za-z_$][A-Za-z0-9_$]*|<=|[<>()[\]{},:=])/y;

/**
 * The lines of a text as a tree by indentation (steps of two blanks), without blank lines and those that start with `#`
 * (comments). Throws an {@link IrSyntaxError}.
 */
export function readLines(text: string, file: string): readonly Line[] {
  interface Open extends Line {
    readonly below: Open[];
  }
  const roots: Open[] = [];
  const levels: Open[][] = [roots];
  text.split('\n').forEach((raw, index) => {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) return;
    const number = index + 1;
    const blanks = /^ */.exec(raw)?.[0].length ?? 0;
    const level = levels[blanks / 2];
    if (level === undefined) {
      throw new IrSyntaxError(
        file,
        number,
        `an indentation of ${levels.map((_, i) => 2 * i).join(' or ')} blanks`,
        String(blanks),
      );
    }
    const line: Open = { number, tokens: tokensOf(content, file, number), below: [] };
    level.push(line);
    levels.splice(blanks / 2 + 1, levels.length, line.below);
  });
  return roots;
}

function tokensOf(content: string, file: string, number: number): readonly string[] {
  const tokens: string[] = [];
  for (let from = 0; from < content.length; from = token.lastIndex) {
    token.lastIndex = from;
    const found = token.exec(content)?.[1];
    if (found === undefined)
      throw new IrSyntaxError(file, number, 'a name, a number or a mark', JSON.stringify(content.slice(from).trim()));
    tokens.push(found);
  }
  return tokens;
}
