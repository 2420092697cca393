import { isMap, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { nearest } from '../errors/nearest.js';
import {
  type MetricScale,
  MOST_SCORES,
  RFM_METRICS,
  type RfmMetric,
  type RfmModel,
  type RfmSegmentInfo,
  scoresOf,
  UNSCORED_SEGMENTS,
} from '../segmentation/rfm/rfm-model.js';
import { boxesOf, boxText, type Range } from '../segmentation/rfm/score-boxes.js';
import { STATUSES } from '../segmentation/status/status.js';
import type { FileProblem } from './text-problems.js';
import { type Entry, isEmptyNode, type Node, YamlFile } from './yaml-file.js';

export interface ParsedRfmModel {
  /** Undefined when there are problems. */
  readonly model: RfmModel | undefined;
  /** In the order of the file. */
  readonly problems: readonly FileProblem[];
}

const KEYS = [...RFM_METRICS, 'segments'] as const;
const SEGMENT_KEYS = ['scores', 'meaning', 'action'] as const;
const USUAL_SCORES = 5;
/** A name of a segment: also a file name and a key of the summary. */
const SEGMENT_NAME = /^[a-z][a-z0-9_]{0,39}$/;
/** Keys that stand beside the segments in the summary. */
const SUMMARY_KEYS = ['basis', 'model'];
const LONGEST_TEXT = 60;
const MOST_NAMED_BOXES = 6;
/** What a cut point may be, and its decimals; money counts in hundredths. */
const CUT_POINTS: Readonly<Record<RfmMetric, { readonly pattern: RegExp; readonly what: string; readonly least: bigint }>> = {
  recency: { pattern: /^\d{1,5}$/, what: 'days from 0 to 99999', least: 0n },
  frequency: { pattern: /^\d{1,9}$/, what: 'whole numbers from 1 up', least: 100n },
  monetary: { pattern: /^\d{1,12}(?:\.\d{1,2})?$/, what: 'amounts from 0 up, with up to 2 decimals', least: 0n },
};

type Ranges = Partial<Record<RfmMetric, Range>>;

/** Some scores of a segment, and where they are written. */
interface Claim {
  readonly segment: string;
  readonly ranges: Ranges;
  readonly node: ParsedNode;
}

/**
 * Reads an RFM model of the analyst's own: how each metric is scored, and segments whose scores make a full partition. `name` is what
 * the model is called. All problems at once; combinations of scores that no segment has, or two have, are named.
 */
export function parseRfmModel(text: string, name: string): ParsedRfmModel {
  const file = new YamlFile(text);
  const model = new ModelReading(file).model(name);
  const problems = file.problems();
  return { model: problems.length === 0 ? model : undefined, problems };
}

class ModelReading {
  readonly #file: YamlFile;
  /** Whether every segment's scores could be read, so that it can be told which are left out. */
  #hasAllScores = true;

  constructor(file: YamlFile) {
    this.#file = file;
  }

  model(name: string): RfmModel | undefined {
    const { contents } = this.#file;
    if (contents === null || this.#file.isEmpty || !isMap(contents)) {
      return this.#file.refuse(
        contents ?? undefined,
        'a model has segments: with a line for each, and may have recency:, frequency:, monetary:',
      );
    }
    const entries = this.#known(contents, KEYS, 'key');
    const scales = Object.fromEntries(RFM_METRICS.map((metric) => [metric, this.#scale(metric, entries.get(metric))])) as Record<
      RfmMetric,
      MetricScale | undefined
    >;
    const list = entries.get('segments');
    if (list === undefined)
      return this.#file.refuse(contents.items[0]?.key, 'the model has no segments: a line segments: and the segments below it');
    if (!isMap(list.value) || list.value.items.length === 0) {
      return this.#file.refuse(isEmptyNode(list.value) ? list.key : list.value, 'segments takes a segment a line, such as vips:');
    }
    const { recency, frequency, monetary } = scales;
    const segments: RfmSegmentInfo[] = [];
    const claims: Claim[] = [];
    for (const [segment, entry] of this.#file.entries(list.value, 'segment')) {
      this.#checkName(segment, entry);
      const found = this.#segment(segment, entry, scales);
      segments.push(found.info);
      claims.push(...found.claims);
    }
    if (recency === undefined || frequency === undefined || monetary === undefined || !this.#hasAllScores) return undefined;
    return this.#partition({ name, summary: 'own model', scales: { recency, frequency, monetary }, segments, cells: [] }, claims, list.key);
  }

  /** The entries of a map, unknown keys refused with the one that was probably meant. */
  #known(map: YAMLMap.Parsed, keys: readonly string[], what: string): Map<string, Entry> {
    const known = new Map<string, Entry>();
    for (const [key, entry] of this.#file.entries(map, what)) {
      const close = nearest(key, keys);
      if (keys.includes(key)) known.set(key, entry);
      else
        this.#file.refuse(
          entry.key,
          `there is no ${what} "${key}"${close === undefined ? `: ${keys.join(', ')}` : `; did you mean "${close}"?`}`,
        );
    }
    return known;
  }

  /** `frequency: 3`, equal shares, or `recency: [30, 90]`, own cut points. */
  #scale(metric: RfmMetric, entry: Entry | undefined): MetricScale | undefined {
    if (entry === undefined) return { scores: USUAL_SCORES, edges: null };
    const { key, value } = entry;
    if (isSeq(value)) return this.#cutPoints(metric, key, value.items as Node[]);
    const expected = `${metric}: expected the number of scores, 2 to ${MOST_SCORES}, or a list of cut points`;
    if (isMap(value)) return this.#file.refuse(value, expected);
    const text = this.#file.text(value, key);
    if (text === undefined) return undefined;
    const scores = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
    if (scores >= 2 && scores <= MOST_SCORES) return { scores, edges: null };
    return this.#file.refuse(value ?? key, expected);
  }

  #cutPoints(metric: RfmMetric, key: ParsedNode, nodes: readonly Node[]): MetricScale | undefined {
    const { pattern, what, least } = CUT_POINTS[metric];
    if (nodes.length === 0 || nodes.length >= MOST_SCORES) {
      return this.#file.refuse(key, `${metric}: expected 1 to ${MOST_SCORES - 1} cut points, one fewer than there are scores`);
    }
    const edges: bigint[] = [];
    for (const node of nodes) {
      const text = isMap(node) || isSeq(node) ? '' : this.#file.text(node, key);
      if (text === undefined) return undefined;
      const edge = pattern.test(text) ? hundredths(text) : -1n;
      if (edge < least) return this.#file.refuse(node ?? key, `${metric}: cut points are ${what}`);
      if (edges.length > 0 && edge <= (edges.at(-1) ?? 0n))
        return this.#file.refuse(node ?? key, `${metric}: each cut point is greater than the one before`);
      edges.push(edge);
    }
    return { scores: edges.length + 1, edges };
  }

  #checkName(name: string, { key }: Entry): void {
    if (!SEGMENT_NAME.test(name)) this.#file.refuse(key, 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first');
    else if (UNSCORED_SEGMENTS.some((segment) => segment.name === name)) {
      this.#file.refuse(key, `${name} is the name for users without a score: choose another`);
    } else if (STATUSES.some((status) => status.name === name)) {
      this.#file.refuse(key, `${name} is the name of a status: choose another, such as ${name}_customers`);
    } else if (SUMMARY_KEYS.includes(name)) this.#file.refuse(key, `${name} is a key of the summary: choose another name`);
  }

  #segment(
    name: string,
    { key, value }: Entry,
    scales: Readonly<Record<RfmMetric, MetricScale | undefined>>,
  ): { readonly info: RfmSegmentInfo; readonly claims: readonly Claim[] } {
    const info = { name, meaning: '', action: '' };
    if (!isMap(value)) {
      this.#hasAllScores = false;
      this.#file.refuse(isEmptyNode(value) ? key : value, `${name} has lines scores:, and if you like meaning: and action:`);
      return { info, claims: [] };
    }
    const entries = this.#known(value, SEGMENT_KEYS, 'key');
    const scores = entries.get('scores');
    if (scores === undefined) this.#file.refuse(key, `${name} has no scores: a line such as scores: R4-5 F3`);
    const claims = scores === undefined ? undefined : this.#claims(name, scores, scales);
    if (claims === undefined) this.#hasAllScores = false;
    return {
      info: { ...info, meaning: this.#words(entries.get('meaning')), action: this.#words(entries.get('action')) },
      claims: claims ?? [],
    };
  }

  #words(entry: Entry | undefined): string {
    if (entry === undefined) return '';
    const { key, value } = entry;
    const text = this.#file.text(value, key) ?? '';
    if ([...text].length > LONGEST_TEXT || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) {
      this.#file.refuse(value ?? key, `expected one line of up to ${LONGEST_TEXT} characters`);
    }
    return text;
  }

  /** Undefined when some could not be read. */
  #claims(segment: string, { key, value }: Entry, scales: Readonly<Record<RfmMetric, MetricScale | undefined>>): Claim[] | undefined {
    const nodes = isSeq(value) ? (value.items as Node[]) : [value];
    if (nodes.length === 0) return this.#file.refuse(key, 'scores takes ranges such as R4-5 F3');
    const claims = nodes.map((node) => {
      if (isMap(node) || isSeq(node)) return this.#file.refuse(node, 'scores takes texts such as R4-5 F3');
      const text = this.#file.text(node, key);
      if (text === undefined) return undefined;
      const ranges = parseRanges(text, scales);
      return typeof ranges === 'string' ? this.#file.refuse(node ?? key, ranges) : { segment, ranges, node: node ?? key };
    });
    return claims.every((claim) => claim !== undefined) ? claims : undefined;
  }

  /** The model with its cells, each claimed once. */
  #partition(model: RfmModel, claims: readonly Claim[], list: ParsedNode): RfmModel | undefined {
    const hasMoney = claims.some(({ ranges }) => ranges.monetary !== undefined);
    const axes = hasMoney ? RFM_METRICS : RFM_METRICS.slice(0, 2);
    let all: number[][] = [[]];
    for (const metric of axes) all = all.flatMap((cell) => scoresOf(model, metric).map((score) => [...cell, score]));
    const owners = new Map<string, Claim>();
    for (const claim of claims) {
      const twice: { readonly cell: number[]; readonly first: Claim }[] = [];
      for (const cell of all) {
        if (!axes.every((metric, axis) => isWithin(cell[axis] ?? 0, claim.ranges[metric]))) continue;
        const first = owners.get(cell.join());
        if (first === undefined) owners.set(cell.join(), claim);
        else twice.push({ cell, first });
      }
      const [other] = twice;
      if (other === undefined) continue;
      const { first } = other;
      const others = new Set(twice.map(({ first: { segment } }) => segment));
      const whose = others.size > 1 ? 'other segments' : first.segment === claim.segment ? 'this segment' : first.segment;
      const cells = namedCells(twice.map(({ cell }) => cell));
      this.#file.refuse(
        claim.node,
        `${cells} ${twice.length === 1 ? 'is' : 'are'} in ${whose} already, line ${this.#file.lineOf(first.node)}`,
      );
    }
    const without = all.filter((cell) => !owners.has(cell.join()));
    if (without.length > 0) this.#file.refuse(list, `no segment has ${namedCells(without)}`);
    const cells = scoresOf(model, 'recency').map((recency) =>
      scoresOf(model, 'frequency').map((frequency) =>
        (hasMoney ? scoresOf(model, 'monetary') : [0]).map((monetary) => {
          const cell = hasMoney ? [recency, frequency, monetary] : [recency, frequency];
          return owners.get(cell.join())?.segment ?? '';
        }),
      ),
    );
    return { ...model, cells };
  }
}

