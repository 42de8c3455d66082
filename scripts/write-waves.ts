/** Draws the waves in the headers of the NPU's hardware anew. */
import { staleWaves } from './drawn-waves.ts';

for (const file of staleWaves(new URL('..', import.meta.url), true)) process.stdout.write(`${file}\n`);
