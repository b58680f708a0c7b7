import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEventStream } from './event_stream.ts'

async function read(chunks: readonly Uint8Array[]): Promise<[string, string][]> {
  const messages: [string, string][] = []
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  await readEventStream(body, { heard: () => undefined, message: (name, data) => messages.push([name, data]) })
  return messages
}

test('a_stream_reads_the_same_however_it_is_cut', async () => {
  const text = ': hello\r\nevent: snapshot\ndata: {"a":"ü😀"}\n\n:\n\nid: 1.2\ndata: one\ndata: two\r\n\r\ndata:bare\n\n'
  const bytes = new TextEncoder().encode(text)
  const expected = [
    ['snapshot', '{"a":"ü😀"}'],
    ['', 'one\ntwo'],
    ['', 'bare'],
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 }), async cuts => {
      const places = [0, ...cuts.sort((one, other) => one - other), bytes.length]
      const chunks = places.slice(1).map((end, index) => bytes.slice(places[index] ?? 0, end))
      expect(await read(chunks)).toEqual(expected)
    }),
  )
})

test('what_was_not_ended_by_an_empty_line_is_not_a_message', async () => {
  expect(await read([new TextEncoder().encode('data: half')])).toEqual([])
})
