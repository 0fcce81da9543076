import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { RELATIONS, type Relation } from './rules.ts'
import './credit.css'

/** Numbers of a person of the house and of his family: own policies are found by them. Kept as a hash, shown masked. */
export function PersonNumbers({ personId }: { personId: string }) {
  const t = useWords()
  const read = useQuery(api.credit.numbers.queryOptions({ input: { personId } }))
  const add = useCommand(api.credit.addNumber)
  const remove = useCommand(api.credit.removeNumber)
  const [number, setNumber] = useState('')
  const [relation, setRelation] = useState<Relation>('self')
  return (
    <section className="k-stack">
      <h3>
        {t('credit.numbers')} <ClauseLink id="S4.4.11c" />
      </h3>
      <p className="k-dim k-small">{t('credit.numbersLead')}</p>
      <Loaded read={read} rows={1}>
        {({ numbers }) => (
          <ul className="k-list">
            {numbers.map((one) => (
              <li key={one.id} className="k-row">
                <span className="k-digits">{one.masked}</span>
                <span className="k-grow k-dim k-small">{t(`credit.whose.${one.relation}`)}</span>
                <Action
                  size="small"
                  type="text"
                  busy={remove.busy}
                  onClick={() => void remove.run({ numberId: one.id })}
                >
                  {t('credit.removeNumber')}
                </Action>
              </li>
            ))}
            {numbers.length === 0 && <li className="k-dim">{t('credit.noNumbers')}</li>}
          </ul>
        )}
      </Loaded>
      <RefusalPanel refusal={add.refusal} onClose={add.clear} />
      <form
        className="k-row"
        onSubmit={async (event) => {
          event.preventDefault()
          if (number.trim() !== '' && (await add.run({ personId, number: number.trim(), relation }))) setNumber('')
        }}
      >
        <Select<Relation>
          size="small"
          aria-label={t('credit.relation')}
          value={relation}
          onChange={setRelation}
          options={RELATIONS.map((value) => ({ value, label: t(`credit.whose.${value}`) }))}
        />
        <Input
          size="small"
          className="c-number"
          aria-label={t('credit.number')}
          placeholder={t('credit.number')}
          inputMode="tel"
          autoComplete="off"
          value={number}
          maxLength={40}
          onChange={({ target }) => setNumber(target.value)}
        />
        <Action
          size="small"
          htmlType="submit"
          busy={add.busy}
          disabledReason={number.trim() === '' ? t('credit.numberFirst') : null}
        >
          {t('credit.addNumber')}
        </Action>
      </form>
    </section>
  )
}
