-- What serving a customer is expected to cost in all the future, discounted, and his equity less that (projections), in minor
-- units; null where it is not known.
alter table customer add column expected_cost bigint;
alter table customer add column expected_contribution bigint;
