import type { client } from '../../client/api.ts'
import { isWorded, useWords } from '../../client/words.ts'
import './compliance.css'

type Pack = Awaited<ReturnType<typeof client.compliance.packs>>['packs'][number]

/** Everything that a pack says in plain words, each with the source that it stands on. */
export function PackSays({ pack }: { pack: Pick<Pack, 'coldOnly' | 'says'> }) {
  const t = useWords()
  return (
    <>
      {pack.coldOnly && <p className="k-dim k-small">{t('compliance.coldOnly')}</p>}
      <ul className="k-says">
        {pack.says.map((one) => (
          <SaidRow key={`${one.topic} ${one.key} ${JSON.stringify(one.values)}`} said={one} />
        ))}
      </ul>
    </>
  )
}

function SaidRow({ said }: { said: Pack['says'][number] }) {
  const t = useWords()
  const { key, values, source } = said
  const region = (code: string) => {
    const name = `region.${values.country}.${code}`
    return isWorded(name) ? t(name) : code
  }
  const worded = values.regions
    ? { ...values, regions: String(values.regions).split(', ').map(region).join(t('ui.and')) }
    : values
  const marks = source.mark.split('/').map((mark) => t(`compliance.mark.${mark}`))
  return (
    <li>
      <span>{t(key, worded)}</span>
      <span className="k-dim k-small">
        {t('compliance.source', { source: source.source })} <abbr title={marks.join(' · ')}>{source.mark}</abbr>
      </span>
    </li>
  )
}
