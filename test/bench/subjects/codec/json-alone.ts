import type { MakeWorkloads } from '../../measure/subject.ts';
import { large, medium, page, small, storedForm } from './items.ts';

/** The least there is to do: text of objects that are ready, and ready objects of text. */
const make: MakeWorkloads = () => {
  const ready = { small: storedForm(small), medium: storedForm(medium(1)), large: storedForm(large) };
  return {
    'encode small': { run: () => JSON.stringify(ready.small) },
    'encode medium': { run: () => JSON.stringify(ready.medium) },
    'encode 350 KB': { run: () => JSON.stringify(ready.large) },
    'decode 100 rows': { run: () => JSON.parse(page) },
  };
};

export default make;
