/** `systole wave`: signals of a file of waves, drawn in the terminal; or where two files differ first. */
import type { Argv } from 'yargs';
import {
  axisOf,
  drawFile,
  finerUnit,
  firstDifference,
  openWaveFile,
  pairs,
  showBits,
  topVariables,
  variablesAt,
  wordsBeside,
  type VcdFile,
  type VcdVariable,
} from '../waveforms/read/index.ts';
import { fileArgument } from './arguments.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { numberFlag, switchFlag, textFlag } from './flags.ts';
import { count, plural } from './text.ts';

const whole = { least: 0, most: Number.MAX_SAFE_INTEGER };
const build = (yargs: Argv) =>
  yargs
    .positional('file', { ...fileArgument('a .vcd file, or .fst (by fst2vcd of GTKWave)'), demandOption: true })
    .positional('other', fileArgument('with --diff, the file to compare it with'))
    .options({
      signals: textFlag('signals', {
        describe: 'paths with commas between; * stands for a part of a name, ** for scopes too',
        otherwise: 'those of the top scope',
      }),
      from: numberFlag('from', whole, { describe: 'first cycle to draw (time unit, where there is no clock)' }),
      to: numberFlag('to', whole, { describe: 'first cycle (or time unit) not to draw' }),
      list: switchFlag('list the paths of all signals'),
      diff: switchFlag('name the first difference of two files; the exit status is 1 if there is one'),
    })
    .example('$0 wave run.vcd --signals "npu.*.state" --from 100 --to 120', 'the states of all units')
    .example('$0 wave --diff a.vcd b.vcd', 'top.unit.signal @ time, or that they are the same');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

/** So many signals are drawn where none are asked for, and at most where some are. */
const [SOME, MOST] = [16, 500];
/** Columns where the output is no terminal. */
const COLUMNS = 100;
/** Of a list of paths in a message. */
const NAMED = 5;

async function wave(given: Flags): Promise<ExitStatus> {
  if (given.diff === true) return compare(given);
  if (given.other !== undefined) throw new UsageError('two files are given', 'compare them with --diff, or give one');
  const file = await openWaveFile(given.file);
  try {
    process.stdout.write(given.list === true ? list(file, patterns(given)) : drawing(file, given));
  } finally {
    file.close();
  }
  return exitStatus.ok;
}

const patterns = ({ signals }: Flags): readonly string[] | null =>
  signals?.split(',').map((pattern) => pattern.trim()) ?? null;

function list(file: VcdFile, asked: readonly string[] | null): string {
  const all = [...file.variables, ...file.others];
  return (asked === null ? all : variablesAt(all, asked))
    .map(
      ({ path, width, kind }) =>
        `${path}${file.others.some((one) => one.path === path) ? ` (${kind})` : width > 1 ? `[${width - 1}:0]` : ''}\n`,
    )
    .join('');
}

function drawing(file: VcdFile, given: Flags): string {
  const axis = axisOf(file.variables);
  const asked = patterns(given);
  if (file.variables.length === 0)
    throw new UsageError(`${file.name} has no signals of bits`, '--list shows what it has');
  const top = topVariables(file.variables).filter(({ id }) => id !== axis.variable?.id);
  const signals = asked === null ? top.slice(0, SOME) : variablesAt(file.variables, asked);
  if (signals.length > MOST)
    throw new UsageError(`${count(signals.length)} signals are too many to draw`, `ask for at most ${MOST}`);
  const { text, from, to } = drawFile(file, {
    axis,
    signals,
    words: wordsBeside(given.file),
    from: given.from ?? 0,
    to: given.to,
    room: process.stdout.isTTY ? process.stdout.columns : COLUMNS,
  });
  const unit = axis.kind === 'time' ? `times (in ${file.timescale})` : 'cycles';
  const others = `${count(signals.length)} of ${plural(file.variables.length, 'signal')}: others with --signals, all paths with --list`;
  const note = [
    ...(asked === null ? [others] : []),
    ...(given.to === undefined ? [`${unit} ${from} up to ${to}: others with --from and --to`] : []),
  ];
  return `${text}\n${note.length === 0 ? '' : `\n${note.join('\n')}\n`}`;
}

async function compare(given: Flags): Promise<ExitStatus> {
  const { file, other } = given;
  if (other === undefined) throw new UsageError('--diff has one file', 'give two: systole wave --diff A.vcd B.vcd');
  for (const flag of ['from', 'to', 'list'] as const)
    if (given[flag] !== undefined) throw new UsageError(`--${flag} is not for --diff`, 'leave it out');
  const [a, b] = [await openWaveFile(file), await openWaveFile(other)];
  const asked = patterns(given);
  const { both, onlyA, onlyB } = pairs(a.variables, b.variables);
  const chosen =
    asked === null
      ? both
      : variablesAt(
          both.map((pair) => ({ ...pair, path: pair.a.path })),
          asked,
        );
  const widths = chosen.filter((pair) => pair.a.width !== pair.b.width);
  const difference = firstDifference(
    a,
    b,
    chosen.filter((pair) => pair.a.width === pair.b.width),
  );
  const lines = [
    ...(asked === null ? [...only(onlyA, file), ...only(onlyB, other)] : []),
    ...widths.map(
      (pair) => `${pair.a.path} has ${plural(pair.a.width, 'bit')} in ${file}, ${pair.b.width} in ${other}`,
    ),
  ];
  const differ = difference !== null || lines.length > 0 || chosen.length === 0;
  if (difference !== null) {
    const words = wordsBeside(file);
    const finer = finerUnit(a, b) === a.unit ? a : b;
    for (const [i, { a: signal, b: same, values }] of difference.signals.slice(0, NAMED).entries()) {
      const [left, right] = [
        showBits(signal, values[0], words.get(signal.path)),
        showBits(same, values[1], words.get(signal.path)),
      ];
      const unit = i === 0 ? ` (in ${finer.timescale})` : '';
      lines.push(`${signal.path} @ ${difference.time}${unit}: ${left} in ${file}, ${right} in ${other}`);
    }
    const more = difference.signals.length - NAMED;
    if (more > 0) lines.push(`and ${plural(more, 'more signal')} at that time`);
  } else if (chosen.length === 0) lines.push('no signal is in both files');
  else
    lines.push(
      `${plural(chosen.length - widths.length, 'signal')} ${differ ? 'of both files have' : 'have'} the same values at all times`,
    );
  process.stdout.write(`${lines.join('\n')}\n`);
  return differ ? exitStatus.failed : exitStatus.ok;
}

/** What is said of signals that only one of the files has. */
function only(signals: readonly VcdVariable[], name: string): string[] {
  if (signals.length === 0) return [];
  const named = signals.slice(0, NAMED).map(({ path }) => path);
  const more = signals.length - named.length;
  return [`only in ${name}: ${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more signal')}` : ''}`];
}

export const waveCommand = { build, run: wave };
