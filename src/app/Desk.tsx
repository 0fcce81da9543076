import { DeskPage } from '../modules/calls/DeskPage.tsx'

/** The desk with what modules to the right of calls lay onto it. */
export function Desk() {
  return <DeskPage slots={{}} />
}
