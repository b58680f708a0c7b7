/**
 * The one Trusted Types policy of the app. It lets through addresses of scripts of our own origin, for workers, and nothing else: there is no policy for
 * HTML or for script text, so no string can ever become either.
 */

interface Policy {
  createScriptURL(address: string): unknown
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy
}

function sameOrigin(address: string): string {
  const url = new URL(address, location.origin)
  if (url.origin !== location.origin) throw new TypeError('a script of another origin was refused')
  return url.href
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
const policy = factory?.createPolicy('parlor', { createScriptURL: sameOrigin })

/** The address of a script of our own, in the form that `Worker`, `SharedWorker` and `register` take under Trusted Types. */
export function scriptAddress(address: string): string {
  // The DOM types know only strings here; at run time it is a TrustedScriptURL where the browser has those.
  return policy === undefined ? sameOrigin(address) : (policy.createScriptURL(address) as string)
}
