/**
 * From modules that were built one by one to a design: in order, under their final names, on their surroundings'
 * clocks.
 */
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { walkBody } from '../ir/body.ts';
import { show } from '../messages/show.ts';
import type { Design, Module, Statement } from '../ir/types.ts';
import { pathOf, type Buildable, type Built, type Child, type Session, type Surroundings } from './builder.ts';

/** The key of a black box's model among its children; no instance can be called so. */
export const MODEL = '(model)';

/** Reports E0014 for clocks that are connected to nothing. @throws DesignError E0020 for a module inside itself. */
export function link(session: Session, top: Buildable): Design {
  const names = new Names();
  const linked = new Map<Buildable, Module>();
  for (const { definition, built, within } of childrenFirst(session, top)) {
    const moduleOf = (child: string): Module =>
      present(linked.get(present(built.children.get(child), child).definition), child);
    const usesClock =
      built.usesClock ||
      built.module.instances.some(({ name }) => moduleOf(name).clocks.length > 0) ||
      built.module.grids.some(({ name }) => moduleOf(name).clocks.length > 0);
    const clocksOf = (name: string): Record<string, string> =>
      connected(built, name, moduleOf(name), (problem) =>
        session.diagnostics.push({ ...problem, path: pathOf(within) }),
      );
    const { module } = built;
    const placed = <P extends { readonly name: string }>(child: P): P => ({
      ...child,
      module: moduleOf(child.name).name,
      clocks: clocksOf(child.name),
    });
    const result: Module = {
      ...module,
      clocks: usesClock ? module.clocks : [],
      ports: usesClock ? module.ports : module.ports.map((port) => ({ ...port, clock: null })),
      instances: module.instances.map(placed),
      grids: module.grids.map(placed),
      blackBox: module.blackBox?.model == null ? module.blackBox : { ...module.blackBox, model: moduleOf(MODEL).name },
    };
    if (module.blackBox?.model != null)
      session.diagnostics.push(...clocksWithoutPin(module, moduleOf(MODEL), pathOf(within)));
    linked.set(definition, names.take(result));
  }
  return { top: present(linked.get(top), top.name).name, modules: names.modules() };
}

interface Ordered {
  readonly definition: Buildable;
  readonly built: Built;
  readonly within: Surroundings;
}

/**
 * What `top` consists of, each after what is inside it, in the order in which the designer made them. @throws
 * DesignError E0020
 */
function childrenFirst(session: Session, top: Buildable): readonly Ordered[] {
  interface Open extends Ordered {
    readonly rest: Iterator<Child>;
  }
  const found: Ordered[] = [];
  const met = new Map<Buildable, 'open' | 'done'>();
  const open: Open[] = [];
  const enter = (definition: Buildable): void => {
    const built = present(session.built.get(definition), definition.name);
    met.set(definition, 'open');
    const outer = open.at(-1)?.within ?? null;
    open.push({
      definition,
      built,
      within: { name: definition.name, outer, depth: open.length },
      rest: built.children.values(),
    });
  };
  enter(top);
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const { done, value: child } = last.rest.next();
    if (done === true) {
      open.pop();
      met.set(last.definition, 'done');
      found.push(last);
    } else if (met.get(child.definition) === 'open') {
      throw new DesignError([
        {
          code: 'E0020',
          message: `${child.definition.name} contains itself`,
          path: [...pathOf(last.within), child.definition.name],
          places: [{ what: 'instantiated here', place: child.place }],
          help: 'end the recursion: make another definition for each level, and none at the last',
        },
      ]);
    } else if (!met.has(child.definition)) {
      enter(child.definition);
    }
  }
  return found;
}

/**
 * A child's clocks on its surroundings': the first on the current one, others on those of their name, unless the
 * designer says so.
 */
