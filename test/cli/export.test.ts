import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

let folder: ReturnType<typeof makeRunFolder>;
const run = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path });
const put = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
const text = (...path: string[]): string => readFileSync(join(folder.path, ...path), 'utf8');
const QUIET = ['--quiet', '--config', 'none', '--segment-files', 'none', '--no-proof'];

interface Written {
  readonly users: number;
  readonly suppression: { readonly entries: number } | null;
  readonly audiences: readonly {
    readonly destination: string;
    readonly segment: string | null;
    readonly members: number;
    readonly rows: number;
    readonly left_out: Readonly<Record<string, number>>;
    readonly emptied: Readonly<Record<string, number>>;
    readonly columns: readonly { readonly header: string; readonly from: string; readonly filled: number }[];
    readonly files: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

async function exported(...argv: string[]): Promise<Written> {
  const { stdout, stderr, exitCode } = await run('export', ...argv, '--json');
  expect(exitCode, stderr).toBe(0);
  const result = JSON.parse(stdout) as Written;
  for (const { members, rows, left_out: out, files } of result.audiences) {
    // Every member has a row or a reason, and every row a file.
    expect(rows + Object.values(out).reduce((sum, users) => sum + users, 0)).toBe(members);
    expect(files.reduce((sum, file) => sum + file.rows, 0)).toBe(rows);
  }
  return result;
}

/** The reasons that occur. */
const leftOut = ({ left_out: out }: Written['audiences'][number]): Record<string, number> =>
  Object.fromEntries(Object.entries(out).filter(([, users]) => users > 0));

// u1 and u2 buy. u5 is a duplicate of u1 but for case; u4 has no contact, u3 none that is one, u6 a number that can be read in two ways.
const PEOPLE = [
  'user_id,email,phone,first_name,last_name,country,zip',
  'u1, Ann@Example.com ,+1 (212) 565-0000,Ann,"O\'Neil, Jr.",us,10001-1234',
  'u2,,030 1234567,"Zoë ""Z""",=1+1,DE,10115',
  'u3,not an address,0151 2345678,,,,',
  'u4,,,Max,,,',
  'u5,ann@example.COM,,,,,',
  'u6,six@münchen.de,4915112345678,,,DE,',
  '',
].join('\n');

beforeAll(async () => {
  folder = makeRunFolder();
  const day = (n: number): string => `2026-06-0${n}T10:00:00Z`;
  put(
    'events.csv',
    `user_id,time,event,amount\n${[1, 2, 3, 4, 5, 6].map((n) => `u${n},${day(n)},${n < 3 ? 'purchase,20' : 'view,'}`).join('\n')}\n`,
  );
  put('people.csv', PEOPLE);
  expect(
    await run(
      'classify',
      'events.csv',
      '--users',
      'people.csv',
      '--keep',
      'email,phone,first_name,last_name,country,zip',
      '--out',
      'run',
      ...QUIET,
    ),
  ).toMatchObject({ exitCode: 0 });
});
afterAll(() => folder.remove());

const TOOLS = ['clevertap', 'mixpanel', 'braze', 'klaviyo', 'hubspot', 'iterable', 'amplitude', 'google-ads', 'meta'];
const TO = TOOLS.flatMap((tool) => ['--to', tool]);

describe('segment export', () => {
  let result: Written;
  beforeAll(async () => {
    result = await exported('events.csv', '--users', 'people.csv', ...TO, '--out', 'out', '--config', 'none');
  });
  const fileOf = (tool: string): string => text('out', tool, 'everyone.csv');
  const audienceOf = (tool: string): Written['audiences'][number] =>
    result.audiences.find(({ destination }) => destination === tool) ?? expect.fail(tool);

  it('writes for tools that know people by id everybody, with the contacts that are of use', () => {
    expect(fileOf('clevertap')).toBe(
      'identity,Email,Phone\nu1,ann@example.com,+12125650000\nu2,,+49301234567\nu3,,\nu4,,\nu5,ann@example.com,\nu6,six@münchen.de,\n',
    );
    expect(fileOf('mixpanel')).toMatch(
      /^\$distinct_id,\$email,\$phone,\$first_name,\$last_name\nu1,ann@example\.com,\+12125650000,Ann,"O'Neil, Jr\."\n/,
    );
    expect(fileOf('braze')).toBe(
      'external_id,email,phone,first_name,last_name,country\n' +
        'u1,ann@example.com,+12125650000,Ann,"O\'Neil, Jr.",US\nu2,,+49301234567,"Zoë ""Z""",=1+1,DE\nu3,,,,,\nu4,,,Max,,\nu5,ann@example.com,,,,\nu6,six@münchen.de,,,,DE\n',
    );
    expect(fileOf('amplitude')).toBe('u1\nu2\nu3\nu4\nu5\nu6\n');
    expect(leftOut(audienceOf('braze'))).toEqual({});
    // u3: an address that is none and a number without a country; u6: a number with two readings.
    expect(audienceOf('braze').emptied).toEqual({ invalid_email: 1, phone_without_country: 1, ambiguous_phone: 1 });
  });

  it('writes for tools that know people by address or number those who have one, each once', () => {
    expect(fileOf('klaviyo')).toBe(
      'Email,Phone Number,First Name,Last Name,Country,Zip Code\n' +
        'ann@example.com,+12125650000,Ann,"O\'Neil, Jr.",US,10001-1234\n,+49301234567,"Zoë ""Z""",=1+1,DE,10115\nsix@münchen.de,,,,DE,\n',
    );
    expect(leftOut(audienceOf('klaviyo'))).toEqual({ no_contact: 1, invalid_email: 1, duplicate: 1 });
    expect(fileOf('hubspot').split('\n')).toEqual([
      'Email,Phone Number,First Name,Last Name,Country/Region,Postal Code',
      'ann@example.com,+12125650000,Ann,"O\'Neil, Jr.",US,10001-1234',
      'six@münchen.de,,,,DE,',
      '',
    ]);
    // u2 has a number only.
    expect(leftOut(audienceOf('hubspot'))).toEqual({ no_contact: 2, invalid_email: 1, duplicate: 1 });
    // u5 has the address of u1, and who has none is known by id.
    expect(
      fileOf('iterable')
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join()),
    ).toEqual(['email,userId', 'ann@example.com,u1', ',u2', ',u3', ',u4', 'six@münchen.de,u6', '']);
  });

  it('hashes for Google and Meta as each of them asks', () => {
    const [google, fb] = ['google-ads', 'meta'].map((tool) => parse(fileOf(tool), { columns: true }) as Record<string, string>[]);
    expect(google?.[0]).toEqual({
      Email: sha256('ann@example.com'),
      Phone: sha256('+12125650000'),
      'First Name': sha256('ann'),
      'Last Name': sha256("o'neil,jr."),
      Country: 'US',
      Zip: '10001-1234',
    });
    expect(fb?.[0]).toEqual({
      email: sha256('ann@example.com'),
      phone: sha256('12125650000'),
      fn: sha256('ann'),
      ln: sha256('oneil jr'),
      country: sha256('us'),
      zip: sha256('10001'),
    });
    // u5 has only the address of u1, whose row says more: no row is another one's, so both stay.
    expect([google?.length, fb?.length]).toEqual([4, 4]);
    expect(google?.[3]).toEqual({ Email: sha256('six@münchen.de'), Phone: '', 'First Name': '', 'Last Name': '', Country: '', Zip: '' });
    expect(result.warnings.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
      ['audience_small', 'Google Ads Customer Match'],
      ['audience_small', 'Meta custom audience'],
    ]);
  });

  it('publishes a set: private files, their checksums, the rows of each', async () => {
    expect(await verifyOutputs(join(folder.path, 'out'))).toEqual([]);
    const manifest = JSON.parse(text('out', 'manifest.json')) as { outputs: { name: string; rows: number | null }[] };
    expect(manifest.outputs).toHaveLength(TOOLS.length + 1);
    for (const { name, rows, bytes } of result.audiences.flatMap(({ files }) => files)) {
      expect(manifest.outputs).toContainEqual(expect.objectContaining({ name, rows }));
      expect(Buffer.byteLength(text('out', name))).toBe(bytes);
      expect(statSync(join(folder.path, 'out', name)).mode & 0o777).toBe(0o600);
    }
  });

  it('gives the same bytes from the folder of an earlier run, in another order, and on one thread', async () => {
    put(
      'backwards.csv',
      `${text('events.csv')
        .trimEnd()
        .split('\n')
        .map((line, index, all) => (index === 0 ? line : all[all.length - index]))
        .join('\n')}\n`,
    );
    const some = ['klaviyo', 'iterable', 'meta'];
    const to = some.flatMap((tool) => ['--to', tool]);
    await exported('run', ...to, '--out', 'from-folder', '--config', 'none');
    await exported('backwards.csv', '--users', 'people.csv', ...to, '--out', 'from-backwards', '--threads', '1', '--config', 'none');
    for (const tool of some) {
      expect(text('from-folder', tool, 'everyone.csv'), tool).toBe(fileOf(tool));
      expect(text('from-backwards', tool, 'everyone.csv'), tool).toBe(fileOf(tool));
    }
  });
});

