import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/json-schema.js';
import { FILE_OPTIONS, keyOf, OPTIONS, type OptionName, optionOf } from '../../src/config/options.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { PARAMETER_NAMES, STATUS_PARAMETERS } from '../../src/segmentation/status/status-parameters.js';

const schema = configSchema();
const isValid = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema);

/** What an editor says, which reads the file as YAML 1.2, and what the program says. */
function verdicts(text: string): { readonly editor: boolean; readonly program: boolean } {
  return {
    editor: isValid(parse(text, { uniqueKeys: false })),
    program: parseConfigFile(text, 'segment.yaml', (path) => path).problems.length === 0,
  };
}

/** Texts of each kind of value that are right, and some that are not, as they are written in YAML. */
const SAMPLES: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  switch: { good: ['true', 'false'], bad: ['yes', 'on', '1', 'null', '[true]'] },
  text: { good: ['x', '007', '1e5', 'true', '"null"', '2024-01-01', "'%d'", 'two words'], bad: ['""', 'null', '~', '', '[x]', '{x: y}'] },
  file: { good: ['a.csv', '007', '"no"'], bad: ['""', 'null', '[a.csv]'] },
  'name-or-file': { good: ['thirds', 'a.yaml', '007'], bad: ['""', 'null', '[a.yaml]'] },
  folder: { good: ['out', '2024'], bad: ['""', 'null', '{}'] },
  input: { good: ['a.csv', '[a.csv, "*.csv"]', '[]', '["-", 2024]'], bad: ['""', '[null]', '[a, [b]]', '{a: b}'] },
  column: { good: ['User Id', '007', 'yes', '4.5'], bad: ['""', 'null', '[x]', '[]'] },
  event: {
    good: ['left', 'none', '[none]', '[left, 404]', '[]', '"Buy, now"'],
    bad: ['" "', '[none, left]', 'null', '{left: true}', '[""]'],
  },
  property: { good: ['plan', '[plan, country]', '"plan, country"', '[]', '7'], bad: ['"a,,b"', '","', '""', '[a, ""]', 'null'] },
  pause: {
    good: ['2024-12-24', '2024-12-21..2025-01-05', '[2024-12-21..2025-01-05, 2024-10-03]', '"2024-12-24, 2024-12-31"', 'none', '[]'],
    bad: [
      '2024-13-24',
      '2024-12-21..',
      '24.12.2024',
      '2024-12-21 to 2025-01-05',
      '"2024-12-24,"',
      '[none, 2024-12-24]',
      '""',
      'null',
      '{first: 2024-12-24}',
    ],
  },
  condition: {
    good: ['plan=pro', '[plan=pro, "country=DE,AT"]', '[]', 'plan=', 'age=18..30'],
    bad: ['plan', '""', 'null', '[plan]', '7', '{plan: pro}'],
  },
  further: {
    good: ['engagement', '"property:plan, engagement"', '[engagement, "property:properties.plan"]', '[]'],
    bad: ['plan', '"property:"', '"engagement,"', '[engagement, 7]', 'null'],
  },
  segment: {
    good: [
      '{}',
      '{vip: {where: monetary >= 500}}',
      '{vip: {where: {did: purchase}, goal: keep, description: best, min_size: 5, priority: 1}}',
      '{vip: {where: {all: [{did: {event: a, distinct: weeks, at_least: 3, in: last 4 weeks}}, {did_not: {event: b, after: last a}}]}}}',
      '{vip: {where: {any: [{not: {segment: other}}, status: [at_risk, dormant], monetary: {at_least: 500}]}}}',
      '{vip: {where: {property: {age: {between: [25, 45]}, plan: {which: any, is: [pro, 7]}, email: {set: true}}}}}',
      '{vip: {where: {did: {event: [a, b], then: {event: c, where: {plan: {not: free}}}, within: 2 minutes}}}}',
      '{vip: {where: {did: {event: a, more_than: {event: b, times: 2}, hours: 22 to 4, weekdays: [sat, sun]}}}}',
      '{vip: {where: {regularly: {event: a, in: 3 of last 4 weeks, at_least: 2}}}}',
      '{vip: {where: {stopped: {event: a, in: last 14 days, before_that: 28 days}}}}',
      '{vip: {where: {nth: {n: 3, event: a, where: plan = pro}}}}',
      '{vip: {where: {idle: {more_than: 2 x usual_interval}}}}',
    ],
    bad: [
      'monetary >= 500',
      '[]',
      'null',
      '{vip: monetary >= 500}',
      '{vip: {goal: keep}}',
      '{vip: {where: {}}}',
      '{vip: {where: {did: purchase, first: purchase}}}',
      '{vip: {where: {did: {evnt: a}}}}',
      '{vip: {where: {all: []}}}',
      '{vip: {where: [{did: a}]}}',
      '{vip: {where: {dud: a}}}',
      '{vip: {where: {did: {event: a, between: [1, 2, 3]}}}}',
      '{vip: {where: {did: a}, min_size: 0}}',
      '{vip: {where: {property: {plan: {not: {not: pro}}}}}}',
      '{vip: {where: {idle: 5}}}',
    ],
  },
  destination: {
    good: [
      'klaviyo',
      '[klaviyo, meta]',
      '{klaviyo: null, meta: ~}',
      '{klaviyo: {segments: [at_risk, rules=vip], email: mail, phone: none, properties: status, default_country: DE, max_rows: 500}}',
      '{google-ads: {segments: loyal, first_name: fn, last_name: ln, country: c, zip: z}, braze: {external_id: id}}',
    ],
    bad: [
      'facebook',
      '[klaviyo, facebook]',
      '{facebook: null}',
      '{klaviyo: at_risk}',
      '{klaviyo: {mail: x}}',
      '{klaviyo: {segments: []}}',
      '{klaviyo: {default_country: Germany}}',
      '{klaviyo: {max_rows: 0}}',
      '{klaviyo: {email: [a, b]}}',
      'null',
      '7',
    ],
  },
  retention: {
    good: ['{runs: 30}', '{runs: 1, weekly: 0}', 'runs=30,weekly=10', '"weekly=4, runs=9"'],
    bad: ['{run: 30}', '{runs: 0}', '{runs: many}', '{runs: [1]}', '{}', '[runs=30]', 'thirty', '30', 'null', 'runs=30;weekly=1'],
  },
  'size-limit': {
    good: ['status=at_risk max 500', '[status=at_risk 20..500, "status=loyal share 0.05..0.3"]', '[]'],
    bad: ['status=at_risk', 'at_risk max 5', 'null', '7', '[status=at_risk 500]', '{status: 5}'],
  },
  whole: { good: [], bad: ['0', '-1', '1.5', 'many', 'null', '[1]'] },
  duration: { good: ['0s', '30s', '10m', '24h'], bad: ['10', '-1s', '1.5h', '10 m', '1d', 'null', '[1]'] },
  days: { good: ['0', '2', '2d', '"14d"', '3650'], bad: ['-1', '3651', '1.5', '2 d', 'many', 'null', '[1]'] },
  day: { good: ['2026-06-30', '"2026-06-30"'], bad: ['2026-13-01', '20260630', 'yesterday', '2026-6-1', 'null'] },
  zone: { good: ['UTC', 'Europe/Berlin', '+05:30', '"-0300"'], bad: ['" UTC"', '7', 'null', '[UTC]'] },
  encoding: { good: ['utf-8', 'latin-1'], bad: ['""', 'null', '[utf-8]'] },
  delimiter: { good: ['tab', ';', '"|"', "','", '"\\t"', '0', '"§"'], bad: ['""', '";;"', '"\\n"', 'null', '12'] },
  mode: { good: ['0640', '640', '"0600"', '0666'], bad: ['0740', '0641', '416', '0040', 'rw', '1640', 'null', '[0640]'] },
  bound: { good: ['0', '500', '2%', '0.5%', '100%', '"2 %"'], bad: ['-1', '1.5', '101%', 'many', 'null'] },
  part: {
    good: ['10', '12.5', '10%', '"0.0001 %"', '99.9999%', '"099"'],
    bad: ['0', '100', '-1', '"0 %"', '101%', '1.23456%', 'many', 'null', '[10]'],
  },
  size: { good: ['512MB', '2GB', '1.5GiB', '"512 mb"'], bad: ['512', 'GB', 'lots', 'null'] },
};

