/** A small proxy between browser and node, for bad networks: it can refuse sockets, swallow streams, delay everything, or be cut. */

import { createServer, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface Faults {
  /** Upgrades are refused, as some proxies do. */
  blocksSocket: boolean
  /** Server-sent events are held back until their end, which never comes. */
  holdsStreams: boolean
  /** Nothing gets through; what is open is cut. */
  isCut: boolean
  delayMs: number
}

export interface TestProxy {
  readonly url: string
  readonly set: (faults: Partial<Faults>) => void
  readonly end: () => Promise<void>
}

export async function startProxy(target: string): Promise<TestProxy> {
  const node = new URL(target)
  const faults: Faults = { blocksSocket: false, holdsStreams: false, isCut: false, delayMs: 0 }
  const sockets = new Set<Duplex>()
  const keep = (socket: Duplex) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const later = (run: () => void) => (faults.delayMs === 0 ? run() : void setTimeout(run, faults.delayMs))

  const server = createServer((incoming, outgoing) => {
    if (faults.isCut) return incoming.socket.destroy()
    later(() => {
      const forwarded = request(
        { host: node.hostname, port: node.port, method: incoming.method, path: incoming.url, headers: incoming.headers },
        answer => {
          const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true
          if (isStream && faults.holdsStreams) {
            answer.resume()
            return
          }
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
        },
      )
      forwarded.on('error', () => outgoing.destroy())
      outgoing.on('close', () => forwarded.destroy())
      incoming.pipe(forwarded)
    })
    return undefined
  })
  server.on('connection', keep)
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    if (faults.isCut) return socket.destroy()
    if (faults.blocksSocket) return socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    const upstream = connect(Number(node.port), node.hostname, () => {
      const headers = incoming.rawHeaders.reduce((text, part, index) => text + part + (index % 2 === 0 ? ': ' : '\r\n'), '')
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`)
      upstream.write(head)
      upstream.pipe(socket)
      socket.pipe(upstream)
    })
    keep(upstream)
    socket.once('close', () => upstream.destroy())
    upstream.once('close', () => socket.destroy())
    return undefined
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    set: change => {
      Object.assign(faults, change)
      if (faults.isCut) for (const socket of [...sockets]) socket.destroy()
    },
    end: async () => {
      for (const socket of [...sockets]) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
