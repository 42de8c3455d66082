/** What pages of the documentation tell their readers to save and to run does what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type Display } from '../waveforms/testing/gtkwave.ts';
import { needs } from '../waveforms/testing/tools.ts';
import { blocksOf, prints, Reader, type Block } from './testing-page.ts';
import { writePng } from './testing-png.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const howTo = readdirSync(join(root, 'docs', 'how-to')).map((name) => `docs/how-to/${name}`);
const pages = ['README.md', 'docs/tutorial.md', ...howTo];

/** Programs behind the words of blocks. */
const programs: Readonly<Record<string, readonly string[]>> = {
  gtkwave: ['gtkwave', 'Xvfb'],
};
/** Blocks that synth.tools.test.ts runs, since it takes a minute to. */
const SYNTHESIS = 'yosys';

it('finds blocks, and what they print', () => {
  expect(blocksOf('# a\n```sh gtkwave\nb\n```\n\n```\nc\n```\n')).toEqual([
    { language: 'sh', word: 'gtkwave', text: 'b\n', line: 2 },
    { language: '', word: '', text: 'c\n', line: 6 },
  ]);
  expect([
    prints('a\nb\nc (1)\n', 'a\n…\nc (…)'),
    prints('a\nb\n', 'b\na'),
    prints('a.b', 'a.'),
    prints('x\nab', 'a'),
  ]).toEqual([true, false, false, false]);
});

it('starts the command line of a checkout as pages say', () => {
  const reader = Reader.inClone();
  try {
    expect(reader.run('npm run -s systole -- --help').printed).toBe(reader.run('systole --help').printed);
  } finally {
    reader.remove();
  }
});

let display: Display | null = null;
const gtkwave = needs(...(programs.gtkwave ?? []));
beforeAll(async () => {
  if (!gtkwave.skip) display = await startDisplay();
});
afterAll(() => display?.close());

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  let reader: Reader;
  beforeAll(() => {
    reader = text.includes("systole/hdl'") ? Reader.inProject() : Reader.inClone();
    // What a reader has: matrices, a picture, and a list of layers.
    reader.save('cat.png', squarePng(32));
    for (const name of ['A.npy', 'B.npy']) reader.save(name, squareNpy(24));
    reader.save('layers.csv', 'Layer, M, K, N\nfirst, 20, 9, 12\nsecond, 5, 12, 30\n');
  });
  afterAll(() => reader.remove());

  const blocks = blocksOf(text);
  const does = blocks.filter(
    ({ language, word }) => (language === 'sh' && word !== SYNTHESIS) || (language === 'ts' && word !== ''),
  );
  it('says what to do', () => expect(does.length).toBeGreaterThan(0));

  it.for(does.map((block) => ({ block, ...needsOf(block) })))('$name', ({ block, skip }, { skip: leave }) => {
    leave(skip);
    follow(reader, block, blocks[blocks.indexOf(block) + 1]);
  });
});

/** What a block is called, and whether it can be run here. */
function needsOf({ language, word, text, line }: Block): { readonly name: string; readonly skip: boolean } {
  const { skip, note } = needs(...(programs[word] ?? []));
  return { name: `line ${line}: ${language === 'ts' ? `${word} is saved` : text.split('\n')[0]}${note}`, skip };
}

/** Saves a file, or runs commands and compares what they print with the block after them. */
function follow(reader: Reader, block: Block, after: Block | undefined): void {
  const { language, word, text } = block;
  if (language === 'ts') {
    reader.save(word, text);
    return;
  }
  const environment = display === null ? {} : { DISPLAY: display.name };
  let all = '';
  for (const commands of word === 'fails' ? text.trim().split('\n') : [text]) {
    const { failed, printed } = reader.run(commands, environment);
    expect(failed, `${commands}\n${printed}`).toBe(word === 'fails');
    all += printed;
  }
  if (after === undefined || !isOutput(after) || !isNext(block, after)) return;
  expect(prints(all, after.text), `${after.text}\nis not what was printed:\n${all}`).toBe(true);
}

/** A square matrix of int8 as NumPy writes it (numpy.lib.format, version 1.0). */
function squareNpy(side: number): Uint8Array {
  const header = `{'descr': '|i1', 'fortran_order': False, 'shape': (${side}, ${side}), }`.padEnd(117) + '\n';
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([magic, Buffer.from(header), Buffer.from(Array.from({ length: side ** 2 }, (_, i) => i % 251))]);
}

/** A square picture in colour. */
const squarePng = (side: number): Uint8Array =>
  writePng({
    width: side,
    height: side,
    kind: 2,
    depth: 8,
    isInterlaced: false,
    filters: [4],
    samples: Array.from({ length: 3 * side ** 2 }, (_, i) => (i * 7) % 256),
  });

const isOutput = ({ language, word }: Block): boolean => language === '' && word === '';
/** No more than a few lines of prose are between them. */
const isNext = ({ line, text }: Block, after: Block): boolean => after.line - line - text.split('\n').length < 10;
