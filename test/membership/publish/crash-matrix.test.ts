import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { verifyOutputs } from '../../../src/membership/publish/manifest.js';
import { type FaultPlan, faultyOperations } from './faulty-operations.js';
import { killOwners, makePlace, publishSet, snapshot } from './output-sets.js';

const EARLIER = {
  'members.csv': 'user_id,status\na,new\nb,active\n',
  'status/new.csv': 'user_id\na\n',
  'status/gone-by-next-time.csv': 'user_id\nb\n',
  'old/only-then.csv': 'user_id\n',
  'summary.json': '{"users":2}\n',
};
const LATER = {
  'members.csv': 'user_id,status\na,new\nb,active\nc,loyal\n',
  'status/new.csv': 'user_id\na\nc\n',
  'rfm/champions.csv': 'user_id\nc\n',
  'summary.json': '{"users":3}\n',
};
const FOREIGN = 'notes.txt';

let place: ReturnType<typeof makePlace>;
beforeEach(() => {
  place = makePlace(true);
});
afterEach(() => place.remove());

async function snapshotOf(sets: readonly Readonly<Record<string, string>>[]): Promise<Record<string, string>> {
  const made = makePlace(true);
  try {
    for (const set of sets) await publishSet(`${made.path}/out`, set);
    return snapshot(`${made.path}/out`);
  } finally {
    made.remove();
  }
}

/** Publishes LATER with the fault of the plan; returns the error, and what stands in the folder afterwards. */
async function publishWithFault(directory: string, plan: FaultPlan) {
  const faulty = faultyOperations(plan);
  const error = await publishSet(directory, LATER, { files: faulty.files }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, failed: faulty.hasFailed(), calls: faulty.calls };
}

describe.each(['EIO', 'ENOSPC', 'EACCES'] as const)('%s at the n-th call', (code) => {
  it('leaves the earlier set or the new one, and nothing else', async () => {
    const earlier = await snapshotOf([EARLIER]);
    const later = await snapshotOf([EARLIER, LATER]);
    let sawRollback = false;
    for (let at = 1; ; at++) {
      const directory = `${place.path}/once-${at}`;
      await publishSet(directory, EARLIER);
      const { error, failed, calls } = await publishWithFault(directory, { at, code, mode: 'once' });
      const label = `call ${at}: ${calls[at - 1]}`;
      if (!failed) {
        expect(snapshot(directory), label).toEqual(later);
        expect(at).toBeGreaterThan(40);
        break;
      }
      const found = snapshot(directory);
      const isWhole = await verifyOutputs(directory);
      expect(isWhole, label).toEqual([]);
      if (error !== undefined) {
        expect(error, label).toBeInstanceOf(SegmentError);
        expect((error as SegmentError).kind, label).toBe('environment');
        expect((error as SegmentError).message, label).toContain('once-');
      }
      killOwners(directory);
      if (error !== undefined)
        expect(
          Object.keys(found).filter((name) => name.startsWith('.segment')),
          label,
        ).toEqual([]);
      // What cannot be cleaned up after the set is in place stays until the next run.
      const isLeftover = (name: string): boolean => name.startsWith('.segment') || (error === undefined && name === 'old/');
      const set = Object.fromEntries(Object.entries(found).filter(([name]) => !isLeftover(name)));
      const isConfirmed = (error as SegmentError | undefined)?.code === 'output-unconfirmed';
      expect(set, label).toEqual(error === undefined || isConfirmed ? later : earlier);
      sawRollback ||= calls.some((call) => call.startsWith('rename') && call.includes('/previous/')) && error !== undefined && !isConfirmed;
      await publishSet(directory, LATER);
      expect(snapshot(directory), label).toEqual(later);
    }
    expect(sawRollback).toBe(true);
  });
});

