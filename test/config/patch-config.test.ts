import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { type ParameterPatch, patchParameters } from '../../src/config/patch-config.js';

const PATCH: readonly ParameterPatch[] = [{ parameter: 'dormant.multiple', value: 1.5 }];

/** What a config file gives for `set`. */
function parametersOf(text: string): string[] {
  const { layer, problems } = parseConfigFile(text, 'segment.yaml', (path) => path);
  expect(problems).toEqual([]);
  return (layer.get('set') ?? []).flatMap(({ texts }) => texts);
}

describe('a patched config file', () => {
  it.each([
    ['nothing', '', 'set:\n  dormant.multiple: 1.5\n'],
    ['comments alone', '# mine\n', '# mine\n\nset:\n  dormant.multiple: 1.5\n'],
    ['other settings, no line end', 'timezone: UTC', 'timezone: UTC\n\nset:\n  dormant.multiple: 1.5\n'],
    ['Windows line ends', 'timezone: UTC\r\n', 'timezone: UTC\r\n\r\nset:\r\n  dormant.multiple: 1.5\r\n'],
    [
      'parameters with comments',
      'set: # ours\n    new.days: 7 # a week\n# next\ntimezone: UTC\n',
      'set: # ours\n    new.days: 7 # a week\n    dormant.multiple: 1.5\n# next\ntimezone: UTC\n',
    ],
    ['parameters at the very end', 'set:\n  new.days: 7', 'set:\n  new.days: 7\n  dormant.multiple: 1.5\n'],
    ['the value in quotes', "set:\n  dormant.multiple: '3' # slow\n", 'set:\n  dormant.multiple: 1.5 # slow\n'],
    ['braces', 'set: { new.days: 7 } # ours\n', 'set: { new.days: 7, dormant.multiple: 1.5 } # ours\n'],
    ['everything in braces', '{ timezone: UTC }\n', '{ timezone: UTC, set: { dormant.multiple: 1.5 } }\n'],
  ])('keeps all but the value: %s', (_, before, after) => {
    const { text } = patchParameters(before, PATCH);
    expect(text).toBe(after);
    expect(parametersOf(text)).toContain('dormant.multiple=1.5');
  });

  it('says which lines change and what it replaces', () => {
    const { changes, replaced } = patchParameters('# head\nset:\n  dormant.multiple: 3 # slow\n  new.days: 7\n', [
      ...PATCH,
      { parameter: 'churned.max', value: 90 },
    ]);
    expect(changes).toEqual([
      { removed: '  dormant.multiple: 3 # slow', added: '  dormant.multiple: 1.5 # slow' },
      { removed: undefined, added: '  churned.max: 90' },
    ]);
    expect(replaced).toEqual([{ parameter: 'dormant.multiple', value: 1.5, present: '3', line: 3 }]);
  });

  it('is the same text where it says so already', () => {
    const text = 'set:\n  dormant.multiple: 1.5\n';
    expect(patchParameters(text, PATCH)).toEqual({ text, changes: [], replaced: [] });
  });

  it('keeps every other parameter, and a second patch changes nothing', () => {
    const names = ['new.days', 'loyal.weeks', 'churned.max', 'dormant.multiple'] as const;
    fc.assert(
      fc.property(fc.subarray([...names]), fc.constantFrom('  ', '   '), fc.constantFrom('', ' # why'), (given, indent, comment) => {
        const before =
          given.length === 0
            ? 'timezone: UTC\n'
            : `set:\n${given.map((name) => `${indent}${name}: 9${comment}\n`).join('')}timezone: UTC\n`;
        const { text } = patchParameters(before, PATCH);
        const kept = given.filter((name) => name !== 'dormant.multiple').map((name) => `${name}=9`);
        expect(parametersOf(text).sort()).toEqual([...kept, 'dormant.multiple=1.5'].sort());
        expect(patchParameters(text, PATCH).changes).toEqual([]);
      }),
    );
  });
});