describe('who is meant', () => {
  it('is said by conditions and by audiences, each of which has files of its own', async () => {
    const { audiences } = await exported(
      'run',
      'monetary>=10',
      '--to',
      'klaviyo',
      '--audience',
      'buyer_type=once',
      '--audience',
      'once',
      '--audience',
      'never',
      '--dry-run',
    );
    expect(audiences.map(({ segment, members, rows, files }) => [segment, members, rows, files[0]?.name])).toEqual([
      ['buyer_type=once', 2, 2, 'klaviyo/buyer_type-once.csv'],
      // Nobody who never bought is worth 10.
      ['buyer_type=never', 0, 0, 'klaviyo/buyer_type-never.csv'],
    ]);
    const [alone] = (await exported('run', 'once', '--to', 'klaviyo', '--dry-run')).audiences;
    expect([alone?.segment, alone?.members, alone?.files[0]?.name]).toEqual([null, 2, 'klaviyo/once.csv']);
    expect(readdirSync(folder.path)).not.toContain('audiences');
  });

  it('can be own segments, of exports and of folders', async () => {
    const own = ['--segment', 'buyers: monetary >= 20'];
    expect(await run('classify', 'events.csv', '--users', 'people.csv', '--keep', 'email', ...own, '--out', 'own', ...QUIET)).toMatchObject(
      { exitCode: 0 },
    );
    const ask = ['--to', 'braze', '--audience', 'rules=buyers', '--properties', 'status,monetary', '--email-column', 'none', '--dry-run'];
    const [ofFolder] = (await exported('own', ...ask)).audiences;
    const [ofEvents] = (await exported('events.csv', ...own, ...ask)).audiences;
    expect(ofFolder).toMatchObject({ members: 2, rows: 2, columns: [{ header: 'external_id', from: 'user_id', filled: 2 }] });
    expect(ofEvents).toEqual(ofFolder);
  });
});

