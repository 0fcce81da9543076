import type { CheckItem } from '../../platform/checkItem.ts'
import { backupState } from '../../platform/nightly.ts'

const none = { life: null, dealership: null }

/** The machine: what no gate asks for, and what a lost disk or a read password would cost. */
export const HOUSE_ITEMS: readonly CheckItem[] = [
  {
    ...{ id: 'setup.reach', area: 'house', clause: none, link: '/setup', needed: false, confirmable: false },
    async look({ served }) {
      if (!served) return null
      // Nobody at another desk could sign in: that is as good as no account.
      if (served.alone) return { done: false, variant: 'alone', needed: true }
      return { done: served.secure, figures: { address: served.address ?? '' } }
    },
  },
  {
    ...{ id: 'setup.backup', area: 'house', clause: none, link: '/setup', needed: false, confirmable: false },
    async look(ctx) {
      const { lastGoodAt, overdue } = await backupState(ctx)
      const at = lastGoodAt?.toZonedDateTimeISO(ctx.centre.timeZone).toPlainDateTime()
      return {
        done: lastGoodAt !== null && !overdue,
        ...(at && { figures: { at: at.toString({ smallestUnit: 'minute' }).replace('T', ' ') } }),
        ...(lastGoodAt && overdue && { variant: 'old' }),
      }
    },
  },
  {
    ...{ id: 'setup.backupElsewhere', area: 'house', clause: none, link: '/setup', needed: false, confirmable: true },
    async look(ctx) {
      const { place } = await backupState(ctx)
      const folder = place?.slice(place.indexOf(':') + 1) ?? ''
      // Another folder may be another disk; in the data folder it certainly is none.
      return { done: folder !== '' && !folder.startsWith(ctx.dataDir), figures: { folder } }
    },
  },
]
