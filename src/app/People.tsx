import { useMe } from '../client/me.ts'
import { PersonNumbers } from '../modules/credit/PersonNumbers.tsx'
import { PeoplePage } from '../modules/people/PeoplePage.tsx'

/** People, with the numbers by which an insurer's house finds own policies in the drawer of each. */
export const People = () => <PeoplePage {...(useMe().centre.kind === 'life' && { Numbers: PersonNumbers })} />
