import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { liberty } from '../hdl/verilog/testing/liberty.ts';
import { YOSYS_PACKAGE } from '../hdl/verilog/yosys/tool.ts';
import { needs } from '../waveforms/testing/tools.ts';
import { commandLine } from './testing-command-line.ts';
import { blocksOf } from './testing-page.ts';

const { run, folder, remove } = commandLine();
afterAll(remove);
afterEach(() => {
  vi.unstubAllEnvs();
});

it('says how to install Yosys where it is missing', () => {
  const hook = `export const resolve=(name,context,next)=>{if(name==='@yowasp/yosys')throw/**/Object.assign(new/**/Error(),{code:'ERR_MODULE_NOT_FOUND'});return/**/next(name,context)}`;
  const register = `import{register}from'node:module';register(${JSON.stringify(`data:text/javascript,${hook}`)})`;
  vi.stubEnv('NODE_OPTIONS', `--no-deprecation --import=data:text/javascript,${encodeURIComponent(register)}`);
  expect(run('synth', '--preset', 'tiny')).toEqual({
    status: 2,
    stdout: '',
    stderr: `systole: Yosys is not installed; run npm install --no-save ${YOSYS_PACKAGE}\n`,
  });
});

it('wants a library that can be read', () => {
  expect(run('synth', '--liberty', 'none.lib')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'systole: cannot read none.lib: no such file or directory; check the path\n',
  });
});

const yosys = needs('@yowasp/yosys');
describe.skipIf(yosys.skip)(`with Yosys${yosys.note}`, () => {
  it('counts each module, and all instances together, as systole info does', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    // As the README has it, whose block nobody else runs.
    const [block] = blocksOf(readme).filter(({ word }) => word === 'yosys');
    const [, ...command] = /^systole .*$/m.exec(block?.text ?? '')?.[0].split(' ') ?? [];
    expect(command).toEqual(['synth', '--preset', 'tiny']);
    const { status, stdout, stderr } = run(...command, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const found: unknown = JSON.parse(stdout);
    const info: unknown = JSON.parse(run('info', '--preset', 'tiny', '--json').stdout);
    const { rows, cols } = { rows: 4, cols: 4 };
    expect(info).toMatchObject({ config: { rows, cols } });
    expect(found).toMatchObject({
      liberty: null,
      total: { area: null },
      modules: expect.arrayContaining([
        expect.objectContaining({ module: 'cell', instances: rows * cols, memoryBits: 0 }),
      ]),
    });
    const bits = /"total":\{"registers":(\d+),"memories":(\d+)\}/.exec(JSON.stringify(info));
    const [, registers = '0', memories = '0'] = bits ?? [];
    const totals = /"total":\{"cells":\d+,"flipFlops":(\d+),"memoryBits":(\d+)/.exec(stdout);
    const [, flipFlops = '0', memoryBits = '0'] = totals ?? [];
    expect(memoryBits).toBe(memories);
    const [, cells = '', ofThem = ''] =
      /\{"module":"cell","instances":16,"cells":(\d+),"flipFlops":(\d+)/.exec(stdout) ?? [];
    expect(readme.replaceAll(/\s+/g, ' ')).toContain(
      `a processing element has ${Number(cells).toLocaleString('en-US')} cells, ${ofThem} of them flip-flops`,
    );
    // Some registers hold constants, or what nothing reads.
    expect(Number(flipFlops)).toBeGreaterThan(0.95 * Number(registers));
    expect(Number(flipFlops)).toBeLessThanOrEqual(Number(registers) + 100);
  });

  it('takes no library that is none', () => {
    writeFileSync(join(folder, 'bad.lib'), liberty.slice(0, 300));
    expect(run('synth', '--preset', 'tiny', '--liberty', 'bad.lib')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^systole: Yosys cannot work with bad\.lib: [^\n]+; give a library of cells in the Liberty format, with flip-flops\n$/,
      ),
    });
  });
});
