import { Segmented } from 'antd'
import { useId, useState } from 'react'
import { useWords } from '../../client/words.ts'
import type { Verdict } from '../../lib/verdict.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { type Own, RELATIONS } from '../sales/rules.ts'
import type { WhoseProps } from '../sales/SaleForm.tsx'
import { LetterUpload } from './Letter.tsx'
import { mayTakeOwn } from './rules.ts'
import './credit.css'

type Choice = 'customer' | Own['relation']

/** What is missing to take what was said so far: the server's own rule. The file itself is looked at there. */
export const whoseMissing = (own: Own | null): Verdict =>
  mayTakeOwn(
    own && own.relation !== 'colleague' ? 'self' : null,
    own?.letterId ? { name: 'letter.pdf', usedElsewhere: false } : null,
  )

/** Whose policy it is, asked in the form of an application: a customer's unless the seller says otherwise. */
export function WhosePolicy({ value, onChange }: WhoseProps) {
  const t = useWords()
  const id = useId()
  const [name, setName] = useState<string | null>(null)
  const chosen: Choice = value?.relation ?? 'customer'
  return (
    <div className="s-field c-whose">
      <span id={id}>
        {t('credit.whose')} <ClauseLink id="S4.4.11c" />
      </span>
      <Segmented<Choice>
        aria-labelledby={id}
        value={chosen}
        onChange={(next) => {
          if (next === 'customer') onChange(null)
          else onChange({ relation: next, letterId: next === 'colleague' ? null : (value?.letterId ?? null) })
        }}
        options={(['customer', ...RELATIONS] as const).map((one) => ({ value: one, label: t(`credit.whose.${one}`) }))}
      />
      {value && <span className="k-dim k-small">{t('credit.countsInNothing')}</span>}
      {value && value.relation !== 'colleague' && (
        <LetterUpload
          name={value.letterId ? (name ?? t('credit.letterThere')) : null}
          onDone={(file) => {
            setName(file.name)
            onChange({ ...value, letterId: file.id })
          }}
        />
      )}
    </div>
  )
}
