/** The mark: a speech bubble whose tail is a door ajar. One path, one colour. */
export const MARK_PATH =
  'M10 3h12a7 7 0 0 1 7 7v6a7 7 0 0 1-7 7h-2V12A1.5 1.5 0 0 0 18.5 10.5H9.8l5.1 2.9a1.6 1.6 0 0 1 .8 1.4v14a1.2 1.2 0 0 1-1.93.95L8.4 25a3 3 0 0 1-1-1.5l-.3-1A7 7 0 0 1 3 16v-6a7 7 0 0 1 7-7Z'

export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path fill="currentColor" d={MARK_PATH} />
    </svg>
  )
}
