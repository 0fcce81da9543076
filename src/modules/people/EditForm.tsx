import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { DayField, TextField } from '../../ui/Field.tsx'
import { Overtaken } from '../../ui/Overtaken.tsx'
import type { Person } from './PersonDrawer.tsx'
import { Change } from './PersonForms.tsx'
import { mayEditSelf } from './rules.ts'

/** Changes the person's own data. Registration and training are entered by somebody else. */
export function EditForm({ person }: { person: Person }) {
  const t = useWords()
  const { person: self } = useMe()
  const edit = useCommand(api.people.editPerson)
  const { close } = person
  const now = {
    version: person.version,
    name: person.name,
    birthday: close?.birthday ?? '',
    registrationNo: close?.registrationNo ?? '',
    trainedOn: close?.trainedOn ?? '',
  }
  // What was typed stays when the row moves under it, with the version over which it was typed.
  const draft = useDraft(`people.edit.${person.id}`, now)
  const { name, birthday, registrationNo, trainedOn, version } = draft.value
  const overtaken = version !== now.version
  const standing = registrationNo !== (close?.registrationNo ?? '') || trainedOn !== (close?.trainedOn ?? '')
  const verdict = mayEditSelf({ personId: self.id }, person.id, { standing })
  if (!close) return null
  const set = (key: keyof typeof draft.value) => (next: string) => draft.set((before) => ({ ...before, [key]: next }))
  return (
    <Change
      title={t('people.edit')}
      submit={t('people.save')}
      command={edit}
      disabledReason={overtaken ? t('ui.overtaken.title') : name.trim() === '' ? t('people.nameFirst') : verdict}
      onSend={async () => {
        const sent = await edit.run({
          personId: person.id,
          version,
          name: name.trim(),
          birthday: birthday || null,
          registrationNo: registrationNo.trim() || null,
          trainedOn: trainedOn || null,
        })
        if (sent) draft.clear()
      }}
    >
      <TextField label={t('people.name')} value={name} onChange={set('name')} />
      <TextField label={t('people.registrationNo')} value={registrationNo} onChange={set('registrationNo')} />
      <DayField label={t('people.trainedOn')} value={trainedOn} onChange={set('trainedOn')} />
      <DayField label={t('people.birthday')} value={birthday} onChange={set('birthday')} />
      {overtaken && (
        <Overtaken
          fields={(['name', 'registrationNo', 'trainedOn', 'birthday'] as const).map((key) => ({
            label: t(`people.${key}`),
            mine: draft.value[key],
            now: now[key],
          }))}
          onKeep={() => draft.set((before) => ({ ...before, version: now.version }))}
          onTake={draft.clear}
        />
      )}
    </Change>
  )
}
