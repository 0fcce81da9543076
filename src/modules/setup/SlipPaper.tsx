import { createPortal } from 'react-dom'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'

export type PrintedSlip = {
  readonly personId: string
  readonly name: string
  readonly staffNo: string
  readonly group: string
  readonly region: string | null
  readonly username: string
  readonly firstPassword: string
}

type SlipsProps = { slips: readonly PrintedSlip[]; address: string }

/** Slips on an A4 page: two beside each other, five below. */
const A_PAGE = 10

/** The slips on the screen, as they will be cut. */
export function Slips({ slips, address }: SlipsProps) {
  return (
    <div className="su-slips">
      {slips.map((slip) => (
        <Slip key={slip.personId} slip={slip} address={address} />
      ))}
    </div>
  )
}

/** The same on paper alone: each group begins a page of its own, so that a leader gets a stack and nobody sorts. */
export function Paper({ slips, address }: SlipsProps) {
  const t = useWords()
  const { centre } = useMe()
  const groups = [...Map.groupBy(slips, ({ region, group }) => `${region ?? ''} ${group}`).values()]
  const pages = groups.flatMap((of) =>
    Array.from({ length: Math.ceil(of.length / A_PAGE) }, (_, n) => ({
      ...{ of: of.slice(n * A_PAGE, (n + 1) * A_PAGE), page: n + 1, pages: Math.ceil(of.length / A_PAGE) },
    })),
  )
  return createPortal(
    <div className="su-paper" aria-hidden>
      {pages.map(({ of, page, pages: all }) => (
        <section key={`${of[0]!.personId} ${page}`} className="su-page">
          <header>
            <strong>{of[0]!.group}</strong> {of[0]!.region} · {centre.name}
            <span>{t('setup.slip.page', { page, pages: all })}</span>
          </header>
          <div className="su-sheet">
            {of.map((slip) => (
              <Slip key={slip.personId} slip={slip} address={address} />
            ))}
          </div>
        </section>
      ))}
    </div>,
    document.body,
  )
}

function Slip({ slip, address }: { slip: PrintedSlip; address: string }) {
  const t = useWords()
  const { centre } = useMe()
  return (
    <article className="su-slip">
      <header>
        <strong>{slip.name}</strong>
        <span className="k-digits">{slip.staffNo}</span>
        <span className="su-slip-group">{slip.group === centre.name ? centre.name : slip.group}</span>
      </header>
      <dl>
        <dt>{t('setup.slip.address')}</dt>
        <dd className="su-slip-address">{address || '–'}</dd>
        <dt>{t('setup.slip.username')}</dt>
        <dd className="su-slip-code">{slip.username}</dd>
        <dt>{t('setup.slip.password')}</dt>
        <dd className="su-slip-code su-slip-secret">{slip.firstPassword}</dd>
      </dl>
      <ol>
        <li>{t('setup.slip.first')}</li>
        <li>{t('setup.slip.second')}</li>
        <li>{t('setup.slip.third')}</li>
      </ol>
    </article>
  )
}
