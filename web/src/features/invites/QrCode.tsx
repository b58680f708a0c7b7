import { encode } from 'uqr'

const QUIET = 2

/** An address as a picture for a phone's camera. Always dark on light: that is what cameras expect. */
export default function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 0, ecc: 'M' })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join('')
  return (
    <svg className="qr" viewBox={`0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} fill="#1f1d1a" />
    </svg>
  )
}
