/** Where the value of each slot comes from. */
import type { GridOutputNode, GridSource, Node, NodeId, Type } from '../../ir/types.ts';
import { gridSourceNode, nodeAt, typeWidth } from '../../ir/walk.ts';
import { edgeCells, edgeIndex, neighbourOf } from '../grids.ts';
import { present, type ModuleView } from '../library.ts';
import { slicesOf } from '../../ir/slices.ts';
import { compileSlice, sourcesOf } from './body.ts';
import { cellFrame, type Frame, type Frames, type Origin } from './frames.ts';
import { meaningOf, type Meaning } from './operations.ts';
import type { State } from './state.ts';

export type Rule =
  /** Keeps its value until an edge or a testbench changes it. */
  | { readonly kind: 'held' }
  | { readonly kind: 'copy'; readonly from: number }
  | { readonly kind: 'operation'; readonly from: readonly number[]; readonly meaning: Meaning }
  /** Computed by a function that reads the slots of `from` itself. */
  | { readonly kind: 'function'; readonly from: readonly number[]; readonly evaluate: () => bigint };

const held: Rule = { kind: 'held' };

/** What all instances of a definition share: per node, what its operation means or what the body makes of the wire. */
type Template =
  | { readonly kind: 'operation'; readonly args: readonly NodeId[]; readonly meaning: Meaning }
  | { readonly kind: 'wire'; readonly sources: readonly NodeId[]; readonly evaluate: (frame: Frame) => bigint }
  | null;

/**
 * The rules of all frames' slots. Grids' wiring gets slots of its own, after those of the nodes. Functions read `state`
 * when they run.
 */
export function makeRules({ all, slots }: Frames, state: State): readonly Rule[] {
  return new RuleMaker(all, slots, state).rules;
}

class RuleMaker {
  readonly rules: Rule[] = [];
  private readonly state: State;
  private readonly templates = new Map<ModuleView, readonly Template[]>();
  private readonly elements = new Map<string, number>();

  constructor(frames: readonly Frame[], slots: number, state: State) {
    this.state = state;
    this.rules = Array.from({ length: slots }, () => held);
    for (const frame of frames) {
      const templates = this.templatesOf(frame.scope.view);
      frame.scope.view.module.nodes.forEach((node, id) => {
        this.rules[frame.base + id] = this.ruleOf(frame, id, node, templates[id] ?? null);
      });
    }
  }

  private templatesOf(view: ModuleView): readonly Template[] {
    const known = this.templates.get(view);
    if (known !== undefined) return known;
    const { nodes, body } = view.module;
    const slices = slicesOf(body, (target) => nodes[target]?.kind === 'wire');
    const made = nodes.map((node, id): Template => {
      if (node.kind === 'op') {
        const args = node.args.map((arg) => nodeAt(view.module, arg).type);
        return {
          kind: 'operation',
          args: node.args,
          meaning: meaningOf(node.op, { result: node.type, args, low: node.low }),
        };
      }
      if (node.kind !== 'wire') return null;
      const { fallback } = node;
      const slice = slices.get(id) ?? [];
      const read = (frame: Frame, source: NodeId): bigint => this.state.read(frame, source);
      const unassigned = fallback === null ? () => 0n : (frame: Frame) => read(frame, fallback);
      const sources = [...(fallback === null ? [] : [fallback]), ...sourcesOf(slice)];
      return { kind: 'wire', sources, evaluate: compileSlice(slice, read, unassigned) };
    });
    this.templates.set(view, made);
    return made;
  }

