import { writeFileSync } from 'node:fs';
import { glossary } from './glossary.ts';

writeFileSync(new URL('GLOSSARY.md', import.meta.url), glossary());
