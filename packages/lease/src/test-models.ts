import { type LeaseModel, leaseModel } from './lease-model.ts';

export const models: { readonly leases: LeaseModel } = { leases: leaseModel() };
