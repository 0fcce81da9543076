import { Checkbox, Collapse, Input, Segmented, Select, Switch } from 'antd'
import { type ReactNode, useId } from 'react'
import { useWords } from '../client/words.ts'
import { PackSays } from '../modules/compliance/PackSays.tsx'
import { Mark } from '../ui/Mark.tsx'
import { useSaid } from '../ui/Words.tsx'
import type { Choices, Country, StepProps } from './OwnCentre.tsx'

type FieldProps = {
  label: string
  hint?: string | undefined
  fault?: string | undefined
  children: (aria: { id: string; 'aria-invalid': boolean; 'aria-describedby': string }) => ReactNode
}

/** A field with what is wrong with it right below, where the eye is and where a reader of the screen is told. */
function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId()
  return (
    <div className="k-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': fault !== undefined, 'aria-describedby': `${id}-hint` })}
      <span id={`${id}-hint`} className={fault ? 'k-form-trouble k-small' : 'k-dim k-small'} aria-live="polite">
        {fault ?? hint}
      </span>
    </div>
  )
}

/** What is done there, in which country, by which clock, under which name. */
export function CentreStep({ typed, faults, choices, set }: StepProps) {
  const t = useWords()
  const zones = choices.countries.find(({ country }) => country === typed.country)?.timeZones ?? []
  return (
    <div className="k-stack">
      <Field label={t('first.centre')} fault={faults.centre}>
        {(aria) => (
          <Input
            {...aria}
            size="large"
            autoFocus
            autoComplete="organization"
            maxLength={100}
            value={typed.centre}
            onChange={({ target }) => set({ centre: target.value })}
          />
        )}
      </Field>
      <Field label={t('first.kind')} hint={t(`first.kindWhy.${typed.kind}`)}>
        {({ 'aria-invalid': _, ...aria }) => (
          <Segmented
            {...aria}
            block
            aria-label={t('first.kind')}
            value={typed.kind}
            onChange={(kind) => set({ kind, packs: null })}
            options={(['life', 'dealership'] as const).map((value) => ({ value, label: t(`first.kind.${value}`) }))}
          />
        )}
      </Field>
      <div className="k-own-pair">
        <Field label={t('first.country')}>
          {({ id }) => (
            <Select<Country>
              id={id}
              value={typed.country}
              onChange={(country) => set({ country, timeZone: null, packs: null })}
              options={choices.countries.map(({ country }) => ({
                value: country,
                label: t(`first.country.${country}`),
              }))}
            />
          )}
        </Field>
        <Field label={t('first.timeZone')} hint={t('first.timeZoneWhy')}>
          {({ id }) => (
            <Select
              id={id}
              showSearch
              value={typed.timeZone ?? zones[0] ?? ''}
              onChange={(timeZone) => set({ timeZone })}
              options={zonesOf(choices, typed.country)}
            />
          )}
        </Field>
      </div>
    </div>
  )
}

/** All zones that any country keeps, those of the chosen one first. */
function zonesOf({ countries }: Choices, chosen: Country) {
  const own = countries.find(({ country }) => country === chosen)?.timeZones ?? []
  const all = [...new Set([...own, ...countries.flatMap(({ timeZones }) => timeZones)])]
  return all.map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}

