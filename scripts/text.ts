/** How figures and tables are written. */
import { styleText } from 'node:util';
import type { NpuConfig } from '../npu/config.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';

/** `12,345` */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 bank`, `2 banks` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** `93.1 %` */
export const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

/** `256 KiB`; what is not whole in a unit stays in the one below. */
function byteSize(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const;
  let unit = 0;
  for (; unit < units.length - 1 && bytes >= 1024 && bytes % 1024 === 0; unit++) bytes /= 1024;
  return `${count(bytes)} ${units[unit] ?? ''}`;
}

/** `1.2 MB`: about how large a file is. */
export function fileSize(bytes: number): string {
  const [unit, scale] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${(bytes / scale).toPrecision(3)} ${unit}`;
}

/** `2,610 cycles/s` */
export const rate = (cyclesPerSecond: number): string => `${count(Number(cyclesPerSecond.toPrecision(3)))} cycles/s`;

type Style = 'bold' | 'dim' | 'green' | 'red';

/** Colours, where stdout is a terminal that has them and NO_COLOR is not set. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(style, text) : text;
}

/** Columns side by side, each as wide as its widest cell; those that `right` names end together. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Lines of a name and what belongs to it. */
export function labelled(lines: readonly (readonly [label: string, text: string])[]): string[] {
  const width = lines.reduce((most, [label]) => Math.max(most, label.length), 0);
  return lines.map(([label, text]) => `  ${paint('dim', label.padEnd(width))}  ${text}`);
}

/** The configuration in effect, as `systole info` says it too. */
export function configLines(config: NpuConfig): (readonly [string, string])[] {
  const {
    busBytes,
    maxBurst,
    outstanding,
    scratchpadBytes,
    scratchpadBanks,
    bankLines,
    lineBytes,
    accumulatorBytes,
    accLines,
    accLanes,
    queueDepth,
  } = config;
  return [
    ['matrix', matrixEngineOf(config).description.title(config)],
    [
      'scratchpad',
      `${byteSize(scratchpadBytes)}: ${scratchpadBanks} banks of ${plural(bankLines, 'line')} of ${lineBytes} bytes`,
    ],
    [
      'accumulator',
      `${byteSize(accumulatorBytes)}: ${plural(accLines, 'line')} of ${plural(accLanes, 'sum')} of 32 bits`,
    ],
    [
      'bus',
      `AXI4, ${busBytes} bytes a beat, bursts of up to ${plural(maxBurst, 'beat')}, ${outstanding} in flight each way`,
    ],
    ['commands', `${queueDepth} can wait for each unit`],
  ];
}
