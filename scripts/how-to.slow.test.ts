/** The blocks of the how-to pages run as they are printed, in a project of somebody's. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { project } from '../testbench/vitest/testing/project.ts';
import { HANG } from '../waveforms/testing/tools.ts';

const pages = fileURLToPath(new URL('../docs/how-to/', import.meta.url));
const program = fileURLToPath(new URL('systole.ts', import.meta.url));

/** The blocks of a page: what stands after the fence, and the text. */
const blocksOf = (page: string): readonly (readonly [language: string, note: string, text: string])[] =>
  [...readFileSync(join(pages, page), 'utf8').matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', note = '', text = '']) => [language, note, text],
  );

it.each(readdirSync(pages))('%s', (page) => {
  const folder = project();
  try {
    const bin = join(dirname(folder), 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'systole'),
      `#!/bin/sh\nexec '${process.execPath}' --import '${import.meta.resolve('tsx')}' '${program}' "$@"\n`,
      { mode: 0o755 },
    );
    // In place of the window: that the view is one file, and is there.
    writeFileSync(join(bin, 'gtkwave'), '#!/bin/sh\ntest $# -eq 1 && test -s "$1"\n', { mode: 0o755 });
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      VITEST: undefined,
    };
    let printed = '';
    let ran = 0;
    for (const [language, note, text] of blocksOf(page)) {
      const [, file] = /^file=(\S+)$/.exec(note) ?? [];
      if (file !== undefined) writeFileSync(join(folder, file), text);
      if (language === 'text') expect(lines(printed)).toContain(lines(text));
      if (language !== 'sh') continue;
      for (const command of text.trim().split('\n')) {
        const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
          cwd: folder,
          env,
          encoding: 'utf8',
          timeout: HANG,
        });
        printed = stdout + stderr;
        expect([command, status], printed).toEqual([command, note === 'fails' ? 1 : 0]);
        ran++;
      }
    }
    expect(ran).toBeGreaterThan(1);
  } finally {
    rmSync(dirname(folder), { recursive: true });
  }
});

/** Blanks at the ends of lines do not count. */
const lines = (text: string): string => text.replaceAll(/[ \t]+$/gm, '').trim();
