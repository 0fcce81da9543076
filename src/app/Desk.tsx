import { DeskPage } from '../modules/calls/DeskPage.tsx'
import { OwnMonth } from '../modules/sales/OwnMonth.tsx'
import { SaleForm } from '../modules/sales/SaleForm.tsx'

/** The desk with what modules to the right of calls lay onto it. */
export function Desk() {
  return <DeskPage slots={{ Sale: SaleForm, Month: OwnMonth }} />
}
