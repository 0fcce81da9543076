import { InboxOutlined } from '@ant-design/icons'
import { Progress, Upload } from 'antd'
import { useRef, useState } from 'react'
import { api } from '../../client/api.ts'
import { handIn } from '../../client/handIn.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'

/** Files are handed in one after the other; what cannot be read says how to save it anew. */
export function HandIn({ openingId }: { openingId: string }) {
  const t = useWords()
  const add = useCommand(api.moving.handIn)
  const [share, setShare] = useState<number | null>(null)
  const [troubles, setTroubles] = useState<readonly string[]>([])
  const waiting = useRef<Promise<void>>(Promise.resolve())
  const send = async (file: File) => {
    setShare(0)
    const result = await handIn('moving', file, setShare, new AbortController().signal)
    setShare(null)
    const tell = (words: string) => setTroubles((before) => [...before, `${file.name}：${words}`])
    if ('code' in result) {
      tell(result.code === 'LINE_LOST' ? t('moving.uploadLost') : t('moving.uploadRefused', { code: result.code }))
      return
    }
    const added = await add.run({ openingId, fileId: result.file.id })
    const problem = added?.output.problem
    if (problem) tell(t(`file.problem.${problem.code}`, problem.values))
  }
  return (
    <div className="k-stack">
      <Upload.Dragger
        accept=".csv,.txt,.tsv,.xlsx,.xlsm,.xls"
        multiple
        showUploadList={false}
        beforeUpload={(file) => {
          setTroubles([])
          waiting.current = waiting.current.then(() => send(file))
          return false
        }}
        className="mv-drop"
      >
        <p className="mv-drop-words">
          <InboxOutlined aria-hidden /> {t('moving.drop')} <span className="k-dim">{t('moving.dropHint')}</span>
        </p>
      </Upload.Dragger>
      {share !== null && <Progress percent={Math.round(share * 100)} aria-label={t('moving.uploading')} />}
      {troubles.map((trouble) => (
        <p key={trouble} className="k-trouble" role="alert">
          {trouble}
        </p>
      ))}
    </div>
  )
}
