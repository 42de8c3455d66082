/**
 * Grids as generate loops.
 *
 * What a cell's output port carries is one array of nets, by row and column. Where neighbours take it from one side, it
 * has one line more on that side, which carries what enters at the edge: a cell then reads [row][col] and writes
 * [row][col + 1], and no cell is special.
 */
import type { Through } from '../ir/grid-reach.ts';
import type { Edge, Grid, GridOutputNode, GridSource, Module, NodeId, Port } from '../ir/types.ts';
import { nodeAt, typeWidth } from '../ir/walk.ts';
import type { Expressions } from './expressions.ts';
import type { Scope } from './scope.ts';
import { dimensions, indent, literal, longPlace, packed, printable } from './text.ts';
import { upperCase } from './words.ts';

type NeighbourSource = Extract<GridSource, { readonly port: string }>;

/** The nets of an output port: where the cell at (row, col) puts its value, and how many lines there are. */
interface Plane {
  readonly name: string;
  readonly rowShift: 0 | 1;
  readonly colShift: 0 | 1;
  readonly rows: number;
  readonly cols: number;
  readonly source: NeighbourSource | null;
}

export interface GridText {
  readonly declarations: readonly string[];
  readonly blocks: readonly string[];
}

/**
 * What is what in a cell's path, `block[row].columns[col].cell`. A single row or column is one loop, a single cell
 * none.
 */
export interface GridNames {
  readonly block: string;
  readonly columns: string;
  readonly cell: string;
}

export interface CellPorts {
  readonly module: Module;
  readonly name: string;
  readonly names: GridNames;
  readonly port: (port: string) => string;
  /** Connections of clocks and resets. */
  readonly clocks: readonly string[];
}

export function writeGrid(scope: Scope, expressions: Expressions, grid: Grid, cell: CellPorts): GridText {
  return new GridWriter(scope, expressions, grid, cell).write();
}

/** Whether a cell hands on, within the cycle, what it gets from its neighbours. */
export function passesThrough({ inputs }: Grid, through: Through): boolean {
  const fromNeighbours = Object.entries(inputs).flatMap(([port, source]) =>
    'port' in source ? [{ port, from: source.port }] : [],
  );
  return fromNeighbours.some(({ from }) => fromNeighbours.some(({ port }) => through.get(from)?.has(port) === true));
}

class GridWriter {
  readonly #scope: Scope;
  readonly #expressions: Expressions;
  readonly #grid: Grid;
  readonly #cell: CellPorts;
  readonly #row: string;
  readonly #col: string;
  readonly #rows: string;
  readonly #cols: string;
  readonly #declarations: string[] = [];
  /** By what they loop over: what stands before the cells. */
  readonly #edges = { row: new Array<string>(), col: new Array<string>(), cell: new Array<string>() };

  constructor(scope: Scope, expressions: Expressions, grid: Grid, cell: CellPorts) {
    this.#scope = scope;
    this.#expressions = expressions;
    // A triangle of one cell is that cell.
    this.#grid = grid.rows === 1 ? { ...grid, shape: 'full' } : grid;
    this.#cell = cell;
    this.#row = scope.genvar('row');
    this.#col = scope.genvar('col');
    const stem = upperCase(grid.name);
    this.#rows = grid.rows === 1 ? '1' : scope.names.claim(`${stem}_ROWS`);
    this.#cols = grid.cols === 1 ? '1' : scope.names.claim(`${stem}_COLS`);
  }

