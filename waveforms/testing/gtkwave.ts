/** A real GTKWave on a display of its own, asked through its Tcl interface (GTKWave 3 only). */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { endProcess } from '../../testbench/end-process.ts';
import { HANG, hung } from './tools.ts';

export interface Display {
  readonly name: string;
  close(): void;
}

/** Starts one X server for many runs. */
export async function startDisplay(): Promise<Display> {
  const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((done, fail) => {
    server.once('error', fail);
    server.once('exit', (code) => fail(new Error(`Xvfb ended with ${code}`)));
    const channel = server.stdio[3];
    if (channel instanceof Readable) channel.once('data', (text: Buffer) => done(text.toString().trim()));
  });
  return { name: `:${number}`, close: () => endProcess(server) };
}

export interface ShownTrace {
  readonly name: string;
  readonly flags: number;
  /** By time asked for. */ readonly values: readonly string[];
}
export interface Shown {
  /** Names of all signals in the file. */
  readonly signals: readonly string[];
  readonly traces: readonly ShownTrace[];
  /** Times of the named markers A, B, C. */
  readonly markers: readonly number[];
  /** Time that values are shown of at first. */
  readonly cursor: number;
  /** Times at the left and the right of the screen at first. */
  readonly window: readonly number[];
}

/**
 * With the environment's SYSTOLE_SHOTS set to a path, pictures of the screen are kept: the path, a number and `.png`.
 */
let shots = 0;

/**
 * Opens a file (null: the one that the view names) with a view, or signals that a person picks from the tree, and
 * reports what GTKWave shows, with the values at some times.
 */
export function askGtkwave(
  display: Display,
  wave: string | null,
  view: string | readonly string[],
  times: readonly number[],
): Shown {
  const folder = mkdtempSync(join(tmpdir(), 'systole-gtkwave-'));
  try {
    const script = join(folder, 'query.tcl');
    writeFileSync(
      script,
      [
        ...(typeof view === 'string' ? [] : [`gtkwave::addSignalsFromList {${view.join(' ')}}`]),
        'for {set i 0} {$i < [gtkwave::getNumFacs]} {incr i} { puts "S|[gtkwave::getFacName $i]" }',
        'for {set i 0} {$i < 3} {incr i} { puts "M|[gtkwave::getNamedMarker $i]" }',
        'puts "C|[gtkwave::getMarker]"',
        'puts "W|[gtkwave::getWindowStartTime]|[gtkwave::getWindowEndTime]"',
        'set n [gtkwave::getTotalNumTraces]',
        'for {set i 0} {$i < $n} {incr i} { puts "T|$i|[gtkwave::getTraceFlagsFromIndex $i]|[gtkwave::getTraceNameFromIndex $i]" }',
        `foreach t {${times.join(' ')}} { gtkwave::setMarker $t; gtkwave::nop`,
        'for {set i 0} {$i < $n} {incr i} { puts "V|$i|[gtkwave::getTraceValueAtMarkerFromIndex $i]" } }',
        ...(process.env['SYSTOLE_SHOTS'] === undefined
          ? []
          : [`gtkwave::/File/Grab_To_File "${process.env['SYSTOLE_SHOTS']}-${shots++}.png"`]),
        'gtkwave::/File/Quit',
      ].join('\n'),
    );
    // The working directory differs from the view's on purpose: paths in a view must not depend on it.
    const env = { ...process.env, DISPLAY: display.name };
    const run = spawnSync(
      'gtkwave',
      ['-S', script, ...(wave === null ? [] : [wave]), ...(typeof view === 'string' ? [view] : [])],
      {
        cwd: folder,
        env,
        encoding: 'utf8',
        timeout: HANG,
      },
    );
    if (run.status !== 0)
      throw new Error(hung('gtkwave', run) ?? `gtkwave ended with ${run.status}: ${run.stdout}${run.stderr}`);
    const rows = run.stdout.split('\n').map((line) => line.split('|'));
    const of = (kind: string): string[][] => rows.filter(([first]) => first === kind);
    return {
      signals: of('S').map(([, name = '']) => name),
      cursor: Number(of('C')[0]?.[1]),
      window: of('W').flatMap(([, ...window]) => window.map(Number)),
      markers: of('M').map(([, time = '']) => Number(time)),
      traces: of('T').map(([, index = '', flags = '', name = '']) => ({
        name,
        flags: Number(flags),
        values: of('V')
          .filter(([, i]) => i === index)
          .map(([, , value = '']) => value),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
