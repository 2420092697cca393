import { type EntityUse, type Unit, USER_UNIT } from '../analysis/classify/classify-result.js';
import { formatCounted } from './format.js';

interface Counting {
  readonly entity?: EntityUse | undefined;
}

/** What is counted: users, or the entities that `--entity` names. */
export function unitOfResult({ entity }: Counting): Unit {
  return entity?.unit ?? USER_UNIT;
}

/** A count of them: `1 user`, `4,210 accounts`. */
export function formatUnits(count: number, result: Counting): string {
  const { one, many } = unitOfResult(result);
  return formatCounted(count, one, many);
}
