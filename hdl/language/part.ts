/** How to assign a part of a register or wire: by assigning all of it, with that part replaced. */
import type { NodeId } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import type { ModuleBuilder } from './builder.ts';
import { textOf } from './describe.ts';
import type { Node } from './node.ts';

const general = 'assign registers and wires: reg(…), regs(…), wire(…)';

/**
 * What to write instead of `part.next = value`, where `part` is an element, elements or bits of what can be assigned.
 */
export function assigningPart({ builder, id }: Node): string {
  const written = replacing(builder, id, 'value');
  return written === null ? general : `assign all of it, with that part replaced: ${written}`;
}

/** The assignment of what `id` is a part of; null where it is a part of nothing that can be assigned. */
function replacing(builder: ModuleBuilder, id: NodeId, value: string): string | null {
  const node = builder.nodes[id];
  if (node === undefined) return null;
  if (node.kind === 'reg' || node.kind === 'wire') return value === 'value' ? null : assigned(builder, id, value);
  if (node.kind !== 'op' || node.name !== null) return null;
  const [from, index] = node.args;
  const whole = from === undefined ? undefined : builder.nodes[from];
  if (from === undefined || whole === undefined) return null;
  const text = handleOf(builder, from) ?? textOf(builder.nodes, from);
  switch (node.op) {
    case 'index': {
      if (index === undefined) return null;
      const field = fieldOf(builder, from);
      const at = textOf(builder.nodes, index);
      const element = field === null ? value : `{ ...${text}.at(${at}), ${field}: ${value} }`;
      return replacing(builder, from, `${text}.with(${at}, ${element})`);
    }
    case 'slice': {
      const width = typeWidth(whole.type);
      if (whole.type.kind === 'vec') {
        const element = typeWidth(whole.type.element);
        const parts = around(text, node.low / element, typeWidth(node.type) / element, whole.type.length, value);
        return replacing(
          builder,
          from,
          parts.reduce((low, high) => `concat(${low}, ${high})`),
        );
      }
      const parts = around(text, node.low, typeWidth(node.type), width, value).reverse();
      const all = parts.length === 1 ? value : `cat(${parts.join(', ')})`;
      return replacing(builder, from, whole.type.kind === 'sint' ? `${all}.asSint()` : all);
    }
    case 'cast': {
      const back = whole.type.kind === 'sint' ? 'asSint' : 'asUint';
      return replacing(
        builder,
        from,
        node.type.kind === 'vec' || whole.type.kind === 'vec' ? value : `${value}.${back}()`,
      );
    }
    default:
      return null;
  }
}

/** What lies below [low, low + count), `value`, and what lies above; the lowest first. */
function around(text: string, low: number, count: number, all: number, value: string): string[] {
  const above = low + count;
  return [
    ...(low > 0 ? [`${text}.slice(0, ${low})`] : []),
    value,
    ...(above < all ? [`${text}.slice(${above}, ${all - above})`] : []),
  ];
}

function assigned(builder: ModuleBuilder, id: NodeId, value: string): string {
  return `${handleOf(builder, id) ?? textOf(builder.nodes, id)}.next = ${value}`;
}

/**
 * What a designer calls the register or wire that a node is a leaf of: `pair.x` for the field, `list` for a vector of
 * structs; null for other nodes.
 */
function handleOf(builder: ModuleBuilder, id: NodeId): string | null {
  const leaf = builder.leaves.get(id);
  return leaf === undefined ? null : [leaf.name, ...leaf.outer].join('.');
}

/** The field of the elements of a vector of structs that a node holds; null for other nodes. */
function fieldOf(builder: ModuleBuilder, id: NodeId): string | null {
  return builder.leaves.get(id)?.inner ?? null;
}
