import { PaperClipOutlined, UploadOutlined } from '@ant-design/icons'
import { Button, Upload } from 'antd'
import { useState } from 'react'
import { client } from '../../client/api.ts'
import { type HandedIn, handIn } from '../../client/handIn.ts'
import { codeOf } from '../../client/queries.ts'
import { useWords } from '../../client/words.ts'
import { percent } from '../../ui/format.ts'
import { LETTER_ENDINGS } from './rules.ts'

const TOLD: Readonly<Record<string, string>> = {
  LINE_LOST: 'credit.letterLost',
  FILE_TOO_LONG: 'credit.letterTooLong',
  NO_SPACE: 'error.NO_SPACE',
  UNAVAILABLE: 'error.UNAVAILABLE',
}

/** Hands the letter of guarantee in; `name` is the one that is there already. */
export function LetterUpload({ name, onDone }: { name: string | null; onDone: (file: HandedIn) => void }) {
  const t = useWords()
  const [share, setShare] = useState<number | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const send = async (file: File) => {
    setFailed(null)
    setShare(0)
    const result = await handIn('letter', file, setShare, new AbortController().signal)
    setShare(null)
    if ('code' in result) setFailed(result.code)
    else onDone(result.file)
  }
  return (
    <span className="k-row">
      <Upload
        accept={LETTER_ENDINGS.map((ending) => `.${ending}`).join(',')}
        showUploadList={false}
        beforeUpload={(file) => {
          void send(file)
          return false
        }}
      >
        <Button size="small" icon={<UploadOutlined />} loading={share !== null}>
          {share !== null ? percent(share) : name ? t('credit.letterOther') : t('credit.letterUpload')}
        </Button>
      </Upload>
      {name ? (
        <span className="k-small c-break">{name}</span>
      ) : (
        <span className="k-dim k-small">{t('credit.letterForms')}</span>
      )}
      {failed && (
        <span className="k-ink-bad k-small" role="alert">
          {t(TOLD[failed] ?? 'credit.letterFailed', { code: failed })}
        </span>
      )}
    </span>
  )
}

/** Opens the letter that is kept of a case, as a file. */
export function LetterLink({ saleId, name }: { saleId: string; name: string }) {
  const t = useWords()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const fetchIt = async () => {
    setBusy(true)
    setFailed(null)
    try {
      const { base64, type } = await client.credit.letter({ saleId })
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      const url = URL.createObjectURL(new Blob([bytes], { type }))
      Object.assign(document.createElement('a'), { href: url, download: name }).click()
      URL.revokeObjectURL(url)
    } catch (error) {
      setFailed(codeOf(error) ?? 'LINE_LOST')
    } finally {
      setBusy(false)
    }
  }
  return (
    <span className="k-row">
      <Button
        size="small"
        type="link"
        className="c-letter"
        icon={<PaperClipOutlined />}
        loading={busy}
        onClick={() => void fetchIt()}
      >
        {name}
      </Button>
      {failed && (
        <span className="k-ink-bad k-small" role="alert">
          {t(`error.${failed}`)}
        </span>
      )}
    </span>
  )
}
