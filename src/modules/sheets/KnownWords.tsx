import { useQuery } from '@tanstack/react-query'
import { Button, Collapse } from 'antd'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Table } from '../../ui/Table.tsx'

/** Words that were explained, with what they mean and who said so; one that was explained wrongly is forgotten here. */
export function KnownWords({ label }: { label(about: string, value: string): string }) {
  const t = useWords()
  return (
    <Collapse destroyOnHidden items={[{ key: 'known', label: t('sheets.known'), children: <Known label={label} /> }]} />
  )
}

function Known({ label }: { label(about: string, value: string): string }) {
  const t = useWords()
  const read = useQuery(api.sheets.known.queryOptions({ input: {} }))
  const forget = useCommand(api.sheets.forget)
  const isOurs = (about: string) => ['person', 'unit', 'product'].includes(about)
  const means = (about: string, value: string | null, name: string | null) =>
    value === null
      ? t(`sheets.none.${isOurs(about) ? about : 'word'}`)
      : isOurs(about)
        ? (name ?? value)
        : label(about, value)
  return (
    <Loaded read={read} rows={2}>
      {({ words }) => (
        <Table
          label={t('sheets.known')}
          rows={words}
          rowKey={({ about, text }) => `${about} ${text}`}
          empty={t('sheets.knownNone')}
          search
          pageSize={20}
          columns={[
            { key: 'text', title: t('sheets.word'), value: ({ text }) => text },
            {
              key: 'about',
              title: t('sheets.of'),
              value: ({ about }) => about,
              show: ({ about }) => t([`sheets.about.${about}`, 'sheets.word']),
              minor: true,
            },
            {
              key: 'means',
              title: t('sheets.meaning'),
              value: ({ about, value, label: name }) => means(about, value, name),
            },
            {
              key: 'by',
              title: t('sheets.saidBy'),
              value: ({ by, at }) => [by, dayAndTime(at)].filter(Boolean).join(' · '),
              minor: true,
            },
            {
              key: 'forget',
              title: '',
              value: () => null,
              show: ({ about, text }) => (
                <Button size="small" loading={forget.busy} onClick={() => void forget.run({ about, text })}>
                  {t('sheets.forget')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  )
}
