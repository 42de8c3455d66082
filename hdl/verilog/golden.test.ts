/**
 * The Verilog of small designs, kept in files that people have read. `npx vitest run hdl/verilog/golden -u` writes them
 * anew.
 */
import { describe, expect, test } from 'vitest';
import { designs } from './testing/designs.ts';
import { writeVerilog } from './index.ts';

describe.each([...designs])('%s', (name, design) => {
  test('reads as it did', async () => {
    const { files, sources } = writeVerilog(design);
    await expect(sources.map((source) => files.get(source)).join('\n')).toMatchFileSnapshot(`golden/${name}.sv`);
  });
});
