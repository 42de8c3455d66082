/**
 * The random body of a module. Every value is made of earlier ones, registers, or wires that are themselves made of
 * registers and inputs only, so that there is no combinational loop; every clock has values of its own, so that there
 * is no crossing without a synchroniser.
 */
import { delay, fsm, inClock, reg, regs, synchronise, when, wire, type Stream } from '../../index.ts';
import { surface } from '../../language/surface.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import { placeGrid, placeInstance } from './children.ts';
import { Domain } from './domain.ts';
import { memory, readLater, readNow, write } from './memories.ts';
import { Names } from './names.ts';
import { operation } from './operations.ts';
import { clockNames, type Interface, type Part, type Port } from './part.ts';
import type { Fields } from './pool.ts';
import { bitSort, enumerations, literalOf, randomSort, shapeOf } from './sorts.ts';
import { chain, complete, statements } from './statements.ts';
import { converted, sink, source, step } from './streams.ts';
import { targetsOf } from './targets.ts';

/** The outputs of a module with that interface; `known` are those that it can have instances of. */
export function body(own: Interface, known: readonly Part[], choices: Choices, inputs: Fields): Fields {
  const ports = [...own.inputs, ...own.outputs].map(({ key }) => key);
  const names = new Names(choices, [...clockNames(own.clocks), ...ports]);
  const domains = own.clocks.map((clock) => new Domain(clock, choices, names, own.palette));
  const [first] = domains;
  if (first === undefined) throw new RangeError('a module has a clock');
  const domainOf = (port: Port): Domain => domains.find(({ clock }) => clock === port.clock) ?? first;
  for (const port of own.inputs) {
    const value = inputs[port.key];
    if (port.stream) domainOf(port).streams.push({ sort: port.sort, stream: surface<Stream<unknown>>(value) });
    else domainOf(port).keep(port.sort, value);
  }
  for (const domain of domains)
    inClock(domain.clock, () => {
      state(domain);
    });
  for (const part of known) {
    if (choices.chance(2, 3))
      inClock(first.clock, () => {
        placeSome(first, domains, part);
      });
  }
  for (let i = 3 + choices.below(40); i > 0 && !choices.done; i--) {
    const domain = choices.of([...domains, first]);
    inClock(domain.clock, () => {
      something(domain, domains, known);
    });
  }
  const given = (port: Port): unknown => inClock(port.clock, () => output(domainOf(port), port));
  const results = own.outputs.map((port) => [port.key, given(port)] as const);
  for (const domain of domains)
    inClock(domain.clock, () => {
      finish(domain);
    });
  return Object.fromEntries(results);
}

/** Registers and machines: at least one of them, so that the clock is one. */
function state(domain: Domain): void {
  const { choices, names, palette } = domain;
  for (let i = choices.below(4) + 1; i > 0; i--) {
    const sort = randomSort(choices, palette);
    const name = names.fresh('reg');
    const shape = shapeOf(sort);
    const reset = choices.chance(1, 2) ? literalOf(sort, choices) : undefined;
    const resettable = choices.chance(2, 3);
    const value = reset === undefined ? regs({ [name]: shape })[name] : reg(name, shape, { reset, resettable });
    domain.registers.push(...targetsOf(name, sort, value));
    domain.keep(sort, value);
  }
  if (choices.chance(1, 3)) {
    const { labels } = choices.of(enumerations);
    const name = names.fresh('machine');
    const machine = fsm(labels, { reset: choices.of(labels), name });
    domain.machines.push({ machine, labels });
    domain.keep({ kind: 'enum', name, labels }, machine.state);
    domain.roots.add(bitSort, machine.is(choices.of(labels)));
  }
  for (let i = choices.below(3); i > 0; i--) {
    const sort = randomSort(choices, palette);
    const name = names.fresh('early');
    const value = wire(name, shapeOf(sort), choices.chance(1, 2) ? { default: literalOf(sort, choices) } : {});
    domain.early.push(...targetsOf(name, sort, value).slice(0, 1));
    domain.pool.add(sort, value);
  }
}

