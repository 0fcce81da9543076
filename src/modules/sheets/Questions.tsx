import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { number } from '../../ui/format.ts'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { Question } from './shapes.ts'
import './sheets.css'

type Asked = z.output<typeof Question>
const NONE = '\u0000none'

type QuestionsProps = {
  readonly questions: readonly Asked[]
  /** The words of one of a list's own words; ids are worded by their candidates. */
  label(about: string, value: string): string
  /** After the answers are kept: the dry run is asked anew. */
  onAnswered(): void
}

/** Words of the file that nobody has explained yet, each asked once; the answers are remembered for every file to come. */
export function Questions({ questions, label, onAnswered }: QuestionsProps) {
  const t = useWords()
  const save = useCommand(api.sheets.remember)
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({})
  if (questions.length === 0) return null
  const keyOf = ({ about, text }: Asked) => `${about} ${text}`
  const given = questions.flatMap((question) => {
    const value = answers[keyOf(question)]
    const { about, text } = question
    return value === undefined ? [] : [{ about, text, value: value === NONE ? null : value }]
  })
  const keep = async () => {
    if (!(await save.run({ meanings: given }))) return
    setAnswers({})
    onAnswered()
  }
  return (
    <Panel title={t('sheets.questions', { count: questions.length })}>
      <p className="k-dim k-small">{t('sheets.questionsLead')}</p>
      <ul className="sh-questions">
        {questions.map((question) => (
          <li key={keyOf(question)}>
            <span className="sh-text">
              <strong>{question.text}</strong>{' '}
              <span className="k-dim k-small">
                {t(`sheets.about.${question.about}`)} · {t('sheets.rows', { count: number(question.rows) })}
              </span>
            </span>
            <Answer
              question={question}
              value={answers[keyOf(question)]}
              label={label}
              onChange={(value) => setAnswers({ ...answers, [keyOf(question)]: value })}
            />
          </li>
        ))}
      </ul>
      <RefusalPanel refusal={save.refusal} />
      <div className="k-row">
        <Action
          type="primary"
          busy={save.busy}
          disabledReason={given.length === 0 && t('sheets.answerFirst')}
          onClick={() => void keep()}
        >
          {t('sheets.keepAnswers', { count: given.length })}
        </Action>
      </div>
    </Panel>
  )
}

type AnswerProps = {
  readonly question: Asked
  readonly value: string | undefined
  label(about: string, value: string): string
  onChange(value: string): void
}

function Answer({ question, value, label, onChange }: AnswerProps) {
  const t = useWords()
  const { about, text, candidates } = question
  const [sought, setSought] = useState('')
  const searches = about === 'person'
  const found = useQuery({
    ...api.people.persons.queryOptions({ input: { search: sought } }),
    enabled: searches && sought.trim() !== '',
  })
  const isId = ['person', 'unit', 'product'].includes(about)
  const offered = candidates.map((one) => ({
    value: one.value,
    label: isId ? one.label : label(about, one.value),
  }))
  const others = (found.data?.persons ?? [])
    .filter(({ staffNo }) => !candidates.some((one) => one.value === staffNo))
    .map(({ name, staffNo, unitName }) => ({
      value: staffNo,
      label: [name, staffNo, unitName].filter(Boolean).join(' · '),
    }))
  return (
    <Select
      aria-label={`${text} ${t('sheets.meaning')}`}
      placeholder={t('sheets.choose')}
      value={value ?? null}
      onChange={(next) => next !== null && onChange(next)}
      showSearch={searches ? { onSearch: setSought, filterOption: false } : { optionFilterProp: 'label' }}
      options={[...offered, ...others, { value: NONE, label: t(`sheets.none.${isId ? about : 'word'}`) }]}
      popupMatchSelectWidth={false}
      className="sh-answer"
    />
  )
}
