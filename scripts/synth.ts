/** `systole synth`: what the NPU becomes in gates, flip-flops and memory bits, module by module, through Yosys. */
import type { Argv } from 'yargs';
import { elaborate } from '../hdl/index.ts';
import { synthesise, type Synthesised } from '../hdl/verilog/yosys/synthesise.ts';
import { YosysError } from '../hdl/verilog/yosys/tool.ts';
import { Npu } from '../npu/npu.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { readInput } from './files.ts';
import { switchFlag, textFlag } from './flags.ts';
import { hierarchy, instancesOf } from './hierarchy.ts';
import { npuConfigOf, npuFlags } from './npu-flags.ts';
import { startProgress } from './progress.ts';
import { columns, count, labelled, paint } from './text.ts';

const group = 'The synthesis:';
const flags = {
  liberty: textFlag('liberty', {
    group,
    describe: 'a library of cells (Liberty format; - is stdin) to map to, for area and delay',
    otherwise: "Yosys's own gates",
  }),
  json: { ...switchFlag('print one JSON object instead of the table'), group },
};

const build = (yargs: Argv) =>
  yargs
    .options(npuFlags)
    .options(flags)
    .example('$0 synth --rows 8 --cols 8', 'cells, flip-flops and memory bits of each module')
    .example('$0 synth --liberty osu018_stdcells.lib', 'area and delay as well');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

interface Row extends Synthesised {
  readonly module: string;
  /** In the whole NPU. */
  readonly instances: number;
}

/** Of all instances together. */
type Total = Readonly<Record<'cells' | 'flipFlops' | 'memoryBits', number>> & { readonly area: number | null };

async function synth(given: Flags): Promise<ExitStatus> {
  const config = npuConfigOf(given);
  const { liberty, json = false } = given;
  const library = liberty === undefined ? undefined : new TextDecoder().decode(readInput(liberty));
  const design = elaborate(Npu(config));
  const instances = instancesOf(hierarchy(design));
  const progress = startProgress();
  try {
    const { modules, script } = await synthesise(design, {
      onPass: (pass) => progress.say(`Yosys: ${pass}`),
      ...(library === undefined ? {} : { liberty: library }),
    });
    progress.end();
    const rows = [...modules].map(([module, figures]): Row => ({
      module,
      instances: instances.get(module) ?? 0,
      ...figures,
    }));
    const total = totalOf(rows);
    process.stdout.write(
      `${json ? JSON.stringify({ config, liberty: liberty ?? null, total, modules: rows, script }) : table(rows, total, liberty)}\n`,
    );
    return exitStatus.ok;
  } catch (error) {
    progress.end();
    if (error instanceof YosysError && liberty !== undefined)
      throw new UsageError(
        `Yosys cannot work with ${liberty}: ${error.message}`,
        'give a library of cells in the Liberty format, with flip-flops',
        { cause: error },
      );
    throw error;
  }
}

function totalOf(rows: readonly Row[]): Total {
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row) * row.instances, 0);
  return {
    cells: sum(({ cells }) => cells),
    flipFlops: sum(({ flipFlops }) => flipFlops),
    memoryBits: sum(({ memoryBits }) => memoryBits),
    area: rows.every(({ area }) => area === null) ? null : sum(({ area }) => area ?? 0),
  };
}

/** Large modules first, by what all their instances take. */
function table(rows: readonly Row[], total: Total, liberty: string | undefined): string {
  const mapped = liberty !== undefined;
  const size = ({ instances, area, cells }: Row): number => instances * (area ?? cells);
  const heading = ['module', 'instances', 'cells', 'flip-flops', 'memory bits', ...(mapped ? ['area', 'delay'] : [])];
  const figures = ({ module, instances, cells, flipFlops, memoryBits, area, delay }: Row): string[] => [
    module,
    count(instances),
    count(cells),
    count(flipFlops),
    count(memoryBits),
    ...(mapped ? [count(Math.round(area ?? 0)), delay === null ? '–' : `${(delay / 1000).toFixed(2)} ns`] : []),
  ];
  const all = [
    'all instances',
    '',
    count(total.cells),
    count(total.flipFlops),
    count(total.memoryBits),
    ...(mapped ? [count(Math.round(total.area ?? 0))] : []),
  ];
  const [head = '', ...lines] = columns(
    [heading, ...rows.toSorted((a, b) => size(b) - size(a)).map(figures), all],
    [1, 2, 3, 4, 5, 6],
  );
  return [
    paint('bold', head),
    ...lines.slice(0, -1),
    paint('bold', lines.at(-1) ?? ''),
    '',
    ...labelled([
      [
        'a row',
        'one instance of a module, without the instances in it; the last row counts each as often as it is there',
      ],
      [
        'cells',
        mapped
          ? `of ${liberty}, flip-flops among them, mapped for delay`
          : "Yosys's gates of one or two inputs, multiplexers and flip-flops",
      ],
      ['memory bits', 'of memories, whose ports and output registers are not counted as cells'],
      ...(mapped
        ? [
            ['area', "of cells in the library's unit; memories and wires have none"] as const,
            [
              'delay',
              "the longest path in the module between flip-flops, memories and ports, after ABC: no wires, no flip-flop's own delay, nothing that continues in another module",
            ] as const,
          ]
        : []),
    ]),
  ].join('\n');
}

export const synthCommand = { build, run: synth };
