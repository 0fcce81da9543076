import { useMe } from '../client/me.ts'
import { DeskPage, type DeskSlots } from '../modules/calls/DeskPage.tsx'
import { OwnMonth } from '../modules/sales/OwnMonth.tsx'
import { SaleForm } from '../modules/sales/SaleForm.tsx'
import { AppointmentForm } from '../modules/showroom/AppointmentForm.tsx'

/** What modules to the right of calls lay onto the desk: an insurer's sells, a car dealer's invites to the house. */
const SLOTS: Readonly<Record<'life' | 'dealership', DeskSlots>> = {
  life: { Sale: SaleForm, Month: OwnMonth },
  dealership: { Visit: AppointmentForm },
}

export function Desk() {
  return <DeskPage slots={SLOTS[useMe().centre.kind]} />
}
