/** How pages look: the base, charts, and tables. */
import { base } from './base.ts';
import { charts } from './charts.ts';
import { tables } from './tables.ts';

export const style = base + charts + tables;
