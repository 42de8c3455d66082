import type { Statement, SwitchCase } from '../types.ts';
import type { Cursor } from './cursor.ts';
import type { Line } from './lines.ts';
import { checkKinds } from './words.ts';

/** The statements below the line of `cursor`. */
export function parseBody(cursor: Cursor): readonly Statement[] {
  const statements: Statement[] = [];
  const lines = cursor.line.below;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === undefined) break;
    const next = lines[i + 1];
    // A `when` owns the `otherwise` beside it.
    const otherwise = line.tokens[0] === 'when' && next?.tokens[0] === 'otherwise' ? next : null;
    if (otherwise !== null) i++;
    statements.push(parseStatement(cursor.on(line), otherwise));
  }
  return statements;
}

function parseStatement(at: Cursor, otherwise: Line | null): Statement {
  if (at.line.tokens[0]?.startsWith('%') === true) {
    const target = at.node('a node');
    at.expect('<=');
    const value = at.node('a node');
    at.leaf();
    return { kind: 'assign', target, value, place: at.place() };
  }
  const word = at.choice(['when', 'switch', 'write', ...checkKinds], 'a statement');
  switch (word) {
    case 'when': {
      const condition = at.node('a node');
      const place = at.place();
      return { kind: 'when', condition, then: parseBody(at), otherwise: otherwise === null ? [] : parseOtherwise(at.on(otherwise)), place };
    }
    case 'switch': {
      const subject = at.node('a node');
      const place = at.place();
      return { kind: 'switch', subject, ...parseCases(at), place };
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

function parseCases(at: Cursor): { readonly cases: readonly SwitchCase[]; readonly fallback: readonly Statement[] } {
  const cases: SwitchCase[] = [];
  let fallback: readonly Statement[] = [];
  at.line.below.forEach((below, i) => {
    const line = at.on(below);
    if (i === at.line.below.length - 1 && below.tokens[0] === 'otherwise') {
      fallback = parseOtherwise(line);
      return;
    }
    line.expect('case');
    const values = below.tokens.length === 1 ? [] : line.patterns();
    line.end();
    cases.push({ values, body: parseBody(line) });
  });
  return { cases, fallback };
}

function parseOtherwise(at: Cursor): readonly Statement[] {
  at.expect('otherwise');
  at.end();
  return parseBody(at);
}
