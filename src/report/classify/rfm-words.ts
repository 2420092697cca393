import { DEFAULT_RFM_MODEL } from '../../segmentation/rfm/models/index.js';
import { type RfmModel, rfmSegments } from '../../segmentation/rfm/rfm-model.js';

interface Words {
  readonly meaning: string;
  readonly action: string;
}

/** Meaning and action of an RFM segment, in orders or in active days. */
export function rfmWords(model: RfmModel, segment: string, basis: 'orders' | 'activity'): Words {
  const info = rfmSegments(model).find(({ name }) => name === segment);
  if (info === undefined) throw new RangeError(`${model.name} has no segment ${segment}`);
  return basis === 'activity' ? (info.activity ?? info) : info;
}

/** The model's name for JSON; nothing where it is the usual one. */
export function nameOfModel(model: RfmModel): { readonly model?: string } {
  return model === DEFAULT_RFM_MODEL ? {} : { model: model.name };
}
