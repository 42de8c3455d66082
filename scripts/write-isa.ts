import { writeFileSync } from 'node:fs';
import { isaReference } from './isa.ts';

writeFileSync(new URL('../npu/ISA.md', import.meta.url), isaReference());