describe('export: in the config file', () => {
  it('says which tools, and of each which segments and columns; the command line says more', async () => {
    put(
      'segment.yaml',
      'export:\n  klaviyo:\n    segments: [never, status=occasional]\n    email: phone\n    default_country: DE\n  hubspot:\n    max_rows: 1\n  amplitude:\n',
    );
    const all = (await exported('run', '--dry-run')).audiences;
    expect(all.map(({ destination, segment, rows, files }) => [destination, segment, rows, files.length])).toEqual([
      // No number is an address, so people are known by theirs: u3 by the country that is named for Klaviyo alone, u6 not at all.
      ['klaviyo', 'buyer_type=never', 1, 1],
      ['klaviyo', 'status=occasional', 3, 1],
      ['hubspot', null, 2, 2],
      ['amplitude', null, 6, 1],
    ]);
    const [typed] = (await exported('run', '--to', 'klaviyo', '--email-column', 'email', '--audience', 'once', '--dry-run')).audiences;
    expect(typed).toMatchObject({
      segment: 'buyer_type=once',
      rows: 2,
      columns: expect.arrayContaining([{ header: 'Email', from: 'email', filled: 1 }]),
    });
  });
});

describe('the files', () => {
  it('are cut where they would be too long, and keep their names', async () => {
    const { audiences } = await exported(
      'run',
      '--to',
      'braze',
      '--properties',
      'buyer_type,monetary',
      '--max-rows',
      '4',
      '--out',
      'cut',
      '--config',
      'none',
    );
    expect(audiences[0]?.files.map(({ name, rows }) => [name, rows])).toEqual([
      ['braze/everyone.csv', 4],
      ['braze/everyone.2.csv', 2],
    ]);
    const [first = '', second = ''] = ['everyone.csv', 'everyone.2.csv'].map((name) => text('cut', 'braze', name));
    const [header = '', ...lines] = first.trimEnd().split('\n');
    expect(header).toBe('external_id,email,phone,first_name,last_name,country,buyer_type,monetary');
    expect(lines[0]).toBe('u1,ann@example.com,+12125650000,Ann,"O\'Neil, Jr.",US,once,20.00');
    expect([...lines, ...second.trimEnd().split('\n').slice(1)].map((line) => line.split(',')[0])).toEqual([
      'u1',
      'u2',
      'u3',
      'u4',
      'u5',
      'u6',
    ]);
    // One that needs fewer files leaves none of the longer ones behind.
    await exported('run', '--to', 'braze', '--out', 'cut');
    expect(readdirSync(join(folder.path, 'cut', 'braze'))).toEqual(['everyone.csv']);
  });

  it('hold whatever a cell has, but for control characters', async () => {
    const cells = [
      '=HYPERLINK("http://x","y")',
      'a,b',
      '"quoted"',
      '-1',
      '@x',
      "'single'",
      '',
      'Ünïcode 정 🙂',
      'می\u200cخواهم 👩\u200d👧',
      ' inner  blanks kept',
    ];
    put('odd-events.csv', `user_id,time,event\n${cells.map((_, n) => `o${n},2026-06-01,view`).join('\n')}\n`);
    put(
      'odd.csv',
      `user_id,first_name,last_name\n${cells.map((cell, n) => `o${n},"${cell.replaceAll('"', '""')}","line${'\n'}break"`).join('\n')}\n`,
    );
    await exported('odd-events.csv', '--users', 'odd.csv', '--to', 'mixpanel', '--out', 'odd');
    const rows = parse(text('odd', 'mixpanel', 'everyone.csv'), { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row['$first_name'])).toEqual(cells.map((cell) => cell.trim()));
    expect(new Set(rows.map((row) => row['$last_name']))).toEqual(new Set(['line break']));
  });
});

