import { closeDirections } from '../../i18n/index.ts'

const LINE_MAX = 200

/** A message as one line, without the marks of its form: for lists and quotes. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, LINE_MAX * 2)
    .replace(/```\w*\n?|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|`|^[ \t]*(?:>|[-+*])[ \t]+/gm, '')
    .replace(/(?<![\p{L}\p{N}])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![\p{L}\p{N}])/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LINE_MAX)
  return closeDirections(line)
}
