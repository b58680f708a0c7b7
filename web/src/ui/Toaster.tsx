import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from '../i18n/index.ts'
import { Icon } from './Icon.tsx'
import './toaster.css'

interface Toast {
  id: number
  text: string
  kind: 'plain' | 'error'
  action?: { label: string; perform: () => void }
  /** Called once when it goes without its action having been taken. */
  onExpire?: () => void
  milliseconds: number
}

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says something at the foot of the screen for a while. */
export function showToast(toast: Omit<Toast, 'id' | 'milliseconds' | 'kind'> & { milliseconds?: number; kind?: Toast['kind'] }): void {
  lastId += 1
  const entry: Toast = { milliseconds: toast.action ? 7000 : 4500, kind: 'plain', ...toast, id: lastId }
  // Three at most: older ones have had their moment.
  for (const old of toasts.slice(0, -2)) old.onExpire?.()
  change([...toasts.slice(-2), entry])
}

function dismiss(id: number, expired: boolean): void {
  const toast = toasts.find(candidate => candidate.id === id)
  if (!toast) return
  change(toasts.filter(candidate => candidate.id !== id))
  if (expired) toast.onExpire?.()
}

/** Where toasts appear. Stands once, in the frame. */
export function Toaster() {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className="toaster" role="status" aria-live="polite">
      {shown.map(toast => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastView({ toast }: { toast: Toast }) {
  const { t } = useTranslation()
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id, true), toast.milliseconds)
    return () => clearTimeout(timer)
  }, [toast])
  const action = toast.action
  return (
    <div className={`toast toast--${toast.kind}`}>
      <p className="toast__text" dir="auto">
        {toast.text}
      </p>
      {action ? (
        <button
          type="button"
          className="toast__action"
          onClick={() => {
            dismiss(toast.id, false)
            action.perform()
          }}
        >
          {action.label}
        </button>
      ) : null}
      <button type="button" className="toast__close" aria-label={t('close')} onClick={() => dismiss(toast.id, true)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  )
}