describe('a suppression list', () => {
  const suppressed = async (list: string, ...more: string[]): Promise<Written> => {
    put('list.csv', list);
    return exported('run', '--to', 'amplitude', '--suppress', 'list.csv', '--dry-run', ...more);
  };
  const idsLeft = async (list: string, ...more: string[]): Promise<string[]> => {
    put('list.csv', list);
    await exported('run', '--to', 'amplitude', '--suppress', 'list.csv', '--out', 'kept', '--force', ...more);
    return text('kept', 'amplitude', 'everyone.csv').trimEnd().split('\n');
  };

  it('finds people by id, address, number and hash, also where a file has only ids', async () => {
    expect(await idsLeft('user_id\nu2\nU3\n')).toEqual(['u1', 'u3', 'u4', 'u5', 'u6']);
    // u1 and u5 share the address.
    expect(await idsLeft('email,why\n ANN@example.com,asked\n')).toEqual(['u2', 'u3', 'u4', 'u6']);
    expect(await idsLeft('phone\n0049 (30) 123-4567\n', '--default-country', 'DE')).toEqual(['u1', 'u3', 'u4', 'u5', 'u6']);
    const hashes = ['+49301234567', '12125650000', 'u4'].map((text) => sha256(text).toUpperCase());
    expect(await idsLeft(`sha256\n${hashes.join('\n')}\n`)).toEqual(['u3', 'u5', 'u6']);
  });

  it('finds a number without a country by its digits, and says that it may miss others', async () => {
    // u3 wrote the same digits; +49 151 2345678 would not be found.
    const result = await suppressed('phone\n0151-2345678\n');
    expect(result.audiences[0]?.left_out['suppressed']).toBe(1);
    expect(result.warnings.map(({ code }) => code)).toEqual(['suppress_phones']);
    expect((await suppressed('phone\n+491512345678\n')).warnings).toEqual([]);
  });

  it('takes the first line of a list without a header for an entry, and refuses columns that say nothing', async () => {
    const result = await suppressed('ann@example.com\nu4\n');
    expect(result.audiences[0]?.left_out['suppressed']).toBe(3);
    expect([result.suppression?.entries, result.warnings.map(({ code }) => code)]).toEqual([2, ['suppress_column']]);
    put('list.csv', 'who,why\nu1,asked\n');
    const { stderr, exitCode } = await run('export', 'run', '--to', 'meta', '--suppress', 'list.csv');
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[suppress-columns]')]);
  });
});