  write(): GridText {
    const { module } = this.#scope;
    const { grid, planes } = { grid: this.#grid, planes: new Map<string, Plane>() };
    const used = new Set([
      ...Object.values(grid.inputs).flatMap((source) => ('port' in source ? [source.port] : [])),
      ...module.nodes.flatMap((node, id) =>
        node.kind === 'gridOutput' && node.grid === grid.name && this.#scope.signal(id) !== undefined
          ? [node.port]
          : [],
      ),
    ]);
    for (const port of this.#cell.module.ports)
      if (port.direction === 'out' && used.has(port.name)) planes.set(port.name, this.#plane(port));
    const instance = this.#instance(planes);
    module.nodes.forEach((node, id) => {
      if (node.kind === 'gridOutput' && node.grid === grid.name) this.#output(node, id, planes);
    });
    const blocks = this.#blocks(instance);
    const text = [...this.#declarations, ...blocks].join('\n');
    const size = (name: string, value: number): readonly string[] =>
      value > 1 && new RegExp(`\\b${name}\\b`).test(text) ? [`localparam ${name} = ${value};`] : [];
    const sizes = [...size(this.#rows, grid.rows), ...size(this.#cols, grid.cols)];
    return { declarations: [...sizes, ...this.#declarations], blocks };
  }

  #blocks(instance: readonly string[]): string[] {
    const { grid } = { grid: this.#grid };
    const { block, columns } = this.#cell.names;
    const rowEdge =
      this.#edges.row.length === 0
        ? []
        : this.#loop(this.#row, grid.rows, this.#rows, this.#scope.names.claim(`${block}_row_edge`), this.#edges.row);
    const colEdge =
      this.#edges.col.length === 0
        ? []
        : this.#loop(this.#col, grid.cols, this.#cols, this.#scope.names.claim(`${block}_col_edge`), this.#edges.col);
    const limit =
      grid.shape === 'full' ? this.#cols : grid.shape === 'lower' ? `${this.#row} + 1` : `${this.#cols} - ${this.#row}`;
    const inside = [...this.#edges.cell, ...instance];
    // A single row or column is one loop.
    const body =
      grid.rows === 1
        ? this.#loop(this.#col, grid.cols, limit, block, inside)
        : grid.cols === 1 && grid.shape === 'full'
          ? this.#loop(this.#row, grid.rows, this.#rows, block, inside)
          : this.#loop(
              this.#row,
              grid.rows,
              this.#rows,
              block,
              this.#loop(this.#col, Number.MAX_SAFE_INTEGER, limit, columns, inside),
            );
    const what = grid.shape === 'full' ? `${grid.rows} x ${grid.cols}` : `a triangle of ${grid.rows} x ${grid.cols}`;
    const heading = `// ${printable(grid.name)}: ${what} of ${this.#cell.name}${grid.place === null ? '' : `, from ${longPlace(grid.place)}`}.`;
    return [heading, 'generate', ...indent([...rowEdge, ...colEdge, ...body]), 'endgenerate', ''];
  }

  #loop(variable: string, size: number, limit: string, label: string, lines: readonly string[]): string[] {
    if (size === 1 && this.#grid.shape === 'full') return [`if (1) begin : ${label}`, ...indent(lines), 'end'];
    return [
      `for (${variable} = 0; ${variable} < ${limit}; ${variable} = ${variable} + 1) begin : ${label}`,
      ...indent(lines),
      'end',
    ];
  }

  /** `shift` lines on: `[row + 1]`. */
  #at(variable: string, lines: number, size: number, shift: number): string {
    if (lines === 1) return '';
    const base = size === 1 ? '' : variable;
    return `[${base === '' ? shift : shift === 0 ? base : `${base} + ${shift}`}]`;
  }

  #element(plane: Plane, row: number, col: number): string {
    return `${plane.name}${this.#at(this.#row, plane.rows, this.#grid.rows, row)}${this.#at(this.#col, plane.cols, this.#grid.cols, col)}`;
  }

  #plane(port: Port): Plane {
    const { grid } = { grid: this.#grid };
    const taken = Object.values(grid.inputs).filter(
      (source): source is NeighbourSource => 'port' in source && source.port === port.name,
    );
    const [source = null] = taken;
    const rows = grid.rows + (source?.from === 'north' || source?.from === 'south' ? 1 : 0);
    const cols = grid.cols + (source?.from === 'west' || source?.from === 'east' ? 1 : 0);
    const name = this.#scope.names.claim(`${grid.name}_${port.name}`);
    this.#declarations.push(`wire${dimensions(port.type)} ${name}${this.#lines(rows, cols)};`);
    const plane: Plane = {
      name,
      rows,
      cols,
      rowShift: source?.from === 'north' ? 1 : 0,
      colShift: source?.from === 'west' ? 1 : 0,
      source,
    };
    if (source !== null) this.#enter(plane, source);
    return plane;
  }

  /** Unpacked: as one vector, every change of an element would wake all cells in an event-driven simulator. */
  #lines(rows: number, cols: number): string {
    const size = (lines: number, cells: number, name: string): string =>
      lines === 1 ? '' : cells === 1 ? `[0:${lines - 1}]` : lines === cells ? `[0:${name}-1]` : `[0:${name}]`;
    const all = `${size(rows, this.#grid.rows, this.#rows)}${size(cols, this.#grid.cols, this.#cols)}`;
    return all === '' ? '' : ` ${all}`;
  }

  /**
   * What enters at the edge, in the line beside each row's or column's first (west, north) or last (east, south) cell.
   */
  #enter(plane: Plane, { from, edge }: NeighbourSource): void {
    const { shape } = this.#grid;
    const vertical = from === 'north' || from === 'south';
    const value = this.#edgeValue(edge, vertical ? this.#col : this.#row, vertical ? this.#grid.cols : this.#grid.rows);
    if (vertical) {
      const row =
        from === 'north'
          ? shape === 'lower'
            ? this.#col
            : '0'
          : shape === 'upper'
            ? `${this.#cols} - ${this.#col}`
            : this.#rows;
      this.#edges.col.push(
        `assign ${plane.name}[${row}]${this.#at(this.#col, plane.cols, this.#grid.cols, 0)} = ${value};`,
      );
    } else {
      const col =
        from === 'west'
          ? '0'
          : shape === 'full'
            ? this.#cols
            : shape === 'lower'
              ? `${this.#row} + 1`
              : `${this.#cols} - ${this.#row}`;
      this.#edges.row.push(
        `assign ${plane.name}${this.#at(this.#row, plane.rows, this.#grid.rows, 0)}[${col}] = ${value};`,
      );
    }
  }

  /** An element of the vector `id`; copies of one value are that value. */
  #edgeValue(id: NodeId, variable: string, size: number): string {
    const node = nodeAt(this.#scope.module, id);
    if (node.kind === 'op' && node.op === 'fill' && this.#scope.signal(id) === undefined)
      return this.#expressions.text(node.args[0] ?? -1);
    if (node.kind === 'const' && node.value === 0n && node.type.kind === 'vec')
      return literal(0n, { kind: 'uint', width: typeWidth(node.type.element) });
    return `${this.#expressions.named(id)}[${size === 1 && this.#grid.shape === 'full' ? '0' : variable}]`;
  }

  #instance(planes: ReadonlyMap<string, Plane>): string[] {
    const connections = [...this.#cell.clocks];
    for (const port of this.#cell.module.ports) {
      const name = this.#cell.port(port.name);
      if (port.direction === 'in') {
        const source = this.#grid.inputs[port.name];
        if (source !== undefined) connections.push(`.${name}(${this.#input(port, source, planes)})`);
      } else {
        const plane = planes.get(port.name);
        connections.push(
          `.${name}(${plane === undefined ? '' : this.#element(plane, plane.rowShift, plane.colShift)})`,
        );
      }
    }
    return [
      `${this.#cell.name} ${this.#cell.names.cell} (`,
      ...indent(connections.map((line, i) => (i === connections.length - 1 ? line : `${line},`))),
      ');',
    ];
  }

  #input(port: Port, source: GridSource, planes: ReadonlyMap<string, Plane>): string {
    const { rows, cols, shape } = this.#grid;
    const index = (variable: string, size: number): string => `[${size === 1 && shape === 'full' ? '0' : variable}]`;
    switch (source.from) {
      case 'all':
        return this.#expressions.text(source.node);
      case 'row':
        return this.#edgeValue(source.node, this.#row, rows);
      case 'column':
        return this.#edgeValue(source.node, this.#col, cols);
      case 'cell':
        return `${this.#expressions.named(source.node)}${index(this.#row, rows)}${index(this.#col, cols)}`;
      case 'west':
      case 'north':
      case 'east':
      case 'south':
        return this.#neighbour(port, source, planes);
    }
  }

  #neighbour(port: Port, source: NeighbourSource, planes: ReadonlyMap<string, Plane>): string {
    const plane = planes.get(source.port);
    if (plane === undefined) throw new RangeError(`no output ${source.port}`);
    const { from } = source;
    if (plane.source?.from === from && plane.source.edge === source.edge)
      return this.#element(plane, from === 'south' ? 1 : 0, from === 'east' ? 1 : 0);
    return this.#separateInput(port, source, plane);
  }

  /** A second side, or another edge, for an output that has its line at the edge already: choose cell by cell. */
  #separateInput(port: Port, source: NeighbourSource, plane: Plane): string {
    const { shape, rows, cols } = this.#grid;
    const { from } = source;
    const name = this.#scope.names.claim(`${this.#grid.name}_${port.name}_in`);
    const vertical = from === 'north' || from === 'south';
    const [row, col] = [
      rows === 1 && shape === 'full' ? '0' : this.#row,
      cols === 1 && shape === 'full' ? '0' : this.#col,
    ];
    const isFirst: Record<Edge, string> = {
      west: `${col} == 0`,
      north: shape === 'lower' ? `${row} == ${col}` : `${row} == 0`,
      east:
        shape === 'lower'
          ? `${col} == ${row}`
          : shape === 'upper'
            ? `${col} == ${this.#cols} - ${row} - 1`
            : `${col} == ${this.#cols} - 1`,
      south: shape === 'upper' ? `${row} == ${this.#rows} - ${col} - 1` : `${row} == ${this.#rows} - 1`,
    };
    const step = { west: [0, -1], north: [-1, 0], east: [0, 1], south: [1, 0] }[from];
    const at = (variable: string, lines: number, shift: number): string =>
      lines === 1 ? '' : `[${variable}${shift === 0 ? '' : shift < 0 ? ` - ${-shift}` : ` + ${shift}`}]`;
    const there = `${plane.name}${at(row, plane.rows, plane.rowShift + (step[0] ?? 0))}${at(col, plane.cols, plane.colShift + (step[1] ?? 0))}`;
    const edge = this.#edgeValue(source.edge, vertical ? this.#col : this.#row, vertical ? cols : rows);
    const width = packed(port.type);
    this.#edges.cell.push(
      `wire ${width === '' ? '' : `${width} `}${name};`,
      `if (${isFirst[from]}) begin : ${this.#scope.names.claim(`at_${from}_of_${name}`)}`,
      `  assign ${name} = ${edge};`,
      `end else begin : ${this.#scope.names.claim(`inside_${name}`)}`,
      `  assign ${name} = ${there};`,
      'end',
    );
    return name;
  }

  /** A node's value from the plane: a line of cells, or all of them. */
  #output(node: GridOutputNode, id: NodeId, planes: ReadonlyMap<string, Plane>): void {
    const name = this.#scope.signal(id);
    const plane = planes.get(node.port);
    if (name === undefined || plane === undefined) return;
    const { shape, rows, cols } = this.#grid;
    const index = (variable: string, size: number): string => `[${size === 1 && shape === 'full' ? '0' : variable}]`;
    const shifted = (base: string, shift: number): string => {
      if (shift === 0) return base;
      if (base.includes(' - 1')) return base.replace(' - 1', '');
      return /^\d+$/.test(base) ? String(Number(base) + shift) : `${base} + ${shift}`;
    };
    const at = (lines: number, base: string, shift: number): string => (lines === 1 ? '' : `[${shifted(base, shift)}]`);
    const place = (row: string, col: string): string =>
      `${plane.name}${at(plane.rows, row, plane.rowShift)}${at(plane.cols, col, plane.colShift)}`;
    const [row, col] = [
      rows === 1 && shape === 'full' ? '0' : this.#row,
      cols === 1 && shape === 'full' ? '0' : this.#col,
    ];
    const lastRow = shape === 'upper' ? `${this.#rows} - 1 - ${col}` : `${this.#rows} - 1`;
    const lastCol = shape === 'full' ? `${this.#cols} - 1` : shape === 'lower' ? row : `${this.#cols} - 1 - ${row}`;
    switch (node.edge) {
      case 'west':
        this.#edges.row.push(`assign ${name}${index(this.#row, rows)} = ${place(row, '0')};`);
        break;
      case 'east':
        this.#edges.row.push(`assign ${name}${index(this.#row, rows)} = ${place(row, lastCol)};`);
        break;
      case 'north':
        this.#edges.col.push(`assign ${name}${index(this.#col, cols)} = ${place(shape === 'lower' ? col : '0', col)};`);
        break;
      case 'south':
        this.#edges.col.push(`assign ${name}${index(this.#col, cols)} = ${place(lastRow, col)};`);
        break;
      case 'cells':
        this.#edges.cell.push(`assign ${name}${index(this.#row, rows)}${index(this.#col, cols)} = ${place(row, col)};`);
        break;
    }
  }
}
