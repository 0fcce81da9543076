import { useMe } from '../client/me.ts'
import { DeskPage, type DeskSlots, type SaleSlot } from '../modules/calls/DeskPage.tsx'
import { WhosePolicy, whoseMissing } from '../modules/credit/WhosePolicy.tsx'
import { OwnMonth } from '../modules/sales/OwnMonth.tsx'
import { SaleForm } from '../modules/sales/SaleForm.tsx'
import { AppointmentForm } from '../modules/showroom/AppointmentForm.tsx'

const WHOSE = { Field: WhosePolicy, missing: whoseMissing }
const Sale = (slot: SaleSlot) => <SaleForm {...slot} whose={WHOSE} />

/** What modules to the right of calls lay onto the desk: an insurer's sells, a car dealer's invites to the house. */
const SLOTS: Readonly<Record<'life' | 'dealership', DeskSlots>> = {
  life: { Sale, Month: OwnMonth },
  dealership: { Visit: AppointmentForm },
}

export function Desk() {
  return <DeskPage slots={SLOTS[useMe().centre.kind]} />
}
