import { expect, it } from 'vitest';
import { MEMBER_COLUMNS } from '../../../src/membership/members-query.js';
import { FEATURES } from '../../../src/segmentation/rules/features.js';

it('the features are the columns of members, without the id', () => {
  expect([...FEATURES.keys()].sort()).toEqual(MEMBER_COLUMNS.filter((column) => column !== 'user_id').sort());
});
