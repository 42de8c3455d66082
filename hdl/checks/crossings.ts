import { formatPlace, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Module, NodeId, Place } from '../ir/types.ts';
import { eachStatement, guardsFrom } from '../ir/body.ts';
import { describeNode, findPort, gridSourceNode, nodeAt } from '../ir/walk.ts';
import { perModule, type Check, type Context } from './context.ts';
import { domainsOf, Domains, domainsUnder, type ModuleDomains } from './domains.ts';

/** Something that belongs to `clock` and takes a value. */
interface Use {
  readonly clock: string;
  /** What takes it: `register count`. */
  readonly taker: string;
  readonly how: 'takes' | 'waits for';
  readonly value: NodeId;
  readonly place: Place | null;
  readonly takerPlace: Place | null;
  /** Whether the taker is the first stage of a synchroniser. */
  readonly synchroniser: boolean;
}

/**
 * E0014: a register, memory, check, port or instance of one clock domain takes a value, or waits for a condition, that
 * changes at another clock's edges, or at any time. Only a synchroniser may, and only directly from a register or port:
 * logic in front of it glitches. A memory written in one domain and read at the edges of another is taken to be made
 * for that; who may read which word is its pointers' matter.
 */
export const clockCrossings: Check = (context) => {
  if (context.design.modules.every(hasOneClock)) return [];
  const domains = domainsOf(context);
  return perModule((module) => {
    const own = domains.get(module.name);
    return own === undefined ? [] : crossings(module, own, context);
  })(context);
};

/** Whether a module has nothing that changes at another clock's edges than its only one's, or at any time. */
const hasOneClock = ({ clocks, ports }: Module): boolean =>
  clocks.length === 0 || (clocks.length === 1 && ports.every(({ clock }) => clock !== null));

function crossings(module: Module, domains: ModuleDomains, context: Context): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const look = (use: Use, given: Domains = domains.nodes[use.value] ?? Domains.none): void => {
    for (const { clock, node } of given.origins()) {
      if (clock === use.clock || (use.synchroniser && isDirect(module, use.value))) continue;
      const key = `${use.taker} ${clock} ${node}`;
      if (!found.has(key)) found.set(key, diagnose(module, use, clock, node, context.pathOf(module)));
    }
  };
  bodyUses(module, domains, look);
  for (const node of module.nodes) {
    if (node.kind !== 'read' || node.clock === null) continue;
    const use = {
      clock: node.clock,
      taker: `read port ${node.name ?? ''} of ${node.memory}`.replace('  ', ' '),
      place: node.place,
      takerPlace: node.place,
      synchroniser: false,
    };
    look({ ...use, how: 'takes', value: node.address });
    if (node.enable !== null) look({ ...use, how: 'waits for', value: node.enable });
  }
  for (const port of module.ports) {
    const value = module.outputs[port.name];
    if (port.direction === 'in' || port.clock === null || value === undefined) continue;
    look({
      clock: port.clock,
      taker: `output ${port.name}`,
      how: 'takes',
      value,
      place: nodeAt(module, value).place,
      takerPlace: port.place,
      synchroniser: false,
    });
  }
  childUses(module, domains, context, look);
  return [...found.values()];
}

function bodyUses(module: Module, domains: ModuleDomains, look: (use: Use) => void): void {
  const under = domainsUnder(domains);
  eachStatement(module.body, (statement, guard) => {
    if (statement.kind === 'when' || statement.kind === 'switch') return;
    const target = statement.kind === 'assign' ? nodeAt(module, statement.target) : null;
    if (target !== null && target.kind !== 'reg') return;
    const clock = statement.kind === 'assign' ? target?.clock : statement.clock;
    if (clock === undefined) return;
    const taker =
      statement.kind === 'assign'
        ? `register ${target?.name ?? ''}`
        : statement.kind === 'write'
          ? `memory ${statement.memory}`
          : `${statement.check} "${statement.message}"`;
    const use = {
      clock,
      taker,
      place: statement.place,
      takerPlace: target?.place ?? statement.place,
      synchroniser: false,
    };
    // Below a long chain of conditions that are all of this clock, none of them is looked at singly.
    const foreign = under(guard)
      .origins()
      .some((origin) => origin.clock !== clock);
    if (foreign)
      for (const { node: value } of [...guardsFrom(guard)].reverse()) look({ ...use, how: 'waits for', value });
    switch (statement.kind) {
      case 'assign':
        look({ ...use, how: 'takes', value: statement.value, synchroniser: target?.synchroniser ?? false });
        break;
      case 'check':
        look({ ...use, how: 'takes', value: statement.condition });
        break;
      case 'write':
        for (const value of [statement.address, statement.data, ...(statement.mask === null ? [] : [statement.mask])])
          look({ ...use, how: 'takes', value });
        break;
    }
  });
}