/** `R4-5 F3`: up to one range a metric; one left out means any score. A text when it is none, with what is wrong. */
function parseRanges(text: string, scales: Readonly<Record<RfmMetric, MetricScale | undefined>>): Ranges | string {
  const expected = 'expected ranges such as R4-5 F3 or R1 F1-2 M5, R, F and M once at most';
  const ranges: Ranges = {};
  for (const part of text.trim().split(/\s+/)) {
    const [, letter = '', from = '', to = from] = /^([RFM])(\d{1,3})(?:[-–](\d{1,3}))?$/i.exec(part) ?? [];
    const metric = RFM_METRICS.find((each) => each[0] === letter.toLowerCase());
    if (metric === undefined || ranges[metric] !== undefined) return expected;
    const most = scales[metric]?.scores ?? MOST_SCORES;
    const [least, greatest] = [Number(from), Number(to)];
    if (least > greatest) return `${part} goes from the greater score to the lesser: write the lesser first`;
    if (least < 1 || greatest > most) return `${part}: ${metric} has scores from 1 to ${most}`;
    ranges[metric] = [least, greatest];
  }
  return ranges;
}

function isWithin(score: number, range: Range | undefined): boolean {
  return range === undefined || (score >= range[0] && score <= range[1]);
}

/** Cells as ranges, the first few of them. */
function namedCells(cells: readonly (readonly number[])[]): string {
  const boxes = boxesOf(cells).map((box) => boxText(box, '-'));
  const rest = boxes.length - MOST_NAMED_BOXES;
  return `${boxes.slice(0, MOST_NAMED_BOXES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function hundredths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(2, '0'));
}
