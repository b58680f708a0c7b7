/** Sets a scene over REST: accounts, conversations and messages that are there before the curtain rises. */

import type { TestNode } from './node.ts'
import { PASSWORD } from './person.ts'

export interface Actor {
  readonly token: string
  readonly id: string
}

interface NewSession {
  token: string
  account: { user: { id: string } }
}
interface Details {
  head: { id: string }
}

export async function makeActor(node: TestNode, handle: string, displayName: string): Promise<Actor> {
  const session = await node.ask<NewSession>('POST', '/v1/accounts', { body: { handle, password: PASSWORD, display_name: displayName } })
  return { token: session.token, id: session.account.user.id }
}

export async function makeDirect(node: TestNode, actor: Actor, other: Actor): Promise<string> {
  return (await node.ask<Details>('PUT', `/v1/direct/${other.id}`, { token: actor.token, body: {} })).head.id
}

export async function makeGroup(node: TestNode, actor: Actor, title: string, members: readonly Actor[]): Promise<string> {
  const body = { key: randomKey(), kind: 'group', title, members: members.map(member => member.id) }
  return (await node.ask<Details>('POST', '/v1/conversations', { token: actor.token, body })).head.id
}

export async function write(node: TestNode, actor: Actor, conversation: string, text: string): Promise<number> {
  return (
    await node.ask<{ seq: number }>('POST', `/v1/conversations/${conversation}/messages`, { token: actor.token, body: { key: randomKey(), text } })
  ).seq
}

function randomKey(): string {
  return crypto.randomUUID()
}
