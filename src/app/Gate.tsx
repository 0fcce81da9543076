import { useQuery } from '@tanstack/react-query'
import { Modal, Spin } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { api } from '../client/api.ts'
import { centreZone, useNow } from '../client/clock.ts'
import { startLive } from '../client/live.ts'
import { type Me, MeContext } from '../client/me.ts'
import { codeOf, queries, refreshAll, sessionEnded } from '../client/queries.ts'
import { meQuery, signedIn } from '../client/session.ts'
import { listenToKeys } from '../client/shortcuts.ts'
import { useWords } from '../client/words.ts'
import { Trouble } from '../ui/Loaded.tsx'
import { ChangePasswordPage } from './ChangePasswordPage.tsx'
import { FirstStartPage } from './FirstStartPage.tsx'
import { Shell } from './Shell.tsx'
import { SignInForm } from './SignInForm.tsx'
import { SignInPage } from './SignInPage.tsx'

/** Nobody sees a page who is not signed in; a session that ends leaves the page, and what was typed, where it is. */
export function Gate() {
  const me = useQuery(meQuery)
  const over = useSessionOver(me.data)
  if (!me.data) {
    if (codeOf(me.error) === 'UNAUTHORIZED') return <Outside />
    if (me.error) return <Trouble error={me.error} busy={me.isFetching} again={() => void me.refetch()} />
    return <Spin className="k-waiting" delay={300} size="large" />
  }
  if (me.data.mustChangePassword) return <ChangePasswordPage />
  return (
    <MeContext value={me.data}>
      <Living personId={me.data.person.id} />
      <Shell />
      <SessionOver open={over.is} onBack={over.end} />
    </MeContext>
  )
}

/** Before the gate: a house without a centre asks what it is to become. While the demo is made, how far it is. */
function Outside() {
  const house = useQuery({
    ...api.access.state.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? 1000 : false),
  })
  if (house.data && house.data.state !== 'ready') return <FirstStartPage house={house.data} />
  return house.isPending ? null : <SignInPage />
}

/** Whether the session ended under an open page. Whoever comes back as somebody else starts afresh. */
function useSessionOver(me: Me | undefined) {
  const [is, setIs] = useState(false)
  const person = useRef<string | null>(null)
  useEffect(
    () =>
      sessionEnded.listen((code) => {
        if (code === 'PASSWORD_DUE') void queries.invalidateQueries({ queryKey: meQuery.queryKey })
        // Before anybody came in, "not signed in" is no news.
        else if (person.current) setIs(true)
      }),
    [],
  )
  const id = me?.person.id ?? null
  useEffect(() => {
    if (person.current && id && person.current !== id) location.reload()
    person.current = id
  }, [id])
  const end = async () => {
    await signedIn()
    setIs(false)
    await refreshAll()
  }
  return { is, end }
}

function Living({ personId }: { personId: string }) {
  useEffect(() => startLive(personId), [personId])
  useEffect(listenToKeys, [])
  useNewDay()
  return null
}

/** At midnight of the centre everything on screen is about yesterday: it is asked again. */
function useNewDay() {
  const day = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  const shown = useRef(day)
  useEffect(() => {
    if (shown.current === day) return
    shown.current = day
    void refreshAll()
  }, [day])
}

function SessionOver({ open, onBack }: { open: boolean; onBack: () => Promise<void> }) {
  const t = useWords()
  return (
    <Modal
      open={open}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={t('signIn.over')}
      width={380}
      destroyOnHidden
    >
      <p className="k-dim k-gap-below">{t('signIn.overKept')}</p>
      <SignInForm onDone={onBack} />
    </Modal>
  )
}
