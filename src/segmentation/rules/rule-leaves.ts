import type { EventSelector, Leaf, Rule, Span, Window } from './rule.js';

/** A name of the data in a rule. */
export interface Mention {
  readonly kind: 'event' | 'event_property' | 'user_property';
  readonly name: string;
  readonly span: Span;
}

/** What the amount of an event is called, whatever the column. */
export const VALUE_COLUMN = 'amount';

/** The leaves of a rule, in its order. */
export function leavesOf(rule: Rule): Leaf[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap(leavesOf);
    case 'not':
      return leavesOf(rule.rule);
    default:
      return [rule];
  }
}

/** The events and properties that a leaf names, each as often as it stands there; `amount`, the value column, is none of them. */
export function mentionsOf(leaf: Leaf): Mention[] {
  switch (leaf.kind) {
    case 'behaviour':
      return ofValue(leaf.value);
    case 'relative':
      return [...ofValue(leaf.value), ...ofValue(leaf.other)];
    case 'occurrence':
      return [...ofSelector(leaf.events), ...ofWindow(leaf.window)];
    case 'sequence':
      return [...leaf.steps.flatMap(ofSelector), ...ofWindow(leaf.window)];
    case 'regularity':
    case 'stopped':
    case 'restarted':
      return ofSelector(leaf.events);
    case 'property':
      return [{ kind: 'user_property', name: leaf.property, span: leaf.span }];
    case 'idle':
    case 'feature':
    case 'segment':
      return [];
  }
}

/** Which events a leaf is about, each as often as it stands there. */
export function selectorsOf(leaf: Leaf): EventSelector[] {
  const ofWindows = windowsOf(leaf).flatMap((window) => (window.kind === 'around' ? [window.events] : []));
  switch (leaf.kind) {
    case 'behaviour':
      return [leaf.value.events, ...ofWindows];
    case 'relative':
      return [leaf.value.events, leaf.other.events, ...ofWindows];
    case 'sequence':
      return [...leaf.steps, ...ofWindows];
    case 'occurrence':
    case 'regularity':
    case 'stopped':
    case 'restarted':
      return [leaf.events, ...ofWindows];
    default:
      return [];
  }
}

/** When the events of a leaf are to lie. */
export function windowsOf(leaf: Leaf): Window[] {
  switch (leaf.kind) {
    case 'behaviour':
      return [leaf.value.window];
    case 'relative':
      return [leaf.value.window, leaf.other.window];
    case 'occurrence':
    case 'sequence':
      return [leaf.window];
    default:
      return [];
  }
}

function ofValue({ events, measure, window }: Extract<Leaf, { readonly kind: 'behaviour' }>['value']): Mention[] {
  const measured = 'property' in measure ? ofProperty(measure.property, measure.span) : [];
  return [...ofSelector(events), ...measured, ...ofWindow(window)];
}

function ofSelector({ names, where, span }: EventSelector): Mention[] {
  return [
    ...names.map((name): Mention => ({ kind: 'event', name, span })),
    ...where.flatMap((condition) => (condition.kind === 'property' ? ofProperty(condition.property, condition.span) : [])),
  ];
}

function ofProperty(name: string, span: Span): Mention[] {
  return name === VALUE_COLUMN ? [] : [{ kind: 'event_property', name, span }];
}

function ofWindow(window: Window): Mention[] {
  return window.kind === 'around' ? ofSelector(window.events) : [];
}
