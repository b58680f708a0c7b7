import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTranslation } from '../i18n/index.ts'
import { Icon } from './Icon.tsx'
import './field.css'

interface FieldProps {
  label: string
  hint?: ReactNode
  /** What is wrong and what would be right; said aloud when it appears. */
  error?: string | undefined
  /** The label is there for screen readers only. */
  hiddenLabel?: boolean
}

interface TextFieldProps extends FieldProps, Omit<ComponentProps<'input'>, 'className' | 'onChange' | 'value'> {
  value: string
  onChange: (value: string) => void
  /** The focus of a dialog begins here. */
  'data-autofocus'?: boolean
  /** Shown before the text, as an `@` before a handle. */
  prefix?: string
}

/** One line of text with its label, hint and error. */
export function TextField({ label, hint, error, hiddenLabel, value, onChange, prefix, id, type, ...rest }: TextFieldProps) {
  const own = useId()
  const inputId = id ?? own
  const [shown, setShown] = useState(false)
  const { t } = useTranslation()
  const secret = type === 'password'
  return (
    <div className="field">
      <label className={hiddenLabel ? 'visually-hidden' : 'field__label'} htmlFor={inputId}>
        {label}
      </label>
      <div className="field__box" data-invalid={error ? '' : undefined}>
        {prefix ? <span className="field__prefix">{prefix}</span> : null}
        <input
          {...rest}
          id={inputId}
          type={secret && shown ? 'text' : (type ?? 'text')}
          className="field__input"
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${inputId}-about` : undefined}
        />
        {secret ? (
          <button
            type="button"
            className="field__reveal"
            aria-pressed={shown}
            aria-label={t(shown ? 'account.hide_password' : 'account.show_password')}
            onClick={() => setShown(!shown)}
          >
            <Icon name="eye" size={18} />
          </button>
        ) : null}
      </div>
      <About id={inputId} hint={hint} error={error} />
    </div>
  )
}

interface TextAreaProps extends FieldProps, Omit<ComponentProps<'textarea'>, 'className' | 'onChange' | 'value'> {
  value: string
  onChange: (value: string) => void
}

/** Several lines of text. */
export function TextArea({ label, hint, error, hiddenLabel, value, onChange, rows = 3, ...rest }: TextAreaProps) {
  const id = useId()
  return (
    <div className="field">
      <label className={hiddenLabel ? 'visually-hidden' : 'field__label'} htmlFor={id}>
        {label}
      </label>
      <div className="field__box" data-invalid={error ? '' : undefined}>
        <textarea
          {...rest}
          id={id}
          rows={rows}
          className="field__input field__input--area"
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-about` : undefined}
        />
      </div>
      <About id={id} hint={hint} error={error} />
    </div>
  )
}

function About({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) {
  if (error) {
    return (
      <p className="field__error" id={`${id}-about`} role="alert">
        {error}
      </p>
    )
  }
  return hint ? (
    <p className="field__hint" id={`${id}-about`}>
      {hint}
    </p>
  ) : null
}

interface SwitchProps {
  label: string
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}

/** On or off, at once, with no button to confirm. */
export function Switch({ label, hint, checked, onChange, disabled }: SwitchProps) {
  const id = useId()
  return (
    <div className="switch-row">
      <div className="switch-row__words">
        <label htmlFor={id} className="switch-row__label">
          {label}
        </label>
        {hint ? (
          <p className="field__hint" id={`${id}-about`}>
            {hint}
          </p>
        ) : null}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className="switch"
        checked={checked}
        disabled={disabled}
        onChange={event => onChange(event.currentTarget.checked)}
        aria-describedby={hint ? `${id}-about` : undefined}
      />
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  label: string
  hint?: ReactNode
  hiddenLabel?: boolean
  value: Value
  options: ReadonlyArray<{ value: Value; label: string }>
  onChange: (value: Value) => void
  disabled?: boolean
}

/** A few things of which one holds, side by side. */
export function Choice<Value extends string>({ label, hint, hiddenLabel, value, options, onChange, disabled }: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset className="choice" disabled={disabled}>
      <legend className={hiddenLabel ? 'visually-hidden' : 'field__label'}>{label}</legend>
      <div className="choice__options">
        {options.map(option => (
          <label key={option.value} className="choice__option">
            <input
              type="radio"
              className="choice__input visually-hidden"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className="choice__face">{option.label}</span>
          </label>
        ))}
      </div>
      {hint ? <p className="field__hint">{hint}</p> : null}
    </fieldset>
  )
}

/** One of many, from the platform's own list. */
export function Select<Value extends string>({ label, hint, hiddenLabel, value, options, onChange, disabled }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <div className="field">
      <label className={hiddenLabel ? 'visually-hidden' : 'field__label'} htmlFor={id}>
        {label}
      </label>
      <div className="field__box field__box--select">
        <select
          id={id}
          className="field__input"
          value={value}
          disabled={disabled}
          onChange={event => {
            const chosen = options.find(option => option.value === event.currentTarget.value)
            if (chosen) onChange(chosen.value)
          }}
        >
          {options.map(option => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <span className="field__chevron">
          <Icon name="chevronDown" size={16} />
        </span>
      </div>
      {hint ? <p className="field__hint">{hint}</p> : null}
    </div>
  )
}
