/**
 * What the tests import as `vitest` while mutants are tried: vitest's own runner and expectations, without its
 * processes.
 */
import { chai, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from '@vitest/expect';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from '@vitest/runner';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
const expecting = (value: unknown, message?: string) => chai.expect(value, message);
export const expect: Chai.ExpectStatic = Object.assign(expecting, chai.expect);
// Where the matchers look for what they belong to.
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, configurable: true });
setState({ assertionCalls: 0, isExpectingAssertions: false }, Object.assign(expect));

/** Without its margins, which are the file's that it stands in. */
const bare = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
/** Of texts only: how vitest prints anything else is not for this file to repeat. */
chai.util.addMethod(
  chai.Assertion.prototype,
  'toMatchInlineSnapshot',
  function compare(this: Chai.AssertionStatic, snapshot: string) {
    const received: unknown = chai.util.flag(this, 'object');
    new chai.Assertion(typeof received === 'string' ? bare(`"${received}"`) : '').to.equal(
      typeof received === 'string' ? bare(snapshot) : '',
    );
  },
);
