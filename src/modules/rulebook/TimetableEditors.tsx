import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined, SplitCellsOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Slider } from 'antd'
import { useWords, type Wording } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { percent } from '../../ui/format.ts'
import { Panel } from '../../ui/Page.tsx'
import { minutesOf } from './rules.ts'
import type { Edited } from './TimetablePage.tsx'

type Change = (next: (before: Edited) => Edited) => void

const WEEK = [1, 2, 3, 4, 5, 6, 7]
const wall = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** Adds half an hour of dialling after the last block, with a plan of its own. */
function withBlock({ blocks, plan }: Edited): Edited {
  const last = blocks.at(-1)
  const from = last ? minutesOf(last.to) : 9 * 60
  const taken = new Set(blocks.map((block) => block.key))
  const key = Array.from({ length: blocks.length + 1 }, (_, i) => `block${i + 1}`).find((name) => !taken.has(name))!
  const line = plan.findLast((one) => one.band === last?.key)
  return {
    blocks: [...blocks, { key, from: wall(from), to: wall(Math.min(from + 30, 23 * 60 + 59)) }],
    plan: [
      ...plan,
      {
        band: key,
        weekdays: WEEK,
        order: line?.order ?? ['callback', 'warm', 'fresh', 'retry'],
        share: line?.share ?? { fresh: 0.5, retry: 0.5 },
      },
    ],
  }
}

const minutesText = (t: Wording, minutes: number) =>
  t('rulebook.unit.minutes', { n: Math.max(0, minutes), count: Math.max(0, minutes) })

const inOrder = (blocks: Edited['blocks']) => [...blocks].sort((a, b) => a.from.localeCompare(b.from))