function childUses(
  module: Module,
  domains: ModuleDomains,
  context: Context,
  look: (use: Use, given?: Domains) => void,
): void {
  const usesOf = (
    child: Module['instances'][number] | Module['grids'][number],
    port: string,
    value: NodeId,
  ): Use | null => {
    const owner = context.modules.get(child.module);
    const inner = owner === undefined ? undefined : findPort(owner, port);
    const clock = inner?.clock == null ? undefined : child.clocks[inner.clock];
    if (inner === undefined || clock === undefined) return null;
    return {
      clock,
      taker: `input ${port} of ${child.name}`,
      how: 'takes',
      value,
      place: child.place,
      takerPlace: inner.place,
      synchroniser: false,
    };
  };
  for (const instance of module.instances) {
    for (const [port, value] of Object.entries(instance.inputs)) {
      const use = usesOf(instance, port, value);
      if (use !== null) look(use);
    }
  }
  for (const grid of module.grids) {
    for (const [port, source] of Object.entries(grid.inputs)) {
      const value = gridSourceNode(source);
      const use = usesOf(grid, port, value);
      if (use === null) continue;
      look(use);
      if ('port' in source) look(use, domains.gridOutput(grid, source.port, value));
    }
  }
}

/**
 * Whether a value is a register or a port of the other domain, possibly some of its bits, with no logic behind it that
 * could glitch.
 */
function isDirect(module: Module, id: NodeId): boolean {
  const node = nodeAt(module, id);
  const [argument] = node.kind === 'op' && (node.op === 'cast' || node.op === 'slice') ? node.args : [];
  if (argument !== undefined) return isDirect(module, argument);
  return (
    node.kind === 'reg' ||
    node.kind === 'input' ||
    node.kind === 'instanceOutput' ||
    node.kind === 'gridOutput' ||
    (node.kind === 'read' && node.clock !== null)
  );
}

function diagnose(module: Module, use: Use, clock: string | null, origin: NodeId, path: readonly string[]): Diagnostic {
  const value = describeNode(module, use.value);
  const source = describeNode(module, origin);
  const when = clock === null ? 'at any time' : `with clock ${clock}`;
  const through = value === source ? '' : `${value}, which comes from `;
  const name = /^\w+$/.test(source) ? source : 'name';
  const from = nodeAt(module, origin);
  // The word changes when it is written: logic in front of a synchroniser, of as many bits as the word has.
  const asynchronousRead = from.kind === 'read' && from.clock === null ? from.memory : null;
  return {
    code: 'E0014',
    message: `${use.taker} (clock ${use.clock}) ${use.how} ${through}${source}, ${through === '' ? 'which' : 'and'} changes ${when}`,
    path,
    places: [
      { what: `${use.taker} ${use.how} it here`, place: use.place },
      { what: `${source}, which changes ${when}`, place: nodeAt(module, origin).place },
      ...(formatPlace(use.takerPlace) === formatPlace(use.place) ? [] : [{ what: use.taker, place: use.takerPlace }]),
    ],
    help:
      asynchronousRead !== null && clock !== null
        ? `read ${asynchronousRead} at the edges of ${use.clock}: inClock('${use.clock}', () => ${asynchronousRead}.read('${asynchronousRead}_word', { address: … })); ` +
          `or keep the word in a register of ${clock} and synchronise that`
        : use.synchroniser
          ? `a synchroniser takes a register or port directly, because logic in front of it glitches: keep ${value} in a register of ${clock === null ? 'its own clock' : clock} first`
          : `bring it over: inClock('${use.clock}', () => synchronise('${name}_sync', ${source}))`,
  };
}