function samplesOf(name: OptionName): { readonly good: readonly string[]; readonly bad: readonly string[] } {
  const { value } = optionOf(name);
  if (value.kind === 'parameters')
    return { good: ['{new.days: 7}', '{at_risk.decline: 0.25}', '{}'], bad: ['{new.dys: 7}', '[new.days=7]', 'null', '{new.days: [7]}'] };
  const known = SAMPLES[value.kind] ?? { good: [], bad: [] };
  const quoted = (texts: readonly string[]): string[] => texts.map((text) => JSON.stringify(text));
  if (value.kind === 'choice') return { good: quoted(value.choices), bad: ['neither', '""', 'null', '7'] };
  if (value.kind === 'whole')
    return {
      good: [String(value.min), String(value.max), ...(value.or === undefined ? [] : [value.or])],
      bad: [...known.bad, String(value.max + 1)],
    };
  if (value.kind === 'day')
    return value.or === undefined ? { ...known, bad: [...known.bad, 'today'] } : { ...known, good: [...known.good, value.or] };
  if (value.kind === 'column' && value.none === undefined) return { good: known.good, bad: [...known.bad, 'none'] };
  return known;
}

describe('the JSON Schema of config files', () => {
  it('is of draft 2020-12, and describes every setting and parameter', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const properties = schema['properties'] as Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>;
    expect(Object.keys(properties)).toEqual([...FILE_OPTIONS.map(keyOf), 'check']);
    for (const [key, { description }] of Object.entries(properties)) expect(description, key).toMatch(/^[A-Z].+\.$/s);
    expect(properties['lookback']?.default).toBe(365);
    expect(properties['color']?.default).toBe(true);
    const set = properties['set'] as unknown as { readonly properties: Readonly<Record<string, { readonly default: number }>> };
    expect(Object.entries(set.properties).map(([name, { default: usual }]) => [name, usual])).toEqual(
      PARAMETER_NAMES.map((name) => [name, STATUS_PARAMETERS[name].default]),
    );
  });

  it('has defaults that it takes itself', () => {
    for (const name of FILE_OPTIONS) {
      const { default: usual } = optionOf(name);
      if (usual !== undefined) expect(isValid({ [keyOf(name)]: parse(usual) }), name).toBe(true);
    }
  });

  it.each(FILE_OPTIONS.map((name) => [keyOf(name), name] as const))('says of %s what the program says', (key, name) => {
    const { good, bad } = samplesOf(name);
    expect(good.length * bad.length, `samples of ${OPTIONS[name].value.kind}`).toBeGreaterThan(0);
    for (const text of good) expect(verdicts(`${key}: ${text}\n`), `${key}: ${text}`).toEqual({ editor: true, program: true });
    for (const text of bad) expect(verdicts(`${key}: ${text}\n`), `${key}: ${text}`).toEqual({ editor: false, program: false });
  });

  it.each(PARAMETER_NAMES)('says of the parameter %s what the program says', (name) => {
    const { min, max } = STATUS_PARAMETERS[name];
    for (const value of [min, max]) expect(verdicts(`set: {${name}: ${value}}`), `${value}`).toEqual({ editor: true, program: true });
    for (const value of [max + 1, -1, 'many', 'null'])
      expect(verdicts(`set: {${name}: ${value}}`), `${value}`).toEqual({ editor: false, program: false });
  });

  it.each([
    ['nothing but comments is left to the program', '# x\n', { editor: false, program: true }],
    ['a key that there is not', 'timezon: UTC\n', { editor: false, program: false }],
    ['a list', '- timezone\n', { editor: false, program: false }],
    ['opposites', 'strict: true\nmax_rejects: 5\n', { editor: false, program: false }],
    ['one of two opposites that is off', 'strict: false\nmax_rejects: 5\n', { editor: true, program: true }],
    ['two switches', 'quiet: true\nverbose: true\n', { editor: false, program: false }],
  ])('%s', (_name, text, expected) => {
    expect(verdicts(text)).toEqual(expected);
  });
});
