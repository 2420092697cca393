import { basename, extname, resolve } from 'node:path';
import { parseRfmModel } from '../config/parse-rfm-model.js';
import { MOST_BYTES, readSmallText, type TextFault } from '../config/small-text.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { RFM_MODELS } from '../segmentation/rfm/models/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { presentProblems } from './present-problems.js';

/**
 * The model that `--rfm` names: one of ours, or one that stands in a file; a file is called by its name without the ending. Errors:
 * `rfm-file-missing`, `rfm-file-unreadable`, `rfm-file-problems`.
 */
export function loadRfmModel(named: string, cwd: string): RfmModel {
  const ours = RFM_MODELS.find(({ name }) => name === named);
  if (ours !== undefined) return ours;
  const found = readSmallText(resolve(cwd, named));
  if (typeof found !== 'string') return failWithoutText(named, found);
  const { model, problems } = parseRfmModel(found, basename(named, extname(named)));
  if (model !== undefined) return model;
  return fail('rfm-file-problems', { file: named, count: problems.length, problems: presentProblems(problems, named) });
}

function failWithoutText(file: string, fault: TextFault): never {
  const names = RFM_MODELS.map(({ name }) => name);
  switch (fault.kind) {
    case 'missing':
      return fail('rfm-file-missing', { file, models: names, nearest: nearest(file, names) }, { cause: fault.cause });
    case 'unreadable':
      return fail('rfm-file-unreadable', { file, problem: fault.reason }, { cause: fault.cause });
    case 'too-large':
      return fail('rfm-file-unreadable', { file, problem: `it has more than ${MOST_BYTES} bytes` });
    case 'empty':
      return fail('rfm-file-unreadable', { file, problem: 'it is empty' });
    case 'encoding':
      return fail('rfm-file-unreadable', { file: `${file}:${fault.line}`, problem: `${fault.problem}, and a model is UTF-8` });
  }
}