describe('refusals', () => {
  const refused = async (...argv: string[]): Promise<[number, string | undefined]> => {
    const { stderr, exitCode } = await run('export', ...argv, '--out', 'refused', '--config', 'none');
    expect(readdirSync(folder.path)).not.toContain('refused');
    return [exitCode, /\[([a-z-]+)\]\n/.exec(stderr)?.[1]];
  };

  it.each([
    [2, 'missing-option', ['run']],
    [2, 'bad-option-value', ['run', '--to', 'facebook']],
    [2, 'bad-option-value', ['run', '--to', 'meta', '--default-country', 'Germany']],
    [2, 'export-folder-options', ['run', '--to', 'meta', '--as-of', '2026-06-01']],
    [2, 'export-folder-alone', ['run', 'events.csv', '--to', 'meta']],
    [2, 'audience-unknown', ['run', '--to', 'meta', '--audience', 'zzzzzzzz']],
    [2, 'condition-segment', ['run', '--to', 'meta', '--audience', 'status=zzz']],
    [3, 'audience-no-contact', ['events.csv', '--to', 'klaviyo']],
    [3, 'audience-no-contact', ['run', '--to', 'hubspot', '--email-column', 'none']],
    [3, 'audience-column-unknown', ['run', '--to', 'meta', '--email-column', 'mail']],
    [3, 'audience-column-unknown', ['run', '--to', 'braze', '--properties', 'colour']],
    [3, 'column-unknown', ['events.csv', '--to', 'meta', '--email-column', 'mail']],
  ] as const)('%i %s', async (exitCode, code, argv) => {
    expect(await refused(...argv)).toEqual([exitCode, code]);
  });

  it('of columns that could both be meant, until one is named', async () => {
    put('two.csv', 'user_id,email,E-Mail\nu1,a@example.com,b@example.com\n');
    expect(await refused('events.csv', '--users', 'two.csv', '--to', 'hubspot')).toEqual([3, 'contact-column-ambiguous']);
    const { audiences } = await exported('events.csv', '--users', 'two.csv', '--to', 'hubspot', '--email-column', 'E-Mail', '--dry-run');
    expect(audiences[0]?.rows).toBe(1);
  });

  it('of a folder that is not what its run wrote', async () => {
    expect(await run('classify', 'events.csv', '--out', 'broken', ...QUIET)).toMatchObject({ exitCode: 0 });
    writeFileSync(join(folder.path, 'broken', 'members.csv'), `${text('broken', 'members.csv')}u9,active\n`);
    expect(await refused('broken', '--to', 'amplitude')).toEqual([3, 'published-differs']);
  });
});
