/** The part of a text around the first word that was found, cut into found and other pieces. */
export interface Piece {
  text: string
  found: boolean
}

const BEFORE = 40
const LENGTH = 180

export function cutOut(text: string, query: string): Piece[] {
  const words = query
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  const flat = text.replace(/\s+/g, ' ')
  const lower = flat.toLocaleLowerCase()
  // Case folding may change lengths in a few scripts: then nothing is marked, rather than the wrong place.
  const places = lower.length === flat.length ? words.map(word => lower.indexOf(word)).filter(place => place >= 0) : []
  const first = Math.min(...places, flat.length)
  const start = places.length === 0 || first < BEFORE ? 0 : first - BEFORE
  const shown = flat.slice(start, start + LENGTH)
  const shownLower = lower.length === flat.length ? lower.slice(start, start + LENGTH) : ''
  const pieces: Piece[] = []
  let at = 0
  while (at < shown.length) {
    const next = nextFound(shownLower, words, at)
    if (!next) break
    if (next.start > at) pieces.push({ text: shown.slice(at, next.start), found: false })
    pieces.push({ text: shown.slice(next.start, next.end), found: true })
    at = next.end
  }
  if (at < shown.length) pieces.push({ text: shown.slice(at), found: false })
  if (start > 0) pieces.unshift({ text: '… ', found: false })
  if (start + LENGTH < flat.length) pieces.push({ text: ' …', found: false })
  return pieces
}

function nextFound(lower: string, words: readonly string[], from: number): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined
  for (const word of words) {
    const start = lower.indexOf(word, from)
    if (start >= 0 && (!best || start < best.start)) best = { start, end: start + word.length }
  }
  return best
}
