import { useNow } from '../client/clock.ts'
import { seconds } from './format.ts'

/** Seconds of the centre's clock since an instant (ISO text), running. */
export function Running({ since }: { since: string | Temporal.Instant }) {
  const now = useNow()
  const from = typeof since === 'string' ? Temporal.Instant.from(since) : since
  return (
    <span className="k-digits" role="timer">
      {seconds((now.epochMilliseconds - from.epochMilliseconds) / 1000)}
    </span>
  )
}
