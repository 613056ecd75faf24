-- The worklist of one reason is read in its order without going through all of it.
create index incoherence_of_reason on incoherence (reason, place);
