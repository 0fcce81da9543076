import { CloseOutlined, StopOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useWords } from '../client/words.ts'
import type { Reason } from '../lib/verdict.ts'
import { Reasons } from './Reasons.tsx'

/** What a command was refused for, in the place where it was asked. Nothing when there is no refusal. */
export function RefusalPanel({ refusal, onClose }: { refusal: readonly Reason[] | null; onClose?: () => void }) {
  const t = useWords()
  if (!refusal) return null
  return (
    <section className="k-refusal" role="alert">
      <StopOutlined className="k-refusal-sign" aria-hidden />
      <div className="k-grow">
        <strong>{t('ui.refusal.title', { count: refusal.length })}</strong>
        <Reasons of={refusal} />
      </div>
      {onClose && (
        <Button type="text" size="small" icon={<CloseOutlined />} onClick={onClose} aria-label={t('ui.close')} />
      )}
    </section>
  )
}