function connected(
  built: Built,
  name: string,
  module: Module,
  report: (problem: Omit<Diagnostic, 'path'>) => void,
): Record<string, string> {
  const child = present(built.children.get(name), name);
  const { clocks, name: surroundings } = built.module;
  const known = new Set(clocks.map((clock) => clock.name));
  const list = clocks.map((clock) => clock.name).join(', ');
  return Object.fromEntries(
    module.clocks.map((clock, i) => {
      const own = known.has(clock.name) ? clock.name : undefined;
      const wanted = child.clocks[clock.name] ?? (i === 0 ? child.clock : own);
      if (wanted === undefined || !known.has(wanted)) {
        const nothing = wanted === undefined ? 'nothing' : `${show(wanted)}, which is no clock`;
        report({
          code: 'E0014',
          message: `clock ${clock.name} of ${name} (${module.name}) runs on ${nothing} in ${surroundings}`,
          help: `connect it: { clocks: { ${clock.name}: … } }; the clocks here are ${list}`,
          places: [{ what: 'here', place: child.place }],
        });
      }
      return [clock.name, wanted ?? child.clock];
    }),
  );
}

/** E0014 for each clock of a black box's model that the black box does not have. */
function clocksWithoutPin(box: Module, model: Module, path: readonly string[]): readonly Diagnostic[] {
  return model.clocks
    .filter(({ name }) => !box.clocks.some((clock) => clock.name === name))
    .map(({ name }) => ({
      code: 'E0014',
      message: `${model.name}, the model of ${box.name}, runs on clock ${name}, for which ${box.name} has no pin`,
      path,
      places: [{ what: `black box ${box.name}`, place: box.place }],
      help: `name its clock pin, { in: …, out: …, clocks: ['CLK'] }, and give the model, module(…), a clock of that name`,
    }));
}

/** Final names: definitions with one name and the same contents become one module, others get a number. */
class Names {
  readonly #taken = new Map<string, Module>();
  /** By the name asked for: contents → module. Made when a name is asked for a second time. */
  readonly #variants = new Map<string, Map<string, Module>>();

  modules(): readonly Module[] {
    return [...this.#taken.values()];
  }

  take(module: Module): Module {
    const first = this.#taken.get(module.name);
    if (first === undefined) {
      this.#taken.set(module.name, module);
      return module;
    }
    const variants = this.#variants.get(module.name) ?? new Map([[contentsOf(first), first]]);
    this.#variants.set(module.name, variants);
    const contents = contentsOf(module);
    const same = variants.get(contents);
    if (same !== undefined) return same;
    let n = variants.size + 1;
    while (this.#taken.has(`${module.name}_${n}`)) n++;
    const named = { ...module, name: `${module.name}_${n}` };
    this.#taken.set(named.name, named);
    variants.set(contents, named);
    return named;
  }
}

/**
 * All of a module but its name and its places, as a text. Bodies are written flat, because they may be nested deeply.
 */
function contentsOf(module: Module): string {
  const { nodes, ports, memories, instances, grids, body } = module;
  const contents = {
    ...bare(module),
    name: '',
    nodes: nodes.map(bare),
    ports: ports.map(bare),
    memories: memories.map(bare),
    instances: instances.map(bare),
    grids: grids.map(bare),
    body: flat(body),
  };
  return JSON.stringify(contents, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/**
 * Without its place. It is left out beforehand: even of what is thrown away, JSON would have a place say where it is,
 * which takes long.
 */
function bare<T extends { readonly place: unknown }>(item: T): Omit<T, 'place'> {
  return { ...item, place: undefined };
}

function flat(body: readonly Statement[]): readonly unknown[] {
  const words: unknown[] = [];
  walkBody(body, {
    leaf: (statement) => {
      words.push(bare(statement));
    },
    enter: (statement) => {
      words.push(statement.kind, statement.kind === 'when' ? statement.condition : statement.subject);
    },
    arm: (statement, index) => {
      words.push(index, statement.kind === 'switch' ? (statement.cases[index]?.values ?? []) : []);
    },
    leave: () => {
      words.push('end');
    },
  });
  return words;
}

function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new RangeError(`no module for ${what}`);
  return part;
}
