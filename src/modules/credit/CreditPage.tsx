import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { SaleDrawer } from '../sales/SaleDrawer.tsx'
import { CaseCredit } from './CaseCredit.tsx'
import { Findings } from './Findings.tsx'
import { OwnPolicies } from './OwnPolicies.tsx'
import { Requests } from './Requests.tsx'
import { INSPECTORS } from './rules.ts'
import './credit.css'

/** Whose results they are: corrections that were asked for, own policies, and what should be looked into. */
export function CreditPage() {
  const t = useWords()
  const me = useMe()
  const requests = useQuery(api.credit.requests.queryOptions({ input: {} }))
  const own = useQuery(api.credit.own.queryOptions({ input: {} }))
  const [open, setOpen] = useState<string | null>(null)
  return (
    <Page title={t('credit.title')} lead={t('credit.lead')} clause="S4.4.11b">
      <Panel title={t('credit.requests')}>
        <Loaded read={requests}>{(data) => <Requests requests={data.requests} onOpen={setOpen} />}</Loaded>
      </Panel>
      <Panel title={t('credit.own')}>
        <Loaded read={own}>{({ policies }) => <OwnPolicies policies={policies} onOpen={setOpen} />}</Loaded>
      </Panel>
      {holds(me, INSPECTORS) && <Found onOpen={setOpen} />}
      {open && <SaleDrawer id={open} Credit={CaseCredit} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function Found({ onOpen }: { onOpen: (saleId: string) => void }) {
  const t = useWords()
  const read = useQuery(api.credit.findings.queryOptions({ input: {} }))
  return (
    <Panel
      title={
        <>
          {t('credit.findings')} <ClauseLink id="S4.4.11b" />
        </>
      }
    >
      <Loaded read={read}>{({ findings }) => <Findings findings={findings} onOpen={onOpen} />}</Loaded>
    </Panel>
  )
}
