import type { Node, NodeId, Type } from '../types.ts';
import type { Cursor } from './cursor.ts';
import type { Enumeration } from './enumerations.ts';
import { gridOutputs, operations } from './words.ts';

/** `%5 name: type = value @place`, where `id` is the number that the line must have. */
export function parseNode(at: Cursor, id: NodeId, enums: ReadonlyMap<string, Enumeration>): Node {
  at.expect(`%${id}`);
  let name: string | null = null;
  if (!at.accept(':')) {
    name = at.name('a name or ":"');
    at.expect(':');
  }
  const type = at.type(enums);
  at.expect('=');
  const node = parseValue(at, name, type);
  at.leaf();
  return node;
}

function parseValue(at: Cursor, name: string | null, type: Type): Node {
  const kind = at.choice(
    ['input', 'const', 'reg', 'wire', 'read', 'instance', 'grid', ...operations],
    'a kind of node or an operation',
  );
  switch (kind) {
    case 'input':
      return { kind, name, type, port: at.name('the name of a port'), place: at.place() };
    case 'const':
      return { kind, name, type, value: at.pattern(), place: at.place() };
    case 'reg': {
      const clock = at.name('the name of a clock');
      const resettable = at.choice(['reset', 'start'], '"reset" or "start"') === 'reset';
      const reset = at.pattern();
      const synchroniser = at.accept('synchroniser');
      return {
        kind,
        name: name ?? at.fail('a name for the register'),
        type,
        clock,
        reset,
        resettable,
        synchroniser,
        place: at.place(),
      };
    }
    case 'wire': {
      const fallback = at.accept('else') ? at.node('a node') : null;
      return { kind, name: name ?? at.fail('a name for the wire'), type, fallback, place: at.place() };
    }
    case 'read': {
      const memory = at.name('the name of a memory');
      at.expect('[');
      const address = at.node('a node');
      at.expect(']');
      const clock = at.accept('on') ? at.name('the name of a clock') : null;
      const enable = at.accept('when') ? at.node('a node') : null;
      return { kind, name, type, memory, clock, address, enable, place: at.place() };
    }
    case 'instance':
      return {
        kind: 'instanceOutput',
        name,
        type,
        instance: at.name('the name of an instance'),
        port: at.name('the name of a port'),
        place: at.place(),
      };
    case 'grid':
      return {
        kind: 'gridOutput',
        name,
        type,
        grid: at.name('the name of a grid'),
        port: at.name('the name of a port'),
        edge: at.choice(gridOutputs, 'an edge or "cells"'),
        place: at.place(),
      };
    default: {
      at.expect('(');
      const args = at.list(')', () => at.node('a node'));
      const low = at.accept('low') ? at.number('a bit position') : 0;
      return { kind: 'op', name, type, op: kind, args, low, place: at.place() };
    }
  }
}
