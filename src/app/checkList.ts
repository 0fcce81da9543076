import { checkItems as moving } from '../modules/moving/checkItems.ts'
import { checkItems as policies } from '../modules/policies/checkItems.ts'
import { checkItems as records } from '../modules/records/checkItems.ts'
import { HOUSE_ITEMS } from '../modules/setup/houseItems.ts'
import { PEOPLE_ITEMS } from '../modules/setup/peopleItems.ts'
import { RULE_ITEMS } from '../modules/setup/ruleItems.ts'
import { WORK_ITEMS } from '../modules/setup/workItems.ts'
import type { CheckItem } from '../platform/checkItem.ts'

/**
 * What a new centre needs, in the order it is shown: what the setup module reads itself, and what other modules offer.
 * A module exports its items as `checkItems` from a file of that name and is added here.
 */
export const CHECK_ITEMS: readonly CheckItem[] = [
  ...PEOPLE_ITEMS,
  ...RULE_ITEMS,
  ...WORK_ITEMS,
  ...moving,
  ...policies,
  ...records,
  ...HOUSE_ITEMS,
]
