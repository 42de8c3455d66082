/** `systole info`: an NPU's configuration and what it is made of, without simulating it. */
import type { Argv } from 'yargs';
import { formatPlace } from '../hdl/diagnostics/diagnostic.ts';
import { elaborate } from '../hdl/index.ts';
import { compile, type ArrayReport, type Obstacle } from '../hdl/sim/index.ts';
import { type NpuConfig } from '../npu/config.ts';
import { sections, type Section } from '../npu/parameters.ts';
import { Npu } from '../npu/npu.ts';
import { exitStatus, type ExitStatus } from './failure.ts';
import { switchFlag } from './flags.ts';
import { hierarchy, interfaces, type Interface, type Part } from './hierarchy.ts';
import { flagOf, npuConfigOf, npuFlags, presetOf } from './npu-flags.ts';
import { columns, configLines, count, labelled, paint, plural } from './text.ts';

const build = (yargs: Argv) =>
  yargs
    .options(npuFlags)
    .options({
      json: switchFlag('print one JSON object instead of the tables'),
      engine: switchFlag(
        'also tell what the simulator makes of each array, and why where it works on one cell at a time',
      ),
    })
    .example('$0 info --preset tpu-v3', 'an array of 128 × 128')
    .example('$0 info --rows 7 --cols 13 --json', 'for a program');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

function info(given: Flags): ExitStatus {
  const config = npuConfigOf(given);
  const design = elaborate(Npu(config));
  const top = hierarchy(design);
  const ports = interfaces(design);
  const preset = presetOf(given);
  const arrays = given.engine === true ? compile(design).arrays() : null;
  const json = { preset, config, interfaces: ports, hierarchy: top, ...(arrays === null ? {} : { arrays }) };
  const text = (): string =>
    [tables(config, preset, top, ports), ...(arrays === null ? [] : ['', ...arrayTable(arrays)])].join('\n');
  process.stdout.write(`${given.json === true ? JSON.stringify(json) : text()}\n`);
  return exitStatus.ok;
}

function tables(
  config: NpuConfig,
  preset: ReturnType<typeof presetOf>,
  top: Part,
  ports: readonly Interface[],
): string {
  const heading = (text: string): string => paint('bold', text);
  const given: Readonly<Record<string, unknown>> = { ...config };
  const rows = Object.values<Section>(sections).flatMap((section) => [
    [`The ${section.title}`],
    ...Object.entries(section.parameters).map(([name, { default: usual, meaning }]) => [
      `  --${flagOf(name)}`,
      String(given[name]),
      given[name] === usual ? '' : `(default ${usual})`,
      meaning,
    ]),
  ]);
  const origin =
    preset === null
      ? []
      : [
          heading(`Preset ${preset.name}`),
          ...labelled([
            ['source', preset.source],
            ...(preset.differs === null ? [] : [['not as there', preset.differs] as const]),
          ]),
          '',
        ];
  const tree = [['', 'module', 'instances', 'register bits', 'memory bits'], ...treeRows(top, '', '')];
  return [
    ...origin,
    heading('Parameters'),
    ...indent(columns(rows, [1])),
    '',
    heading('What follows from them'),
    ...labelled(configLines(config)),
    '',
    heading('Interface: the AXI4-Lite channels of the registers, the AXI4 channels of the memory, the interrupt'),
    ...indent(columns(ports.map(({ name, direction, kind, bits }) => [name, direction, kind, plural(bits, 'bit')]))),
    '',
    heading('Hierarchy, each with all that is in it'),
    ...indent(columns(tree, [2, 3, 4])),
    '',
    ...labelled([
      ['register bits', count(top.total.registers)],
      ['memory bits', `${count(top.total.memories)}, in ${count(Math.ceil(top.total.memories / 8))} bytes`],
    ]),
  ].join('\n');
}

function arrayTable(arrays: readonly ArrayReport[]): string[] {
  const rows = arrays.flatMap(({ path, rows: down, cols, functions }) =>
    functions.map(({ kind, ports, scalar }, i) => [
      i === 0 ? `${path}[${down} × ${cols}]` : '',
      [kind, ...ports].join(' '),
      scalar === null ? 'as vectors' : `cell by cell: ${obstacle(scalar)}`,
    ]),
  );
  return [
    paint('bold', 'Engine: how the simulator works on the cells of arrays'),
    ...indent(columns([['', 'function', ''], ...rows])),
  ];
}

function obstacle({ what, reason, place }: Obstacle): string {
  return `${what} ${reason}${place === null ? '' : ` (${formatPlace(place)})`}`;
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A row for each part, with the branches of a tree before its name. */
function treeRows(
  { name, module, grid, count: instances, total, parts }: Part,
  first: string,
  rest: string,
): string[][] {
  const size =
    grid === null ? '' : `[${grid.rows} × ${grid.cols}]${grid.shape === 'full' ? '' : ` ${grid.shape} triangle`}`;
  return [
    [`${first}${name}${size}`, module, count(instances), count(total.registers), count(total.memories)],
    ...parts.flatMap((part, i) =>
      i === parts.length - 1 ? treeRows(part, `${rest}└─ `, `${rest}   `) : treeRows(part, `${rest}├─ `, `${rest}│  `),
    ),
  ];
}

export const infoCommand = { build, run: info };
