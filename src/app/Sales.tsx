import { CaseCredit } from '../modules/credit/CaseCredit.tsx'
import { SalesPage } from '../modules/sales/SalesPage.tsx'

/** Cases, with whose result each is in its drawer. */
export const Sales = () => <SalesPage Credit={CaseCredit} />
