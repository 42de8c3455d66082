/** How often the blocks of combinational logic assign what others see. */
import { isWord, Reader, tokensOf } from './tokens.ts';

/** On the way through a block that assigns a variable least often, and on that which does most often. */
interface Times {
  readonly least: number;
  readonly most: number;
}
type Assigned = ReadonlyMap<string, Times>;

/** Variables that some way through their `always_comb` assigns not at all, or more than once; with how often. */
export function assignedAmiss(text: string): readonly string[] {
  const reader = new Reader(tokensOf(text));
  const found: string[] = [];
  while (!reader.isDone) {
    if (reader.take() !== 'always_comb') continue;
    for (const [name, { least, most }] of statement(reader)) {
      if (least !== 1 || most !== 1) found.push(`${name}: ${least} to ${most} times`);
    }
  }
  return found;
}

function statement(reader: Reader): Assigned {
  const word = reader.take();
  switch (word) {
    case ';':
      return new Map();
    case 'begin':
      return block(reader);
    case 'if': {
      reader.bracketed();
      const then = statement(reader);
      return either([then, reader.takeIf('else') ? statement(reader) : new Map()]);
    }
    case 'case':
      return cases(reader);
    case 'for':
      reader.bracketed();
      return new Map([...statement(reader)].map(([name, { least }]) => [name, { least, most: Infinity }]));
    default:
      if (!isWord(word)) throw new SyntaxError(`no statement begins with ${word}`);
      reader.until(';');
      return new Map([[word, { least: 1, most: 1 }]]);
  }
}

/** What is declared inside is nobody else's. */
function block(reader: Reader): Assigned {
  const sum = new Map<string, Times>();
  const local = new Set<string>();
  if (reader.takeIf(':')) reader.take();
  while (!reader.takeIf('end')) {
    if (reader.peek() === 'logic') {
      const name = reader.until(';').findLast(isWord);
      if (name !== undefined) local.add(name);
      continue;
    }
    for (const [name, { least, most }] of statement(reader)) {
      const before = sum.get(name) ?? { least: 0, most: 0 };
      sum.set(name, { least: before.least + least, most: before.most + most });
    }
  }
  return new Map([...sum].filter(([name]) => !local.has(name)));
}

/** The writer leaves `default` out only where the cases are all there are. */
function cases(reader: Reader): Assigned {
  const arms: Assigned[] = [];
  reader.bracketed();
  while (!reader.takeIf('endcase')) {
    reader.until(':');
    arms.push(statement(reader));
  }
  return either(arms);
}

function either(ways: readonly Assigned[]): Assigned {
  const names = new Set(ways.flatMap((way) => [...way.keys()]));
  const times = (name: string): readonly Times[] => ways.map((way) => way.get(name) ?? { least: 0, most: 0 });
  return new Map(
    [...names].map((name) => [
      name,
      {
        least: Math.min(...times(name).map(({ least }) => least)),
        most: Math.max(...times(name).map(({ most }) => most)),
      },
    ]),
  );
}
