import { Input } from 'antd'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useMoment } from '../../client/moment.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { all, type Verdict } from '../../lib/verdict.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { mayTakeEffect } from './rules.ts'

type PublishProps = {
  /** Names the draft. */
  of: string
  documentCode: string
  /** The version that was edited, and the day from which a new one may hold. */
  base: { versionId: string; effectiveOn: string }
  figures: Readonly<Record<string, unknown>>
  /** Why the changes themselves may not be published yet. */
  verdict: Verdict
  onDone: () => void
}

/** Publishes changed figures: from when, and why. A refusal stays beside what was written. */
export function Publish({ of, documentCode, base, figures, verdict, onDone }: PublishProps) {
  const t = useWords()
  const { today } = useMoment(60)
  const earliest = [today.toString(), base.effectiveOn].sort().at(-1)!
  const draft = useDraft(`rulebook.publish.${of}`, { on: '', why: '' })
  const publish = useCommand(api.rulebook.publishVersion)
  const on = draft.value.on || earliest
  const nothing = Object.keys(figures).length === 0
  const judged = all(mayTakeEffect(on, today.toString(), base.effectiveOn), verdict)
  const why = draft.value.why.trim()
  const reason = nothing ? t('rulebook.nothingYet') : !judged.ok ? judged : why === '' ? t('rulebook.whyFirst') : null
  return (
    <form
      className="k-publish"
      onSubmit={async (event) => {
        event.preventDefault()
        if (reason !== null) return
        const sent = await publish.run({
          documentCode,
          baseVersionId: base.versionId,
          effectiveOn: on,
          figures: { ...figures },
          texts: [],
          why,
        })
        if (!sent) return
        draft.clear()
        onDone()
      }}
    >
      <Field label={t('rulebook.effectiveOn')}>
        {(id) => (
          <Input
            id={id}
            type="date"
            min={earliest}
            value={on}
            onChange={({ target }) => draft.set((before) => ({ ...before, on: target.value }))}
          />
        )}
      </Field>
      <Field label={t('rulebook.whyChange')} wide>
        {(id) => (
          <Input
            id={id}
            value={draft.value.why}
            maxLength={500}
            onChange={({ target }) => draft.set((before) => ({ ...before, why: target.value }))}
          />
        )}
      </Field>
      <Action type="primary" htmlType="submit" disabledReason={reason} busy={publish.busy}>
        {t('rulebook.publish')}
      </Action>
      {publish.refusal && <RefusalPanel refusal={publish.refusal} onClose={publish.clear} />}
      {publish.stale && (
        <p role="alert" className="k-form-trouble">
          {t('rulebook.stale')}
        </p>
      )}
    </form>
  )
}
