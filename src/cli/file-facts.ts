import type { InspectedFile, InspectedPreset } from '../analysis/inspect/inspect-result.js';
import type { ChosenPreset } from '../input/presets/choose-preset.js';
import { readerOf } from '../input/readers/index.js';
import type { ReadableFile } from '../input/readers/reader.js';

/** How a file is written, and how much of it was read. */
export function fileFacts({ source, columns, records, text, isBeginning }: ReadableFile): InspectedFile {
  return {
    name: source.name,
    bytes: source.size,
    format: readerOf(source.format).title,
    compression: source.compression,
    encoding: text?.encoding ?? null,
    delimiter: text?.delimiter ?? null,
    headerLine: text?.headerLine ?? null,
    columns: columns.length,
    records,
    isSample: isBeginning === true,
  };
}

/** The preset that reads the files, with what told it. */
export function presetFacts({ preset, evidence, isNamed }: ChosenPreset): InspectedPreset {
  return { name: preset.name, title: preset.title, evidence, isNamed, unverified: preset.unverified };
}
