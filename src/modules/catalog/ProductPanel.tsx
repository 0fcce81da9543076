import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, money, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Words } from '../../ui/Words.tsx'
import { ProductForm } from './ProductForm.tsx'
import { type Product, useWays } from './parts.tsx'
import { mayAuthorise } from './rules.ts'
import { ScriptForm } from './ScriptForm.tsx'

/** One product: the figures in force, its script, and who may sell it. */
export function ProductPanel({ product }: { product: Product }) {
  const me = useMe()
  return (
    <div className="c-panel">
      <FiguresOf product={product} keeper={holds(me, ['deptManager'])} />
      <ScriptOf productId={product.id} keeper={holds(me, ['deptManager'])} />
      {holds(me, ['trainer', 'deptManager', 'um', 'tl', 'qualityInspector']) && (
        <AuthorisedFor productId={product.id} />
      )}
    </div>
  )
}

function FiguresOf({ product, keeper }: { product: Product; keeper: boolean }) {
  const t = useWords()
  const ways = useWays()
  const list = useCommand(api.catalog.setListed)
  const [editing, setEditing] = useState(false)
  const actions = keeper && (
    <div className="k-row">
      <Button onClick={() => setEditing(!editing)}>{t('catalog.addVersion')}</Button>
      <Action busy={list.busy} onClick={() => void list.run({ productId: product.id, listed: !product.listed })}>
        {t(product.listed ? 'catalog.takeOff' : 'catalog.putOn')}
      </Action>
    </div>
  )
  return (
    <Panel title={t('catalog.figures')} side={actions}>
      <dl className="k-facts">
        <dt>{t('catalog.effectiveOn')}</dt>
        <dd>{day(product.effectiveOn)}</dd>
        <dt>{t('catalog.ways')}</dt>
        <dd>{ways(product)}</dd>
        <dt>{t('catalog.factor')}</dt>
        <dd>
          {number(product.standardFactor, 2)} <span className="k-dim k-small">{t('catalog.factorWhy')}</span>
        </dd>
        <dt>{t('catalog.minPremium')}</dt>
        <dd>{product.minPremium === null ? '–' : money(product.minPremium)}</dd>
      </dl>
      {editing && <ProductForm productId={product.id} onDone={() => setEditing(false)} />}
    </Panel>
  )
}

function ScriptOf({ productId, keeper }: { productId: string; keeper: boolean }) {
  const t = useWords()
  const read = useQuery(api.catalog.script.queryOptions({ input: { productId } }))
  const [writing, setWriting] = useState(false)
  return (
    <Panel
      title={t('catalog.script')}
      side={keeper && !writing && <Button onClick={() => setWriting(true)}>{t('catalog.script.next')}</Button>}
    >
      <Loaded read={read}>
        {({ script }) => {
          if (writing) return <ScriptForm productId={productId} script={script} onDone={() => setWriting(false)} />
          if (!script) return <Empty title={t('catalog.script.none')}>{t('catalog.script.noneFirst')}</Empty>
          return (
            <div className="c-script">
              <p className="k-dim k-small">
                {t('catalog.script.number', { number: script.number, day: day(script.effectiveOn) })}
              </p>
              {script.sections.map(({ key, title, text }) => (
                <div key={key}>
                  <h3>
                    <Words of={title} />
                  </h3>
                  <p>
                    <Words of={text} />
                  </p>
                </div>
              ))}
              {script.disclosures.length > 0 && (
                <div>
                  <h3>{t('catalog.script.disclosures')}</h3>
                  <ul className="k-list">
                    {script.disclosures.map(({ key, text }) => (
                      <li key={key}>
                        <Words of={text} />
                      </li>
                    ))}
                  </ul>
                </div>
              )}
            </div>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function AuthorisedFor({ productId }: { productId: string }) {
  const t = useWords()
  const me = useMe()
  const gives = holds(me, ['trainer', 'deptManager'])
  const read = useQuery(api.catalog.authorised.queryOptions({ input: { productId } }))
  const end = useCommand(api.catalog.endAuthorisation)
  return (
    <Panel title={t('catalog.authorised')}>
      <Loaded read={read}>
        {({ people }) => (
          <>
            {people.length === 0 && <Empty title={t('catalog.authorisedNone')}>{t('catalog.authorisedFirst')}</Empty>}
            <div className="c-people">
              {people.map(({ personId, name }) => (
                <span key={personId} className="c-person">
                  {name}
                  {gives ? (
                    <Button
                      type="text"
                      size="small"
                      icon={<CloseOutlined aria-hidden />}
                      loading={end.busy}
                      aria-label={t('catalog.authorisedEnd', { name })}
                      onClick={() => void end.run({ productId, personId })}
                    />
                  ) : (
                    <span>&nbsp;</span>
                  )}
                </span>
              ))}
            </div>
            {gives && <Authorise productId={productId} already={people.map(({ personId }) => personId)} />}
          </>
        )}
      </Loaded>
      <RefusalPanel refusal={end.refusal} onClose={end.clear} />
    </Panel>
  )
}

function Authorise({ productId, already }: { productId: string; already: readonly string[] }) {
  const t = useWords()
  const me = useMe()
  const [chosen, setChosen] = useState<string[]>([])
  const agents = useQuery(api.people.persons.queryOptions({ input: { role: 'tsr' } }))
  const authorise = useCommand(api.catalog.authorise)
  const own = mayAuthorise(me.person.id, chosen)
  return (
    <>
      <div className="k-row">
        <Select
          mode="multiple"
          className="k-grow"
          aria-label={t('catalog.authoriseWhom')}
          placeholder={t('catalog.authoriseWhom')}
          value={chosen}
          onChange={setChosen}
          loading={agents.isFetching}
          showSearch={{ optionFilterProp: 'label' }}
          options={(agents.data?.persons ?? [])
            .filter(({ id }) => !already.includes(id))
            .map(({ id, name, staffNo, unitName }) => ({ value: id, label: `${name} ${staffNo} · ${unitName ?? ''}` }))}
        />
        <Action
          type="primary"
          busy={authorise.busy}
          disabledReason={chosen.length === 0 ? t('catalog.authoriseNobody') : own}
          onClick={async () => {
            if (await authorise.run({ productId, personIds: chosen })) setChosen([])
          }}
        >
          {t('catalog.authorise')}
        </Action>
      </div>
      <RefusalPanel refusal={authorise.refusal} onClose={authorise.clear} />
    </>
  )
}