/** The packs that hold there and what may be added; the rulebook that ships, chapter by chapter. */
export function RulesStep({ typed, choices, set }: StepProps) {
  const t = useWords()
  const said = useSaid()
  const { kind, country } = typed
  const choice = choices.countries.find((one) => one.country === country)!.packs[kind]
  const chosen = typed.packs ?? choice.suggested
  const packs = choices.packs.filter(({ id }) => choice.holds.includes(id) || choice.offered.includes(id))
  const law = packs.some((pack) => pack.kind === 'law' && choice.holds.includes(pack.id))
  const add = (id: string, on: boolean) => set({ packs: on ? [...chosen, id] : chosen.filter((one) => one !== id) })
  return (
    <div className="k-stack">
      <h2>{t('first.packs')}</h2>
      <p className="k-dim">{t('first.packsWhy', { country: t(`first.country.${country}`) })}</p>
      {!law && <Mark tone="warn">{t('first.packsNoLaw')}</Mark>}
      <Collapse
        size="small"
        items={packs.map((pack) => ({
          key: pack.id,
          label: (
            <span className="k-own-pack">
              <strong>{said(pack.name)}</strong>
              <span className="k-dim k-small">
                {t(`compliance.kind.${pack.kind}`)} · {t('first.packSays', { count: pack.says.length })}
              </span>
            </span>
          ),
          extra: choice.holds.includes(pack.id) ? (
            <Mark tone="good">{t('first.packHolds')}</Mark>
          ) : (
            // biome-ignore lint/a11y/noStaticElementInteractions: keeps the tap on the box from opening the part
            // biome-ignore lint/a11y/useKeyWithClickEvents: the box itself is what the keyboard reaches
            <span onClick={(event) => event.stopPropagation()}>
              <Checkbox checked={chosen.includes(pack.id)} onChange={({ target }) => add(pack.id, target.checked)}>
                {t('first.packAdd')}
              </Checkbox>
            </span>
          ),
          children: <PackSays pack={pack} />,
        }))}
      />
      <h2>{t('first.book')}</h2>
      <p className="k-dim">{t('first.bookWhy')}</p>
      <Collapse
        size="small"
        items={choices.books[kind].map(({ code, title, effectiveOn, chapters }) => ({
          key: code,
          label: (
            <span className="k-own-pack">
              <strong>{said(title)}</strong>
              <span className="k-dim k-small">
                {t('first.bookVersion', {
                  day: effectiveOn,
                  count: chapters.reduce((sum, { clauses }) => sum + clauses, 0),
                })}
              </span>
            </span>
          ),
          children: (
            <ul className="k-list">
              {chapters.map((chapter) => (
                <li key={chapter.id} className="k-row">
                  <span className="k-grow">{said(chapter.title)}</span>
                  <span className="k-dim k-small k-digits">{t('first.clauses', { count: chapter.clauses })}</span>
                </li>
              ))}
            </ul>
          ),
        }))}
      />
    </div>
  )
}

/** The head, who signs in at once, and who keeps accounts and seats. */
export function YouStep({ typed, secret, faults, needsCode, set, setSecret }: StepProps) {
  const t = useWords()
  const text = (
    field: 'name' | 'username' | 'otherName' | 'otherUsername',
    { autoComplete = 'off', hint }: { autoComplete?: string; hint?: string } = {},
  ) => (
    <Field label={t(`first.${field}`)} hint={hint} fault={faults[field]}>
      {(aria) => (
        <Input
          {...aria}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          value={typed[field]}
          onChange={({ target }) => set({ [field]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <div className="k-stack">
      {needsCode && (
        <Field label={t('first.code')} fault={faults.code}>
          {(aria) => (
            <Input
              {...aria}
              autoComplete="off"
              value={secret.code}
              onChange={({ target }) => setSecret({ code: target.value })}
            />
          )}
        </Field>
      )}
      <p className="k-dim">{t('first.youWhy')}</p>
      <div className="k-own-pair">
        {text('name', { autoComplete: 'name' })}
        {text('username', { autoComplete: 'username', hint: t('first.usernameWhy') })}
      </div>
      <Field label={t('first.password')} hint={t('password.rule')} fault={faults.password}>
        {(aria) => (
          <Input.Password
            {...aria}
            autoComplete="new-password"
            maxLength={200}
            value={secret.password}
            onChange={({ target }) => setSecret({ password: target.value })}
          />
        )}
      </Field>
      <Field label={t('first.other')} hint={t(typed.other ? 'first.otherWhy' : 'first.selfWhy')}>
        {({ id, 'aria-describedby': described }) => (
          <span>
            <Switch id={id} aria-describedby={described} checked={typed.other} onChange={(other) => set({ other })} />
          </span>
        )}
      </Field>
      {typed.other && (
        <div className="k-own-pair">
          {text('otherName')}
          {text('otherUsername')}
        </div>
      )}
    </div>
  )
}
