import { describe, expect, it } from 'vitest';
import { unitOf } from '../../../src/analysis/classify/entity-unit.js';

describe('the word of an entity', () => {
  it.each([
    ['account_id', 'account accounts an account'],
    ['accountId', 'account accounts an account'],
    ['company', 'company companies a company'],
    ['traits.Company Name', 'company companies a company'],
    ['org_id', 'org orgs an org'],
    ['workspace', 'workspace workspaces a workspace'],
    ['team_key', 'team teams a team'],
    ['branch_no', 'branch branches a branch'],
    ['constructor', 'entity entities an entity'],
    ['k42', 'entity entities an entity'],
    ['id', 'entity entities an entity'],
  ])('%s: %s', (column, words) => {
    const { one, many, articled } = unitOf(column);
    expect(`${one} ${many} ${articled}`).toBe(words);
  });
});
