/** The flag of commands that write a page. */
import { fileFlag } from './flags.ts';

export const htmlFlag = fileFlag('html', ['.html'], {
  group: 'The page:',
  describe: 'write charts and tables to this .html file, which needs no network',
});