/** The dialling blocks of the day: from when to when, in order. */
export function BlockEditor({ edited, onChange }: { edited: Edited; onChange: Change }) {
  const t = useWords()
  const set = (key: string, end: 'from' | 'to', value: string) =>
    onChange((before) => ({
      ...before,
      blocks: before.blocks.map((block) => (block.key === key ? { ...block, [end]: value } : block)),
    }))
  return (
    <Panel
      title={t('rulebook.timetable.blocks')}
      side={
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange(withBlock)}>
          {t('rulebook.timetable.addBlock')}
        </Button>
      }
    >
      <ul className="k-list">
        {edited.blocks.map((block, i) => (
          <li key={block.key} className="k-row">
            <span className="k-block-no">{t('rulebook.timetable.block', { n: i + 1 })}</span>
            {(['from', 'to'] as const).map((end) => (
              <Input
                key={end}
                type="time"
                className="k-short"
                value={block[end]}
                aria-label={`${t('rulebook.timetable.block', { n: i + 1 })} ${t(`rulebook.field.${end}`)}`}
                onChange={({ target }) => target.value && set(block.key, end, target.value.slice(0, 5))}
                onBlur={() => onChange((before) => ({ ...before, blocks: inOrder(before.blocks) }))}
              />
            ))}
            <span className="k-dim k-digits">{minutesText(t, minutesOf(block.to) - minutesOf(block.from))}</span>
            <Action
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('rulebook.timetable.removeBlock', { n: i + 1 })}
              disabledReason={edited.blocks.length === 1 ? t('rulebook.timetable.lastBlock') : null}
              onClick={() =>
                onChange((before) => ({
                  blocks: before.blocks.filter((one) => one.key !== block.key),
                  plan: before.plan.filter((line) => line.band !== block.key),
                }))
              }
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

type Line = Edited['plan'][number]

const swapped = <T,>(list: readonly T[], i: number): T[] =>
  list.map((item, at) => (at === i ? list[i + 1]! : at === i + 1 ? list[i]! : item))

/** The calling plan: for each block and its weekdays what is called first, and how fresh leads and retries share. */
export function PlanEditor({ edited, onChange }: { edited: Edited; onChange: Change }) {
  const t = useWords()
  const change = (line: Line, next: Line[]) =>
    onChange((before) => ({
      ...before,
      plan: before.plan.flatMap((one) =>
        one.band === line.band && one.weekdays.join() === line.weekdays.join() ? next : [one],
      ),
    }))
  return (
    <Panel
      title={t('rulebook.timetable.plan')}
      side={<span className="k-dim k-small">{t('rulebook.timetable.planWhy')}</span>}
    >
      <ul className="k-plan-lines">
        {edited.blocks.flatMap((block) => {
          const lines = edited.plan.filter((line) => line.band === block.key)
          return lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place; its weekdays are what is edited
            <li key={`${block.key} ${i}`} className="k-plan-line">
              <h3 className="k-digits">
                {block.from}–{block.to}
              </h3>
              <Weekdays
                line={line}
                onChange={(weekdays) => change(line, [{ ...line, weekdays }])}
                label={t('rulebook.plan.weekdays')}
              />
              <Order line={line} onChange={(order) => change(line, [{ ...line, order }])} />
              <div className="k-share">
                <span className="k-small">
                  {t('rulebook.plan.shares', { fresh: percent(line.share.fresh), retry: percent(line.share.retry) })}
                </span>
                <Slider
                  min={0}
                  max={100}
                  step={5}
                  value={Math.round(line.share.fresh * 100)}
                  tooltip={{ formatter: (value) => percent((value ?? 0) / 100) }}
                  ariaLabelForHandle={t('rulebook.plan.freshShare')}
                  onChange={(value) =>
                    change(line, [{ ...line, share: { fresh: value / 100, retry: (100 - value) / 100 } }])
                  }
                />
              </div>
              <span className="k-row">
                {line.weekdays.length > 1 && (
                  <Button
                    size="small"
                    icon={<SplitCellsOutlined />}
                    onClick={() =>
                      change(line, [
                        { ...line, weekdays: line.weekdays.slice(0, -1) },
                        { ...line, weekdays: line.weekdays.slice(-1) },
                      ])
                    }
                  >
                    {t('rulebook.timetable.split')}
                  </Button>
                )}
                {lines.length > 1 && (
                  <Button size="small" type="text" icon={<DeleteOutlined />} onClick={() => change(line, [])}>
                    {t('rulebook.timetable.removeLine')}
                  </Button>
                )}
              </span>
            </li>
          ))
        })}
      </ul>
    </Panel>
  )
}

function Weekdays({ line, label, onChange }: { line: Line; label: string; onChange: (weekdays: number[]) => void }) {
  const t = useWords()
  return (
    <fieldset className="k-weekdays">
      <legend className="k-hidden">{label}</legend>
      {WEEK.map((weekday) => (
        <Checkbox
          key={weekday}
          checked={line.weekdays.includes(weekday)}
          onChange={({ target }) => {
            const others = line.weekdays.filter((one) => one !== weekday)
            const next = target.checked ? [...others, weekday].sort() : others
            if (next.length > 0) onChange(next)
          }}
        >
          {t(`rulebook.weekday.${weekday}`)}
        </Checkbox>
      ))}
    </fieldset>
  )
}

/** What is called first. An agreed callback always is. */
function Order({ line, onChange }: { line: Line; onChange: (order: Line['order']) => void }) {
  const t = useWords()
  return (
    <ol className="k-order">
      {line.order.map((kind, i) => (
        <li key={kind}>
          <span>
            {i + 1}. {t(`rulebook.lead.${kind}`)}
          </span>
          {i > 0 && (
            <>
              <Button
                size="small"
                type="text"
                icon={<ArrowUpOutlined />}
                disabled={i === 1}
                title={t('rulebook.timetable.earlier', { kind: t(`rulebook.lead.${kind}`) })}
                aria-label={t('rulebook.timetable.earlier', { kind: t(`rulebook.lead.${kind}`) })}
                onClick={() => onChange(swapped(line.order, i - 1))}
              />
              <Button
                size="small"
                type="text"
                icon={<ArrowDownOutlined />}
                disabled={i === line.order.length - 1}
                title={t('rulebook.timetable.later', { kind: t(`rulebook.lead.${kind}`) })}
                aria-label={t('rulebook.timetable.later', { kind: t(`rulebook.lead.${kind}`) })}
                onClick={() => onChange(swapped(line.order, i))}
              />
            </>
          )}
        </li>
      ))}
    </ol>
  )
}
