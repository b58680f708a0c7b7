/**
 * Small checks for what arrives. A shape looks at a value and gives it back typed, or throws {@link Misshapen}. Members that it does not know pass: newer
 * servers say more.
 */

/** What arrived is not what the protocol says. */
export class Misshapen extends Error {
  constructor(path: string, wanted: string) {
    super(`${path === '' ? 'the value' : path} is not ${wanted}`)
    this.name = 'Misshapen'
  }
}

export type Shape<T> = (value: unknown, path: string) => T

declare const mayBeAbsent: unique symbol
type Optional<T> = Shape<T | undefined> & { [mayBeAbsent]?: true }
type Members<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Shape<T[K]> }

export const text: Shape<string> = (value, path) => {
  if (typeof value !== 'string') throw new Misshapen(path, 'a text')
  return value
}

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Misshapen(path, 'true or false')
  return value
}

/** A whole number from zero that a double holds exactly. */
export const count: Shape<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Misshapen(path, 'a whole number')
  return value
}

/** A 63-bit id, as a decimal text. */
export const id: Shape<string> = (value, path) => {
  if (typeof value !== 'string' || !/^[1-9][0-9]{0,18}$/.test(value)) throw new Misshapen(path, 'an id')
  return value
}

export const time: Shape<string> = (value, path) => {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) throw new Misshapen(path, 'a time')
  return value
}

export function oneOf<const T extends string>(...names: readonly T[]): Shape<T> {
  return (value, path) => {
    const found = names.find(name => name === value)
    if (found === undefined) throw new Misshapen(path, `one of ${names.join(', ')}`)
    return found
  }
}

export function list<T>(item: Shape<T>): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Misshapen(path, 'a list')
    value.forEach((element, index) => {
      item(element, `${path}[${index}]`)
    })
    return value as T[]
  }
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return (value, path) => (value === undefined ? undefined : shape(value, path))
}

export function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misshapen(path, 'an object')
  return value as Record<string, unknown>
}

/** An object with at least these members. The value itself is given back, not a copy. */
export function object<T extends object>(members: Members<T>): Shape<T> {
  const names = Object.keys(members) as (keyof T & string)[]
  return (value, path) => {
    const found = record(value, path)
    for (const name of names) members[name](found[name], path === '' ? name : `${path}.${name}`)
    return found as T
  }
}
