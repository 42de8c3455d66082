/**
 * `npm run pictures`: the pictures of the README and the tutorial, taken of what their commands make, by GTKWave on a
 * display of its own and by Chromium.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askGtkwave, startDisplay } from '../waveforms/testing/gtkwave.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs', 'pictures');
const folder = mkdtempSync(join(tmpdir(), 'systole-pictures-'));
const at = (name: string): string => join(folder, name);

function systole(...args: readonly string[]): void {
  const program = join(root, 'scripts', 'systole.ts');
  const tsx = import.meta.resolve('tsx');
  execFileSync(process.execPath, ['--import', tsx, program, ...args], { cwd: folder, stdio: 'inherit' });
}

async function wave(): Promise<void> {
  systole('matmul', '--m', '32', '--k', '32', '--n', '32', '--seed', '1', '--waves', 'run.vcd');
  const display = await startDisplay();
  process.env['SYSTOLE_SHOTS'] = at('wave');
  askGtkwave(display, at('run.vcd'), at('run.gtkw'), []);
  display.close();
  renameSync(at('wave-0.png'), join(pictures, 'wave.png'));
}

/** What a page shows first, `height` pixels of it. */
function page(name: string, height: number): void {
  const shot = join(pictures, `${name}.png`);
  const how = [
    '--headless',
    '--no-sandbox',
    '--hide-scrollbars',
    '--force-color-profile=srgb',
    '--virtual-time-budget=9000',
  ];
  execFileSync(
    'chromium',
    [...how, `--window-size=1100,${height}`, `--screenshot=${shot}`, `file://${at(name)}.html`],
    {
      stdio: 'ignore',
    },
  );
}

mkdirSync(pictures, { recursive: true });
try {
  await wave();
  systole('matmul', '--m', '200', '--k', '200', '--n', '200', '--seed', '1', '--html', 'report.html');
  page('report', 760);
  const swept = [
    '--rows',
    '4,8,16,32',
    '--cols',
    '4,8,16,32',
    '--dataflow',
    'ws,os',
    '--m',
    '128',
    '--k',
    '128',
    '--n',
    '128',
  ];
  systole('sweep', ...swept, '--out', 'sweep.jsonl', '--html', 'sweep.html');
  page('sweep', 820);
} finally {
  rmSync(folder, { recursive: true });
}
