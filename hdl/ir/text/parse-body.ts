import type { Statement, SwitchCase } from '../types.ts';
import type { Cursor } from './cursor.ts';
import type { Line } from './lines.ts';
import { checkKinds } from './words.ts';

/** Lines that are statements, to be read into a list that is part of what is already read. */
interface Block {
  readonly lines: readonly Line[];
  next: number;
  readonly into: Statement[];
}

/** Has the statements below a line read into a list. */
type Below = (line: Line, into?: Statement[]) => readonly Statement[];

/**
 * The statements below the line of `cursor`. Reads with a stack of its own: blocks are met as they stand in the text,
 * each filled when its turn comes.
 */
export function parseBody(cursor: Cursor): readonly Statement[] {
  const statements: Statement[] = [];
  const open: Block[] = [{ lines: cursor.line.below, next: 0, into: statements }];
  for (let block = open.at(-1); block !== undefined; block = open.at(-1)) {
    const line = block.lines[block.next++];
    if (line === undefined) {
      open.pop();
      continue;
    }
    const inner: Block[] = [];
    const below: Below = (own, into = []) => {
      inner.push({ lines: own.below, next: 0, into });
      return into;
    };
    const at = cursor.on(line);
    if (line.tokens[0] === 'when') block.into.push(parseWhen(at, block, below));
    else block.into.push(parseStatement(at, below));
    open.push(...inner.reverse());
  }
  return statements;
}

/** A `when` with the `elsewhen`s and the `otherwise` beside it, which become a nest. */
function parseWhen(at: Cursor, block: Block, below: Below): Statement {
  const { arm, otherwise } = parseArm(at, below);
  let last = otherwise;
  for (let line = block.lines[block.next]; line !== undefined; line = block.lines[block.next]) {
    const [word] = line.tokens;
    if (word !== 'elsewhen' && word !== 'otherwise') break;
    block.next++;
    if (word === 'otherwise') {
      parseOtherwise(at.on(line));
      below(line, last);
      break;
    }
    const next = parseArm(at.on(line), below);
    last.push(next.arm);
    last = next.otherwise;
  }
  return arm;
}

function parseArm(at: Cursor, below: Below): { readonly arm: Statement; readonly otherwise: Statement[] } {
  at.choice(['when', 'elsewhen'], 'a statement');
  const condition = at.node('a node');
  const place = at.place();
  const otherwise: Statement[] = [];
  return { arm: { kind: 'when', condition, then: below(at.line), otherwise, place }, otherwise };
}

function parseStatement(at: Cursor, below: Below): Statement {
  if (at.line.tokens[0]?.startsWith('%') === true) {
    const target = at.node('a node');
    at.expect('<=');
    const value = at.node('a node');
    at.leaf();
    return { kind: 'assign', target, value, place: at.place() };
  }
  const word = at.choice(['switch', 'write', ...checkKinds], 'a statement');
  switch (word) {
    case 'switch': {
      const subject = at.node('a node');
      const place = at.place();
      return { kind: 'switch', subject, ...parseCases(at, below), place };
    }
    case 'write': {
      const memory = at.name('the name of a memory');
      at.expect('[');
      const address = at.node('a node');
      at.expect(']');
      at.expect('=');
      const data = at.node('a node');
      const mask = at.accept('mask') ? at.node('a node') : null;
      at.expect('on');
      const clock = at.name('the name of a clock');
      at.leaf();
      return { kind: 'write', memory, clock, address, data, mask, place: at.place() };
    }
    case 'assert':
    case 'assume':
    case 'cover': {
      const condition = at.node('a node');
      at.expect('on');
      const clock = at.name('the name of a clock');
      const message = at.string('a message in quotes');
      at.leaf();
      return { kind: 'check', check: word, clock, condition, message, place: at.place() };
    }
  }
}

function parseCases(
  at: Cursor,
  below: Below,
): { readonly cases: readonly SwitchCase[]; readonly fallback: readonly Statement[] } {
  const cases: SwitchCase[] = [];
  let fallback: readonly Statement[] = [];
  at.line.below.forEach((own, i) => {
    const line = at.on(own);
    if (i === at.line.below.length - 1 && own.tokens[0] === 'otherwise') {
      parseOtherwise(line);
      fallback = below(own);
      return;
    }
    line.expect('case');
    const values = own.tokens.length === 1 ? [] : line.patterns();
    line.end();
    cases.push({ values, body: below(own) });
  });
  return { cases, fallback };
}

function parseOtherwise(at: Cursor): void {
  at.expect('otherwise');
  at.end();
}
