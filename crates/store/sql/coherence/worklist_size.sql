select count(*) from incoherence