function something(domain: Domain, domains: readonly Domain[], known: readonly Part[]): void {
  const { choices, names, pool, palette } = domain;
  // Cells of arrays have what vectors can do: nothing from case 10 to 13.
  const chosen = choices.below(20);
  switch (palette === 'lanes' && chosen >= 10 ? 0 : chosen) {
    case 4:
    case 5:
      wires(domain);
      break;
    case 6: {
      const sort = randomSort(choices, palette);
      chain(domain.scope(pool, []), sort, 2 + choices.below(4), (fallback) => {
        const name = names.fresh('link');
        const value = wire(name, shapeOf(sort), { default: fallback });
        const [target] = targetsOf(name, sort, value);
        if (target === undefined) throw new RangeError('a wire is a target');
        return { ...target, value };
      });
      break;
    }
    case 7: {
      const sort = randomSort(choices, palette);
      const enable = choices.chance(1, 2) ? { enable: pool.bit() } : {};
      const options = { cycles: 1 + choices.below(3), resettable: choices.chance(1, 2), ...enable };
      domain.keep(sort, delay(names.fresh('late'), pool.of(sort), options));
      break;
    }
    case 8:
      synchronised(domain, domains);
      break;
    case 10:
    case 11: {
      if (domain.memories.length === 0 || choices.chance(1, 4)) domain.memories.push(memory(names, choices));
      read(domain, domains);
      break;
    }
    case 12:
      domain.streams.push(...step(domain, domain.streams.shift() ?? source(domain), domain.streams));
      break;
    case 13:
      if (known.length > 0) placeSome(domain, domains, choices.of(known));
      break;
    default:
      operation(pool, names, palette);
  }
}

/** An array where the module can be a cell, else instances: several of one definition may share their code. */
function placeSome(domain: Domain, domains: readonly Domain[], part: Part): void {
  const plain = part.clocks.length === 1 && ![...part.inputs, ...part.outputs].some(({ stream }) => stream);
  if (plain && domain.choices.chance(part.palette === 'lanes' ? 3 : 1, 4)) placeGrid(domain, part);
  else
    for (let copies = domain.choices.of([1, 1, 1, 2, 2, 3]); copies > 0; copies--) placeInstance(domain, domains, part);
}

/** One or several wires, given their values by the same statements: on every path where they have no default. */
function wires(domain: Domain): void {
  const { choices, names, pool, palette } = domain;
  const whole = choices.chance(2, 3);
  const made = Array.from({ length: 1 + choices.below(3) }, () => {
    const sort = randomSort(choices, palette);
    const name = names.fresh('wire');
    const value = wire(name, shapeOf(sort), whole ? {} : { default: pool.given(sort) });
    return { sort, value, targets: targetsOf(name, sort, value) };
  });
  const targets = made.flatMap((one) => one.targets);
  const scope = domain.scope(pool, targets);
  if (whole)
    complete(
      scope,
      made.flatMap((one) => one.targets.slice(0, 1)),
    );
  statements(scope);
  for (const { sort, value } of made) pool.add(sort, value);
}

function read(domain: Domain, domains: readonly Domain[]): void {
  const { choices, names, pool } = domain;
  const own = choices.of(domain.memories);
  if (choices.chance(1, 2)) {
    pool.add(own.sort, readNow(own, pool));
    return;
  }
  // What one clock writes another may read, at its edges.
  const others = domains.flatMap(({ memories }) => memories);
  const chosen = choices.chance(1, 3) ? choices.of(others) : own;
  domain.keep(chosen.sort, readLater(chosen, pool, names));
}

function synchronised(domain: Domain, domains: readonly Domain[]): void {
  const { choices, names } = domain;
  const other = choices.of(domains.filter((one) => one !== domain || domains.length === 1));
  if (other.direct.length === 0) return;
  const { sort, value } = choices.of(other.direct);
  domain.keep(sort, synchronise(names.fresh('sync'), value, 1 + choices.below(3)));
}

function output(domain: Domain, { sort, stream }: Port): unknown {
  if (!stream) return domain.pool.given(sort);
  return converted(domain, domain.streams.shift() ?? source(domain), sort).stream;
}

/** What is left to be given a value or a consumer. */
function finish(domain: Domain): void {
  const { choices, late, roots } = domain;
  for (const open of domain.streams) sink(domain, open);
  const early = domain.scope(roots, domain.early);
  complete(early, domain.early);
  const effects = domain.memories.map((one) => () => {
    write(one, late);
  });
  const scope = domain.scope(late, domain.registers, effects);
  for (const effect of effects) if (choices.chance(2, 3)) when(late.bit(), effect);
  statements(scope, 6);
  for (const { machine, labels } of domain.machines) {
    const block = (label: string): void => {
      const goto = (): void => {
        machine.goto(choices.of(labels));
      };
      if (label === labels[0] || choices.chance(1, 3)) goto();
      else if (choices.chance(1, 2)) when(late.bit(), goto).elsewhen(late.bit(), goto);
      statements({ ...scope, here: new Set(), depth: 1 }, 2);
    };
    machine.cases(
      Object.fromEntries(
        labels.map((label) => [
          label,
          () => {
            block(label);
          },
        ]),
      ),
    );
  }
  for (const target of domain.registers) {
    const [leaf = '', ...others] = target.leaves;
    if (others.length > 0 || scope.ever.has(leaf)) continue;
    complete({ ...scope, targets: [target], here: new Set() }, [target]);
  }
}
