/** The NPU bears any commands; see properties/any-commands.ts. */
import { it } from 'vitest';
import { anyCommands } from './properties/any-commands.ts';
import { checkProperty } from './property.ts';
import { runsOf } from '../hdl/testing-runs.ts';

const RUNS = runsOf({ few: 4, all: 12 });

it('no command hangs the NPU, or makes it ask for what is not there', () => {
  checkProperty(anyCommands, { runs: RUNS });
});
