import { Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useShortcut, useShortcuts } from '../client/shortcuts.ts'
import { telling } from '../client/telling.ts'
import { useWords } from '../client/words.ts'

const asked = telling<void>()

/** Opens the list of keys. */
export const askShortcuts = () => asked.tell()

/** `?`: every key that works on this page now. */
export function Shortcuts() {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const shortcuts = useShortcuts()
  useEffect(() => asked.listen(() => setOpen(true)), [])
  useShortcut('?', t('shortcuts.title'), () => setOpen(true))
  return (
    <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('shortcuts.title')} width={460}>
      <dl className="k-keys">
        {shortcuts.map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} className="k-key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd className="k-key">Esc</kbd>
          </dt>
          <dd>{t('shortcuts.close')}</dd>
        </div>
      </dl>
    </Modal>
  )
}
