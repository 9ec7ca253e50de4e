import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { large, medium, page, setsToLists, small, withoutDates } from './items.ts';

const encode = (item: Record<string, unknown>): string => JSON.stringify(marshall(item), setsToLists);

const make: MakeWorkloads = () => {
  const items = { medium: withoutDates(medium(1)), large: withoutDates(large) };
  return {
    'encode small': { run: () => JSON.stringify(marshall(small)) },
    'encode medium': { run: () => encode(items.medium) },
    'encode 350 KB': { run: () => encode(items.large) },
    'decode 100 rows': { run: () => JSON.parse(page).Items.map((row: any) => unmarshall(row)) },
  };
};

export default make;
