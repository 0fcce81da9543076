import { accessLines, backupLines } from './accessLines.ts'
import { careLines } from './careLines.ts'
import { creditLines } from './creditLines.ts'
import { arrivalLines, showroomLines } from './dealerLines.ts'
import { deskLines } from './deskLines.ts'
import { boardLines, leadLines, saleLines, seatLines } from './floorLines.ts'
import type { House, Line } from './house.ts'
import { movingLines } from './movingLines.ts'
import { catalogLines, complianceLines, customerLines, listLines } from './officeLines.ts'
import { peopleLines, rulebookLines } from './peopleLines.ts'
import { policyLines } from './policyLines.ts'
import { noticeLines, presenceLines } from './presenceLines.ts'
import { recordLines } from './recordLines.ts'
import { setupLines } from './setupLines.ts'
import { sheetLines } from './sheetLines.ts'
import { wallLines } from './wallLines.ts'

/** A rightful call of every operation, by module. */
export const linesOf = async (house: House): Promise<Line[]> => [
  ...(await accessLines(house)),
  ...backupLines(house),
  ...peopleLines(house),
  ...rulebookLines(house),
  ...noticeLines(house),
  ...presenceLines(house),
  ...catalogLines(house),
  ...customerLines(house),
  ...sheetLines(house),
  ...complianceLines(house),
  ...listLines(house),
  ...leadLines(house),
  ...seatLines(house),
  ...deskLines(house),
  ...recordLines(house),
  ...arrivalLines(house),
  ...saleLines(house),
  ...creditLines(house),
  ...careLines(house),
  ...policyLines(house),
  ...showroomLines(house),
  ...boardLines(house),
  ...wallLines(house),
  ...movingLines(house),
  ...setupLines(house),
]
