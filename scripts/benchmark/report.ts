/** Results as tables of Markdown, which read well in a terminal too. */
import type { CompileRow, DesignRow, Results } from './all.ts';
import type { CallRow } from './calls.ts';
import { earlyCycles } from './cold.ts';
import { contenderNames, contenderTitles } from './contender.ts';
import type { AgainstRow } from './against.ts';
import type { ManyRow } from './many.ts';
import type { Figures } from './measure.ts';
import type { RateRow } from './rates.ts';
import type { TraceRow, TraceSide } from './trace.ts';

const none = '–';

/** `3.79 M`, `876 k`, `12.3` */
function short(value: number): string {
  if (!Number.isFinite(value)) return none;
  const [scale, unit] = value >= 999_500 ? [1e6, ' M'] : value >= 999.5 ? [1e3, ' k'] : [1, ''];
  const scaled = value / scale;
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3)}${unit}`;
}

const rate = (one: Figures | null): string =>
  one === null ? none : `${short(one.median)} (${short(one.low)}–${short(one.high)})`;
const times = (value: number | null): string => (value === null ? none : `${value.toPrecision(3)}×`);

/** `42 ms`, `2.9 s` */
function duration(seconds: number | undefined): string {
  if (seconds === undefined) return none;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(0)} ms`;
  return `${seconds >= 100 ? seconds.toFixed(0) : seconds.toPrecision(3)} s`;
}

/** Columns of equal width; all but the first end together. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, i) => rows.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), cell.length));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  return [
    line(head),
    `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`,
    ...rows.map(line),
  ];
}

function rates(first: string, rows: readonly RateRow[]): string[] {
  return table(
    [first, ...contenderNames.map((name) => contenderTitles[name]), 'Systole / Verilator'],
    rows.map((row) => [
      `${row.n} × ${row.n}`,
      rate(row.ours),
      rate(row.verilator),
      rate(row.verilatorDefault),
      rate(row.icarus),
      times(row.ratio),
    ]),
  );
}

/** Of designs, what a cycle takes of a processor, which others on the machine do not change. */
function processors(rows: readonly DesignRow[]): string[] {
  const each = (value: number | null): string => (value === null ? none : `${value.toFixed(value < 100 ? 1 : 0)} ns`);
  return table(
    ['processor time of a cycle, the least', contenderTitles.ours, contenderTitles.verilator, 'Verilator / Systole'],
    rows.map(({ title, processor: { ours, verilator, ratio } }) => [title, each(ours), each(verilator), times(ratio)]),
  );
}

/** Of designs, also the first cycles of a new process, against Verilator's usual speed. */
function kinds(rows: readonly DesignRow[]): string[] {
  const share = ({ early, verilator }: DesignRow): number | null =>
    verilator === null ? null : early.median / verilator.median;
  const cold = `first ${earlyCycles.design.toLocaleString('en')} cycles`;
  const names = contenderNames.map((name) => contenderTitles[name]);
  return table(
    ['other designs', ...names, 'Systole / Verilator', cold, 'of those'],
    rows.map((row) => [
      row.title,
      ...contenderNames.map((name) => rate(row[name])),
      times(row.ratio),
      rate(row.early),
      times(share(row)),
    ]),
  );
}

function compiles(rows: readonly CompileRow[]): string[] {
  const [ours, ...others] = contenderNames.map((name) => contenderTitles[name]);
  return table(
    ['to the first cycle', ours ?? '', 'with the start of Node', ...others],
    rows.map((row) => [
      row.title,
      duration(row.oursDesign.median),
      duration(row.oursProcess.median),
      duration(row.verilator),
      duration(row.verilatorDefault),
      duration(row.icarus),
    ]),
  );
}

function traces(rows: readonly TraceRow[]): string[] {
  const side = (name: string, n: number, one: TraceSide | null): string[][] =>
    one === null
      ? []
      : [
          [
            `${name}, NPU ${n} × ${n}`,
            rate(one.without),
            rate(one.with),
            times(one.slowdown),
            short(one.bytesPerCycle),
          ],
        ];
  return table(
    ['VCD of everything', 'without', 'with', 'slower by', 'bytes a cycle'],
    rows.flatMap(({ n, ours, verilator }) => [...side('Systole', n, ours), ...side('Verilator', n, verilator)]),
  );
}

function manies(rows: readonly ManyRow[]): string[] {
  return table(
    ['cycles a second of all', 'one after another', 'as lanes', 'ratio'],
    rows.map(({ title, lanes, alone, together, ratio }) => [
      `${lanes} × ${title}`,
      rate(alone),
      rate(together),
      times(ratio),
    ]),
  );
}

function calls(rows: readonly CallRow[]): string[] {
  return table(
    ['processor time', 'each'],
    rows.map(({ title, each: { median, low, high } }) => [
      title,
      `${median.toFixed(1)} ns (${low.toFixed(1)}–${high.toFixed(1)})`,
    ]),
  );
}

/** What another commit's engine does, and this one's. */
export function reportAgainst(commit: string, rows: readonly AgainstRow[]): string {
  const lines = table(
    ['cycles a second', commit, 'now', 'ratio of the best'],
    rows.map(({ title, before, now, ratio }) => [title, rate(before), rate(now), times(ratio)]),
  );
  return `${lines.join('\n')}\n`;
}

/** The text that goes to the terminal, and between the README's marks. */
export function report({
  date,
  machine,
  plan,
  array,
  npu,
  designs,
  compile,
  trace,
  many,
  calls: called,
  missing,
}: Results): string {
  const { cpu, cores, memoryGiB, node, tools } = machine;
  const section = (lines: readonly string[], there: readonly unknown[]): string[] =>
    there.length > 0 ? [lines.join('\n')] : [];
  return `${[
    `Cycles a second, median and range of ${plan.repeat} runs in turn, of Verilog exported from the same design; checksums and cycles of all tools are equal.`,
    ...section(rates('systolic array', array), array),
    ...section(rates(`NPU, ${plan.product}³`, npu), npu),
    ...section(kinds(designs), designs),
    ...section(processors(designs), designs),
    ...section(compiles(compile), compile),
    ...section(traces(trace), trace),
    ...section(manies(many), many),
    ...section(calls(called), called),
    `Measured on ${date.slice(0, 10)} by \`npm run bench\`: ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${[`Node ${node}`, ...Object.values(tools)].filter((line, i, all) => all.indexOf(line) === i).join('; ')}.`,
    ...(missing.length > 0 ? [missing.map((what) => `- ${what}`).join('\n')] : []),
  ].join('\n\n')}\n`;
}

const [open, close] = ['<!-- bench -->', '<!-- /bench -->'];

/** `text` with a report between its marks; null: it has no marks. */
export function withReport(text: string, written: string): string | null {
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  return start < 0 || end < start ? null : `${text.slice(0, start + open.length)}\n${written}${text.slice(end)}`;
}
