import { arrivals } from '../modules/arrivals/api.ts'
import { attendance } from '../modules/attendance/api.ts'
import { calls } from '../modules/calls/api.ts'
import { care } from '../modules/care/api.ts'
import { catalog } from '../modules/catalog/api.ts'
import { compliance } from '../modules/compliance/api.ts'
import { openHours } from '../modules/compliance/packs.ts'
import { credit } from '../modules/credit/api.ts'
import { judgeOwn } from '../modules/credit/own.ts'
import { customers } from '../modules/customers/api.ts'
import { floor } from '../modules/floor/api.ts'
import { issuing } from '../modules/issuing/api.ts'
import { leads } from '../modules/leads/api.ts'
import { leadsOfList } from '../modules/leads/create.ts'
import { listsWith } from '../modules/lists/api.ts'
import { moving } from '../modules/moving/api.ts'
import { notices } from '../modules/notices/api.ts'
import { people } from '../modules/people/api.ts'
import { policies } from '../modules/policies/api.ts'
import { records } from '../modules/records/api.ts'
import { rulebookWith } from '../modules/rulebook/api.ts'
import { salesWith } from '../modules/sales/api.ts'
import { setupWith } from '../modules/setup/api.ts'
import { sheets } from '../modules/sheets/api.ts'
import { showroom } from '../modules/showroom/api.ts'
import { telephony } from '../modules/telephony/api.ts'
import { wall } from '../modules/wall/api.ts'
import { access } from '../platform/accessApi.ts'
import { backups } from '../platform/backupsApi.ts'
import { CHECK_ITEMS } from './checkList.ts'
import { entrance } from './entrance.ts'
import { ownCentre } from './ownCentre.ts'

/** All operations of the house, by module: the server mounts it, the web client is typed from it. */
export const router = {
  access: { ...access, ...entrance, ...ownCentre },
  backups,
  people,
  rulebook: rulebookWith(openHours),
  notices,
  attendance,
  catalog,
  customers,
  sheets,
  compliance,
  lists: listsWith(leadsOfList),
  leads,
  telephony,
  calls,
  records,
  arrivals,
  sales: salesWith(judgeOwn),
  credit,
  issuing,
  policies,
  care,
  showroom,
  floor,
  wall,
  moving,
  setup: setupWith(CHECK_ITEMS),
}

export type Router = typeof router
