/** Reads server-sent events from a fetch body. `EventSource` cannot send a token in a header, so it is not used. */

export interface StreamListener {
  /** Bytes came, if only a comment that keeps the line open. */
  heard(): void
  message(name: string, data: string): void
}

/** A line longer than this is not ours: a snapshot of the largest account is smaller. */
const LINE_CHARACTERS_MAX = 64 * 1024 * 1024

/** Reads to the end. Rejects when the stream breaks. */
export async function readEventStream(body: ReadableStream<Uint8Array>, listener: StreamListener): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let name = ''
  let data: string[] = []
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) listener.message(name, data.join('\n'))
      name = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') name = value
  }
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    listener.heard()
    rest += decoder.decode(value, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error('a line of the stream is too long')
    lines.forEach(line)
  }
}
