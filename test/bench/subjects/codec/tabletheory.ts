import { readItem, writeItem } from '../../../../packages/core/src/codec/item-codec.ts';
import { type CompiledModel, compileModel } from '../../../../packages/core/src/compiled-model.ts';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { large, MediumModel, medium, page, SmallModel, small } from './items.ts';

const generated = { now: new Date(Date.UTC(2026, 0, 1)), version: 1 };

const encode = (model: CompiledModel, item: object): string =>
  JSON.stringify(writeItem(model, item, generated, 'PutItem'));

const make: MakeWorkloads = () => {
  const smallModel = compileModel(SmallModel);
  const mediumModel = compileModel(MediumModel);
  const item = medium(1);
  return {
    'encode small': { run: () => encode(smallModel, small) },
    'encode medium': { run: () => encode(mediumModel, item) },
    'encode 350 KB': { run: () => encode(mediumModel, large) },
    'decode 100 rows': { run: () => JSON.parse(page).Items.map((row: any) => readItem(mediumModel, row)) },
  };
};

export default make;
