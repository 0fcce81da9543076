/** Prints who may call what: `npm run rights`. */
import { router } from '../src/app/router.ts'
import { operationsOf, rightsTable } from './rightsTable.ts'

const operations = operationsOf(router)
console.log(rightsTable(operations))
console.log(`\n${operations.length} operations; x may, · may not, p touches customers’ data and is logged`)
