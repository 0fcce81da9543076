import { newRequestId } from './useCommand.ts'

/** A file that the house has: its id for the operations that read it. */
export type HandedIn = { readonly id: string; readonly name: string; readonly bytes: number }

/** What became of a hand-in: the file, or the name of the error; LINE_LOST when the line broke. */
export type HandInResult = { readonly file: HandedIn } | { readonly code: string }

/**
 * Sends a file to the house for a purpose. `onShare` hears how much of it is there, 0 to 1. One try: the sender still has
 * the file and sends it again by hand.
 */
export function handIn(
  purpose: string,
  file: File,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<HandInResult> {
  return new Promise((done) => {
    // Not fetch, which cannot tell how far an upload is.
    const request = new XMLHttpRequest()
    request.open('POST', `/files?purpose=${encodeURIComponent(purpose)}`)
    request.setRequestHeader('x-request-id', newRequestId())
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0)
    request.onload = () => {
      const answer = request.response as (HandedIn & { code?: string }) | null
      if (request.status === 200 && answer?.id)
        done({ file: { id: answer.id, name: answer.name, bytes: answer.bytes } })
      else done({ code: answer?.code ?? `HTTP_${request.status}` })
    }
    request.onerror = () => done({ code: 'LINE_LOST' })
    request.onabort = () => done({ code: 'ABORTED' })
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
