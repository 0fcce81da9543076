import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, money, number } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Page } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { ProductForm } from './ProductForm.tsx'
import { ProductPanel } from './ProductPanel.tsx'
import { type Product, useWays } from './parts.tsx'
import './catalog.css'

/** What the centre sells, with figures, scripts and who may sell it. */
export function CatalogPage() {
  const t = useWords()
  const said = useSaid()
  const ways = useWays()
  const keeper = holds(useMe(), ['deptManager'])
  const read = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const [open, setOpen] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  const product = read.data?.products.find(({ id }) => id === open)
  const add = (
    <Action type="primary" onClick={() => setAdding(true)}>
      {t('catalog.add')}
    </Action>
  )
  return (
    <Page title={t('catalog.title')} lead={t('catalog.lead')} actions={keeper && add}>
      <Table<Product>
        rows={read.data?.products}
        rowKey={({ id }) => id}
        label={t('catalog.title')}
        search
        onRow={({ id }) => setOpen(id)}
        empty={<Empty title={t('catalog.none')}>{t(keeper ? 'catalog.noneFirst' : 'catalog.noneYet')}</Empty>}
        columns={[
          { key: 'name', title: t('catalog.name'), value: ({ name }) => said(name) },
          { key: 'code', title: t('catalog.code'), value: ({ code }) => code },
          { key: 'ways', title: t('catalog.ways'), value: ways, minor: true },
          {
            key: 'factor',
            title: t('catalog.factor'),
            value: ({ standardFactor }) => standardFactor,
            show: ({ standardFactor }) => number(standardFactor, 2),
            align: 'right',
          },
          {
            key: 'min',
            title: t('catalog.minPremium'),
            value: ({ minPremium }) => minPremium ?? 0,
            show: ({ minPremium }) => (minPremium === null ? '–' : money(minPremium)),
            align: 'right',
            minor: true,
          },
          {
            key: 'since',
            title: t('catalog.effectiveOn'),
            value: ({ effectiveOn }) => effectiveOn,
            show: ({ effectiveOn }) => day(effectiveOn),
            minor: true,
          },
          {
            key: 'listed',
            title: t('catalog.listed'),
            value: ({ listed }) => t(listed ? 'catalog.onSale' : 'catalog.offSale'),
            show: ({ listed }) => (
              <Mark tone={listed ? 'good' : 'plain'}>{t(listed ? 'catalog.onSale' : 'catalog.offSale')}</Mark>
            ),
            filter: true,
          },
        ]}
      />
      <Drawer
        open={product !== undefined}
        onClose={() => setOpen(null)}
        size={720}
        title={product && said(product.name)}
      >
        {product && <ProductPanel product={product} />}
      </Drawer>
      <Drawer open={adding} onClose={() => setAdding(false)} size={520} title={t('catalog.add')}>
        {adding && <ProductForm onDone={() => setAdding(false)} />}
      </Drawer>
    </Page>
  )
}
