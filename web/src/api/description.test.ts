import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ANSWERS } from './answers.ts'
import { ROUTES } from './operations.ts'

interface Described {
  paths: Record<string, Record<string, { operationId?: string }>>
}

test('every_route_is_where_the_server_has_it_and_none_is_missing', () => {
  const described = JSON.parse(readFileSync(new URL('../../../docs/generated/openapi.json', import.meta.url), 'utf8')) as Described
  const theirs = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId }]) =>
      operationId === undefined ? [] : [[operationId, `${method.toUpperCase()} ${path}`]],
    ),
  )
  const ours = Object.entries(ROUTES).map(([name, { method, path }]) => [name, `${method} ${path}`])
  const theirsByName = Object.fromEntries(theirs.filter(([name]) => name !== undefined && Object.hasOwn(ROUTES, name)))
  expect(Object.fromEntries(ours)).toEqual(theirsByName)
  // What has no operation of its own is reached by address: the stream of events.
  expect(theirs.filter(([name]) => name === undefined || !Object.hasOwn(ROUTES, name)).map(([, place]) => place)).toEqual(['GET /v1/events'])
  expect(Object.keys(ANSWERS).sort()).toEqual(Object.keys(ROUTES).sort())
})
