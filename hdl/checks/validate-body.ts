import type { Type } from '../ir/types.ts';
import { eachStatement } from '../ir/body.ts';
import { describeNode, findMemory } from '../ir/walk.ts';
import type { Validator } from './validator.ts';

const bit: Type = { kind: 'uint', width: 1 };

/** What is wrong with the statements of a module's body, and with what drives its outputs. */
export function validateBody(v: Validator): void {
  const { module } = v;
  eachStatement(module.body, (statement) => {
    const { place } = statement;
    switch (statement.kind) {
      case 'assign': {
        const target = module.nodes[statement.target];
        const what = target === undefined ? `%${statement.target}` : describeNode(module, statement.target);
        if (target?.kind !== 'reg' && target?.kind !== 'wire')
          v.report('E0020', `${what} is assigned, but is no register or wire`, what, place);
        else v.expectType(statement.value, target.type, 'the value', what, place);
        break;
      }
      case 'when':
        v.expectType(statement.condition, bit, 'the condition', 'when', place);
        break;
      case 'switch': {
        const type = v.typeOf(statement.subject, 'switch', place);
        const values = statement.cases.flatMap((c) => c.values);
        if (type !== undefined) for (const value of values) v.fits(value, type, 'a case', place);
        if (new Set(values).size < values.length)
          v.report('E0020', 'a switch has two cases for one value', 'switch', place);
        break;
      }
      case 'write': {
        const what = `a write of ${statement.memory}`;
        const memory = findMemory(module, statement.memory);
        if (memory === undefined) v.report('E0020', `${what}: ${module.name} has no such memory`, what, place);
        else v.expectType(statement.data, memory.word, 'the word', what, place);
        v.expectKind(statement.address, 'uint', 'the address', what, place);
        if (statement.mask !== null) v.expectKind(statement.mask, 'uint', 'the mask', what, place);
        v.clock(statement.clock, what, place);
        break;
      }
      case 'check': {
        const what = `${statement.check} "${statement.message}"`;
        v.expectType(statement.condition, bit, 'the condition', what, place);
        v.clock(statement.clock, what, place);
        break;
      }
    }
  });
  for (const [name, id] of Object.entries(module.outputs)) {
    const port = v.port(module, name, 'out', `output ${name}`, module.place);
    if (port !== undefined) v.expectType(id, port.type, 'its driver', `output ${name}`, port.place);
  }
}
