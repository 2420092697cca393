import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));

/** Every command that shows something about users, with what it needs besides files. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  classify: ['--dry-run'],
  explain: ['--status', 'loyal'],
  list: ['status=active'],
  compare: ['--by', 'paying'],
  transitions: ['--from', '2026-05-31'],
};

describe('a filter', () => {
  it.each(Object.entries(COMMANDS))('is said by %s, for people and in JSON', async (name, flags) => {
    const argv = [name, SHOP, ...flags, '--where', 'country=US'];
    const people = await runCli(argv);
    expect(people.exitCode).toBe(0);
    expect(`${people.stdout}${people.stderr}`.replaceAll(/\s+/g, ' ')).toContain('where country=US');
    const json = await runCli([...argv, '--json']);
    expect(`${json.stdout}${json.stderr}`).toContain('country=US');
  });

  it('that nobody gave is said by none', async () => {
    const { stdout, stderr } = await runCli(['list', SHOP, 'status=active']);
    expect(`${stdout}${stderr}`).not.toContain('Only');
  });
});