describe('the process dies at the n-th call', () => {
  it('over an earlier set: the next run restores the set and then succeeds', async () => {
    const earlier = await snapshotOf([EARLIER]);
    const later = await snapshotOf([EARLIER, LATER]);
    let withoutManifest = 0;
    for (let at = 1; ; at++) {
      const directory = `${place.path}/dead-${at}`;
      await publishSet(directory, EARLIER);
      const { failed, calls } = await publishWithFault(directory, { at, code: 'EIO', mode: 'from-then-on' });
      if (!failed) break;
      const label = `call ${at}: ${calls[at - 1]}`;
      const problems = await verifyOutputs(directory);
      if (problems === undefined) withoutManifest += 1;
      else expect(problems, label).toEqual([]);
      killOwners(directory);
      // A run that fails on its own afterwards leaves a whole set: the earlier one, unless the new one was already in place.
      await expect(publishSet(directory, { 'members.csv': 'user_id\n' })).rejects.toMatchObject({ code: 'refuse-empty' });
      expect([earlier, later], label).toContainEqual(snapshot(directory));
      await publishSet(directory, LATER);
      expect(snapshot(directory), label).toEqual(later);
    }
    expect(withoutManifest).toBeGreaterThan(5);
  });

  it('in a new folder: the next run succeeds', async () => {
    const later = await snapshotOf([LATER]);
    for (let at = 1; ; at++) {
      const directory = `${place.path}/deep/new-${at}`;
      const { failed, calls } = await publishWithFault(directory, { at, code: 'EIO', mode: 'from-then-on' });
      if (!failed) break;
      try {
        killOwners(directory);
      } catch {
        // Died before the folder was made.
      }
      await publishSet(directory, LATER);
      expect(snapshot(directory), `call ${at}: ${calls[at - 1]}`).toEqual(later);
    }
  });

  it('while restoring what an earlier death left', async () => {
    const earlier = await snapshotOf([EARLIER]);
    // The middle of the exchange: the earlier manifest has left, some files are exchanged.
    const exchangeAt = await (async () => {
      const directory = `${place.path}/count`;
      await publishSet(directory, EARLIER);
      const { calls } = await publishWithFault(directory, { at: 1e9, code: 'EIO', mode: 'once' });
      return calls.findIndex((call) => call.startsWith('rename') && call.includes('/new/')) + 3;
    })();
    for (let at = 1; ; at += 2) {
      const directory = `${place.path}/twice-${at}`;
      await publishSet(directory, EARLIER);
      await publishWithFault(directory, { at: exchangeAt, code: 'EIO', mode: 'from-then-on' });
      killOwners(directory);
      const { failed, calls } = await publishWithFault(directory, { at, code: 'EIO', mode: 'from-then-on' });
      if (!failed) break;
      killOwners(directory);
      await expect(publishSet(directory, { 'members.csv': 'user_id\n' })).rejects.toMatchObject({ code: 'refuse-empty' });
      const found = snapshot(directory);
      if (found['summary.json'] !== LATER['summary.json']) expect(found, `call ${at}: ${calls[at - 1]}`).toEqual(earlier);
      expect(await verifyOutputs(directory)).toEqual([]);
      expect(Object.keys(found).filter((name) => name.startsWith('.segment'))).toEqual([]);
    }
  });

  it('never touches a foreign file', async () => {
    for (const at of [10, 30, 45, 50, 55, 60, 65, 70]) {
      const directory = `${place.path}/foreign-${at}`;
      await publishSet(directory, EARLIER);
      writeFileSync(`${directory}/${FOREIGN}`, 'mine');
      writeFileSync(`${directory}/status/${FOREIGN}`, 'mine');
      await publishWithFault(directory, { at, code: 'EIO', mode: 'from-then-on' });
      killOwners(directory);
      await publishSet(directory, { 'members.csv': LATER['members.csv'] });
      expect(snapshot(directory)).toMatchObject({ [FOREIGN]: 'mine', 'status/': '', [`status/${FOREIGN}`]: 'mine' });
      expect(Object.keys(snapshot(directory)).sort()).toEqual(
        ['.gitignore', 'manifest.json', 'members.csv', FOREIGN, 'status/', `status/${FOREIGN}`].sort(),
      );
    }
  });
});
