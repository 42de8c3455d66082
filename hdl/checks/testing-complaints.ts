import { formatDiagnostic } from '../diagnostics/diagnostic.ts';
import { parseDesign } from '../ir/text/index.ts';
import { check, validate } from './index.ts';

/**
 * What the checks say about a design's text (without its first line), which must be well formed; mistakes with a blank
 * line between.
 */
export function complaints(text: string): string {
  const design = parseDesign(`systole ir 1\n${text}`);
  const malformed = validate(design);
  if (malformed.length > 0) throw new Error(malformed.map(formatDiagnostic).join('\n\n'));
  return check(design).map(formatDiagnostic).join('\n\n');
}
