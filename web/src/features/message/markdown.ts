/**
 * The light Markdown of messages: emphasis, code, links, quotes and lists. No headings, pictures, HTML or entities: those stay the text
 * that was typed. The result is a tree that is drawn as elements; nothing here or there makes HTML.
 */
import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'

const WITHOUT = {
  disable: {
    null: [
      'characterReference',
      'codeIndented',
      'definition',
      'headingAtx',
      'htmlFlow',
      'htmlText',
      'labelStartImage',
      'setextUnderline',
      'thematicBreak',
    ],
  },
}

/** Nothing of Markdown's can be in a text without one of these. */
const MARKERS = /[*_`[\]>\\]|^\s*(?:[-+]|\d{1,9}[.)])\s/m
const FENCED = /^```[^\n]*\n[\s\S]*?^```/gm
/** Deeper than any honest message; the parser takes seconds for thousands of levels on one line. */
const DEEP = /^(?:[ \t]*(?:[-*+]|\d{1,9}[.)]|>)[ \t]*){8,}/m
/** More than any honest message; the parser's time grows with their square. */
const DELIMITERS_MAX = 400

const cache = new Map<string, Root | null>()
const CACHE_MAX = 400

/** The tree of a message's text, or null when it is best shown as it is. */
export function parseMarkdown(text: string): Root | null {
  const known = cache.get(text)
  if (known !== undefined) return known
  const tree = isPlain(text) ? null : fromMarkdown(text, { extensions: [WITHOUT] })
  if (cache.size >= CACHE_MAX) {
    const oldest = cache.keys().next().value
    if (oldest !== undefined) cache.delete(oldest)
  }
  cache.set(text, tree)
  return tree
}

function isPlain(text: string): boolean {
  if (!MARKERS.test(text)) return true
  const prose = text.replace(FENCED, '')
  if (DEEP.test(prose)) return true
  let delimiters = 0
  for (const character of prose) if ('*_`[]<>'.includes(character)) delimiters += 1
  return delimiters > DELIMITERS_MAX
}
