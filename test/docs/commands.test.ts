/** The commands of the owner's page send the type that the worker expects of them. */
import { expect, it } from 'vitest';
import { read } from './repository.ts';

const blocks = [...read('docs/admin.md').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
/** A command may go on over lines within its quotes. */
const commands = blocks
  .flatMap((block) => block.split(/\n(?=ask |tell |curl )/))
  .filter((line) => /^(ask|tell) /.test(line));

it.each(commands)('has one content type: %s', (command) => {
  const hasJson = / -d /.test(command);
  const ofItsOwn = command.match(/content-type: \S+/g) ?? [];

  expect(command.startsWith('tell ')).toBe(hasJson);
  expect(ofItsOwn).toHaveLength(/ --data-binary /.test(command) ? 1 : 0);
});

it('do not all say that they send JSON', () => {
  const [, ask = ''] = /^ask\(\) \{(.*)\}/m.exec(blocks.join('')) ?? [];
  expect(ask).toMatch(/curl .*\$ADMIN_TOKEN/);
  expect(ask).not.toContain('content-type');
});

it('are all found', () => expect(commands.length).toBeGreaterThan(15));
