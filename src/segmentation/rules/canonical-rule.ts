import { printRule } from './print-rule.js';
import type { EventCondition, EventSelector, EventValue, Leaf, Rule, Test, Window } from './rule.js';

/** What a rule says, in one way of saying it: lists in which the order means nothing are in one order. */
export function canonicalRule(rule: Rule): Rule {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return { ...rule, rules: inOrder(rule.rules.map(canonicalRule), printRule) };
    case 'not':
      return { ...rule, rule: canonicalRule(rule.rule) };
    default:
      return canonicalLeaf(rule);
  }
}

function canonicalLeaf(leaf: Leaf): Leaf {
  switch (leaf.kind) {
    case 'behaviour':
      return { ...leaf, value: canonicalValue(leaf.value) };
    case 'relative':
      return { ...leaf, value: canonicalValue(leaf.value), other: canonicalValue(leaf.other) };
    case 'occurrence':
      return { ...leaf, events: canonicalSelector(leaf.events), window: canonicalWindow(leaf.window) };
    case 'sequence':
      return { ...leaf, steps: leaf.steps.map(canonicalSelector), window: canonicalWindow(leaf.window) };
    case 'regularity':
    case 'stopped':
    case 'restarted':
      return { ...leaf, events: canonicalSelector(leaf.events) };
    case 'feature':
    case 'property':
      return { ...leaf, test: canonicalTest(leaf.test) };
    case 'idle':
    case 'segment':
      return leaf;
  }
}

function canonicalValue({ events, measure, window }: EventValue): EventValue {
  return { events: canonicalSelector(events), measure, window: canonicalWindow(window) };
}

function canonicalWindow(window: Window): Window {
  return window.kind === 'around' ? { ...window, events: canonicalSelector(window.events) } : window;
}

function canonicalSelector({ names, where, span }: EventSelector): EventSelector {
  const conditions = where.map(
    (condition): EventCondition => (condition.kind === 'property' ? { ...condition, test: canonicalTest(condition.test) } : condition),
  );
  return { names: inOrder(names, (name) => name), where: inOrder(conditions, conditionText), span };
}

function canonicalTest(test: Test): Test {
  return test.kind === 'in' ? { ...test, values: inOrder(test.values, (value) => value) } : test;
}

/** Two conditions have one text when they say the same. */
function conditionText({ span: _, ...said }: EventCondition): string {
  return JSON.stringify(said);
}

/** By the texts of things, bytewise as JavaScript compares; what says the same twice stands once. */
function inOrder<T>(things: readonly T[], textOf: (thing: T) => string): T[] {
  const byText = new Map(things.map((thing) => [textOf(thing), thing] as const));
  return [...byText].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)).map(([, thing]) => thing);
}