  private ruleOf(frame: Frame, id: NodeId, node: Node, template: Template): Rule {
    const slot = (node: NodeId): number => frame.base + node;
    if (template?.kind === 'operation')
      return { kind: 'operation', from: template.args.map(slot), meaning: template.meaning };
    if (template?.kind === 'wire')
      return { kind: 'function', from: template.sources.map(slot), evaluate: () => template.evaluate(frame) };
    switch (node.kind) {
      case 'input': {
        if (frame.origin !== null) return this.inputRule(frame.origin, node.port, node.type);
        const driven = frame.scope.view.inputs.get(node.port) ?? id;
        return driven === id ? held : { kind: 'copy', from: slot(driven) };
      }
      case 'instanceOutput':
        return {
          kind: 'copy',
          from: outputSlot(present(frame.instances.get(node.instance), `instance ${node.instance}`), node.port),
        };
      case 'gridOutput':
        return this.gridOutputRule(frame, node);
      case 'read': {
        if (node.clock !== null) return held;
        const address = slot(node.address);
        const { words } = this.state.memory(frame, node.memory);
        return { kind: 'function', from: [address], evaluate: () => words.get(Number(this.state.at(address))) ?? 0n };
      }
      case 'const':
      case 'reg':
      case 'op':
      case 'wire':
        return held;
    }
  }

  private inputRule({ parent, name, cell }: Origin, port: string, type: Type): Rule {
    if (cell === null) {
      const instance = present(parent.scope.view.instances.get(name), `instance ${name}`);
      return { kind: 'copy', from: parent.base + present(instance.inputs[port], `connection of ${name}.${port}`) };
    }
    const { grid, row, col } = cell;
    const source = present(grid.inputs[port], `wiring of ${name}.${port}`);
    const node = gridSourceNode(source);
    if (isNeighbour(source)) {
      const next = neighbourOf(grid, source.from, row, col);
      if (next !== null)
        return { kind: 'copy', from: outputSlot(cellFrame(parent, grid, next.row, next.col), source.port) };
      return { kind: 'copy', from: this.element(parent.base + node, edgeIndex(source.from, row, col), type) };
    }
    switch (source.from) {
      case 'all':
        return { kind: 'copy', from: parent.base + node };
      case 'row':
        return { kind: 'copy', from: this.element(parent.base + node, row, type) };
      case 'column':
        return { kind: 'copy', from: this.element(parent.base + node, col, type) };
      case 'cell': {
        const rowType: Type = { kind: 'vec', length: grid.cols, element: type };
        return { kind: 'copy', from: this.element(this.element(parent.base + node, row, rowType), col, type) };
      }
    }
  }

  /** A slot for element `index` of the vector in slot `vector`: one, however many cells read it. */
  private element(vector: number, index: number, type: Type): number {
    const key = `${vector}[${index}]`;
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    const width = typeWidth(type);
    const meaning = meaningOf('slice', { result: { kind: 'uint', width }, args: [], low: index * width });
    const slot = this.rules.push({ kind: 'operation', from: [vector], meaning }) - 1;
    this.elements.set(key, slot);
    return slot;
  }

  private gridOutputRule(frame: Frame, node: GridOutputNode): Rule {
    const grid = present(frame.scope.view.grids.get(node.grid), `grid ${node.grid}`);
    if (node.type.kind !== 'vec') throw new RangeError(`output ${node.port} of grid ${grid.name} is not a vector`);
    if (node.edge !== 'cells') {
      const from = edgeCells(grid, node.edge).map(({ row, col }) =>
        outputSlot(cellFrame(frame, grid, row, col), node.port),
      );
      return gather(node.type, from);
    }
    const { element } = node.type;
    const rows = Array.from({ length: grid.rows }, (_, row) => {
      const from = Array.from({ length: grid.cols }, (_, col) =>
        outputSlot(cellFrame(frame, grid, row, col), node.port),
      );
      return this.rules.push(gather(element, from)) - 1;
    });
    return gather(node.type, rows);
  }
}

function gather(type: Type, from: readonly number[]): Rule {
  return { kind: 'operation', from, meaning: meaningOf('vec', { result: type, args: [], low: 0 }) };
}

function outputSlot(frame: Frame, port: string): number {
  const { module } = frame.scope.view;
  return frame.base + present(module.outputs[port], `driver of output ${port} of ${module.name}`);
}

function isNeighbour(source: GridSource): source is Extract<GridSource, { readonly port: string }> {
  return 'port' in source;
}
