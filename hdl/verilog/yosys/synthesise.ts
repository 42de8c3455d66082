/**
 * What Yosys makes of a design: cells, flip-flops, memory bits, and with a library of cells area and delay, by module.
 */
import type { Design } from '../../ir/types.ts';
import { writeVerilog, type Verilog } from '../index.ts';
import { boxGrids } from './boxes.ts';
import { delays, statOf, type ModuleStat } from './figures.ts';
import { GENERIC_STAT, STAT, synthScript } from './script.ts';
import { runYosys } from './tool.ts';

/** One instance of a module, without the instances in it. */
export interface Synthesised {
  /** Gates or the library's cells, flip-flops among them; neither memories nor instances. */
  readonly cells: number;
  readonly flipFlops: number;
  readonly memoryBits: number;
  /** Of cells, in the library's unit, without memories; null without a library. */
  readonly area: number | null;
  /**
   * The longest path between flip-flops, memories and ports, in picoseconds, without wires, the flip-flops' own delay,
   * or what continues in other modules; null without a library, or where there is no logic.
   */
  readonly delay: number | null;
}

export interface Synthesis {
  /** By the module's name in the design: those that the top reaches, without black boxes. */
  readonly modules: ReadonlyMap<string, Synthesised>;
  /** The script that Yosys ran. */
  readonly script: readonly string[];
}

export interface SynthesiseOptions {
  /** The text of a library of cells in the Liberty format; without one, cells are Yosys's gates. */
  readonly liberty?: string;
  /** Called now and then with what Yosys is doing: `TECHMAP`, `ABC`. */
  readonly onPass?: (pass: string) => void;
}

/**
 * Synthesises each definition once, the array's cell like any other, so that the time does not grow with the number of
 * cells.
 * @throws YosysMissingError; YosysError where a command fails: through a library that is none, or, a mistake of the
 * writer, Verilog that Yosys does not take.
 */
export async function synthesise(design: Design, { liberty, onPass }: SynthesiseOptions = {}): Promise<Synthesis> {
  const boxed = boxGrids(design);
  const names = new Map<string, string>();
  const files = new Map<string, string>();
  const sources = new Set<string>();
  const boxes = new Map<string, string>();
  for (const top of [design.top, ...design.modules.flatMap(({ grids }) => grids.map(({ module }) => module))]) {
    const verilog: Verilog = writeVerilog({ ...boxed, top });
    for (const [name, { name: written }] of verilog.modules) names.set(name, written);
    for (const [name, text] of verilog.files) files.set(name, text);
    for (const source of verilog.sources) sources.add(source);
    for (const [name, text] of verilog.blackBoxes) boxes.set(name, text);
  }
  files.set(BOXES, [...boxes.values()].join('\n'));
  if (liberty !== undefined) files.set(LIBERTY, liberty);
  const script = synthScript({ sources: [BOXES, ...sources], liberty: liberty === undefined ? null : LIBERTY });
  const onLine = (line: string): void => {
    const pass = /^[\d.]+ Executing ([\w -]+?) (?:pass|frontend)/.exec(line)?.[1];
    if (pass !== undefined) onPass?.(pass);
  };
  const { log, files: made } = await runYosys(script, files, onPass === undefined ? {} : { onLine });
  const [generic, mapped] = [GENERIC_STAT, STAT].map((file) => statOf(made.get(file) ?? '{}'));
  const delay = liberty === undefined ? new Map<string, number>() : delays(log);
  const submodules = new Set([...names.values(), ...boxes.keys()]);
  const modules = new Map(
    [...names].map(([name, written]): [string, Synthesised] => {
      const stat = mapped?.get(written);
      return [
        name,
        {
          cells: cellsOf(stat, submodules),
          flipFlops: flipFlopsOf(generic?.get(written)),
          memoryBits: stat?.memoryBits ?? 0,
          area: liberty === undefined ? null : (stat?.area ?? 0),
          delay: delay.get(written) ?? null,
        },
      ];
    }),
  );
  return { modules, script };
}

const BOXES = 'boxes.sv';
const LIBERTY = 'cells.lib';

const sum = (counts: Iterable<number>): number => [...counts].reduce((all, count) => all + count, 0);

/** Word-level cells, `$memrd` and its like, are ports of memories. */
function cellsOf(stat: ModuleStat | undefined, submodules: ReadonlySet<string>): number {
  return sum(
    [...(stat?.cells ?? [])].flatMap(([type, count]) => (submodules.has(type) || /^\$[a-z]/.test(type) ? [] : [count])),
  );
}

function flipFlopsOf(stat: ModuleStat | undefined): number {
  return sum(
    [...(stat?.cells ?? [])].flatMap(([type, count]) => (/^\$_[A-Z]*(?:DFF|LATCH)/.test(type) ? [count] : [])),
  );
}
