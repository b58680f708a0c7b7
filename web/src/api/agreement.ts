/**
 * Holds the wire types of this client against those that follow from the server's own description (`generated/openapi.ts`). It is nothing but types: where the
 * two differ, it does not compile. `description.test.ts` does the same for the routes.
 */

import type { components, operations } from './generated/openapi.ts'
import type { Operations } from './operations.ts'
import type * as Wire from './wire.ts'

type Schemas = components['schemas']

/** The server never writes null for what is absent; the description allows it, because its parser does. */
type Written<T> = T extends readonly (infer Item)[] ? Written<Item>[] : T extends object ? { [K in keyof T]: Written<Exclude<T[K], null>> } : T

type Agree<One, Other> = [Written<One>] extends [Written<Other>]
  ? [Written<Other>] extends [Written<One>]
    ? true
    : 'the server says more'
  : 'the server says other'

type Named = {
  Account: Wire.Account
  AdminUser: Wire.AdminUser
  ChannelSummary: Wire.ChannelSummary
  Contact: Wire.Contact
  ConversationDetails: Wire.ConversationDetails
  Event: Wire.LogEvent
  EventPage: Wire.EventPage
  Figures: Wire.Figures
  Head: Wire.Head
  Interval: Wire.Interval
  Invite: Wire.Invite
  InvitePreview: Wire.InvitePreview
  Limits: Wire.Limits
  Member: Wire.Member
  Message: Wire.Message
  MessagePage: Wire.MessagePage
  NewSession: Wire.NewSession
  OtherEvent: Wire.OtherEvent
  PollAnswer: Wire.PollAnswer
  Presence: Wire.Presence
  Reaction: Wire.Reaction
  ReadState: Wire.ReadState
  Receipt: Wire.Receipt
  Retention: Wire.Retention
  Sent: Wire.Sent
  ServerInfo: Wire.ServerInfo
  Session: Wire.Session
  Snapshot: Wire.Snapshot
  User: Wire.User
}

type Disagreements = {
  [Name in keyof Named]: Agree<Named[Name], Schemas[Name]> extends true ? never : [Name, Agree<Named[Name], Schemas[Name]>]
}[keyof Named]

/** The codes that the server knows and this client has no name for, and the other way round. */
type Codes = Agree<Wire.ErrorCode, Schemas['ErrorCode']>

type AnswerOf<Name extends keyof operations> = operations[Name] extends { responses: { 200: { content: { 'application/json': infer Body } } } }
  ? Body
  : never
type BodyOf<Name extends keyof operations> = operations[Name] extends { requestBody?: { content: { 'application/json': infer Body } } }
  ? Body
  : unknown

type Asked = Extract<keyof Operations, keyof operations>
type WrongAnswers = { [Name in Asked]: Agree<Operations[Name][1], AnswerOf<Name>> extends true ? never : Name }[Asked]
/** Every body that this client sends is one that the server takes. */
type WrongBodies = { [Name in Asked]: [Written<Operations[Name][0]>] extends [Written<BodyOf<Name>>] ? never : Name }[Asked]

/** Each of these is `never` when all is well. */
type Empty<T extends never> = T
export type Checked = [
  Empty<Disagreements>,
  Empty<Exclude<Codes, true>>,
  Empty<WrongAnswers>,
  Empty<WrongBodies>,
  Empty<Exclude<keyof operations, keyof Operations | 'events'>>,
]
